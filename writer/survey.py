"""What a survey is: sections with themes of their own over one corpus, each entry told in one of them.

Frozen values only; see `writer.draft` for what a section holds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from writer.draft import Draft, Group, Place, Problem, Repairs, Usage


@dataclass(frozen=True, slots=True)
class Referral:
    """An entry that comes close to a section's theme and is told in another: the position of that section, from 0."""

    key: str
    section: int


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a survey: its draft, or a note on why there is none."""

    heading: str
    theme: str
    draft: Draft | None
    note: str = ""
    """Why nothing is told here; empty where something is."""
    found: tuple[str, ...] = ()
    """The keys that the search found for it, best first, also those that other sections tell."""
    referrals: tuple[Referral, ...] = ()


@dataclass(frozen=True, slots=True)
class Survey:
    """Drafted sections in the order of the outline, with what is needed to judge and reproduce them."""

    title: str
    sections: tuple[Section, ...]
    corpus_digest: str
    corpus_entries: int
    corpus_sources: tuple[str, ...]
    digest: str
    """Of all that shapes the sections: outline, settings and corpus."""

    def drafted(self) -> tuple[Draft, ...]:
        """The drafts of the sections that have one, in order."""
        return tuple(section.draft for section in self.sections if section.draft is not None)

    def problems(self) -> tuple[tuple[Section, Problem], ...]:
        """Every problem with its section; its place counts within that section."""
        return tuple(
            (section, problem)
            for section in self.sections
            if section.draft is not None
            for problem in section.draft.problems
        )

    def whole(self) -> Draft:
        """All sections as one draft of many groups, for what counts and lists; of the settings only the language."""
        drafts = self.drafted()
        groups: tuple[Group, ...] = ()
        problems: tuple[Problem, ...] = ()
        for draft in drafts:
            problems += tuple(_moved(problem, len(groups)) for problem in draft.problems)
            groups += draft.groups
        return Draft(
            theme=self.title,
            groups=groups,
            corpus_digest=self.corpus_digest,
            corpus_entries=self.corpus_entries,
            corpus_sources=self.corpus_sources,
            settings=(("language", _languages(drafts)),),
            drafter=", ".join(dict.fromkeys(draft.drafter for draft in drafts)),
            problems=problems,
            usage=sum((draft.usage for draft in drafts), start=Usage()),
            repairs=_together([draft.repairs for draft in drafts]),
        )


def _moved(problem: Problem, by: int) -> Problem:
    place = problem.place
    if place.group < 0:
        return problem
    return replace(problem, place=Place(place.group + by, place.paragraph, place.sentence))


def _languages(drafts: tuple[Draft, ...]) -> str:
    """The languages of the sections; empty where none is named."""
    named = list(dict.fromkeys(str(dict(draft.settings).get("language") or "") for draft in drafts))
    return "" if named == [""] else " and ".join(name or "English" for name in named)


def _together(parts: list[Repairs]) -> Repairs:
    return Repairs(
        rounds=max((part.rounds for part in parts), default=0),
        right=sum(part.right for part in parts),
        kept_right=sum(part.kept_right for part in parts),
        wrong=sum(part.wrong for part in parts),
        made_right=sum(part.made_right for part in parts),
        dropped=sum(part.dropped for part in parts),
        notes=tuple(note for part in parts for note in part.notes),
    )
