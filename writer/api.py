"""The main job in one call: a theme or an outline and a corpus in, a checked draft or survey out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from writer.draft import Draft
from writer.drafting.extractive import ExtractiveDrafter
from writer.drafting.finding import Asked, Meaning
from writer.drafting.pipeline import draft_section as _draft_section
from writer.entry import Corpus
from writer.errors import PromptError, SettingsError
from writer.retrieval import open_index
from writer.settings import Settings, in_english

if TYPE_CHECKING:
    from writer.drafting.drafter import Drafter
    from writer.drafting.outline import Outline
    from writer.models import Model
    from writer.retrieval.embed import Embedder
    from writer.survey import Survey


def draft_section(
    theme: str,
    corpus: Corpus,
    *,
    model: Model | None = None,
    settings: Settings | None = None,
    prompts: Path | None = None,
    cache: Path | None = None,
    rank_files: tuple[Path, ...] = (),
    embedder: Embedder | None = None,
    jobs: int = 4,
    progress: Callable[[str], None] = lambda _: None,
) -> Draft:
    """Draft a section on a theme from a corpus, and check it.

    Without `model` the sentences are taken from the abstracts; with one (`ChatModel`, `FunctionModel`) it is asked
    through the prompt templates, of which those in the folder `prompts` replace the shipped ones. `cache` is a folder
    to keep the index in; `rank_files` are folders with tiktoken's files. With `embedder` (of the extra `dense`, or a
    server's) retrieval goes by meaning too. `jobs` calls run side by side.

    Raises NothingFound where the corpus holds nothing on the theme, PromptError for a broken template, and the
    errors of the model and its server.
    """
    settings = _with_embedder(settings or Settings(), embedder)
    settings, drafter, asked = _drafting(settings, model, prompts, rank_files)
    meaning = meaning_of(corpus, embedder, cache, progress) if embedder is not None else None
    index = open_index(corpus, cache)
    return _draft_section(
        theme, corpus, index, drafter, settings, meaning=meaning, asked=asked, jobs=jobs, progress=progress
    )


def draft_survey(
    outline: Outline,
    corpus: Corpus,
    *,
    model: Model | None = None,
    settings: Settings | None = None,
    prompts: Path | None = None,
    cache: Path | None = None,
    rank_files: tuple[Path, ...] = (),
    embedder: Embedder | None = None,
    keep: Path | None = None,
    fresh: bool = False,
    jobs: int = 4,
    progress: Callable[[str], None] = lambda _: None,
) -> Survey:
    """Draft the sections of an outline from a corpus, each entry told in one of them, and check them.

    What a section of the outline says goes before `settings` and `prompts`; the entries that `settings` must cite are
    cited in the section they fit best. Finished sections are kept in the folder `keep`, and with the same outline,
    corpus and settings used again, unless `fresh`. For all else see `draft_section`.

    Raises NothingFound where the corpus holds nothing on any section; a section alone that has nothing says so in its
    note. Raises SettingsError, with file and line, for what the outline asks and cannot be had.
    """
    from writer.drafting.kept import Kept
    from writer.drafting.outline import with_known_keys
    from writer.drafting.position import with_keys
    from writer.drafting.survey import Commission
    from writer.drafting.survey import draft_survey as draft_commissions

    given = with_keys(_with_embedder(settings or Settings(), embedder), corpus)
    outline = with_known_keys(outline, corpus)
    commissions = []
    for section in outline.sections:
        try:
            drafting = _drafting(section.settings(given), model, section.prompts or prompts, rank_files)
            if section.prompts is not None and model is None:
                raise SettingsError("prompts need a model", hint="without one no prompt is used: give --model")
        except (SettingsError, PromptError) as error:
            raise type(error)(f"{outline.place(section)}: {error.message}", hint=error.hint) from error
        commissions.append(Commission(section, *drafting))
    return draft_commissions(
        outline.title,
        commissions,
        corpus,
        open_index(corpus, cache),
        must_cite=given.must_cite,
        meaning=meaning_of(corpus, embedder, cache, progress) if embedder is not None else None,
        kept=Kept(keep, fresh) if keep is not None else None,
        jobs=jobs,
        progress=progress,
    )


def _drafting(
    settings: Settings, model: Model | None, prompts: Path | None, rank_files: tuple[Path, ...]
) -> tuple[Settings, Drafter, Asked | None]:
    """Who drafts, and the settings that say so; and the model for the search to ask, where there is one."""
    if model is None:
        _refuse_what_needs_a_model(settings)
        return settings, ExtractiveDrafter(), None
    from writer.drafting.model_drafter import ModelDrafter
    from writer.drafting.prompts import load_prompts
    from writer.models.budget import count

    templates = load_prompts(prompts)

    def tokens(text: str) -> int:
        return count(text, model.id, cache_dirs=rank_files).tokens

    settings = replace(settings, model=model.id, prompts=templates.digest)
    return settings, ModelDrafter(model, templates, tokens), Asked(model, templates, tokens)


def _with_embedder(settings: Settings, embedder: Embedder | None) -> Settings:
    if embedder is None:
        return settings
    return replace(settings, embeddings=embedder.id if embedder.id.startswith("api:") else "minilm")


def meaning_of(
    corpus: Corpus, embedder: Embedder, cache: Path | None, progress: Callable[[str], None] = lambda _: None
) -> Meaning:
    """The vectors of a corpus, embedded where the cache does not hold them, and the embedder for queries."""
    from writer.retrieval.vectors import open_vectors

    store = open_vectors(corpus, embedder, cache, lambda done, of: progress(f"{done} of {of} entries embedded"))
    return Meaning(store, lambda text: embedder.embed([text])[0])


def _refuse_what_needs_a_model(settings: Settings) -> None:
    for name in ("expand", "rerank"):
        if getattr(settings, name):
            raise SettingsError(f"--{name} needs --model", hint="it is a model that is asked for it")
    if not in_english(settings.language):
        raise SettingsError(
            f"without a model nothing is written in {settings.language}",
            hint="sentences are taken from the abstracts, in their language: give --model, or leave out --language",
        )
    if settings.group_by == "method":
        raise SettingsError(
            "without a model methods cannot be told from topics",
            hint="give --model, or --group-by topic, year or none",
        )
