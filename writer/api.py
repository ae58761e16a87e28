"""The main job in one call: a theme and a corpus in, a checked draft out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from writer.draft import Draft
from writer.drafting.extractive import ExtractiveDrafter
from writer.drafting.pipeline import draft_section as _draft_section
from writer.entry import Corpus
from writer.errors import SettingsError
from writer.retrieval import open_index
from writer.settings import Settings, in_english

if TYPE_CHECKING:
    from writer.drafting.drafter import Drafter
    from writer.models import Model


def draft_section(
    theme: str,
    corpus: Corpus,
    *,
    model: Model | None = None,
    settings: Settings | None = None,
    prompts: Path | None = None,
    cache: Path | None = None,
    rank_files: tuple[Path, ...] = (),
    jobs: int = 4,
    progress: Callable[[str], None] = lambda _: None,
) -> Draft:
    """Draft a section on a theme from a corpus, and check it.

    Without `model` the sentences are taken from the abstracts; with one (`ChatModel`, `FunctionModel`) it is asked
    through the prompt templates, of which those in the folder `prompts` replace the shipped ones. `cache` is a folder
    to keep the index in; `rank_files` are folders with tiktoken's files. `jobs` calls run side by side.

    Raises NothingFound where the corpus holds nothing on the theme, PromptError for a broken template, and the
    errors of the model and its server.
    """
    settings = settings or Settings()
    drafter: Drafter = ExtractiveDrafter()
    if model is None:
        _refuse_what_needs_a_model(settings)
    else:
        from writer.drafting.model_drafter import ModelDrafter
        from writer.drafting.prompts import load_prompts
        from writer.models.budget import count

        templates = load_prompts(prompts)
        settings = replace(settings, model=model.id, prompts=templates.digest)
        drafter = ModelDrafter(model, templates, lambda text: count(text, model.id, cache_dirs=rank_files).tokens)
    index = open_index(corpus, cache)
    return _draft_section(theme, corpus, index, drafter, settings, jobs=jobs, progress=progress)


def _refuse_what_needs_a_model(settings: Settings) -> None:
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
