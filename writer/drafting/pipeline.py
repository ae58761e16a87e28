"""From a theme to a checked draft: retrieve, plan, write the groups side by side, check, mend what fails.

The pipeline does not know which drafter writes. The order of its output never depends on timing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from writer.checking import checked
from writer.draft import Draft, Plan, Usage
from writer.drafting.drafter import Brief, Drafter, Written
from writer.drafting.parallel import side_by_side
from writer.drafting.position import missing_told, positioned, widened, with_keys
from writer.drafting.repair import repaired
from writer.entry import Corpus
from writer.errors import NothingFound, UserError
from writer.retrieval import Index, Retrieval, retrieve, term_weights
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
    jobs: int = 4,
    progress: Callable[[str], None] = lambda _: None,
) -> Draft:
    """A checked draft on a theme.

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
    brief = _brief(theme, corpus, index, settings)
    progress(f"{len(brief.hits)} entries retrieved")
    planned = drafter.plan(brief)
    progress(f"{len(planned.plan.groups)} groups planned")
    written = _write_all(drafter, brief, planned.plan, jobs, progress)
    draft = Draft(
        theme=theme,
        groups=tuple(part.group for part in written),
        corpus_digest=corpus.digest,
        corpus_entries=len(corpus),
        corpus_sources=corpus.sources,
        settings=settings.pairs(),
        drafter=drafter.name,
        retrieved=brief.hits,
        left_out=planned.plan.left_out,
        problems=(*planned.problems, *(problem for part in written for problem in part.problems)),
        usage=sum((part.usage for part in written), start=planned.usage or Usage()),
    )
    return missing_told(repaired(checked(draft, corpus), brief, drafter, jobs=jobs, progress=progress))


def _brief(theme: str, corpus: Corpus, index: Index, settings: Settings) -> Brief:
    """What there is to draft from: the hits, without those that are excluded and with those that must be cited."""
    found = retrieve(theme, corpus, index, settings.k + len(settings.exclude), feedback=True)
    if found.nothing:
        raise nothing_found(theme, corpus, found)
    query = widened(theme, settings.own_abstract, index)
    if query != theme:
        found = retrieve(query, corpus, index, settings.k + len(settings.exclude), feedback=True)
    hits = positioned(found.hits, settings)
    if not hits:
        raise NothingFound(
            f"every entry found on “{_told(theme)}” is excluded", hint="take some of the keys out of --exclude"
        )
    return Brief(theme, term_weights(query, index), corpus, hits, settings)


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
