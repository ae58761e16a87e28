"""Words: what counts as one, which say nothing, and their stems.

The index cuts and stems text with the same rules (`writer.retrieval.tantivy_index`), so that a term counted here
is a term found there.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Any

STOP_WORDS = frozenset(
    """a about above across after again against all almost also although always am among an and another any are
    around as at be became because been before being below between both but by can cannot could did do does doing
    done down due during each either else enough etc even ever every few for from further get gets given had has
    have having he her here hers him his how however i if in indeed instead into is it its itself just kept least
    less like made make makes making many may me might more moreover most much must my namely near need neither
    never next no nor not now of off often on once one only onto or other others our ours out over own per perhaps
    put rather s same several shall she should since so some something still such t than that the their theirs them
    themselves then there thereby therefore these they this those though through throughout thus to together too
    toward towards two under until up upon us use used uses using very via vs was we well were what when where
    whereas whether which while who whom whose why will with within without would yet you your yours""".split()
)
"""Function words, our own list; `no`, `not` and `without` stay out of the index as in any list for ranking,
while the checker looks at them in the text itself."""

_WORD = re.compile(r"[^\W_]+")
_local = threading.local()


def _stemmer() -> Any:
    # One per thread: the C stemmer keeps state between calls.
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        import Stemmer

        stemmer = _local.stemmer = Stemmer.Stemmer("english")
    return stemmer


def ascii_fold(text: str) -> str:
    """Letters without their accents: `Müller` becomes `Muller`."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The Snowball stem of one word, lower-cased and without accents.

    >>> stem("Models"), stem("evaluating")
    ('model', 'evalu')
    """
    return str(_stemmer().stemWord(ascii_fold(word).lower()))


def words(text: str) -> list[tuple[str, int, int]]:
    """Runs of letters and digits with their offsets.

    >>> words("T-5, 3.1")
    [('T', 0, 1), ('5', 2, 3), ('3', 5, 6), ('1', 7, 8)]
    """
    return [(match[0], match.start(), match.end()) for match in _WORD.finditer(text)]


def stems(text: str) -> list[str]:
    """The stems of the telling words, in order: no stop words, no single characters.

    >>> stems("Models of the models")
    ['model', 'model']
    """
    return [
        stem(word)
        for word in _WORD.findall(text)
        if len(word) > 1 and word.lower() not in STOP_WORDS and len(word) <= 40
    ]


def fold(text: str) -> str:
    """Text for comparing titles: lower case, no accents, only letters and digits, single spaces.

    >>> fold("T\u00dcLU 3: Pushing   Frontiers")
    'tulu 3 pushing frontiers'
    """
    return " ".join(_WORD.findall(ascii_fold(text).casefold()))
