"""Whether a corpus holds anything on a theme: how likely the theme is in the words of its best entry.

One score for short and long themes, and none of its parts is a ranking. It is the query likelihood of a language model
(Ponte and Croft, 1998; Zhai and Lafferty, 2004, section 3, Jelinek-Mercer): the mean, over the theme's telling words,
of the logarithm of

    LAMBDA * (count of the word in the entry / words of the entry) + (1 - LAMBDA) * (its share in the whole corpus)

The first part says that an entry speaks of it, the second that the corpus speaks like it: a word that only a foreign
field has is unlikely in both. Inverse document frequency, by which entries are ranked, would say the opposite, since
it takes the words that name the field itself for the least telling.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from writer.retrieval.index import Index

FLOOR = 0.5
"""Least closeness of a theme to a corpus that is taken for "something is here".

Measured with 5,200 themes over the 236 entries of the seed documents, the 73 of the examples, and a mixed bench of
abstracts (4,817 of computer science, 5,180 of medicine, and parts of 60 to 1,500 of each): our own lists, the bench's
questions, claims and citing sentences, titles, and whole abstracts. Themes of the field (for a title or abstract its
own entry was taken out) against themes of the other field. The constants were looked for on one half of the themes; on
the other half (seeds and examples with more than 50 words: on all)

| | false "nothing" | false "something" |
| --- | --- | --- |
| seeds: up to 8 telling words / up to 50 / more | 11 / 13 / 1 % | 3 / 3 / 3 % |
| examples: the same | 15 / 18 / 11 % | 1 / 1 / 0 % |
| computer science against medicine | 16 / 4 / 4 % | 15 / 7 / 2 % |
| medicine against computer science | 6 / 4 / 6 % | 18 / 23 / 25 % |
| all | 10 % | 6 % |
| all, with MiniLM vectors | 5.5 % | 2 % |

The area under the ROC curve is .969 for words alone and .993 with vectors, for each length above .95. Of our own lists
(35 themes of the field and the six of the seeds, 43 of others) 2 of 76 and 1 of 86 fall on the wrong side, the last
being "compiler optimization techniques". Much of the false "nothing" are titles that stand alone in their corpus.
Medicine is the hardest to keep apart: its abstracts have most words of others. The share of a theme's words that the
best entry has, weighed by inverse document frequency, has an area of .81, and no threshold of it serves short and long
themes alike.
"""

ENTRIES = 5
"""Of so many best hits the likeliest counts."""
LAMBDA = 0.1
_LENGTH = 0.01  # a word's share among the words of an entry that has it: entries have about a hundred telling words
_UNSEEN = 0.5  # what a word that no entry has counts as
_ENTRIES_MORE = 100  # of a small corpus less can be said: as if so many entries more had none of the words
_LEAST_SHARE = 1 / 1000  # an unseen word tells no more in a bigger corpus than in one of a thousand entries
_LONGER = 0.25  # long themes have words that name no subject: what ln(words) makes good
_LONGEST = 100
_SHORT = 4
_MISSING = 0.8  # what a word that no entry has costs a theme so short that each of its words names the subject
_MIDDLE, _SLOPE = -7.15, 3.4
_COSINES = {"minilm-l6-v2": 0.37}
"""For embedders by the beginning of their id: the mean cosine of the best five hits between "nothing" and "something".
What a cosine says differs from model to model; by one that was not measured, only the words decide.
"""
_WORDS_SLOPE, _COSINE_SLOPE = 0.72, 28.0
_NOT_A_WORD = -5.0  # no word of the theme is in the corpus: as the worst themes of other fields


def closeness(
    theme: Iterable[str],
    entries: Sequence[Sequence[str]],
    index: Index,
    cosines: Sequence[float] = (),
    embedder: str = "",
) -> float:
    """How close a corpus comes to a theme, from 0 to 1, where `FLOOR` is as likely "nothing" as "something".

    `theme` are the stems of the theme, `entries` those of the best hits by words, best first, and `cosines` the best
    ones by vectors of `embedder`, where there are any.
    """
    beyond = _beyond(theme, entries, index)
    middle = next((middle for name, middle in _COSINES.items() if embedder.startswith(name)), None)
    if cosines and middle is not None:
        mean = math.fsum(cosines[:ENTRIES]) / len(cosines[:ENTRIES])
        beyond = _COSINE_SLOPE * (mean - middle) + _WORDS_SLOPE * max(beyond, _NOT_A_WORD)
    else:
        beyond *= _SLOPE
    return round(1 / (1 + math.exp(-max(beyond, -700.0))), 6)


def _beyond(theme: Iterable[str], entries: Sequence[Sequence[str]], index: Index) -> float:
    """By how much the theme is likelier than one on which there is as likely nothing; -inf where no word is shared."""
    counts = Counter(theme)
    first = [Counter(entry) for entry in entries[:ENTRIES] if entry]
    if not counts or not first:
        return -math.inf
    frequency = {term: index.document_frequency(term) for term in counts}
    shares = {term: _share(found, len(index)) for term, found in frequency.items()}
    best = max(_log_likelihood(counts, entry, shares) for entry in first)
    beyond = best - _MIDDLE + _LONGER * math.log(min(len(counts), _LONGEST))
    if len(counts) <= _SHORT and not all(frequency.values()):
        beyond -= _MISSING
    return beyond


def _share(frequency: int, entries: int) -> float:
    """How often a word comes in the corpus, per word, estimated from how many entries have it."""
    return _LENGTH * max((frequency + _UNSEEN) / (entries + _ENTRIES_MORE), _UNSEEN * _LEAST_SHARE)


def _log_likelihood(theme: Counter[str], entry: Counter[str], shares: Mapping[str, float]) -> float:
    length = entry.total()
    logs = (
        times * math.log(LAMBDA * entry[term] / length + (1 - LAMBDA) * shares[term]) for term, times in theme.items()
    )
    return math.fsum(logs) / theme.total()
