"""From a theme to a checked draft: retrieve, plan, write the groups side by side, check.

The pipeline does not know which drafter writes. The order of its output never depends on timing.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Event

from writer.checking import checked
from writer.draft import Draft, Plan, Usage
from writer.drafting.drafter import Brief, Drafter, Written
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

    Raises NothingFound where the corpus holds nothing on the theme, UserError for an empty theme, and what the
    drafter's model raises. `progress` is told, in a few words, what is being done.
    """
    theme = " ".join(theme.split())
    if not theme:
        raise UserError(
            "the theme is empty", hint='name it in a few words: writer draft "calibration of language models"'
        )
    found = retrieve(theme, corpus, index, settings.k, feedback=True)
    if found.nothing:
        raise nothing_found(theme, corpus, found)
    brief = Brief(theme, term_weights(theme, index), corpus, found.hits, settings)
    progress(f"{len(found.hits)} entries retrieved")
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
        retrieved=found.hits,
        left_out=planned.plan.left_out,
        problems=(*planned.problems, *(problem for part in written for problem in part.problems)),
        usage=sum((part.usage for part in written), start=planned.usage or Usage()),
    )
    return checked(draft, corpus)


def _write_all(drafter: Drafter, brief: Brief, plan: Plan, jobs: int, progress: Callable[[str], None]) -> list[Written]:
    ended = Event()

    def write(at: int) -> Written | None:
        if ended.is_set():
            return None
        try:
            return drafter.write(brief, plan, at)
        except BaseException:
            # What has not begun shall not begin: the first error ends the draft.
            ended.set()
            raise

    with ThreadPoolExecutor(max_workers=max(1, min(jobs, len(plan.groups)))) as pool:
        waiting = [pool.submit(write, at) for at in range(len(plan.groups))]
        try:
            for number, future in enumerate(as_completed(waiting), start=1):
                if future.result() is not None:
                    progress(f"{number} of {len(waiting)} groups written")
        except BaseException:
            ended.set()
            raise
    return [written for future in waiting if (written := future.result()) is not None]


def nothing_found(theme: str, corpus: Corpus, found: Retrieval) -> NothingFound:
    """The error that says why a corpus holds nothing on a theme."""
    if not stems(theme):
        return NothingFound(
            f"the theme “{_told(theme)}” has no telling word to search for",
            hint="name what the section is about, in the language of the corpus",
        )
    reason = f"its {len(corpus)} entries share {round(100 * found.closeness)} % of what the theme's words weigh"
    if found.unknown_terms:
        reason += f"; none has a word like {', '.join(repr(term) for term in found.unknown_terms[:6])}"
    return NothingFound(
        f"the corpus holds nothing on “{_told(theme)}”: {reason}",
        hint="try other words for the theme, or add entries on it with --corpus",
    )


def _told(theme: str) -> str:
    return theme if len(theme) <= _TOLD_LENGTH else theme[:_TOLD_LENGTH].rstrip() + "…"
