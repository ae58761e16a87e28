"""From an outline to a survey: search for every section, share the entries out, draft the sections one by one.

Each entry is told in one section; what others found of it they only refer to. Sections run through the same pipeline as
a draft alone, and this module does not know which drafter writes them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from writer.draft import Draft, LeftOut
from writer.drafting.drafter import Brief, Drafter
from writer.drafting.finding import Asked, Meaning
from writer.drafting.kept import Kept
from writer.drafting.outline import SectionPlan
from writer.drafting.pipeline import Searched, draft_brief, searched
from writer.drafting.position import positioned
from writer.drafting.sharing import Candidates, shared_out
from writer.entry import Corpus
from writer.errors import NothingFound, WriterError
from writer.retrieval import Index
from writer.settings import Settings
from writer.survey import Referral, Section, Survey

_REFERRED = 0.35
"""A section refers to an entry told elsewhere whose score is at least so much of its own best one's …"""
_REFERRALS = 8
"""… and to at most so many."""
_FORMAT = 1
"""Counted up when the same inputs are to give another survey, so that kept sections of before are not used."""


@dataclass(frozen=True)
class Commission:
    """A section as it is to be drafted: its plan, its settings with keys of the corpus, and who drafts it."""

    plan: SectionPlan
    settings: Settings
    drafter: Drafter
    asked: Asked | None = None

    @property
    def heading(self) -> str:
        """The section's heading."""
        return self.plan.heading


def draft_survey(
    title: str,
    commissions: Sequence[Commission],
    corpus: Corpus,
    index: Index,
    *,
    must_cite: tuple[str, ...] = (),
    meaning: Meaning | None = None,
    kept: Kept | None = None,
    jobs: int = 4,
    progress: Callable[[str], None] = lambda _: None,
) -> Survey:
    """The sections drafted and checked, each entry told in one of them.

    `must_cite` are keys of the corpus that one of the sections has to cite, whichever it fits best. With `kept`
    finished sections are kept, and those of an earlier run are used again.

    Raises NothingFound where the corpus holds nothing on any section, and what a drafter's model raises; the error then
    says how many sections are kept.
    """
    found, notes = _found(commissions, corpus, index, meaning)
    homes = shared_out({at: one.candidates for at, one in found.items()}, must_cite, corpus)
    shares = _Shares(tuple(commissions), corpus, must_cite, found, homes)
    sections: list[Section] = []
    for at in range(len(commissions)):

        def tell(words: str, at: int = at) -> None:
            progress(f"section {at + 1} of {len(commissions)}: {words}")

        try:
            sections.append(
                _without_entries(shares, at, notes[at]) if at in notes else _section(shares, at, kept, jobs, tell)
            )
        except WriterError as error:
            if kept is not None and at:
                error.add_note(f"{at} of {len(commissions)} sections are done, kept in {kept.folder}")
            raise
    return Survey(
        title=title,
        sections=_with_references(sections, shares),
        corpus_digest=corpus.digest,
        corpus_entries=len(corpus),
        corpus_sources=corpus.sources,
        digest=shares.digest,
    )


# Searching and sharing out ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    """What was found for a section, and what of it the section may tell."""

    searched: Searched
    candidates: Candidates


@dataclass(frozen=True)
class _Shares:
    """All that is to be drafted: the sections, what was found for each that has anything, by its position."""

    commissions: tuple[Commission, ...]
    corpus: Corpus
    must_cite: tuple[str, ...]
    found: Mapping[int, _Found]
    homes: Mapping[str, int]
    """The section that tells an entry."""

    @property
    def digest(self) -> str:
        """`sha256:` and the hash of all that shapes the sections. The title does not."""
        sections = [
            [each.heading, each.plan.theme, each.settings.digest, each.drafter.name] for each in self.commissions
        ]
        value = [_FORMAT, sections, list(self.must_cite), self.corpus.digest]
        return "sha256:" + hashlib.sha256(json.dumps(value).encode("ascii")).hexdigest()

    def elsewhere(self, at: int) -> dict[str, int]:
        """The entries that other sections tell, with the position of the section."""
        return {key: home for key, home in self.homes.items() if home != at}

    def keys(self, at: int) -> tuple[str, ...]:
        """What the search found for a section, as much as it asked for."""
        return tuple(hit.key for hit in self.found[at].candidates.hits[: self.commissions[at].settings.k])

    def settings(self, at: int) -> Settings:
        """The section's settings, with what it has to cite for the survey."""
        given = self.commissions[at].settings
        must = (*given.must_cite, *(key for key in self.must_cite if self.homes.get(key) == at))
        return replace(given, must_cite=tuple(dict.fromkeys(must)))

    def brief(self, at: int) -> Brief:
        """What a section is drafted from: what is its own. Nothing else may get in while it is mended."""
        given, one = self.settings(at), self.found[at]
        elsewhere = [key for key in self.elsewhere(at) if key not in given.exclude]
        settings = replace(given, exclude=(*given.exclude, *elsewhere))
        hits = positioned(one.candidates.hits, settings)
        return Brief(self.commissions[at].plan.theme, one.searched.weights, self.corpus, hits, settings)


def _found(
    commissions: Sequence[Commission], corpus: Corpus, index: Index, meaning: Meaning | None
) -> tuple[dict[int, _Found], dict[int, str]]:
    """What was found for the sections, and for those that have nothing why.

    All are searched so deep that each can fill its own, however many entries the others take.
    """
    excluded = {key for each in commissions for key in each.settings.exclude}
    depth = sum(each.settings.k for each in commissions) + len(excluded)
    found: dict[int, _Found] = {}
    notes: dict[int, str] = {}
    for at, each in enumerate(commissions):
        given = each.settings
        try:
            one = searched(each.plan.theme, corpus, index, given, depth, meaning=meaning, asked=each.asked)
        except NothingFound as error:
            notes[at] = error.message
            continue
        hits = tuple(hit for hit in one.hits if hit.key not in given.exclude)
        found[at] = _Found(one, Candidates(hits, one.weights, given.must_cite, given.exclude))
    if not found:
        raise _nothing(commissions, notes)
    return found, notes


def _nothing(commissions: Sequence[Commission], notes: Mapping[int, str]) -> NothingFound:
    several = len(commissions) > 1
    error = NothingFound(
        f"the corpus holds nothing on any of the {len(commissions)} sections" if several else notes[0],
        hint="try other words for the themes of the outline, or add entries on them with --corpus",
    )
    for at, note in notes.items() if several else ():
        error.add_note(f"“{commissions[at].heading}”: {note}")
    return error


# Drafting ---------------------------------------------------------------------------------------------------------


def _section(shares: _Shares, at: int, kept: Kept | None, jobs: int, tell: Callable[[str], None]) -> Section:
    """The section as kept or drafted, before anything is known of those after it."""
    plan = shares.commissions[at].plan
    brief = shares.brief(at)
    if not brief.hits:
        return _without_entries(shares, at, "every entry found on its theme is excluded, or told in another section")
    path = kept.path(shares.digest, at, plan.heading) if kept is not None else None
    draft = kept.find(path, plan.theme, shares.corpus, tell) if kept is not None and path is not None else None
    if draft is not None:
        tell(f"kept in {path}")
    else:
        draft = _drafted(shares, at, brief, jobs, tell)
        if kept is not None and path is not None:
            kept.keep(path, draft, shares.corpus)
    note = "" if any(draft.sentences()) else "no sentence was drafted: what was found is left out, for the reasons told"
    return Section(plan.heading, plan.theme, draft, note, shares.keys(at))


def _without_entries(shares: _Shares, at: int, note: str) -> Section:
    plan, must = shares.commissions[at].plan, shares.commissions[at].settings.must_cite
    note += f"; so it does not cite {', '.join(must)} either, as it had to" if must else ""
    return Section(plan.heading, plan.theme, None, note, shares.keys(at) if at in shares.found else ())


def _drafted(shares: _Shares, at: int, brief: Brief, jobs: int, tell: Callable[[str], None]) -> Draft:
    """The section's draft; its settings are those of the outline, and what others tell is left out by name."""
    draft = draft_brief(brief, shares.commissions[at].drafter, shares.found[at].searched, jobs=jobs, progress=tell)
    elsewhere = shares.elsewhere(at)
    headings = {key: shares.commissions[home].heading for key, home in elsewhere.items()}
    given_away = [LeftOut(key, _given_to(headings[key])) for key in shares.keys(at) if key in elsewhere]
    return replace(draft, settings=shares.settings(at).pairs(), left_out=(*given_away, *draft.left_out))


def _given_to(heading: str) -> str:
    return f"belongs to section “{heading}”, which it fits better"


# When all sections are there --------------------------------------------------------------------------------------


def _with_references(sections: Sequence[Section], shares: _Shares) -> tuple[Section, ...]:
    """The sections with references to what others tell, and with what became of the entries given to them."""
    told = {key: home for key, home in shares.homes.items() if key in _cited(sections[home])}
    return tuple(
        replace(
            section,
            draft=_with_outcome(section.draft, at, sections, shares) if section.draft is not None else None,
            referrals=_referrals(shares, at, told),
        )
        for at, section in enumerate(sections)
    )


def _cited(section: Section) -> frozenset[str]:
    return frozenset(section.draft.cited()) if section.draft is not None else frozenset()


def _referrals(shares: _Shares, at: int, told: Mapping[str, int]) -> tuple[Referral, ...]:
    """The entries nearest to the section's theme that another section does tell."""
    if at not in shares.found:
        return ()
    candidates = shares.found[at].candidates
    near = [hit.key for hit in candidates.hits if candidates.relative(hit) >= _REFERRED]
    return tuple(Referral(key, told[key]) for key in near if told.get(key, at) != at)[:_REFERRALS]


def _with_outcome(draft: Draft, at: int, sections: Sequence[Section], shares: _Shares) -> Draft:
    """The draft with the reasons of what was given to other sections, now that it is known what these made of it."""
    elsewhere = shares.elsewhere(at)
    left_out = tuple(
        replace(left, reason=_outcome(left.key, sections[elsewhere[left.key]])) if left.key in elsewhere else left
        for left in draft.left_out
    )
    return replace(draft, left_out=left_out)


def _outcome(key: str, home: Section) -> str:
    if key in _cited(home):
        return f"told in section “{home.heading}”"
    reasons = {left.key: left.reason for left in home.draft.left_out} if home.draft is not None else {}
    because = reasons.get(key, "it is not told there")
    return f"{_given_to(home.heading)}; there: {because}"
