"""What is exported reads back the same, as far as its format carries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from small import small_corpus

from writer.corpus import digest, load
from writer.corpus.record import Record, to_entry
from writer.corpus.tails import trimmed
from writer.entry import Author, Corpus, Entry, Source
from writer.errors import UserError
from writer.rendering.exports import EXPORTS, export_named

ROOT = Path(__file__).resolve().parent.parent
SOURCE = Source("made.bib", 1)
SUFFIX = {name: export.suffix for name, export in EXPORTS.items()}


def exported(name: str, entries: Sequence[Entry]) -> str:
    return EXPORTS[name].write((entry.key, entry) for entry in entries)


def read_back(folder: Path, name: str, text: str) -> Corpus:
    path = folder / f"out{SUFFIX[name]}"
    path.write_bytes(text.encode())
    return load(path)


# What people write, and what means something to BibTeX, LaTeX, JSON, RIS and HTML.
SIGNS = st.sampled_from(
    [*"a b Z é ß 中 α – “ ’ 1 2 . , : ; ( ) - + / = % # _ & $ ^ ~ < > ` ' \" @ { } \\ | ! ? * [ ]".split(), " ", " "]
)
WORDS = st.sampled_from([
    "and", "<i>", "``", "''", "&amp;", "\\emph{x}", "$x^2$", "http://a.org/x_y?b=1&c=%20", "TY  - JOUR", "ER  -",
    "10%", "Abstract: ", "(c) 2020 Elsevier", "\\'e", "{\\\"o}", "x_1", "@misc{a,", "--", "...", "von", "Jr.",
])  # fmt: skip
TEXT = st.lists(SIGNS | WORDS | st.sampled_from(["judges", "Panels", "vote "]), min_size=1, max_size=12).map("".join)
NAME = st.sampled_from(["Smith", "Müller", "van Berg", "李", "O'Neil", "d’Arc", "Al-Hassan", "The ATLAS Collaboration"])
GIVEN = st.sampled_from(["", "Jane", "J. R.", "Ada-Marie", "李", "Éva"])
KEY = st.from_regex(r"[a-z]{3,8}[0-9]{4}[a-z]?", fullmatch=True)


@st.composite
def read_entries(draw: st.DrawFn) -> Entry:
    """An entry as reading makes it of any record."""
    identifiers = st.none() | st.integers(1, 10**6)
    doi, arxiv, pmid = draw(identifiers), draw(identifiers), draw(identifiers)
    kind = draw(st.sampled_from(["article", "inproceedings", "book", "misc", "phdthesis", "techreport", "dataset"]))
    record = Record(
        SOURCE,
        title=draw(TEXT),
        abstract=draw(st.just("") | TEXT),
        key=draw(KEY),
        authors=tuple(Author(draw(NAME), draw(GIVEN)) for _ in range(draw(st.integers(0, 3)))),
        year=draw(st.none() | st.integers(1900, 2030)),
        venue=draw(st.none() | st.sampled_from(["Journal of Judges & Panels", "Proc. of X", "Zeitschrift für Ämter"])),
        doi=f"10.5555/x_{doi}(a)<b>" if doi else None,
        arxiv=f"2101.{arxiv % 100000:05}" if arxiv else None,
        pmid=str(pmid) if pmid else None,
        url=draw(st.none() | st.sampled_from(["https://example.org/a_b?c=d&e=%20f", "http://example.org/~x/#y"])),
        kind=kind,
        aliases=tuple(draw(st.lists(KEY, max_size=2, unique=True))),
    )
    entry = to_entry(record)
    assume(entry.title and entry.key not in entry.aliases)
    return replace(entry, more_authors=bool(entry.authors) and draw(st.booleans()))


def balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth < 0:
            return False
    return depth == 0


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entry=read_entries())
@pytest.mark.parametrize("name", ["jsonl", "csl", "bib"])
def test_an_export_reads_back_to_the_same_content(tmp_path: Path, name: str, entry: Entry) -> None:
    if name != "jsonl":
        assume(trimmed(entry.abstract) == entry.abstract)
    if name == "bib":
        assume(balanced(entry.title) and balanced(entry.abstract))
    if name == "csl":
        # A lone title under a type that other catalogues use too is told as CSL by nothing.
        assume(entry.year is not None or entry.authors)
    (again,) = read_back(tmp_path, name, exported(name, [entry]))
    same = {field: getattr(again, field) for field in TOLD}
    assert same == {field: getattr(entry, field) for field in TOLD}
    assert digest([again]) == digest([entry])


TOLD = (
    "key", "title", "abstract", "authors", "more_authors", "year", "venue", "doi", "arxiv", "pmid", "url", "kind",
    "aliases", "truncated",
)  # fmt: skip


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entry=read_entries())
def test_ris_reads_back_as_far_as_it_carries(tmp_path: Path, entry: Entry) -> None:
    assume(trimmed(entry.abstract) == entry.abstract)
    (again,) = read_back(tmp_path, "ris", exported("ris", [entry]))
    for field in ("key", "title", "abstract", "authors", "more_authors", "year", "doi", "arxiv", "pmid", "url"):
        assert getattr(again, field) == getattr(entry, field), field


@pytest.mark.parametrize("name", EXPORTS)
def test_a_whole_corpus_reads_back(tmp_path: Path, name: str) -> None:
    corpus = load(ROOT / "examples" / "corpus.bib")
    again = read_back(tmp_path, name, exported(name, list(corpus)))
    if name == "ris":
        assert [(e.key, e.title, e.abstract, e.year) for e in again] == [
            (e.key, e.title, e.abstract, e.year) for e in corpus
        ]
    else:
        assert again.digest == corpus.digest
        assert list(again.entries) == list(corpus.entries)


@pytest.mark.parametrize("name", ["jsonl", "bib", "csl"])
def test_what_was_read_from_no_bib_reads_back_too(tmp_path: Path, name: str) -> None:
    corpus = small_corpus()
    assert read_back(tmp_path, name, exported(name, list(corpus))).digest == corpus.digest


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_of_what_was_read_back_is_the_same_text(tmp_path: Path, name: str) -> None:
    corpus = load(ROOT / "examples" / "corpus.bib")
    text = exported(name, list(corpus))
    assert exported(name, list(read_back(tmp_path, name, text))) == text


def test_jsonl_keeps_the_users_fields_and_raw_texts(tmp_path: Path) -> None:
    corpus = load(ROOT / "examples" / "corpus.bib")
    again = read_back(tmp_path, "jsonl", exported("jsonl", list(corpus)))
    assert any(entry.fields for entry in corpus)
    for entry, other in zip(corpus, again, strict=True):
        kept = replace(other, source=entry.source, sources=entry.sources)
        assert kept == entry


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    line=st.dictionaries(
        st.sampled_from(["title", "abstract", "key", "authors", "year", "fields", "aliases", "doi", "truncated"]),
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=3), max_size=3)
        | st.lists(st.dictionaries(st.sampled_from(["family", "given", "name"]), st.text(max_size=3) | st.none())),
    )
)  # fmt: skip
def test_an_edited_line_of_an_export_is_read_or_told_and_costs_no_other(
    tmp_path: Path, line: dict[str, object]
) -> None:
    good = exported("jsonl", [Entry("good2020", "A good title", "About it.", SOURCE)])
    corpus = read_back(tmp_path, "jsonl", good + json.dumps({"writer": 1, **line}) + "\n")
    assert "good2020" in corpus or line.get("key") == "good2020"
    assert len(corpus) + len(corpus.skipped) + len(corpus.merged) == 2


def test_a_key_edited_into_none_that_bibtex_takes_becomes_an_alias(tmp_path: Path) -> None:
    text = exported("jsonl", [Entry("good2020", "A good title", "About it.", SOURCE)]).replace("good2020", "a, b")
    (entry,) = read_back(tmp_path, "jsonl", text)
    assert entry.key == "goodTitleAbout"
    assert entry.aliases == ("a, b",)


def test_a_merged_entry_of_the_users_own_is_exported_with_what_others_added(tmp_path: Path) -> None:
    mine, more = tmp_path / "a.bib", tmp_path / "b.jsonl"
    title = "Amber Beacons of the Winter Delta"
    mine.write_text(
        f"@misc{{mine, title = {{{title}}}, author = {{Roe, Jane}}, annote = {{mine}}, file = {{x.pdf}}}}\n"
    )
    told = {"title": title, "abstract": "We count.", "authors": ["Jane Roe"], "key": "theirs", "doi": "10.5555/1"}
    more.write_text(json.dumps(told))
    corpus = load([mine, more])
    text = exported("bib", list(corpus))
    assert f"  title = {{{title}}},\n  author = {{Roe, Jane}},\n  annote = {{mine}},\n  file = {{x.pdf}},\n" in text
    assert read_back(tmp_path, "bib", text).digest == corpus.digest


def test_a_key_that_bibtex_cannot_take_is_refused_with_its_name() -> None:
    with pytest.raises(UserError, match="a,b"):
        exported("bib", [Entry("a,b", "T", "", SOURCE)])


def test_an_unknown_format_is_told_with_the_known_ones() -> None:
    with pytest.raises(UserError) as caught:
        export_named("docx")
    assert "bib, ris, csl, jsonl" in caught.value.hint
