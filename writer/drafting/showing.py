"""What a model is shown of a draft's entries and sentences, and under which keys. No prompt text and no call here.

The short keys are the same in every call of a draft. No citation key is ever shown: one field less to get wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from writer.checking.kinds import counted
from writer.draft import Draft, Place, Problem, Sentence
from writer.drafting.asking import nearest_sentences
from writer.drafting.drafter import Brief
from writer.drafting.subject import subject_of
from writer.entry import Corpus, Entry

_SENTENCES_SHOWN = 3
"""How many sentences of each abstract the plan call sees."""
_LETTERS = "PQRSTUVWXYZABCDEFGHIJKLMNO"


def short_keys(brief: Brief) -> dict[str, str]:
    """`P1`, `P2` … by rank, and the citation keys they stand for; the same in every call of a draft."""
    letter = key_letter(brief.corpus)
    return {f"{letter}{hit.rank}": hit.key for hit in brief.hits}


def key_letter(corpus: Corpus) -> str:
    """What short keys begin with: `P`, unless the corpus has keys of its own that look like `P7`.

    A key that the model makes up would then be taken for an entry. Where every letter is taken, two of a kind serve.
    """
    taken = {
        found[1].upper() for entry in corpus for key in (entry.key, *entry.aliases) if (found := _LIKE_SHORT.match(key))
    }
    return next(letter * times for times in count(1) for letter in _LETTERS if letter * times not in taken)


_LIKE_SHORT = re.compile(r"([A-Za-z]+)\d+$")


def for_plan(short: str, entry: Entry, brief: Brief) -> dict[str, Any]:
    """What the plan call sees of an entry: the sentences nearest to the theme, in their order."""
    shown = nearest_sentences(entry.abstract, brief.weights, _SENTENCES_SHOWN)
    return {"key": short, "title": entry.title, "year": entry.year, "sentences": shown}


def for_write(short: str, entry: Entry) -> dict[str, Any]:
    """What the calls that write see of an entry: all of it."""
    who = subject_of(entry).text if entry.authors else ""
    return {"key": short, "title": entry.title, "who": who, "year": entry.year, "abstract": entry.abstract}


def repair_keys(brief: Brief, draft: Draft, places: Iterable[Place]) -> dict[str, str]:
    """The short keys of the entries that failing sentences cite, quote, or are told to look at.

    Entries beyond the hits get numbers beyond theirs; an excluded one is never among them.
    """
    wanted: dict[str, None] = {}
    for place in places:
        sentence = sentence_at(draft, place)
        named = [*sentence.citations, *(piece.key for piece in sentence.evidence)]
        named += [key for problem in problems_at(draft, place) for key in _keys_in(problem, brief.corpus)]
        for key in named:
            entry = brief.corpus.get(key)
            if entry is not None and entry.key not in brief.settings.exclude:
                wanted[entry.key] = None
    shown = short_keys(brief)
    found = {short: key for short, key in shown.items() if key in wanted}
    beyond = [key for key in wanted if key not in shown.values()]
    letter = key_letter(brief.corpus)
    return found | {f"{letter}{number}": key for number, key in enumerate(beyond, start=len(shown) + 1)}


def for_repair(number: int, draft: Draft, place: Place, keys: Mapping[str, str], corpus: Corpus) -> dict[str, Any]:
    """A failing sentence with its problems, and what was tried with it before, under the short keys."""
    sentence = sentence_at(draft, place)
    short = {alias: brief_key for brief_key, key in keys.items() for alias in (key, *corpus[key].aliases)}
    return {
        "number": number,
        "text": sentence.text,
        "role": sentence.role,
        "citations": [short.get(key, key) for key in sentence.citations],
        "evidence": [{"key": short.get(piece.key, piece.key), "quote": piece.quote} for piece in sentence.evidence],
        "problems": [
            {
                "kind": problem.kind,
                "detail": _shortened(problem.detail, short),
                "suggestion": _shortened(problem.suggestion or "", short),
            }
            for problem in problems_at(draft, place)
        ],
        "earlier": [
            {"text": attempt.after.text if attempt.after else "", "why": _shortened(attempt.why, short)}
            for attempt in draft.repairs.attempts
            if attempt.place == place and not attempt.taken
        ],
    }


def sentence_at(draft: Draft, place: Place) -> Sentence:
    """The sentence that stands at a place."""
    return draft.groups[place.group].paragraphs[place.paragraph][place.sentence]


def problems_at(draft: Draft, place: Place) -> list[Problem]:
    """The problems that speak against the sentence at a place."""
    return counted(problem for problem in draft.problems if problem.place == place)


def failing(draft: Draft, at: int) -> list[Place]:
    """The places of group `at` whose sentences have problems, in reading order, without those to be dropped."""
    dropped = {attempt.place for attempt in draft.repairs.attempts if attempt.taken and attempt.after is None}
    wrong = {problem.place for problem in counted(draft.problems)} - dropped
    return [place for place, _ in draft.sentences() if place.group == at and place in wrong]


def _keys_in(problem: Problem, corpus: Corpus) -> list[str]:
    """The keys of the corpus that a suggestion names."""
    words = re.findall(r"[^\s,;'“”…()]+", problem.suggestion or "")
    return [word for told in words for word in (told, told.rstrip(".:")) if word in corpus.entries]


def _shortened(text: str, short: Mapping[str, str]) -> str:
    """The text with short keys for citation keys."""
    for key in sorted(short, key=len, reverse=True):
        text = re.sub(rf"(?<![\w-]){re.escape(key)}(?![\w-])", short[key], text)
    return text
