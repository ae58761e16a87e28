"""From a model's answer to a plan or a group. Everything is validated here, whatever a server promised.

What cannot be read is an `AnswerError` that says what was wrong, so that the model can be told. Nothing is guessed
or dropped in silence: a key that was never given stays in the sentence as it came, for the checker to report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import islice
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
_SENTENCE = re.compile(r'\{\s*"(?:text|role|citations|evidence)"\s*:')
_UNUSABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
"""Control characters and halves of surrogate pairs: JSON can write them, no file that a draft becomes can hold them."""
_BRACES_TRIED = 50
_NAMED = re.compile(r"(?<![\w-])P\d{1,4}(?![\w-])")


def read_object(text: str, name: str) -> dict[str, Any]:
    """The JSON object of an answer that has this name in it: bare, fenced, or with talk around it.

    Raises AnswerError, which tells what is wrong with the first thing that looks like an object.
    """
    decoder = json.JSONDecoder(strict=False)
    starts = [match.start(1) + len(match[1]) - len(match[1].lstrip()) for match in _FENCE.finditer(text)]
    starts += [match.start() for match in islice(re.finditer(r"\{", text), _BRACES_TRIED)]
    failure = ""
    for start in starts:
        if not text.startswith("{", start):
            continue
        try:
            value, _ = decoder.raw_decode(text, start)
        except ValueError as error:
            failure = failure or f"it is not valid JSON ({error})"
        except RecursionError:
            failure = failure or "it is nested too deeply"
        else:
            if name in value:
                return dict(value)
            failure = failure or f"its JSON object has no {name!r}"
    raise AnswerError(f"the answer could not be read: {failure or 'it holds no JSON object'}", answer=text)


def read_plan(text: str, keys: Mapping[str, str], max_groups: int) -> tuple[Plan, list[str]]:
    """A plan with the corpus's own keys, and notes on what in the answer was not usable.

    `keys` maps the short keys of the prompt to citation keys. An entry that the answer forgot is left out and said
    so; one that it names twice is told where it stands first. Raises AnswerError for an answer of another shape.
    """
    value = read_object(text, "groups")
    groups: list[PlanGroup] = []
    notes: list[str] = []
    seen: dict[str, None] = {}
    for item in _list(value, "groups", text):
        heading = _line(item, "heading", text).rstrip(".: ") or "Related work"
        given = _keys(item, "keys", keys, text)
        notes += [f"the plan names {key!r}, which was not given" for key in given if key not in keys]
        notes += [f"a heading names the entry {key!r}: {heading!r}" for key in _NAMED.findall(heading) if key in keys]
        fresh = [key for key in dict.fromkeys(given) if key in keys and key not in seen]
        seen.update(dict.fromkeys(fresh))
        if fresh:
            groups.append(PlanGroup(heading, _line(item, "angle", text), tuple(keys[key] for key in fresh)))
    if not groups:
        raise AnswerError("the plan has no group with a key that was given", answer=text)
    if len(groups) > max_groups:
        raise AnswerError(f"the plan has {len(groups)} groups, at most {max_groups} were asked for", answer=text)
    left: list[LeftOut] = []
    for item in _list(value, "left_out", text, required=False):
        key = _short(_string(item, "key", text), keys)
        if key not in keys:
            notes.append(f"the plan leaves out {key!r}, which was not given")
        elif key not in seen:
            seen[key] = None
            left.append(LeftOut(keys[key], _line(item, "reason", text) or "no reason given"))
    left += [LeftOut(keys[key], "the plan did not mention it") for key in keys if key not in seen]
    return Plan(tuple(groups), tuple(left)), notes


def read_group(text: str, keys: Mapping[str, str]) -> tuple[tuple[tuple[Sentence, ...], ...], list[str]]:
    """The paragraphs of a group, and notes on what was set right. Raises AnswerError for another shape."""
    value = read_object(text, "paragraphs")
    paragraphs = []
    notes: list[str] = []
    for item in _list(value, "paragraphs", text):
        sentences = [
            _sentence(sentence, keys, notes, text)
            for sentence in _list(item, "sentences", text)
            if any(sentence.get(name) for name in ("text", "citations", "evidence"))
        ]
        if sentences:
            paragraphs.append(tuple(sentences))
    if not paragraphs:
        raise AnswerError("the answer has no sentence", answer=text)
    return tuple(paragraphs), notes


def salvage_group(text: str, keys: Mapping[str, str]) -> tuple[tuple[tuple[Sentence, ...], ...], list[str]]:
    """The whole sentences of an answer that was cut off, and notes as from `read_group`.

    A whole sentence of a wrong shape is noted and passed over. Raises AnswerError when there is no good one.
    """
    decoder = json.JSONDecoder(strict=False)
    found: list[Sentence] = []
    notes: list[str] = []
    for match in _SENTENCE.finditer(text):
        try:
            value, _ = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            break  # here it was cut
        try:
            found.append(_sentence(value, keys, notes, text))
        except AnswerError as error:
            notes.append(f"a sentence of the cut answer could not be read: {error.message}")
    if not found:
        raise AnswerError("the answer was cut off before its first sentence ended", answer=text)
    return (tuple(found),), notes


def _sentence(item: Mapping[str, Any], keys: Mapping[str, str], notes: list[str], answer: str) -> Sentence:
    text = _line(item, "text", answer)
    cited = _keys(item, "citations", keys, answer)
    # A key set in brackets inside the text is a citation in the wrong place, not a part of the sentence.
    for match in _MARKER.finditer(text):
        cited += [_short(key, keys) for key in re.split(r"[,;]", match[1])]
    text = _MARKER.sub("", text).strip()
    if not text.strip(".!?…"):
        raise AnswerError(f"a sentence has no text (it cites {', '.join(cited) or 'nothing'})", answer=answer)
    notes += [f"a sentence names the entry {key!r} by its key: {text!r}" for key in _NAMED.findall(text) if key in keys]
    evidence = []
    for quote in _list(item, "evidence", answer, required=False):
        key = _short(_string(quote, "key", answer), keys)
        for piece in pieces(_string(quote, "quote", answer)):
            evidence.append(Evidence(keys.get(key, key), piece))
    citations = tuple(dict.fromkeys(keys.get(key, key) for key in cited if key))
    framing = item.get("role") == "framing" and not citations
    if text[-1] not in ".!?…”\"')":
        text += "."
    return Sentence(text, "framing" if framing else "claim", citations, tuple(evidence))


def _short(key: str, keys: Mapping[str, str]) -> str:
    """The key without the brackets or the @ that it was set in, where it is one that was given; else as it came."""
    key = " ".join(key.split())
    bare = key.strip("[]()@ ")
    return bare if bare in keys else key


def _keys(value: Mapping[str, Any], name: str, keys: Mapping[str, str], answer: str) -> list[str]:
    """The keys of a list; several given keys in one string ("P1, P2") are told apart."""
    found: list[str] = []
    for given in _strings(value, name, answer):
        parts = [_short(part, keys) for part in re.split(r"[,;]", given)]
        found += parts if all(part in keys for part in parts) else [_short(given, keys)]
    return found


def _line(value: Mapping[str, Any], name: str, answer: str) -> str:
    return " ".join(_string(value, name, answer).split())


def _list(value: Mapping[str, Any], name: str, answer: str, *, required: bool = True) -> list[Mapping[str, Any]]:
    found = value.get(name, None if required else [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise AnswerError(f"{name!r} is not a list of objects", answer=answer)
    return found


def _strings(value: Mapping[str, Any], name: str, answer: str) -> list[str]:
    found = value.get(name, [])
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise AnswerError(f"{name!r} is not a list of strings", answer=answer)
    return [_UNUSABLE.sub("\ufffd", item) for item in found]


def _string(value: Mapping[str, Any], name: str, answer: str) -> str:
    found = value.get(name, "")
    if not isinstance(found, str):
        raise AnswerError(f"{name!r} is not a string", answer=answer)
    return _UNUSABLE.sub("\ufffd", found)
