"""What a text makes of its corpus: entries it never cites, cites only in passing, or cites twice under two keys.

Counting only: none of this is a problem with a claim, so it is told beside the problems and fails nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from writer.checking.facts import Known
from writer.draft import Sentence
from writer.entry import Corpus, Entry
from writer.report import Alike, Coverage
from writer.text import fold

CROWD = 4
"""From so many entries in one sentence on, each is cited in passing."""
_SAME_ABSTRACT = 0.5
"""Least share of common telling words in two abstracts that are called nearly the same. Among 236 abstracts on one
subject no two share 0.24, while an abstract and its first half share 0.49 and more (see `writer.corpus.merge`)."""
_MOST_COMPARED = 60
"""Entries of one sentence that are compared with each other: nobody reads 60 keys in one place."""


def coverage(sentences: Iterable[Sentence], corpus: Corpus, retrieved: Sequence[str] = ()) -> Coverage:
    """What these sentences cite of the corpus, and of what was `retrieved` for them.

    Keys stand for their entries: an alias counts for the entry it was merged into.
    """
    times: Counter[str] = Counter()
    crowded: Counter[str] = Counter()
    together: dict[tuple[str, ...], None] = {}
    known = Known(corpus)
    for sentence in sentences:
        cited = _entries(sentence.citations, known)
        times.update(cited)
        if len(cited) >= CROWD:
            crowded.update(cited)
        if len(cited) > 1:
            together[cited[:_MOST_COMPARED]] = None
    return Coverage(
        retrieved_uncited=tuple(key for key in dict.fromkeys(retrieved) if key not in times),
        cited=len(times),
        never_cited=tuple(key for key in corpus.entries if key not in times),
        in_passing=tuple(key for key in corpus.entries if times[key] == 1 and crowded[key] == 1),
        alike=_alike(together, known),
    )


def _entries(keys: Sequence[str], known: Known) -> tuple[str, ...]:
    """The cited entries that exist, each once, under their own keys."""
    found = (known.entry(key) for key in dict.fromkeys(keys))
    return tuple(dict.fromkeys(entry.key for entry in found if entry is not None))


def _alike(together: Iterable[tuple[str, ...]], known: Known) -> tuple[Alike, ...]:
    corpus = known.corpus
    looked: dict[tuple[str, str], None] = {}
    for keys in together:
        looked.update(dict.fromkeys((min(pair), max(pair)) for pair in combinations(keys, 2)))
    found = ((pair, likeness(corpus[pair[0]], corpus[pair[1]], known)) for pair in looked)
    return tuple(Alike(pair, because) for pair, because in sorted(found) if because)


def likeness(one: Entry, other: Entry, known: Known) -> str:
    """Why two entries look like one work, in a few words; empty where they do not.

    Weaker than what merges records (`writer.corpus.merge`): those that contradict each other are told here as well.
    """
    titles = fold(one.title), fold(other.title)
    if titles[0] and titles[0] == titles[1]:
        return "the same title"
    families = [{fold(author.family) for author in entry.authors} for entry in (one, other)]
    if titles[0] and sorted(titles[0].split()) == sorted(titles[1].split()) and families[0] & families[1]:
        return "the same words in the title, and an author in common"
    stems = [_abstract_stems(entry.key, known) for entry in (one, other)]
    both = stems[0] | stems[1]
    if both and len(stems[0] & stems[1]) >= _SAME_ABSTRACT * len(both):
        return "nearly the same abstract"
    return ""


def _abstract_stems(key: str, known: Known) -> frozenset[str]:
    facts = known.facts(key)
    said = facts.said if facts is not None else ()
    return frozenset().union(*(each.stems for each in said if each.field == "abstract"))
