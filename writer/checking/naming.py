"""Names in a text, and when two of them are written differently and yet the same.

A name is a word with more than one capital, a capital inside, or letters and digits together (`GSM8K`, `mRNA`,
`IL-2`), and, less surely, a capitalised word that does not open a sentence. `GANs`, `GAN-based` and `gan` name what
`GAN` names; `RL` names what `reinforcement learning` does.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from writer.checking.facts import Token, tokens
from writer.text import STOP_WORDS, ascii_fold, stem
from writer.text.numbers import numbers

_PIECE = re.compile(r"\w+(?:[-‐‑+]\w+|\.\d\w*)*")
_JOINTS = re.compile(r"[-‐‑+_.]")
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_GREEK_LETTER = re.compile("|".join(_GREEK))
_OPENS = re.compile(r"(?:^|[.!?:;”\"“(\[•]\s*)$")
_LONGEST_ACRONYM = 7
_SKIPPED = 16
"""Added to the count of words used where one was left out."""
_DIGIT = re.compile(r"\d")
_ROMAN = frozenset("II III IV VI VII VIII IX XI XII XIII".split())
_AROUND = 6
"""How many telling words on each side say where a name stands."""
_HEADINGS = frozenset(
    """ABSTRACT AIM AIMS ANALYSIS BACKGROUND CONCLUSION CONCLUSIONS CONTEXT DESIGN DISCUSSION EVIDENCE EXPOSURES FINDINGS
    FUNDING HYPOTHESIS IMPLICATIONS IMPORTANCE INTERPRETATION INTERVENTION INTERVENTIONS INTRODUCTION LIMITATIONS MAIN
    MATERIAL MATERIALS MEASUREMENTS MEASURE MEASURES METHOD METHODOLOGY METHODS OBJECTIVE OBJECTIVES OUTCOME OUTCOMES
    PARTICIPANTS PATIENTS POPULATION PURPOSE RATIONALE RECENT REGISTRATION RELEVANCE RESULT RESULTS REVIEW SAMPLE
    SELECTION SETTING SETTINGS SIGNIFICANCE SOURCES STUDY SUBJECTS SUMMARY SYNTHESIS TITLE TRIAL""".split()
)
"""The headings that structured abstracts are divided by, and their words."""
_SHOUTED = re.compile(r"\b[A-Z]{2,}(?: [A-Z]+)* [A-Z]{2,} [A-Z]{2,}(?: [A-Z]+)*\b")
"""A run of words in capitals, as in a headline: what they spell out are words."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its surroundings (stems of the six telling words before and after, nearest first).

    `core` is what is compared: folded, without joints, plural s and what is hung on (`-based`).
    """

    text: str
    core: str
    start: int
    end: int
    strong: bool
    before: tuple[str, ...]
    after: tuple[str, ...]


def pieces(name: str) -> list[str]:
    """The parts of a name between its joints."""
    return _JOINTS.split(name)


def folded(word: str) -> str:
    """A word for comparing: small letters without accents, Greek letters by their names."""
    low = word.lower() if word.isascii() else ascii_fold(word).lower()
    return low if low.isascii() else _GREEK_LETTER.sub(lambda match: _GREEK[match[0]], low)


@lru_cache(maxsize=1 << 14)
def names(text: str) -> tuple[Name, ...]:
    """Every name of a text in order."""
    made: list[Name] = []
    around: tuple[Token, ...] = ()
    starts: list[int] = []
    for match in _marked(text):
        core, strong = _core(match[0])
        start, end = match.span()
        if not core or (not strong and _OPENS.search(text, max(0, start - 3), start)) or _counts(match, text):
            continue
        if not around:
            around = tokens(text)
            starts = [token.start for token in around]
        before = _telling(around, bisect_left(starts, start) - 1, -1)
        after = _telling(around, bisect_left(starts, end), 1)
        made.append(Name(match[0], core, start, end, strong, before, after))
    return tuple(made)


def _telling(around: Sequence[Token], at: int, step: int) -> tuple[str, ...]:
    """The stems of the nearest telling words from a place on, in one direction."""
    found: list[str] = []
    while 0 <= at < len(around) and len(found) < _AROUND:
        if around[at].telling:
            found.append(around[at].stem)
        at += step
    return tuple(found)


@lru_cache(maxsize=1 << 8)
def _marked(text: str) -> list[re.Match[str]]:
    """The words that carry a capital or a digit, and so may be names."""
    marked = [
        match
        for match in _PIECE.finditer(text)
        if not (match[0].islower() and (match[0].isalpha() or not _DIGIT.search(match[0])))
        and match[0] not in _ROMAN
        and match[0] not in _HEADINGS
    ]
    shouted = [match.span() for match in _SHOUTED.finditer(text)]
    return [match for match in marked if not any(start <= match.start() < end for start, end in shouted)]


def _counts(match: re.Match[str], text: str) -> bool:
    """Whether it is a number with something glued to it (`5mg`, `4.8k`), which `figures` looks at."""
    return match[0][0].isdigit() and any(number.start == match.start() for number in numbers(text))


@lru_cache(maxsize=1 << 16)
def _core(piece: str) -> tuple[str, bool]:
    """What of a word is compared, and whether it is surely a name; empty for a word that is none."""
    parts = _JOINTS.split(piece)
    mixed = any(part.isdigit() for part in parts[1:]) and parts[0][:1].isalpha()
    if not mixed and not any(map(_strong, parts)):
        weak = [part for part in parts if len(part) > 2 and part[0].isupper() and part.lower() not in HUNG_ON]
        return (folded("".join(weak)), False) if weak else ("", False)
    kept = [part for part in parts if part.lower() not in HUNG_ON]
    if any(not part.islower() and not part.isdigit() for part in kept):
        kept = [part for part in kept if not (len(part) > 2 and part.isalpha() and part.islower())]
    return folded(_singular("".join(kept))), True


HUNG_ON = frozenset(
    """based induced dependent independent mediated like stimulated specific trained related associated positive
    negative deficient driven style type free null wide aware expressing coupled binding containing treated infected
    activated inducible linked derived targeted guided only level anti non pre post pro multi mid early late inter
    intra sub super semi self co de re ex""".split()
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")


def _strong(part: str) -> bool:
    if part.isalpha():
        return len(part) > 1 and part[1:] != part[1:].lower()
    return any(map(str.isalpha, part)) and not _ORDINAL.fullmatch(part)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 2 and word[-1] == "s" and (word[-2].isupper() or word[-2].isdigit()) else word


_SUFFIXED = re.compile(r"([A-Z\d]{3,})[a-z]{3,}")
"""`GABAergic`, `SUMOylation`: a short name that a word is made of."""


@lru_cache(maxsize=1 << 14)
def forms(text: str) -> frozenset[str]:
    """Every way in which a text's names may be meant: whole, by their cores and by their parts."""
    found: set[str] = set()
    for match in _marked(text):
        parts = _JOINTS.split(match[0])
        found.update(folded(_singular(part)) for part in parts)
        if len(parts) > 1:
            found.add(folded(_singular("".join(parts))))
            found.add(_core(match[0])[0])
            found.add(folded("".join(parts[:2])))
        found.update(folded(tail[1]) for part in parts if (tail := _SUFFIXED.fullmatch(part)))
    found.discard("")
    return frozenset(found)


@lru_cache(maxsize=1 << 14)
def _initials(text: str) -> tuple[str, str]:
    """The first letters of a text's words; the second time without function words."""
    low = [folded(token.text) for token in tokens(text)]
    return "".join(word[0] for word in low), "".join(word[0] for word in low if word not in STOP_WORDS)


def initials(core: str, text: str) -> bool:
    """Whether a short name is the first letters of words that stand side by side."""
    return 2 <= len(core) <= _LONGEST_ACRONYM and any(core in letters for letters in _initials(text))


def stands_for(core: str, texts: Iterable[str]) -> bool:
    """Whether a short name is made of the first letters of a run of words: `rl` in `reinforcement learning`."""
    if not 2 <= len(core) <= _LONGEST_ACRONYM:
        return False
    return any(
        initials(core, text)
        or _spells(core, tuple(folded(token.text) for token in tokens(text)))
        for text in texts
    )


def _spells(core: str, words: Sequence[str]) -> bool:
    return any(word[0] == core[0] and _runs(core, words, at) for at, word in enumerate(words))


def _runs(core: str, words: Sequence[str], at: int, used: int = 0, whole: bool = False) -> bool:
    """Whether the words from `at` on (`whole`: to the last) give a name's letters in order, each at least its first."""
    if not core:
        return used % _SKIPPED >= 2 and (at == len(words) or not whole)
    if at >= len(words) or words[at][0] != core[0]:
        # One word between may be left out: `CNN` for `convolutional and recurrent neural networks`.
        if not used or at >= len(words):
            return False
        if words[at] in STOP_WORDS:
            return _runs(core, words, at + 1, used, whole)
        return used < _SKIPPED and len(core) >= 2 and _runs(core, words, at + 1, used + _SKIPPED, whole)
    taken, place = 1, 0
    while True:
        if _runs(core[taken:], words, at + 1, used + 1, whole):
            return True
        if taken >= len(core) or taken >= 3:
            return False
        place = words[at].find(core[taken], place + 1)
        if place < 0:
            return False
        taken += 1


def expands(core: str, text: str, whole: bool = False) -> bool:
    """Whether the last words of a text spell a name, as before `(RL)`; a letter inside a word may be left out.

    `whole`: nothing of the text may follow them.
    """
    words = [folded(token.text) for token in tokens(text)][-2 * len(core) :]
    return any(
        word[0] == core[0] and (_runs(core, words[at:], 0, whole=whole) or _whole(core, words[at:]))
        for at, word in enumerate(words)
    )


def _whole(core: str, words: Sequence[str]) -> bool:
    return "".join(word[0] for word in words if word not in STOP_WORDS) == core


def abbreviates(short: str, long: str) -> bool:
    """Whether a name with digits is a shorter way to write another: `il2` for `interleukin2`."""
    digits = [char for char in short if char.isdigit()]
    if not digits or digits != [char for char in long if char.isdigit()] or short[0] != long[0]:
        return False
    letters = iter(long)
    return len(short) > 2 and all(char in letters for char in short)


def member(one: str, of: str) -> bool:
    """Whether a name with a number is one of the things that another names: `mir184` of `microrna`."""
    letters = one.rstrip("0123456789")
    if letters == one or len(letters) < 3 or not of.isalpha() or letters[0] != of[0]:
        return False
    left = iter(of)
    return all(char in left for char in letters)


def written(core: str, text: str) -> bool:
    """Whether a text writes a name with other joints or in other case, between word boundaries."""
    if len(core) < 3:
        return False
    spread = r"[\W_]?".join(map(re.escape, core))
    return re.search(rf"(?<!\w){spread}(?:s|es)?(?!\w)", folded(text)) is not None


_LEAST_SLIP = 5
"""Letters from which two names that differ in one are one name mistyped: `CNN` and `RNN` are two."""

def like(core: str, known: Iterable[str]) -> bool:
    """Whether a name differs from a known one by a last letter only (`FoxO3a`), abbreviates it, or is a slip of it."""
    from rapidfuzz.distance import OSA

    for other in known:
        if len(core) >= _LEAST_SLIP and len(other) >= _LEAST_SLIP and OSA.distance(core, other, score_cutoff=1) <= 1:
            if _DIGIT.findall(core) == _DIGIT.findall(other):
                return True
        short, long = (core, other) if len(core) < len(other) else (other, core)
        if len(short) >= 4 and long[:-1] == short and long[-1].isalpha():
            return True
        if abbreviates(short, long):
            return True
    return False


_FIELD = {
    short: frozenset(map(stem, told.split()))
    for short, told in {
        "rl": "reinforcement policy policies agent agents reward", "drl": "reinforcement policy agent reward",
        "nn": "neural network networks", "dnn": "neural network networks deep", "ann": "neural network networks",
        "dl": "deep neural", "ml": "learning", "ai": "intelligence learning", "cnn": "convolutional convolution",
        "rnn": "recurrent", "gnn": "graph", "gcn": "graph", "gan": "adversarial", "sgd": "gradient",
        "nlp": "language text linguistic", "lm": "language", "llm": "language", "nmt": "translation",
        "mt": "translation", "qa": "question answering", "vae": "autoencoder variational", "mirna": "microRNA miR",
        "mir": "microRNA miRNA", "covid19": "coronavirus SARS COVID", "sarscov2": "COVID coronavirus",
        "tb": "tuberculosis", "ad": "Alzheimer", "pd": "Parkinson", "dna": "genome genomic gene genes",
    }.items()
}  # fmt: skip
CLASSES = frozenset(
    "rna mrna mirna lncrna sirna dna cdna snp rct gpu cpu api id llm lm nlp ai ml ci sd se rr or hr iqr".split()
)
"""Names of classes: one stands beside its members and says nothing against them. Those of statistics beside anything.
"""
_KNOWN_TO_ALL = frozenset("us usa uk eu gpu gpus cpu cpus api sota pdf www ci sd se iqr hr".split())


def in_other_words(core: str, stems: frozenset[str]) -> bool:
    """Whether a text uses the words of a field that a well-known short name stands for; some names say nothing."""
    return core in _KNOWN_TO_ALL or not stems.isdisjoint(_FIELD.get(core, ()))
