from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from test_rendering_sample import CORPUS, DRAFT, DRAFTS, draft_of

from writer.draft import Draft, Sentence
from writer.errors import UserError
from writer.rendering import from_json, to_json


def test_the_fields_are_those_of_the_format() -> None:
    text = to_json(DRAFT, CORPUS)
    data = json.loads(text)
    assert sorted(data) == [
        "corpus", "drafter", "entries", "groups", "left_out", "problems", "retrieved", "schema", "settings", "theme",
        "usage",
    ]  # fmt: skip
    assert data["schema"] == 1
    assert data["corpus"] == {
        "digest": CORPUS.digest,
        "entries": 4,
        "sources": ["corpus.bib", "table.csv", "listing.txt"],
    }
    assert data["settings"] == {"digest": "sha256:ab", "temperature": 0.0, "words": 400}
    assert data["retrieved"][0] == {"key": "okafor2021scaling", "rank": 1, "score": 7.25}
    assert data["left_out"] == [{"key": "unusedWork", "reason": "further from the theme than the others"}]
    assert data["problems"][1] == {
        "kind": "uncited-claim", "group": 0, "paragraph": 1, "sentence": 0, "key": None,
        "detail": "the claim cites nothing", "suggestion": None,
    }  # fmt: skip
    assert data["usage"] == {
        "calls": 2, "prompt_tokens": 900, "completion_tokens": 210, "cost_usd": 0.0125, "estimated": True,
    }  # fmt: skip
    assert data["groups"][1]["paragraphs"][0][0]["evidence"][1] == {
        "key": "agentsForgetPlans", "quote": "Agents never forget.", "start": -1, "end": -1, "field": "abstract",
    }  # fmt: skip


def test_keys_are_sorted_text_is_not_escaped_and_a_newline_ends_it() -> None:
    text = to_json(DRAFT, CORPUS)
    assert text == json.dumps(json.loads(text), sort_keys=True, indent=2, ensure_ascii=False) + "\n"
    assert "Jörg" in text


def test_entries_are_the_cited_ones_that_exist_and_their_source_has_no_folder() -> None:
    entries = json.loads(to_json(DRAFT, CORPUS))["entries"]
    assert list(entries) == ["agentsForgetPlans", "leclercQuotes", "okafor2021scaling"]
    assert entries["okafor2021scaling"]["authors"] == ["Okafor, Ada", "Müller, Jörg"]
    assert entries["agentsForgetPlans"] == {
        "title": "", "authors": [], "year": None, "venue": None, "doi": None, "url": None,
        "abstract": "Agents forget their plans after long runs, and writing plans down helps.",
        "source": "listing.txt:40",
    }  # fmt: skip


def test_an_alias_is_listed_under_the_key_it_was_cited_by() -> None:
    entries = json.loads(to_json(draft_of(Sentence("A.", citations=("okafor21",))), CORPUS))["entries"]
    assert list(entries) == ["okafor21"]
    assert entries["okafor21"]["year"] == 2021


def test_the_sample_comes_back_equal() -> None:
    assert from_json(to_json(DRAFT, CORPUS)) == DRAFT


@settings(deadline=None)
@given(DRAFTS)
def test_any_draft_comes_back_to_the_same_text(draft: Draft) -> None:
    text = to_json(draft, CORPUS)
    again = from_json(text)
    assert to_json(again, CORPUS) == text
    assert again.groups == draft.groups
    assert again.problems == draft.problems


def _set(path: str, value: Any) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        *parents, last = (int(part) if part.isdigit() else part for part in path.split("/"))
        for part in parents:
            data = data[part]
        data[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_set("schema", 2), "schema: expected schema 1, but it is 2"),
        (_set("schema", True), "schema: expected a whole number, but it is true or false"),
        (_set("theme", 3), "theme: expected a text, but it is a number"),
        (_set("more", 3), "the whole: expected no field 'more', but it is there"),
        (_set("groups", {}), "groups: expected a list, but it is an object"),
        (_set("groups/0/heading", None), "groups[0].heading: expected a text, but it is null"),
        (_set("groups/0/paragraphs/0/1/verdict", "true"), "groups[0].paragraphs[0][1].verdict: expected one of supp"),
        (_set("groups/0/paragraphs/0/1/role", "x"), "role: expected one of claim, framing, but it is 'x'"),
        (_set("groups/0/paragraphs/0/1/citations/0", []), "citations[0]: expected a text, but it is a list"),
        (_set("groups/0/paragraphs/0/1/evidence/0/start", -2), "start: expected a whole number from -1, but it is -2"),
        (_set("groups/0/paragraphs/0/1/evidence/0/field", "body"), "field: expected one of title, abstract"),
        (_set("retrieved/0/score", "high"), "retrieved[0].score: expected a number, but it is a text"),
        (_set("usage/estimated", 1), "usage.estimated: expected true or false, but it is a number"),
        (_set("problems/0/kind", "odd"), "problems[0].kind: expected one of unknown-key"),
        (_set("theme", "\ud800"), "theme: expected a text, but it holds half of a surrogate pair"),
        (_set("retrieved/0/score", float("inf")), "score: expected a finite number, but it is inf"),
        (lambda data: data.pop("usage"), "the whole: expected the field 'usage', but it is missing"),
    ],
)
def test_what_is_no_draft_is_refused_with_its_place(change: Callable[[Any], None], message: str) -> None:
    data = json.loads(to_json(DRAFT, CORPUS))
    change(data)
    with pytest.raises(UserError) as caught:
        from_json(json.dumps(data))
    assert message in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: Expecting value"),
        ('{\n"schema" 1}', "line 2"),
        ("[1]", "the whole: expected an object, but it is a list"),
        ("[" * 100_000, "nested too deep"),
        ("9" * 5000, "too long"),
    ],
)
def test_what_is_no_json_is_refused(text: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        from_json(text)
    assert message in caught.value.message


def test_a_draft_without_anything_has_all_fields() -> None:
    empty = replace(DRAFT, groups=(), problems=(), left_out=(), retrieved=())
    assert from_json(to_json(empty, CORPUS)) == empty
