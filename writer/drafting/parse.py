"""From a model's answer to a plan or a group. Everything is validated here, whatever a server promised.

What cannot be read is an `AnswerError` that says what was wrong, so that the model can be told. Nothing is guessed
or dropped in silence: a key that was never given stays in the sentence as it came, for the checker to report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from writer.draft import Evidence, LeftOut, Plan, PlanGroup, Sentence
from writer.errors import AnswerError
from writer.text import pieces

PLAN_SCHEMA: dict[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["groups", "left_out"],
    "properties": {
        "groups": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["heading", "angle", "keys"],
                "properties": {
                    "heading": {"type": "string", "maxLength": 120},
                    "angle": {"type": "string", "maxLength": 400},
                    "keys": {"type": "array", "items": {"type": "string", "maxLength": 12}},
                },
            },
        },
        "left_out": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["key", "reason"],
                "properties": {
                    "key": {"type": "string", "maxLength": 12},
                    "reason": {"type": "string", "maxLength": 200},
                },
            },
        },
    },
}
WRITE_SCHEMA: dict[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["paragraphs"],
    "properties": {
        "paragraphs": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["sentences"],
                "properties": {
                    "sentences": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["text", "role", "citations", "evidence"],
                            "properties": {
                                "text": {"type": "string", "maxLength": 1200},
                                "role": {"type": "string", "enum": ["claim", "framing"]},
                                "citations": {"type": "array", "items": {"type": "string", "maxLength": 12}},
                                "evidence": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "additionalProperties": False,
                                        "required": ["key", "quote"],
                                        "properties": {
                                            "key": {"type": "string", "maxLength": 12},
                                            "quote": {"type": "string", "maxLength": 1200},
                                        },
                                    },
                                },
                            },
                        },
                    }
                },
            },
        }
    },
}

_FENCE = re.compile(r"```(?:json|JSON)?\s*\n(.*?)```", re.DOTALL)
_MARKER = re.compile(r"\s*[\[(]\s*((?:@?P\d{1,4})(?:\s*[,;]\s*@?P\d{1,4})*)\s*[\])]")
_NAMED = re.compile(r"(?<![\w-])P\d{1,4}(?![\w-])")


def read_object(text: str) -> dict[str, Any]:
    """The one JSON object of an answer: bare, fenced, or with talk around it. Raises AnswerError."""
    candidates = [text.strip(), *(match[1].strip() for match in _FENCE.finditer(text))]
    first = text.find("{")
    if first >= 0:
        candidates.append(text[first:])
    failure = "it holds no JSON object"
    for candidate in candidates:
        if not candidate.startswith("{"):
            continue
        try:
            value, _ = json.JSONDecoder(strict=False).raw_decode(candidate)
        except ValueError as error:
            failure = f"it is not valid JSON ({error})"
            continue
        if isinstance(value, dict):
            return value
    raise AnswerError(f"the answer could not be read: {failure}", answer=text)


def read_plan(text: str, keys: Mapping[str, str], max_groups: int) -> tuple[Plan, list[str]]:
    """A plan with the corpus's own keys, and notes on what in the answer was not usable.

    `keys` maps the short keys of the prompt to citation keys. An entry that the answer forgot is left out and said
    so; one that it names twice is told where it stands first. Raises AnswerError for an answer of another shape.
    """
    value = read_object(text)
    groups: list[PlanGroup] = []
    notes: list[str] = []
    seen: dict[str, None] = {}
    for item in _list(value, "groups", text):
        heading = _string(item, "heading", text).strip().rstrip(".:") or "Related work"
        given = [_short(key) for key in _strings(item, "keys", text)]
        notes += [f"the plan names {key!r}, which was not given" for key in given if key not in keys]
        fresh = [key for key in dict.fromkeys(given) if key in keys and key not in seen]
        seen.update(dict.fromkeys(fresh))
        if fresh:
            groups.append(PlanGroup(heading, _string(item, "angle", text).strip(), tuple(keys[key] for key in fresh)))
    if not groups:
        raise AnswerError("the plan has no group with a key that was given", answer=text)
    if len(groups) > max_groups:
        raise AnswerError(f"the plan has {len(groups)} groups, at most {max_groups} were asked for", answer=text)
    left: list[LeftOut] = []
    for item in _list(value, "left_out", text, required=False):
        key = _short(_string(item, "key", text))
        if key in keys and key not in seen:
            seen[key] = None
            left.append(LeftOut(keys[key], _string(item, "reason", text).strip() or "no reason given"))
    left += [LeftOut(keys[key], "the plan did not mention it") for key in keys if key not in seen]
    return Plan(tuple(groups), tuple(left)), notes


def read_group(text: str, keys: Mapping[str, str]) -> tuple[tuple[tuple[Sentence, ...], ...], list[str]]:
    """The paragraphs of a group, and notes on what was set right. Raises AnswerError for another shape."""
    value = read_object(text)
    paragraphs = []
    notes: list[str] = []
    for item in _list(value, "paragraphs", text):
        sentences = [
            _sentence(sentence, keys, notes, text)
            for sentence in _list(item, "sentences", text)
            if sentence.get("text")
        ]
        if sentences:
            paragraphs.append(tuple(sentences))
    if not paragraphs:
        raise AnswerError("the answer has no sentence", answer=text)
    return tuple(paragraphs), notes


def salvage_group(text: str, keys: Mapping[str, str]) -> tuple[tuple[tuple[Sentence, ...], ...], list[str]]:
    """The whole sentences of an answer that was cut off. Raises AnswerError when there is none."""
    decoder = json.JSONDecoder(strict=False)
    found: list[Sentence] = []
    notes: list[str] = []
    for match in re.finditer(r'\{\s*"text"\s*:', text):
        try:
            value, _ = decoder.raw_decode(text[match.start() :])
            found.append(_sentence(value, keys, notes, text))
        except (ValueError, AnswerError):
            break
    if not found:
        raise AnswerError("the answer was cut off before its first sentence ended", answer=text)
    return (tuple(found),), notes


def _sentence(item: Mapping[str, Any], keys: Mapping[str, str], notes: list[str], answer: str) -> Sentence:
    text = " ".join(_string(item, "text", answer).split())
    cited = [_short(key) for key in _strings(item, "citations", answer)]
    # A key set in brackets inside the text is a citation in the wrong place, not a part of the sentence.
    for match in _MARKER.finditer(text):
        cited += [_short(key) for key in re.split(r"[,;]", match[1])]
    text = _MARKER.sub("", text).strip()
    notes += [f"a sentence names the entry {key!r} by its key: {text!r}" for key in _NAMED.findall(text) if key in keys]
    evidence = []
    for quote in _list(item, "evidence", answer, required=False):
        key = _short(_string(quote, "key", answer))
        for piece in pieces(_string(quote, "quote", answer)):
            evidence.append(Evidence(keys.get(key, key), piece))
    citations = tuple(keys.get(key, key) for key in dict.fromkeys(cited) if key)
    framing = item.get("role") == "framing" and not citations
    if text and text[-1] not in ".!?…”\"')":
        text += "."
    return Sentence(text, "framing" if framing else "claim", citations, tuple(evidence))


def _short(key: str) -> str:
    return key.strip().strip("[]()@ ")


def _list(value: Mapping[str, Any], name: str, answer: str, *, required: bool = True) -> list[Mapping[str, Any]]:
    found = value.get(name, None if required else [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise AnswerError(f"{name!r} is not a list of objects", answer=answer)
    return found


def _strings(value: Mapping[str, Any], name: str, answer: str) -> list[str]:
    found = value.get(name, [])
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise AnswerError(f"{name!r} is not a list of strings", answer=answer)
    return found


def _string(value: Mapping[str, Any], name: str, answer: str) -> str:
    found = value.get(name, "")
    if not isinstance(found, str):
        raise AnswerError(f"{name!r} is not a string", answer=answer)
    return found
