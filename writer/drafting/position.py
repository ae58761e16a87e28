"""What the author asks for besides a theme: entries that must be cited or never, and the own work to stand against.

It decides which entries a drafter is given, and says afterwards which of those that had to be cited are not. What a
model is told of it stands in the prompts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from writer.draft import Draft, Hit, Place, Problem
from writer.entry import Corpus
from writer.errors import UserError
from writer.retrieval import Index, term_weights
from writer.settings import Settings
from writer.text import stem, stems, words

_SHORT_THEME = 3
"""A theme of at most so many telling words is widened by the own abstract."""
_OWN_TERMS = 8
_ALIKE = 60
"""Least likeness (0 to 100, normalised Indel similarity) of a key that is suggested."""


def with_keys(settings: Settings, corpus: Corpus) -> Settings:
    """The settings with the keys of the corpus for `must_cite` and `exclude`, each once, where aliases were given.

    Raises UserError for a key that the corpus does not hold, and SettingsError where one is in both.
    """
    if not settings.must_cite and not settings.exclude:
        return settings
    must, never = (
        tuple(dict.fromkeys(known_key(key, corpus, flag) for key in keys))
        for keys, flag in ((settings.must_cite, "--must-cite"), (settings.exclude, "--exclude"))
    )
    return replace(settings, must_cite=must, exclude=never)


def known_key(key: str, corpus: Corpus, named: str) -> str:
    """The corpus's own key for a key or alias. Raises UserError that begins with `named`, where the key was given."""
    entry = corpus.get(key)
    if entry is not None:
        return entry.key
    from rapidfuzz import fuzz, process

    lower = {real: real.lower() for real in corpus.entries}
    near = process.extract(key.lower(), lower, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=3)
    hint = "nearest keys: " + ", ".join(str(real) for _, _, real in near) if near else "`writer corpus show` lists them"
    raise UserError(f"{named} {key}: the corpus has no such entry", hint=hint)


def positioned(found: Sequence[Hit], settings: Settings) -> tuple[Hit, ...]:
    """The best `k` hits that are not excluded, ranked from 1, and behind them what must be cited and was not found.

    An entry that nothing but the author asked for has the score 0.
    """
    kept = [hit for hit in found if hit.key not in settings.exclude]
    must = [hit for hit in kept[settings.k :] if hit.key in settings.must_cite]
    given = [*kept[: settings.k], *must]
    known = {hit.key for hit in given}
    given += [Hit(key, 0, 0.0) for key in settings.must_cite if key not in known]
    return tuple(hit if hit.rank == rank else replace(hit, rank=rank) for rank, hit in enumerate(given, start=1))


def widened(theme: str, own_abstract: str, index: Index) -> str:
    """The theme with the telling words of the own abstract, where it is too short to search well with; else itself."""
    if not own_abstract or len(set(stems(theme))) > _SHORT_THEME:
        return theme
    times = Counter(stems(own_abstract))
    weights = term_weights(own_abstract, index)
    known = [term for term in weights if term not in stems(theme) and index.document_frequency(term)]
    telling = sorted(known, key=lambda term: (-times[term] * weights[term], term))[:_OWN_TERMS]
    written = {stem(word): word for word, _, _ in reversed(words(own_abstract))}
    return " ".join([theme, *(written[term] for term in telling)])


def missing_told(draft: Draft) -> Draft:
    """The draft with a problem for each entry that had to be cited and is not."""
    must = dict(draft.settings).get("must_cite", ())
    missing = [key for key in must if key not in draft.cited()]
    problems = [Problem("not-cited", Place(-1), f"{key!r} had to be cited and is not", key=key) for key in missing]
    return replace(draft, problems=(*problems, *draft.problems)) if problems else draft
