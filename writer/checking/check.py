"""The checker's entry point: a draft and its corpus in, verdicts and problems out. Pure; no model, no network.

Two questions, never mixed: does the citation exist, and does the entry support the claim. Rules can settle the
first. Of the second they can only say that a quote is verbatim and that numbers and names agree with it, so the
best verdict they give is `quoted`; `supported` is for a judge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from writer.checking.citations import check_citations
from writer.checking.figures import check_figures
from writer.checking.quotes import check_quotes, verified
from writer.checking.stray import check_stray
from writer.draft import Draft, Group, Place, Problem, Sentence, Verdict
from writer.entry import Corpus
from writer.report import ClaimVerdict, Coverage, Report
from writer.settings import in_english

Check = Callable[[Sentence, Place, Group, Corpus], list[Problem]]

CHECKS: tuple[Check, ...] = (check_citations, check_quotes, check_figures, check_stray)
"""Every rule, in the order in which its problems are told. A new check is one new file and one line here."""

_IN_ANOTHER_LANGUAGE = tuple(partial(rule, in_english=False) if rule is check_figures else rule for rule in CHECKS)
"""The rules for a draft that is not in English: without what compares its words with those of the abstracts."""

DRAFTING_KINDS = frozenset({"truncated", "malformed", "not-cited"})
"""Kinds that only drafting can find; they stay with a draft that is checked again."""


def check(draft: Draft, corpus: Corpus) -> Report:
    """Every claim's verdict and every problem of a draft, in reading order.

    Problems that drafting itself found (an answer cut or unreadable) are kept; all others are found anew.
    """
    problems = [problem for problem in draft.problems if problem.kind in DRAFTING_KINDS]
    verdicts = []
    rules = CHECKS if in_english(str(dict(draft.settings).get("language") or "")) else _IN_ANOTHER_LANGUAGE
    for place, sentence in draft.sentences():
        found = [problem for rule in rules for problem in rule(sentence, place, draft.groups[place.group], corpus)]
        problems.extend(found)
        if sentence.role == "claim":
            exists = bool(sentence.citations) and all(key in corpus for key in sentence.citations)
            verdicts.append(ClaimVerdict(place, exists, _verdict(sentence, found, corpus)))
    problems.sort(key=lambda problem: (problem.place.group, problem.place.paragraph, problem.place.sentence))
    cited = set(draft.cited())
    unused = tuple(hit.key for hit in draft.retrieved if hit.key not in cited)
    return Report(tuple(verdicts), tuple(problems), Coverage(unused))


def _verdict(sentence: Sentence, problems: list[Problem], corpus: Corpus) -> Verdict:
    if any(key not in corpus for key in sentence.citations):
        return "fabricated"
    if not sentence.citations:
        return "uncited"
    backed = {evidence.key for evidence in sentence.evidence if verified(evidence, corpus) is not None}
    if problems or not backed.issuperset(sentence.citations):
        return "unverified"
    return "quoted"


def checked(draft: Draft, corpus: Corpus) -> Draft:
    """The draft with its verdicts and problems written into it, and its evidence at the offsets found."""
    report = check(draft, corpus)
    verdicts = {claim.place: claim.verdict for claim in report.verdicts}
    result = replace(draft, problems=report.problems)
    for place, sentence in draft.sentences():
        evidence = tuple(verified(item, corpus) or replace(item, start=-1, end=-1) for item in sentence.evidence)
        verdict = verdicts.get(place, "unverified")
        result = result.with_sentence(place, replace(sentence, evidence=evidence, verdict=verdict))
    return result
