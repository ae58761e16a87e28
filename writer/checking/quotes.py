"""Is what is quoted really said: the evidence given for a citation, and what the prose puts in quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from writer.checking.case import Case
from writer.checking.catalogue import Catalogue, catalogue, folded
from writer.checking.verified import MIN_WORDS, verified
from writer.draft import Evidence, Problem
from writer.entry import Entry
from writer.text import STOP_WORDS, find_quote, fold, pieces, words

_QUOTED = re.compile(
    r"“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»|``([^`]+?)(?:''|”|\")|(?<!\w)\"(?=\S)([^\"]+)(?<=\S)\"(?!\w)"
)
_LEAST_WORDS = 4
"""Fewer words in quotation marks are a term, or one that the writer keeps at arm's length."""
_MOST_QUOTED = 200
"""More in one sentence is no prose."""
# What is quoted behind these is the writer's own example, or somebody's question, and no passage of a work.
_NO_PASSAGE = re.compile(
    r"(?:\b(?:e\.g\.|i\.e\.|such as|like|called|named|termed|titled|entitled|dubbed|labell?ed|prompts?|queries|query"
    r"|questions?|asks?|asked|asking|answers?|responses?|items?|instructions?|motto|slogan|categor(?:y|ies)|options?"
    r"|sentences?|phrases?|examples?|instances?|inputs?|outputs?|as in|meaning|or|statements?|search(?:ed)?(?: for)?"
    r"|terms?|keywords?)[,:]?|[→⇒=])\s*[(\[]?$",
    re.IGNORECASE,
)
_CHANGED = re.compile(r"\[[^\]]*\]\w*")
"""What the writer put into a quotation: `[sic]`, `[w]e`, `[the judge]`."""


def check_quotes(case: Case) -> list[Problem]:
    """`quote-not-found` for each quote that its entry does not say and, in a draft, each citation without a quote."""
    sentence, place, corpus = case.sentence, case.place, case.corpus
    if not (sentence.evidence or case.quoted):
        return []
    problems = []
    backed = set()
    for evidence in sentence.evidence:
        if case.known.entry(evidence.key) is None:
            if evidence.key not in sentence.citations:
                detail = f"evidence is given for {evidence.key!r}, which the corpus does not hold"
                problems.append(Problem("quote-not-found", place, detail, key=evidence.key))
        elif verified(evidence, corpus) is None:
            problems.append(_not_found(evidence, case))
        elif evidence.key not in sentence.citations:
            detail = f"evidence is given for {evidence.key!r}, which this sentence does not cite"
            problems.append(Problem("quote-not-found", place, detail, key=evidence.key))
        else:
            backed.add(evidence.key)
    if not case.quoted:
        return problems
    told = {problem.key for problem in problems}
    for key in dict.fromkeys(sentence.citations):
        if case.known.entry(key) is not None and key not in backed and key not in told:
            problems.append(Problem("quote-not-found", place, f"no quote is given for {key!r}", key=key))
    return problems


def check_quotations(case: Case) -> list[Problem]:
    """`quote-not-found` for each quotation of the prose that no entry cited there says.

    The rule is `quotation`, and less sure than that for evidence: full texts are not at hand.
    """
    text, problems = case.sentence.text, []
    if not any(mark in text for mark in '“„«"`') or not any(entry.abstract for entry in case.entries):
        return []
    for match in islice(_QUOTED.finditer(text), _MOST_QUOTED):
        quote = match[match.lastindex or 0].strip().rstrip(".,;:")
        if len(words(quote)) < _LEAST_WORDS or _NO_PASSAGE.search(text, max(0, match.start() - 40), match.start()):
            continue
        parts = [part.strip(" .,;:") for piece in pieces(quote) for part in _CHANGED.split(piece) if words(part)]
        if _is_title(quote, catalogue(case.known)) or _who_says(parts, case.entries):
            continue
        keys = ", ".join(repr(entry.key) for entry in case.entries[:3])
        detail = f"no abstract cited here ({keys}{', …' if len(case.entries) > 3 else ''}) says “{_cut(quote)}”"
        elsewhere = _who_says(parts, case.corpus)
        suggestion = f"the entry {elsewhere!r} says it" if elsewhere else None
        problems.append(
            Problem("quote-not-found", case.place, detail, suggestion=suggestion, span=match.span(), rule="quotation")
        )
    return problems


def _is_title(quote: str, shelf: Catalogue) -> bool:
    """Whether a work or a body is named instead of quoted: in capitals throughout, or with a title of the corpus."""
    telling = [word for word, _, _ in words(quote) if len(word) > 1 and word.lower() not in STOP_WORDS]
    if all(not word[0].islower() for word in telling):
        return True
    looked = fold(quote)
    return any(f" {looked} " in f" {title} " for title, _ in shelf.titles)


def _who_says(parts: list[str], entries: Iterable[Entry]) -> str | None:
    """The first entry that says every part; folded texts are compared first, since finding the place of one is slow."""
    looked = [fold(part) for part in parts]
    longest = max(" ".join(looked).split(), key=len, default="")
    for entry in entries:
        # Folding takes long; in ASCII text it joins no letters, so a word that is not there before is not there after.
        if entry.abstract.isascii() and longest not in entry.text.lower():
            continue
        text = folded(entry)
        if all(part in text for part in looked) and all(
            find_quote(entry.title, part) or find_quote(entry.abstract, part) for part in parts
        ):
            return entry.key
    return None


def _cut(quote: str) -> str:
    return quote if len(quote) <= 80 else quote[:77] + "…"


def _not_found(evidence: Evidence, case: Case) -> Problem:
    quote = _cut(evidence.quote)
    elsewhere = None
    if len(words(evidence.quote)) < MIN_WORDS:
        detail = f"the quote “{quote}” is too short to be evidence"
    else:
        detail = f"the entry {evidence.key!r} does not say “{quote}”"
        elsewhere = _who_says([evidence.quote], case.corpus)
    suggestion = f"the entry {elsewhere!r} says it" if elsewhere else None
    return Problem("quote-not-found", case.place, detail, key=evidence.key, suggestion=suggestion)
