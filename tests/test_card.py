from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from evidence_sample import CORPUS, DRAFT

from writer.cli import main
from writer.draft import Repairs, Usage
from writer.rendering import Changes, card_json, card_of
from writer.rendering.card import card_latex, card_markdown
from writer.settings import Settings

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_the_card_tells_all_that_a_reader_should_know_of_the_making() -> None:
    card = json.loads(card_json(card_of(DRAFT, Changes(7, 2, 1, 3))))
    assert card["schema"] == 1
    assert card["theme"] == DRAFT.theme
    assert card["drafter"] == {"model": "made-up-model", "digest_of_the_prompts": "sha256:" + "cd" * 32}
    assert card["corpus"] == {
        "entries": 9, "files": ["tides.bib", "list.csv", "list.txt"], "digest": CORPUS.digest,
    }  # fmt: skip
    assert card["retrieval"] == {"k": 8, "embeddings": "none", "must_cite": [], "retrieved": 7}
    assert card["calls_and_cost"] == {
        "calls": 4, "prompt_tokens": 5200, "completion_tokens": 810, "tokens_counted_by": "the server",
        "cost_in_usd": 0.0123,
    }  # fmt: skip
    assert card["verdicts"]["claims"] == 9
    assert card["verdicts"]["quoted"] == 2
    assert card["problems"]["found"] == len(DRAFT.problems)
    assert card["use_of_the_corpus"] == {"cited": 9, "left_out": 2}
    assert card["changed_by_a_person"] == {"kept": 7, "edited": 2, "added": 1, "removed": 3}
    assert any("6 of 9 claims" in limit for limit in card["known_limits"])


def test_every_setting_has_its_place_on_the_card() -> None:
    card = json.loads(card_json(card_of(replace(DRAFT, settings=Settings(model="m", prompts="p").pairs()))))
    told = {name for table in ("drafter", "retrieval", "settings") for name in card[table]}
    assert {name for name, _ in Settings().pairs()} - told == {"prompts"}
    assert card["drafter"]["digest_of_the_prompts"] == "p"


def test_the_own_abstract_is_told_of_and_never_told() -> None:
    text = card_json(card_of(replace(DRAFT, settings=(("own_abstract", "We found a new tide."),))))
    assert json.loads(text)["settings"]["own_abstract"] is True
    assert "new tide" not in text


def test_what_is_not_known_is_said() -> None:
    card = card_of(replace(DRAFT, usage=Usage(2, 10, 5, None, True), settings=()))
    told = json.loads(card_json(card))
    assert told["calls_and_cost"]["cost_in_usd"] == "not known"
    assert told["calls_and_cost"]["tokens_counted_by"].startswith("estimate")
    assert told["drafter"]["digest_of_the_prompts"] is None
    assert told["changed_by_a_person"] is None
    assert "not known" in card.edits


def test_a_draft_without_a_model_has_no_model_no_cost_and_limits_of_its_own() -> None:
    told = json.loads(card_json(card_of(replace(DRAFT, drafter="extractive", usage=Usage()))))
    assert told["drafter"]["model"] is None
    assert told["calls_and_cost"] == {"calls": 0}
    assert any("nothing is compared" in limit for limit in told["known_limits"])


def test_repairs_and_another_language_are_told() -> None:
    repaired = replace(DRAFT, repairs=Repairs(1, 5, 5, 2, 1), settings=(("language", "German"),))
    told = json.loads(card_json(card_of(repaired)))
    assert told["problems"]["repair"].startswith("Repair (1 round): 1 of 2")
    assert told["settings"]["language"] == "German"
    assert any("not in English" in limit for limit in told["known_limits"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (Changes(9), "nothing: every sentence is as it was drafted"),
        (Changes(1, 1), "1 sentence kept as drafted, 1 edited, 0 added, 0 removed"),
    ],
)
def test_changes_are_told_in_words(changes: Changes, words: str) -> None:
    assert changes.told() == words


def test_the_card_is_the_same_each_time_in_each_form() -> None:
    for form in (card_json, card_markdown, card_latex):
        assert form(card_of(DRAFT)) == form(card_of(DRAFT))  # type: ignore[operator]


def test_the_card_escapes_what_it_tells() -> None:
    odd = card_of(replace(DRAFT, drafter="m_1 \\input{x} <b> [@key]", corpus_sources=("a_b%c.bib",)))
    assert r"m\_1 \\input\{x\} \<b\> \[\@key\]" in card_markdown(odd)
    latex = "\n".join(card_latex(odd))
    assert r"\input" not in latex
    assert r"a\_b\%c.bib" in latex


def test_the_commands_write_the_card_beside_the_draft(tmp_path: Path) -> None:
    corpus = ["--corpus", str(EXAMPLES / "corpus.bib"), "--no-cache"]
    drafted, surveyed = tmp_path / "d.json", tmp_path / "s.json"
    out = ["--out", str(tmp_path / "x.md"), "--append-card"]
    assert main(["draft", "language models as judges", *corpus, *out, "--card", str(drafted)]) == 0
    assert "## Draft card" in (tmp_path / "x.md").read_text("utf-8")
    assert main(["survey", str(EXAMPLES / "outline.yaml"), *corpus, *out, "--card", str(surveyed)]) == 0
    one, all_sections = (json.loads(path.read_text("utf-8")) for path in (drafted, surveyed))
    assert one.keys() == all_sections.keys()
    assert one["settings"]["words"] == 400
    assert all_sections["settings"]["words"] == ["350", "300", "300"]
    assert all_sections["retrieval"]["must_cite"] == ["zheng2023judging"]
    assert all_sections["settings"]["digest"].startswith("sha256:")
