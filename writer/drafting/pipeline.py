"""From a theme to a checked draft: retrieve, plan, write the groups side by side, check, mend what fails.

The pipeline does not know which drafter writes. The order of its output never depends on timing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from writer.checking import checked
from writer.draft import Draft, Hit, Place, Plan, Problem, Usage
from writer.drafting.drafter import Brief, Drafter, Written
from writer.drafting.finding import Asked, Found, Meaning, find
from writer.drafting.parallel import side_by_side
from writer.drafting.position import missing_told, positioned, widened, with_keys
from writer.drafting.repair import repaired
from writer.entry import Corpus
from writer.errors import NothingFound, UserError
from writer.retrieval import Index, Retrieval, term_weights
from writer.settings import Settings
from writer.text import stems

_TOLD_LENGTH = 200
"""Characters of a theme that a message repeats."""


def draft_section(
    theme: str,
    corpus: Corpus,
    index: Index,
    drafter: Drafter,
    settings: Settings,
    *,
    meaning: Meaning | None = None,
    asked: Asked | None = None,
    jobs: int = 4,
    progress: Callable[[str], None] = lambda _: None,
) -> Draft:
    """A checked draft on a theme.

    With `meaning` retrieval goes by likeness too; `asked` is the model that expands the theme and orders the hits
    where the settings want that.

    Raises NothingFound where the corpus holds nothing on the theme, UserError for an empty theme and for a key of
    the settings that the corpus does not hold, and what the drafter's model raises. `progress` is told, in a few
    words, what is being done.
    """
    theme = " ".join(theme.split())
    if not theme:
        raise UserError(
            "the theme is empty", hint='name it in a few words: writer draft "calibration of language models"'
        )
    settings = with_keys(settings, corpus)
    found = searched(theme, corpus, index, settings, settings.k + len(settings.exclude), meaning=meaning, asked=asked)
    hits = positioned(found.hits, settings)
    if not hits:
        raise NothingFound(
            f"every entry found on “{_told(theme)}” is excluded", hint="take some of the keys out of --exclude"
        )
    brief = Brief(theme, found.weights, corpus, hits, settings)
    return draft_brief(brief, drafter, found, jobs=jobs, progress=progress)


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found for a theme, best first, its weighted terms (stems), and what asking for them took."""

    hits: tuple[Hit, ...]
    weights: Mapping[str, float]
    usage: Usage = Usage()
    notes: tuple[str, ...] = ()


def searched(
    theme: str,
    corpus: Corpus,
    index: Index,
    settings: Settings,
    depth: int,
    *,
    meaning: Meaning | None = None,
    asked: Asked | None = None,
) -> Searched:
    """The `depth` best hits for a theme, excluded ones among them. A short theme is widened by the own abstract.

    Raises NothingFound where the corpus holds nothing on the theme, and what the server of `asked` raises.
    """

    def look(query: str) -> Found:
        return find(query, corpus, index, depth, settings, feedback=True, meaning=meaning, asked=asked)

    found = look(theme)
    if found.retrieval.nothing:
        raise nothing_found(theme, corpus, found.retrieval)
    usage, notes = found.usage, found.notes
    query = widened(theme, settings.own_abstract, index)
    if query != theme:
        found = look(query)
        usage, notes = usage + found.usage, (*notes, *found.notes)
    return Searched(found.retrieval.hits, term_weights(query, index), usage, notes)


def draft_brief(
    brief: Brief,
    drafter: Drafter,
    found: Searched,
    *,
    jobs: int = 4,
    progress: Callable[[str], None] = lambda _: None,
) -> Draft:
    """A checked draft from what was found: planned, written, mended. Raises what the drafter's model raises."""
    progress(f"{len(brief.hits)} entries retrieved")
    planned = drafter.plan(brief)
    progress(f"{len(planned.plan.groups)} groups planned")
    written = _write_all(drafter, brief, planned.plan, jobs, progress)
    corpus = brief.corpus
    draft = Draft(
        theme=brief.theme,
        groups=tuple(part.group for part in written),
        corpus_digest=corpus.digest,
        corpus_entries=len(corpus),
        corpus_sources=corpus.sources,
        settings=brief.settings.pairs(),
        drafter=drafter.name,
        retrieved=brief.hits,
        left_out=planned.plan.left_out,
        problems=(
            *(Problem("malformed", Place(-1), note) for note in found.notes),
            *planned.problems,
            *(problem for part in written for problem in part.problems),
        ),
        usage=sum((part.usage for part in written), start=found.usage + planned.usage),
    )
    return missing_told(repaired(checked(draft, corpus), brief, drafter, jobs=jobs, progress=progress))


def _write_all(drafter: Drafter, brief: Brief, plan: Plan, jobs: int, progress: Callable[[str], None]) -> list[Written]:
    total = len(plan.groups)
    calls = [partial(drafter.write, brief, plan, at) for at in range(total)]
    return side_by_side(calls, jobs, lambda done: progress(f"{done} of {total} groups written"))


def nothing_found(theme: str, corpus: Corpus, found: Retrieval) -> NothingFound:
    """The error that says why a corpus holds nothing on a theme."""
    telling = set(stems(theme))
    if not telling:
        return NothingFound(
            f"the theme “{_told(theme)}” has no telling word to search for",
            hint="name what the section is about, in the language of the corpus",
        )
    known = len(telling) - len(found.unknown_terms)
    reason = (
        f"its {len(corpus)} entries share {known} of the theme's {len(telling)} telling words, none comes close to it"
    )
    if found.unknown_terms:
        reason += f"; none has a word like {', '.join(repr(term) for term in found.unknown_terms[:6])}"
    return NothingFound(
        f"the corpus holds nothing on “{_told(theme)}”: {reason}",
        hint="try other words for the theme, or add entries on it with --corpus",
    )


def _told(theme: str) -> str:
    return theme if len(theme) <= _TOLD_LENGTH else theme[:_TOLD_LENGTH].rstrip() + "…"
