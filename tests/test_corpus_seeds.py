"""The five real source documents: counts, merges and clean texts. Nothing of them is quoted here."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path, PurePath

import pytest

from writer.corpus import load
from writer.entry import Corpus
from writer.text.clean import clean
from writer.text.words import fold

READ = {"000": 10, "001": 75, "002": 64, "003": 9, "004": 90}
LISTED_UNDER = {"000": "Michael Pokorny", "003": "Jack"}
REMAINS = re.compile(r"\\[%\"'`&_]|\^\{|``|''|\\emph|https?://[^\s]*[{}]")
ENDS_WELL = re.compile(r"[.!?][)”’\"]*$|https?://\S+$")


def number(file: str) -> str:
    return PurePath(file).name[:3]


@pytest.fixture(scope="module")
def corpus(seeds: Path) -> Corpus:
    return load(sorted(seeds.glob("*.txt")))


def test_each_document_gives_its_number_of_entries(corpus: Corpus) -> None:
    assert {number(file): count for file, count in corpus.read} == READ
    assert corpus.skipped == ()


def test_236_works_remain_after_merging(corpus: Corpus) -> None:
    assert len(corpus) == 236
    assert sum(READ.values()) - sum(len(merge.dropped) for merge in corpus.merged) == 236


def test_the_eleven_titles_that_occur_more_than_once_are_merged_with_every_place(corpus: Corpus, seeds: Path) -> None:
    places: dict[str, set[tuple[str, int]]] = {}
    for path in seeds.glob("*.txt"):
        for line, text in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if fold(clean(text)):
                places.setdefault(fold(clean(text)), set()).add((path.name, line))
    assert len(corpus.merged) == 11
    assert sum(len(merge.dropped) for merge in corpus.merged) == 12
    for merge in corpus.merged:
        entry = corpus.entries[merge.kept]
        reported = {(PurePath(place.file).name, place.line) for place in (merge.source, *merge.dropped)}
        assert reported == places[fold(entry.title)]
        assert entry.sources == (merge.source, *merge.dropped)
        assert "title" in merge.because


def test_no_title_occurs_twice_after_merging(corpus: Corpus) -> None:
    titles = Counter(fold(entry.title) for entry in corpus if entry.title)
    assert titles.most_common(1)[0][1] == 1


def test_no_line_of_a_page_s_head_and_no_name_becomes_an_entry(corpus: Corpus, seeds: Path) -> None:
    heads = set()
    for path in seeds.glob("*.txt"):
        lines = [line.strip() for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        heads.update(lines[: 1 if number(path.name) in LISTED_UNDER else 5])
    for entry in corpus:
        assert not heads & {entry.title, entry.abstract, *map(str, entry.authors)}
        assert not any(entry.abstract.startswith(head + " ") for head in heads if len(head) > 6)


def test_the_name_of_a_listing_is_where_it_was_found_and_never_an_author(corpus: Corpus) -> None:
    for entry in corpus:
        assert entry.authors == ()
        for source in entry.sources:
            assert source.under == LISTED_UNDER.get(number(source.file), "")


def test_only_listings_give_entries_without_a_title(corpus: Corpus) -> None:
    untitled = [entry for entry in corpus if not entry.title]
    assert len(untitled) == READ["000"] + READ["003"]
    assert {number(entry.source.file) for entry in untitled} == set(LISTED_UNDER)


def test_every_source_line_holds_the_title_or_the_abstract(corpus: Corpus, seeds: Path) -> None:
    lines = {path.name: path.read_text(encoding="utf-8").split("\n") for path in seeds.glob("*.txt")}
    for entry in corpus:
        for source in entry.sources:
            line = clean(lines[PurePath(source.file).name][source.line - 1])
            assert line.removeprefix("Abstract:") == (entry.title or entry.abstract)


def test_texts_are_clean_and_every_abstract_ends_properly(corpus: Corpus) -> None:
    for entry in corpus:
        for text in (entry.title, entry.abstract):
            assert not REMAINS.search(text), entry.key
        assert ENDS_WELL.search(entry.abstract), entry.key
        assert not entry.abstract.casefold().startswith("abstract:")
        assert entry.abstract == clean(entry.raw_abstract)
        assert entry.title == clean(entry.raw_title)


def test_keys_are_made_of_telling_words(corpus: Corpus) -> None:
    assert "reasonsRejectAligning" in corpus
    assert all(re.fullmatch(r"[a-z0-9][A-Za-z0-9]+", entry.key) for entry in corpus)
    assert len({entry.key.casefold() for entry in corpus}) == len(corpus)


def test_keys_and_digest_do_not_depend_on_order_or_folder(corpus: Corpus, seeds: Path, tmp_path: Path) -> None:
    for path in seeds.glob("*.txt"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    backwards = load(sorted(tmp_path.glob("*.txt"), reverse=True))
    assert set(backwards.entries) == set(corpus.entries)
    assert backwards.digest == corpus.digest == load([tmp_path]).digest
