"""The checker's entry points: a draft or a manuscript and its corpus in, verdicts and problems out. Pure; no model.

Two questions, never mixed: does the citation exist, and does the entry support the claim. Rules can settle the
first. Of the second they can only say that a quote is verbatim and that nothing they know of speaks against it, so the
best verdict they give is `quoted`; `supported` is for a judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from writer.checking.case import Case
from writer.checking.citations import check_citations
from writer.checking.facts import Known
from writer.checking.figures import check_figures
from writer.checking.quotes import check_quotes
from writer.checking.stray import check_stray
from writer.checking.verified import verified
from writer.draft import Draft, Evidence, Group, Place, Problem, Sentence, Verdict
from writer.entry import Corpus
from writer.manuscript import Manuscript
from writer.report import ClaimVerdict, Coverage, Part, Report
from writer.settings import in_english

Check = Callable[[Case], list[Problem]]

CHECKS: tuple[Check, ...] = (check_citations, check_quotes, check_figures, check_stray)
"""Every rule, in the order in which its problems are told. A new check is one new file and one line here."""

DRAFTING_KINDS = frozenset({"truncated", "malformed", "not-cited"})
"""Kinds that only drafting can find; they stay with a draft that is checked again."""

_WORST_FIRST: tuple[Verdict, ...] = (
    "fabricated", "contradicted", "not-in-abstract", "uncited", "unverified", "partly", "quoted", "supported",
)  # fmt: skip


def check(draft: Draft, corpus: Corpus) -> Report:
    """Every claim's verdict and every problem of a draft, in reading order.

    Problems that drafting itself found (an answer cut or unreadable) are kept; all others are found anew.
    """
    known = Known(corpus)
    english = in_english(str(dict(draft.settings).get("language") or ""))
    verdicts, found = _examined(
        Case(sentence, place, draft.groups[place.group], known, in_english=english)
        for place, sentence in draft.sentences()
    )
    problems = [problem for problem in draft.problems if problem.kind in DRAFTING_KINDS] + found
    problems.sort(key=lambda problem: (problem.place.group, problem.place.paragraph, problem.place.sentence))
    cited = set(draft.cited())
    unused = tuple(hit.key for hit in draft.retrieved if hit.key not in cited)
    return Report(tuple(verdicts), tuple(problems), Coverage(unused))


def check_manuscript(manuscript: Manuscript, corpus: Corpus) -> Report:
    """Every claim's verdict and every problem of a manuscript, in reading order.

    `place.sentence` counts the manuscript's passages, whatever their paragraph. Evidence that the manuscript itself
    brings (the footnotes of a rendered draft) is held to; where it brings none, the whole of a cited entry speaks.
    """
    known = Known(corpus)
    verdicts, problems = _examined(
        Case(
            passage.sentence,
            Place(0, passage.paragraph, number),
            Group(passage.heading, ()),
            known,
            quoted=False,
        )
        for number, passage in enumerate(manuscript.passages)
    )
    return Report(tuple(verdicts), tuple(problems))


def _examined(cases: Iterable[Case]) -> tuple[list[ClaimVerdict], list[Problem]]:
    verdicts: list[ClaimVerdict] = []
    problems: list[Problem] = []
    for case in cases:
        found = [problem for rule in CHECKS for problem in rule(case)]
        problems += found
        if case.sentence.role == "claim":
            verdicts.append(_verdict_on(case, found))
    return verdicts, problems


def _verdict_on(case: Case, found: list[Problem]) -> ClaimVerdict:
    keys = case.sentence.citations
    exists = bool(keys) and all(key in case.corpus for key in keys)
    verdict = _verdict(case.sentence, case, found)
    parts: tuple[Part, ...] = ()
    if len(case.claims) > 1:
        parts = tuple(
            Part(
                claim.text,
                claim.spans,
                claim.citations,
                _verdict(
                    replace(case.sentence, citations=claim.citations),
                    case,
                    [
                        p
                        for p in found
                        if p.span is None or any(a < p.span[1] and p.span[0] < b for a, b in claim.spans)
                    ],
                ),
            )
            for claim in case.claims
        )
        verdict = worst([verdict, *(part.verdict for part in parts)])
    return ClaimVerdict(case.place, exists, verdict, _shown(case), parts=parts)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The one of several verdicts that a reader must know first."""
    return min(verdicts, key=_WORST_FIRST.index)


def _verdict(sentence: Sentence, case: Case, problems: list[Problem]) -> Verdict:
    if any(key not in case.corpus for key in sentence.citations):
        return "fabricated"
    if not sentence.citations:
        return "uncited"
    backed = {evidence.key for evidence in case.evidence}
    if problems or not backed.issuperset(sentence.citations):
        return "unverified"
    return "quoted"


def _shown(case: Case) -> tuple[Evidence, ...]:
    """The verified quotes; in a manuscript, for an entry without one, its sentence nearest to each claim."""
    shown = list(case.evidence)
    if not case.quoted:
        backed = {evidence.key for evidence in shown}
        for claim in case.claims:
            nearest = case.nearest(claim)
            for key in claim.citations:
                near = next((each.said for each in nearest if each.said.key == key), None)
                if key not in backed and near is not None:
                    shown.append(Evidence(key, near.text, near.start, near.end, near.field))
    return tuple(dict.fromkeys(shown))


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
