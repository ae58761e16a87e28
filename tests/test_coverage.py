"""What a text makes of its corpus: never cited, cited in passing, cited twice under two keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small import ENTRIES, small_corpus

from writer.checking.coverage import coverage
from writer.corpus import digest
from writer.draft import Sentence
from writer.entry import Author, Corpus, Entry

CORPUS = small_corpus()
MIRROR, PANEL, STEIN, LIES, READERS = ENTRIES


def citing(*keys: str) -> Sentence:
    return Sentence("They say so.", "claim", keys)


def with_entry(entry: Entry) -> Corpus:
    entries = [*ENTRIES, entry]
    return Corpus({entry.key: entry for entry in entries}, digest(entries))


def test_entries_that_nothing_cites_are_told_in_the_order_of_the_corpus() -> None:
    found = coverage([citing(STEIN.key), citing(MIRROR.key, "nobody2020")], CORPUS)
    assert found.never_cited == (PANEL.key, LIES.key, READERS.key)
    assert found.cited == 2


def test_an_alias_counts_for_its_entry() -> None:
    entries = dict(CORPUS.entries)
    entries[PANEL.key] = replace(PANEL, aliases=("panel23",))
    found = coverage([citing("panel23"), citing(PANEL.key)], replace(CORPUS, entries=entries))
    assert PANEL.key not in found.never_cited
    assert found.cited == 1


def test_an_entry_cited_once_among_many_is_cited_in_passing() -> None:
    crowd = citing(MIRROR.key, PANEL.key, STEIN.key, LIES.key)
    assert coverage([crowd, citing(PANEL.key)], CORPUS).in_passing == (MIRROR.key, STEIN.key, LIES.key)


def test_three_together_are_no_crowd_and_one_key_four_times_is_none_either() -> None:
    assert coverage([citing(MIRROR.key, PANEL.key, STEIN.key)], CORPUS).in_passing == ()
    assert coverage([citing(*[MIRROR.key] * 4)], CORPUS).in_passing == ()


def test_an_entry_that_two_crowds_cite_is_not_in_passing() -> None:
    crowd = citing(MIRROR.key, PANEL.key, STEIN.key, LIES.key)
    assert coverage([crowd, crowd], CORPUS).in_passing == ()


def test_retrieved_and_uncited_keeps_the_order_of_rank() -> None:
    found = coverage([citing(PANEL.key)], CORPUS, retrieved=(STEIN.key, PANEL.key, MIRROR.key))
    assert found.retrieved_uncited == (STEIN.key, MIRROR.key)


@pytest.mark.parametrize(
    ("other", "because"),
    [
        (replace(PANEL, key="other", title="PANELS of small Judges!", abstract="", authors=()), "the same title"),
        (replace(PANEL, key="other", title="Small panels of judges", abstract=""), "the same words in the title"),
        (replace(PANEL, key="other", title="Juries", abstract=PANEL.abstract + " Code is here."), "nearly the same"),
    ],
)
def test_near_duplicates_in_one_sentence_are_told_with_the_reason(other: Entry, because: str) -> None:
    [alike] = coverage([citing(PANEL.key, "other")], with_entry(other)).alike
    assert alike.keys == ("okafor2023panel", "other") or alike.keys == ("other", "okafor2023panel")
    assert alike.because.startswith(because)


def test_near_duplicates_in_two_sentences_are_left_in_peace() -> None:
    other = replace(PANEL, key="other", abstract="")
    assert coverage([citing(PANEL.key), citing("other")], with_entry(other)).alike == ()


@pytest.mark.parametrize(
    "other",
    [
        replace(PANEL, key="other", title="Small panels of judges", abstract="", authors=(Author("Nobody"),)),
        replace(PANEL, key="other", title="Judges of small animals", abstract=""),
        replace(READERS, key="other", abstract="Cats."),
        MIRROR,
    ],
)
def test_different_works_side_by_side_are_no_duplicates(other: Entry) -> None:
    both = citing(PANEL.key, READERS.key, other.key)
    assert coverage([both], with_entry(other)).alike == ()


def test_ten_thousand_citations_in_one_sentence_take_no_square_of_comparisons() -> None:
    entries = {f"k{n}": replace(PANEL, key=f"k{n}", title=f"Paper {n}", abstract="") for n in range(10_000)}
    found = coverage([citing(*entries)], Corpus(entries, "sha256:x"))
    assert found.cited == 10_000
    assert len(found.in_passing) == 10_000


def test_an_empty_text_and_an_empty_corpus() -> None:
    assert coverage([], Corpus({}, "sha256:x")) == coverage([citing("a")], Corpus({}, "sha256:x"))
