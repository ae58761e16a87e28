"""Which section of a survey tells which entry: each entry one, the one it fits best.

What must be cited comes first. Every other entry goes where its score comes nearest to that of the section's best one;
scores of different themes cannot be compared as they are. The outcome depends on nothing but what was found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from writer.draft import Hit
from writer.entry import Corpus
from writer.errors import SettingsError
from writer.retrieval import share
from writer.text import stems


@dataclass(frozen=True)
class Candidates:
    """What was found for one section, best first and without what it excludes, and its theme's terms (stems)."""

    hits: tuple[Hit, ...]
    weights: Mapping[str, float]
    must_cite: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def relative(self, hit: Hit) -> float:
        """The score of a hit beside that of the section's best: 0 to 1."""
        best = max((other.score for other in self.hits), default=0.0)
        return max(0.0, hit.score / best) if best > 0 else 0.0


def shared_out(sections: Mapping[int, Candidates], must_cite: Sequence[str], corpus: Corpus) -> dict[str, int]:
    """The section, by its position, of each entry that was found or must be cited.

    `must_cite` are keys that any one section has to cite: those that none has found go where they share most with the
    theme. Of entries that come equally near the best of several sections, the one decides whose theme they say more
    of, then the earlier. Raises SettingsError for a key that all sections exclude.
    """
    homes = {key: at for at, section in sections.items() for key in section.must_cite}
    offers: dict[str, list[tuple[float, int]]] = {}
    for at, section in sections.items():
        for hit in section.hits:
            offers.setdefault(hit.key, []).append((section.relative(hit), at))
    for key, offered in offers.items():
        nearest = max(near for near, _ in offered)
        equal = {at: sections[at] for near, at in offered if near == nearest}
        homes.setdefault(key, next(iter(equal)) if len(equal) == 1 else _nearest(key, equal, corpus))
    for key in must_cite:
        if key not in homes:
            homes[key] = _nearest(key, sections, corpus)
    return homes


def _nearest(key: str, sections: Mapping[int, Candidates], corpus: Corpus) -> int:
    able = [at for at, section in sections.items() if key not in section.exclude]
    if not able:
        raise SettingsError(
            f"{key!r} is to be cited, and every section excludes it", hint="let one section of the outline take it"
        )
    return min(able, key=lambda at: (-_said(key, sections[at], corpus), at))


def _said(key: str, section: Candidates, corpus: Corpus) -> float:
    """The share of the theme's weight that an entry's words carry."""
    return share(dict(section.weights), set(stems(corpus[key].text)))
