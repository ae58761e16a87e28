"""What the user decides about merging holds, can be written down, and can be taken back."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from test_corpus_dedupe import LONG, OTHER, entry, of, together

from writer.corpus import load
from writer.corpus.decisions import Decisions, places, record_digest
from writer.corpus.merge import works
from writer.entry import Merge, Source
from writer.errors import CorpusError


def test_records_decided_apart_stay_apart_whatever_they_share() -> None:
    one, other = entry("Cedars", LONG, "k1", doi="10.1/a"), entry("Cedars", LONG, "k2", doi="10.1/a")
    assert together(one, other) == [(0, 1)]
    assert together(one, other, decisions=Decisions(apart=(("k2", "k1"),))) == [(0,), (1,)]


def test_what_was_decided_apart_stays_apart_through_a_third_record() -> None:
    one, other = entry("Cedars", OTHER, "k1", doi="10.1/a"), entry("Cedars", "", "k2", doi="10.1/a")
    third = entry("Cedars", LONG, doi="10.1/a")
    apart = Decisions(apart=(("k1", "k2"),))
    for order in permutations((one, other, third)):
        assert not any({"k1", "k2"} <= {order[p].key for p in work.members} for work in works(order, apart))


def test_records_decided_together_are_one_work_whatever_contradicts() -> None:
    one, other = entry("Cedars", year=1990), entry("Kelp", year=2020)
    decided = Decisions(together=((record_digest(one), record_digest(other)),))
    (work,) = works([one, other, entry("Amber")], decided)
    assert (work.members, work.because) == ((0, 1), "decided to be one work")


def test_apart_wins_over_a_chain_of_together() -> None:
    three = [entry(f"Cedar {name}", key=name) for name in "abc"]
    decided = Decisions(apart=(("a", "c"),), together=(("a", "b"), ("b", "c")))
    assert together(*three, decisions=decided) == [(0, 1), (2,)]


def test_the_digest_of_a_record_is_that_of_its_content_and_not_of_its_place_or_key() -> None:
    assert record_digest(of("Cedars", key="a", line=3)) == record_digest(of("Cedars", key="b", line=9))
    assert record_digest(of("Cedars")) != record_digest(of("Cedars", year=2020))


def test_a_decision_on_a_record_that_is_gone_rests_and_can_be_seen_to() -> None:
    decided = Decisions(apart=(("a", "gone"),))
    assert places(decided, [entry("Cedars", key="a")]) == {"a": [0], "gone": []}
    assert together(entry("Cedars", key="a"), entry("Cedars"), decisions=decided) == [(0, 1)]


def test_decisions_come_back_from_json_as_they_were() -> None:
    decided = Decisions(apart=(("b", "a"), ("a", "b")), together=(("c", "d"),))
    assert decided.apart == (("a", "b"),)
    assert Decisions.from_json(decided.to_json()) == decided
    assert Decisions.from_json('{"schema": 1}') == Decisions()


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"schema": 2}', '{"schema": 1, "apart": {}}', '{"schema": 1, "apart": [["a"]]}',
     '{"schema": 1, "together": [["a", 3]]}', '{"schema": 1, "aprt": []}', '{"schema": 1, "apart": [["a", "a"]]}',
     '{"schema": 1, "apart": [["a", "b"]], "together": [["b", "a"]]}'],
)  # fmt: skip
def test_decisions_that_cannot_be_read_are_an_error_that_says_what_is_expected(text: str) -> None:
    with pytest.raises(CorpusError) as caught:
        Decisions.from_json(text)
    assert caught.value.hint


def test_a_merge_can_be_split_and_the_split_taken_back(tmp_path: Path) -> None:
    rows = [
        {"title": "Cedars of Delta", "abstract": LONG},
        {"title": "CEDARS of Delta", "year": 2020},
        {"title": "Kelp"},
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (merge,) = load([path]).merged
    split = Decisions().split(merge, merge.records[0][0])
    assert len(load([path], decisions=split)) == 3
    again = split.joined(*(name for name, _ in merge.records))
    assert (len(load([path], decisions=again)), again.apart) == (2, ())
    with pytest.raises(CorpusError, match="no record"):
        Decisions().split(merge, "sha256:0")


def test_a_record_split_off_stays_apart_from_each_of_the_others() -> None:
    here = Source("a", 1)
    merge = Merge("k", here, (here, here), "", records=(("a", here), ("b", here), ("c", here), ("c", here)))
    assert Decisions().split(merge, "b").apart == (("a", "b"), ("b", "c"))
    assert Decisions().split(merge).apart == (("a", "b"), ("a", "c"), ("b", "c"))
