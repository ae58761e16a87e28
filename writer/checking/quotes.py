"""Is the evidence really in the entry: quotes verbatim, and one for every citation."""

from __future__ import annotations

from writer.checking.case import Case
from writer.checking.verified import MIN_WORDS, verified
from writer.draft import Evidence, Place, Problem
from writer.entry import Corpus, Entry
from writer.text import find_quote, words


def check_quotes(case: Case) -> list[Problem]:
    """`quote-not-found` for each quote that its entry does not say and, in a draft, each citation without a quote."""
    sentence, place, corpus = case.sentence, case.place, case.corpus
    problems = []
    backed = set()
    for evidence in sentence.evidence:
        if evidence.key not in corpus:
            if evidence.key not in sentence.citations:
                detail = f"evidence is given for {evidence.key!r}, which the corpus does not hold"
                problems.append(Problem("quote-not-found", place, detail, key=evidence.key))
        elif verified(evidence, corpus) is None:
            problems.append(_not_found(evidence, place, corpus))
        elif evidence.key not in sentence.citations:
            detail = f"evidence is given for {evidence.key!r}, which this sentence does not cite"
            problems.append(Problem("quote-not-found", place, detail, key=evidence.key))
        else:
            backed.add(evidence.key)
    if not case.quoted:
        return problems
    told = {problem.key for problem in problems}
    for key in dict.fromkeys(sentence.citations):
        if key in corpus and key not in backed and key not in told:
            problems.append(Problem("quote-not-found", place, f"no quote is given for {key!r}", key=key))
    return problems


def _not_found(evidence: Evidence, place: Place, corpus: Corpus) -> Problem:
    quote = evidence.quote if len(evidence.quote) <= 80 else evidence.quote[:77] + "…"
    if len(words(evidence.quote)) < MIN_WORDS:
        detail = f"the quote “{quote}” is too short to be evidence"
    else:
        detail = f"the entry {evidence.key!r} does not say “{quote}”"
    elsewhere = next((entry.key for entry in corpus if _says(entry, evidence.quote)), None)
    suggestion = f"the entry {elsewhere!r} says it" if elsewhere else None
    return Problem("quote-not-found", place, detail, key=evidence.key, suggestion=suggestion)


def _says(entry: Entry, quote: str) -> bool:
    return len(words(quote)) >= MIN_WORDS and find_quote(entry.text, quote) is not None
