"""From a model's answer to a plan or a group. Everything is validated here, whatever a server promised.

What cannot be read is an `AnswerError` that says what was wrong, so that the model can be told. Nothing is guessed
or dropped in silence: a key that was never given stays in the sentence as it came, for the checker to report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
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
_SENTENCE_FIELDS: dict[str, object] = {
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
                            "properties": _SENTENCE_FIELDS,
                        },
                    }
                },
            },
        }
    },
}
REPAIR_SCHEMA: dict[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["repairs"],
    "properties": {
        "repairs": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["number", "action", "text", "role", "citations", "evidence"],
                "properties": {
                    "number": {"type": "integer"},
                    "action": {"type": "string", "enum": ["replace", "drop"]},
                    **_SENTENCE_FIELDS,
                },
            },
        },
    },
}

_FENCE = re.compile(r"```(?:json|JSON)?\s*\n(.*?)```", re.DOTALL)
_SENTENCE = re.compile(r'\{\s*"(?:text|role|citations|evidence)"\s*:')
_UNUSABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
"""Control characters and halves of surrogate pairs: JSON can write them, no file that a draft becomes can hold them."""
_BRACES_TRIED = 50


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
        notes += [f"a heading names the entry {key!r}: {heading!r}" for key in _named(heading, keys)]
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
    found: list[Sentence] = []
    notes: list[str] = []
    for value in whole_sentences(text):
        try:
            found.append(_sentence(value, keys, notes, text))
        except AnswerError as error:
            notes.append(f"a sentence of the cut answer could not be read: {error.message}")
    if not found:
        raise AnswerError("the answer was cut off before its first sentence ended", answer=text)
    return (tuple(found),), notes


def whole_sentences(text: str) -> list[dict[str, Any]]:
    """The objects of an answer's sentences as they came, up to where it was cut."""
    decoder = json.JSONDecoder(strict=False)
    found = []
    for match in _SENTENCE.finditer(text):
        try:
            found.append(decoder.raw_decode(text, match.start())[0])
        except (ValueError, RecursionError):
            break  # here it was cut
    return found


def read_rest(text: str, keys: Mapping[str, str]) -> tuple[tuple[tuple[Sentence, ...], ...], list[str]]:
    """As `read_group`, for what follows on a cut answer: that nothing was missing is an answer too."""
    value = read_object(text, "paragraphs")
    given = [
        sentence
        for item in _list(value, "paragraphs", text)
        for sentence in _list(item, "sentences", text)
        if sentence.get("text")
    ]
    return read_group(text, keys) if given else ((), [])


def read_repairs(
    text: str, keys: Mapping[str, str], numbers: Collection[int]
) -> tuple[dict[int, Sentence | None], list[str]]:
    """What an answer makes of the failing sentences, by their numbers (None: drop it), and notes on the rest of it.

    A number that was not asked about, and a second answer to the same one, is noted and passed over: sentences that
    passed are not for the model to change. Raises AnswerError for another shape.
    """
    value = read_object(text, "repairs")
    found: dict[int, Sentence | None] = {}
    notes: list[str] = []
    for item in _list(value, "repairs", text):
        number = _number(item)
        if number not in numbers:
            notes.append(f"it repairs sentence {item.get('number')!r}, which was not asked about")
        elif number in found:
            notes.append(f"it repairs sentence {number} twice; the first counts")
        elif item.get("action") == "drop":
            found[number] = None
        else:
            # What cannot be read of one sentence takes nothing from the others; a key in its text is not taken over.
            wrong: list[str] = []
            try:
                sentence = _sentence(item, keys, wrong, text)
            except AnswerError as error:
                wrong = [f"its sentence {number} could not be read: {error.message}"]
            if wrong:
                notes += wrong
            else:
                found[number] = sentence
    if not found:
        raise AnswerError(
            "the answer repairs none of the sentences: " + ("; ".join(notes) or "it is empty"), answer=text
        )
    return found, notes


def _number(item: Mapping[str, Any]) -> int:
    """The number of a sentence, which may come as a string; -1 where it is none."""
    told = re.fullmatch(r"\D{0,12}(\d{1,6})\.?", str(item.get("number", "")).strip())
    return int(told[1]) if told else -1


@lru_cache(maxsize=8)
def _marker(letter: str) -> re.Pattern[str]:
    """Keys in brackets in the midst of a text."""
    key = rf"@?{re.escape(letter)}\d{{1,4}}"
    return re.compile(rf"\s*[\[(]\s*({key}(?:\s*[,;]\s*{key})*)\s*[\])]")


def _named(text: str, keys: Mapping[str, str]) -> list[str]:
    """The short keys that a text names."""
    return [word for word in re.findall(r"(?<![\w-])[A-Z]+\d{1,4}(?![\w-])", text) if word in keys]


def _letter(keys: Mapping[str, str]) -> str:
    """What the short keys of a draft begin with."""
    return next(iter(keys), "P1").rstrip("0123456789")


def _sentence(item: Mapping[str, Any], keys: Mapping[str, str], notes: list[str], answer: str) -> Sentence:
    text = _line(item, "text", answer)
    cited = _keys(item, "citations", keys, answer)
    # A key set in brackets inside the text is a citation in the wrong place, not a part of the sentence.
    marker = _marker(_letter(keys))
    for match in marker.finditer(text):
        cited += [_short(key, keys) for key in re.split(r"[,;]", match[1])]
    text = marker.sub("", text).strip()
    if not text.strip(".!?…"):
        raise AnswerError(f"a sentence has no text (it cites {', '.join(cited) or 'nothing'})", answer=answer)
    notes += [f"a sentence names the entry {key!r} by its key: {text!r}" for key in _named(text, keys)]
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
