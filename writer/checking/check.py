"""The checker's entry points: a draft or a manuscript and its corpus in, verdicts and problems out. Pure; no model.

Two questions, never mixed: does the citation exist, and does the entry support the claim. Rules can settle the
first. Of the second they can only say that a quote is verbatim and that nothing they know of speaks against it, so the
best verdict they give is `quoted`; `supported` is for a judge.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain

from writer.checking.authors import check_authors
from writer.checking.case import Case
from writer.checking.citations import check_citations, check_loose
from writer.checking.cited_entries import check_cited_entries, check_duplicates
from writer.checking.claims import Claim
from writer.checking.direction import check_direction
from writer.checking.facts import MOST_RIVALS, Known
from writer.checking.figures import check_figures
from writer.checking.kinds import severity
from writer.checking.misattributed import check_misattributed
from writer.checking.names import check_names
from writer.checking.negation import check_negation
from writer.checking.overstated import check_overstated
from writer.checking.quotes import check_quotations, check_quotes
from writer.checking.referenced import explained, resolve
from writer.checking.spared import spared
from writer.checking.stray import check_stray
from writer.checking.verified import verified
from writer.collector import uncollected
from writer.draft import Draft, Evidence, Group, Place, Problem, Sentence, Verdict
from writer.entry import Corpus
from writer.manuscript import Manuscript
from writer.report import ClaimVerdict, Coverage, Part, Report
from writer.settings import in_english

Check = Callable[[Case], list[Problem]]

CHECKS: tuple[Check, ...] = (
    check_citations,
    check_quotes,
    check_figures,
    check_names,
    check_stray,
    check_direction,
    check_negation,
    check_overstated,
    check_authors,
    check_quotations,
    check_misattributed,
)
"""Every rule, in the order in which its problems are told. A new check is one new file and one line here."""

WholeCheck = Callable[[Sequence[Case]], list[Problem]]

DRAFT_CHECKS: tuple[WholeCheck, ...] = (check_duplicates,)
"""Rules that look at all sentences of a draft at once."""

MANUSCRIPT_CHECKS: tuple[WholeCheck, ...] = (*DRAFT_CHECKS, check_cited_entries)
"""Those of a manuscript. The records of a draft's corpus are no fault of the draft."""

DRAFTING_KINDS = frozenset({"truncated", "malformed", "not-cited"})
"""Kinds that only drafting can find; they stay with a draft that is checked again."""

_WORST_FIRST: tuple[Verdict, ...] = (
    "fabricated", "contradicted", "not-in-abstract", "uncited", "unverified", "partly", "quoted", "supported",
)  # fmt: skip


@uncollected()
def check(draft: Draft, corpus: Corpus) -> Report:
    """Every claim's verdict and every problem of a draft, in reading order.

    Problems that drafting itself found (an answer cut or unreadable) are kept; all others are found anew.
    """
    seen = (hit.key for hit in draft.retrieved), *(group.shown for group in draft.groups), draft.cited()
    known = Known(corpus, among=tuple(dict.fromkeys(chain.from_iterable(seen))))
    english = in_english(str(dict(draft.settings).get("language") or ""))
    cases = [
        Case(sentence, place, draft.groups[place.group], known, in_english=english)
        for place, sentence in draft.sentences()
    ]
    verdicts, found = _examined(cases)
    found += [problem for rule in DRAFT_CHECKS for problem in rule(cases)]
    problems = [problem for problem in draft.problems if problem.kind in DRAFTING_KINDS] + found
    problems.sort(key=lambda problem: (problem.place.group, problem.place.paragraph, problem.place.sentence))
    cited = set(draft.cited())
    unused = tuple(hit.key for hit in draft.retrieved if hit.key not in cited)
    return Report(tuple(verdicts), tuple(problems), Coverage(unused))


@uncollected()
def check_manuscript(manuscript: Manuscript, corpus: Corpus) -> Report:
    """Every claim's verdict and every problem of a manuscript, in reading order.

    `place.sentence` counts the manuscript's passages, whatever their paragraph. Evidence that the manuscript itself
    brings (the footnotes of a rendered draft) is held to; where it brings none, the whole of a cited entry speaks.
    Labels of a reference list are resolved first (`referenced.resolve` lists the matches). Problems of the text as a
    whole stand last.
    """
    resolved = resolve(manuscript, corpus)
    cited = (key for passage in resolved.manuscript.passages for key in passage.sentence.citations)
    known = Known(corpus, among=tuple(dict.fromkeys(cited)) if len(corpus) > MOST_RIVALS else None)
    paragraphs: dict[int, list[Sentence]] = defaultdict(list)
    for passage in resolved.manuscript.passages:
        paragraphs[passage.paragraph].append(passage.sentence)
    groups = {number: tuple(found) for number, found in paragraphs.items()}
    cases = [
        Case(
            passage.sentence,
            Place(0, passage.paragraph, number),
            Group(passage.heading, (groups[passage.paragraph],)),
            known,
            quoted=False,
        )
        for number, passage in enumerate(resolved.manuscript.passages)
    ]
    verdicts, problems = _examined(cases)
    problems += check_loose(resolved.manuscript.loose, known)
    problems += [problem for rule in MANUSCRIPT_CHECKS for problem in rule(cases)]
    problems = explained(problems, resolved.matches)
    problems.sort(key=lambda problem: (problem.place.sentence < 0, problem.place.sentence))
    return Report(tuple(verdicts), tuple(problems))


def problems_of(case: Case) -> list[Problem]:
    """What all rules together tell of one sentence."""
    return spared(case, [problem for rule in CHECKS for problem in rule(case)])


def _examined(cases: Iterable[Case]) -> tuple[list[ClaimVerdict], list[Problem]]:
    verdicts: list[ClaimVerdict] = []
    problems: list[Problem] = []
    for case in cases:
        found = problems_of(case)
        problems += found
        if case.sentence.role == "claim":
            verdicts.append(_verdict_on(case, found))
    return verdicts, problems


def _verdict_on(case: Case, found: list[Problem]) -> ClaimVerdict:
    keys = case.sentence.citations
    exists = bool(keys) and all(case.known.entry(key) is not None for key in keys)
    # A note is told and counts for nothing.
    serious = [problem for problem in found if severity(problem) != "note"]
    verdict = _verdict(case, keys, bool(serious))
    parts: tuple[Part, ...] = ()
    if len(case.claims) > 1:
        touches = _touching(serious)
        parts = tuple(
            Part(claim.text, claim.spans, claim.citations, _verdict(case, claim.citations, touches(claim)))
            for claim in case.claims
        )
        verdict = worst([verdict, *(part.verdict for part in parts)])
    return ClaimVerdict(case.place, exists, verdict, _shown(case), parts=parts)


def _touching(problems: list[Problem]) -> Callable[[Claim], bool]:
    """Whether a claim has any of these problems: by where they are, else by the key, else all claims have them."""
    everywhere = any(problem.span is None and problem.key is None for problem in problems)
    keys = {problem.key for problem in problems if problem.span is None}
    ends: list[int] = []
    starts: list[int] = []
    for start, end in sorted(problem.span for problem in problems if problem.span is not None):
        if not ends or start > ends[-1]:
            starts.append(start)
            ends.append(end)
        else:
            ends[-1] = max(ends[-1], end)

    def touches(claim: Claim) -> bool:
        # The last problem that begins before the piece ends is the only one that may reach into it.
        reached = any((at := bisect_left(starts, end)) and ends[at - 1] > start for start, end in claim.spans)
        return everywhere or reached or not keys.isdisjoint(claim.citations)

    return touches


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The one of several verdicts that a reader must know first."""
    return min(verdicts, key=_WORST_FIRST.index)


def _verdict(case: Case, keys: tuple[str, ...], problems: bool) -> Verdict:
    if any(case.known.entry(key) is None for key in keys):
        return "fabricated"
    if not keys:
        return "uncited"
    return "unverified" if problems or not case.backed.issuperset(keys) else "quoted"


def _shown(case: Case) -> tuple[Evidence, ...]:
    """The verified quotes; in a manuscript, for an entry without one, its sentence nearest to each claim."""
    shown = list(case.evidence)
    if not case.quoted:
        for claim in case.claims:
            first = {near.said.key: near.said for near in reversed(case.nearest(claim))}
            for key in claim.citations:
                near = first.get(key)
                if key not in case.backed and near is not None:
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
