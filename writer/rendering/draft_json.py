"""A draft as *Draft JSON* (version 1), and back.

The record that other programs and later checks start from: everything but what only drafting itself needed (the keys
shown to a group, the parts of a score, the spans of problems).
"""

from __future__ import annotations

import json
from typing import Any, cast, get_args

from writer.draft import (
    Draft,
    Evidence,
    FieldName,
    Group,
    Hit,
    Kind,
    LeftOut,
    Place,
    Problem,
    Role,
    Sentence,
    Usage,
    Verdict,
)
from writer.entry import Corpus, Entry
from writer.rendering.json_fields import Value, parsed

SCHEMA = 1


def to_json(draft: Draft, corpus: Corpus) -> str:
    """The draft as Draft JSON: keys sorted, two spaces of indent, a newline at the end."""
    return as_text(document(draft, corpus))


def as_text(value: dict[str, Any]) -> str:
    """A document as JSON text, the same for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"


def document(draft: Draft, corpus: Corpus) -> dict[str, Any]:
    """The draft as plain JSON values.

    `entries` holds the cited entries that the corpus has, under the keys they are cited by.
    """
    return {
        "schema": SCHEMA,
        "theme": draft.theme,
        "corpus": {
            "digest": draft.corpus_digest,
            "entries": draft.corpus_entries,
            "sources": list(draft.corpus_sources),
        },
        "settings": dict(draft.settings),
        "drafter": draft.drafter,
        "retrieved": [{"key": hit.key, "rank": hit.rank, "score": hit.score} for hit in draft.retrieved],
        "groups": [_group(group) for group in draft.groups],
        "left_out": [{"key": left.key, "reason": left.reason} for left in draft.left_out],
        "problems": [problem_value(problem) for problem in draft.problems],
        "usage": usage_value(draft.usage),
        "entries": {key: _entry(corpus[key]) for key in draft.cited() if key in corpus},
    }


def _group(group: Group) -> dict[str, Any]:
    paragraphs = [[_sentence(sentence) for sentence in paragraph] for paragraph in group.paragraphs]
    return {"heading": group.heading, "paragraphs": paragraphs}


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "role": sentence.role,
        "citations": list(sentence.citations),
        "evidence": [evidence_value(piece) for piece in sentence.evidence],
        "verdict": sentence.verdict,
    }


def evidence_value(piece: Evidence) -> dict[str, Any]:
    """A quote and where it stands, as plain JSON values."""
    return {"key": piece.key, "quote": piece.quote, "start": piece.start, "end": piece.end, "field": piece.field}


def problem_value(problem: Problem) -> dict[str, Any]:
    """A problem with its place, as plain JSON values."""
    place = problem.place
    return {
        "kind": problem.kind,
        "group": place.group,
        "paragraph": place.paragraph,
        "sentence": place.sentence,
        "key": problem.key,
        "detail": problem.detail,
        "suggestion": problem.suggestion,
    }


def usage_value(usage: Usage) -> dict[str, Any]:
    """What calls took, as plain JSON values."""
    return {
        "calls": usage.calls,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cost_usd": usage.cost_usd,
        "estimated": usage.estimated,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "authors": [str(author) for author in entry.authors],
        "year": entry.year,
        "venue": entry.venue,
        "doi": entry.doi,
        "url": entry.url,
        "abstract": entry.abstract,
        "source": entry.source.label,
    }


def from_json(text: str) -> Draft:
    """The draft that a Draft JSON describes; `UserError` says where it is not one.

    The entries in it are not read: they belong to the corpus, which a later check is given anew.
    """
    document = parsed(text)
    schema = document.members().get("schema")
    if schema is not None and schema.whole(1) != SCHEMA:
        # Before anything else: another schema may have other fields.
        raise schema.wrong(f"schema {SCHEMA}", but=f"it is {schema.raw}")
    top = document.object(_TOP)
    corpus = top["corpus"].object(("digest", "entries", "sources"))
    top["entries"].members()
    return Draft(
        theme=top["theme"].text(),
        groups=tuple(_read_group(value) for value in top["groups"].items()),
        corpus_digest=corpus["digest"].text(),
        corpus_entries=corpus["entries"].whole(0),
        corpus_sources=corpus["sources"].texts(),
        settings=tuple((name, value.raw) for name, value in top["settings"].members().items()),
        drafter=top["drafter"].text(),
        retrieved=tuple(_read_hit(value) for value in top["retrieved"].items()),
        left_out=tuple(_read_left_out(value) for value in top["left_out"].items()),
        problems=tuple(_read_problem(value) for value in top["problems"].items()),
        usage=_read_usage(top["usage"]),
    )


_TOP = (
    "schema", "theme", "corpus", "settings", "drafter", "retrieved", "groups", "left_out", "problems", "usage",
    "entries",
)  # fmt: skip


def _read_group(value: Value) -> Group:
    group = value.object(("heading", "paragraphs"))
    paragraphs = tuple(
        tuple(_read_sentence(sentence) for sentence in paragraph.items()) for paragraph in group["paragraphs"].items()
    )
    return Group(heading=group["heading"].text(), paragraphs=paragraphs)


def _read_sentence(value: Value) -> Sentence:
    sentence = value.object(("text", "role", "citations", "evidence", "verdict"))
    return Sentence(
        text=sentence["text"].text(),
        role=cast("Role", sentence["role"].choice(get_args(Role))),
        citations=sentence["citations"].texts(),
        evidence=tuple(_read_evidence(piece) for piece in sentence["evidence"].items()),
        verdict=cast("Verdict", sentence["verdict"].choice(get_args(Verdict))),
    )


def _read_evidence(value: Value) -> Evidence:
    piece = value.object(("key", "quote", "start", "end", "field"))
    return Evidence(
        key=piece["key"].text(),
        quote=piece["quote"].text(),
        start=piece["start"].whole(-1),
        end=piece["end"].whole(-1),
        field=cast("FieldName", piece["field"].choice(get_args(FieldName))),
    )


def _read_hit(value: Value) -> Hit:
    hit = value.object(("key", "rank", "score"))
    return Hit(key=hit["key"].text(), rank=hit["rank"].whole(1), score=hit["score"].number())


def _read_left_out(value: Value) -> LeftOut:
    left = value.object(("key", "reason"))
    return LeftOut(key=left["key"].text(), reason=left["reason"].text())


def _read_problem(value: Value) -> Problem:
    problem = value.object(("kind", "group", "paragraph", "sentence", "key", "detail", "suggestion"))
    return Problem(
        kind=cast("Kind", problem["kind"].choice(get_args(Kind))),
        place=Place(*(problem[part].whole(-1) for part in ("group", "paragraph", "sentence"))),
        detail=problem["detail"].text(),
        key=problem["key"].text_or_none(),
        suggestion=problem["suggestion"].text_or_none(),
    )


def _read_usage(value: Value) -> Usage:
    usage = value.object(("calls", "prompt_tokens", "completion_tokens", "cost_usd", "estimated"))
    cost = usage["cost_usd"]
    return Usage(
        calls=usage["calls"].whole(0),
        prompt_tokens=usage["prompt_tokens"].whole(0),
        completion_tokens=usage["completion_tokens"].whole(0),
        cost_usd=None if cost.raw is None else cost.number(),
        estimated=usage["estimated"].truth(),
    )
