"""The example corpus: complete records, each confirmed on a public page, and abstracts in words of our own."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import writer

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def test_every_record_is_complete_and_none_is_skipped_or_merged() -> None:
    corpus = writer.load([EXAMPLES / "corpus.bib"])
    assert len(corpus) >= 60
    assert corpus.skipped == ()
    assert corpus.merged == ()
    for entry in corpus:
        assert entry.title, entry.key
        assert entry.authors, entry.key
        assert entry.year, entry.key
        assert entry.doi or entry.arxiv, entry.key
        assert 60 <= len(entry.abstract.split()) <= 160, entry.key
        assert not re.search(r"[\\{}]", entry.title + entry.abstract), entry.key


def test_every_record_has_a_page_that_confirmed_it() -> None:
    corpus = writer.load([EXAMPLES / "corpus.bib"])
    with (EXAMPLES / "sources.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["key"] for row in rows} == set(corpus.entries)
    assert all(row["url"].startswith(("https://", "http://")) for row in rows)
    confirmed = {key: " ".join(row["confirmed"] for row in rows if row["key"] == key) for key in corpus.entries}
    assert [key for key, facts in confirmed.items() if "title" not in facts or "year" not in facts] == []


def test_no_abstract_repeats_a_real_one(seeds: Path) -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[at : at + 10]) for at in range(len(words) - 9)}

    real = set().union(*(runs(path.read_text("utf-8")) for path in seeds.glob("*.txt")))
    for entry in writer.load([EXAMPLES / "corpus.bib"]):
        assert not runs(entry.abstract) & real, entry.key
