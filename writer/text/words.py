"""Words: what counts as one, which say nothing, and their stems.

The index cuts and stems text with the same rules (`writer.retrieval.tantivy_index`), so that a term counted here
is a term found there.

Other languages. What a word becomes depends on the word alone and never on the text around it: a theme of three words
is too short to tell its language by, and a theme that is cut otherwise than the entries finds nothing. So the
script decides. Words of Latin letters are taken for English. Words of any other script (Cyrillic, Greek, Arabic,
Hebrew, Devanagari …) lose accents and points and are not stemmed. Scripts that put no spaces between words (Chinese,
Japanese, Thai, Khmer …; Korean too, whose words carry particles) become pairs of neighbouring characters.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from sys import intern
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
# Signs that belong to the letter before them and are no letters to `re`: Hebrew and Arabic points, Indic vowel signs,
# those of Thai, Lao, Tibetan, Burmese and Khmer, and the joiners (without which Persian words fall apart).
_SIGNS = (
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4"
    "\u06e7\u06e8\u06ea-\u06ed\u0900-\u0963\u0966-\u096f\u0971-\u0df3\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1"
    "\u0eb4-\u0ebc\u0ec8-\u0ece\u0f71-\u0f84\u102b-\u103e\u17b4-\u17d3\u200c\u200d"
)
_WORD_OF_ANY_SCRIPT = re.compile(rf"[^\W_](?:[^\W_]|[{_SIGNS}])*")
_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_LATIN = re.compile("[a-z]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_HALF_WIDTH = re.compile("[\uff66-\uffdc]")
_UNSEEN = str.maketrans("", "", "\u200c\u200d\u0640")
_LONGEST = 40
_local = threading.local()


def _stemmer() -> Any:
    # One per thread: the C stemmer keeps state between calls.
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        import Stemmer

        # Without its own cache, which is slower than to stem again; `_Stems` below is quicker than both.
        stemmer = _local.stemmer = Stemmer.Stemmer("english", 0)
    return stemmer


def ascii_fold(text: str) -> str:
    """Letters without their accents: `Müller` becomes `Muller`."""
    if text.isascii():
        return text
    return _NOT_ASCII.sub(_unmarked, unicodedata.normalize("NFKD", text))


def _unmarked(match: re.Match[str]) -> str:
    return "".join([char for char in match[0] if not unicodedata.combining(char)])


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The Snowball stem of one word, lower-cased and without accents; a word of another script is not stemmed.

    >>> stem("Models"), stem("evaluating"), stem("Оценка")
    ('model', 'evalu', 'оценка')
    """
    return _stemmed(word)


def _stemmed(word: str) -> str:
    folded = word.lower() if word.isascii() else ascii_fold(word).lower()
    if folded.isascii() or _LATIN.search(folded):  # also `γ-rays` written as one word
        # Interned: all that is asked of stems is whether they are the same, and one object is the same at a glance.
        return intern(_stemmer().stemWord(folded))
    return folded.translate(_UNSEEN)


def words(text: str) -> list[tuple[str, int, int]]:
    """Runs of letters and digits with their offsets.

    >>> words("T-5, 3.1")
    [('T', 0, 1), ('5', 2, 3), ('3', 5, 6), ('1', 7, 8)]
    """
    return [(match[0], match.start(), match.end()) for match in _WORD.finditer(text)]


class _Stems(dict[str, str]):
    """What a word of one script adds to `stems`: its stem, or nothing. Made at the first look, emptied when full."""

    def __missing__(self, word: str) -> str:
        telling = 1 < len(word) <= _LONGEST and word.lower() not in STOP_WORDS
        found = _stemmed(word) if telling else ""
        if len(self) >= 1 << 17:
            self.clear()
        self[word] = found
        return found


_stem_of = _Stems().__getitem__


def stems(text: str) -> list[str]:
    """The stems of the telling words, in order: no stop words, no single letters. Other scripts: see the module.

    >>> stems("Models of the models")
    ['model', 'model']
    >>> stems("语言模型 LLMs")
    ['语言', '言模', '模型', 'llms']
    """
    if text.isascii():
        return list(filter(None, map(_stem_of, _WORD.findall(text))))
    found: list[str] = []
    for word in _WORD_OF_ANY_SCRIPT.findall(text):
        found += _of_any_script(word)
    return found


def ascii_words_and_other_stems(text: str) -> tuple[str, list[str]]:
    """The text's ASCII words, for a tokenizer that keeps to our rules within ASCII, and the stems of all others.

    Together they are the bag of `stems(text)`; their order is lost.

    >>> ascii_words_and_other_stems("naïve models")
    ('models', ['naiv'])
    """
    if text.isascii():
        return text, []
    plain, other = [], []
    for word in _WORD_OF_ANY_SCRIPT.findall(text):
        if word.isascii():
            plain.append(word)
        else:
            other += _of_any_script(word)
    return " ".join(plain), other


def _of_any_script(word: str) -> list[str]:
    if not word.isascii() and (_SPACELESS.search(word) or _HALF_WIDTH.search(word)):
        return _pairs(unicodedata.normalize("NFKC", word))
    found = _stem_of(word)
    return [found] if found else []


def _pairs(word: str) -> list[str]:
    """Neighbouring characters of each run without spaces, a lone one as it is; what stands between, as words."""
    found: list[str] = []
    end = 0
    for run in _SPACELESS.finditer(word):
        found += filter(None, map(_stem_of, _WORD.findall(word[end : run.start()])))
        chars, end = run[0], run.end()
        found += [chars[at : at + 2] for at in range(len(chars) - 1)] or [chars]
    return found + list(filter(None, map(_stem_of, _WORD.findall(word[end:]))))


def fold(text: str) -> str:
    """Text for comparing titles: lower case, no accents, only letters and digits, single spaces.

    >>> fold("T\u00dcLU 3: Pushing   Frontiers")
    'tulu 3 pushing frontiers'
    """
    return " ".join(_WORD.findall(ascii_fold(text).casefold()))
