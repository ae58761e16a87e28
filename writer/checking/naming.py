"""Names in a text, and when two of them are written differently and yet the same.

A name is a word with more than one capital, a capital inside, or letters and digits together (`GSM8K`, `mRNA`,
`IL-2`), and, less surely, a capitalised word that does not open a sentence. `GANs`, `GAN-based` and `gan` name what
`GAN` names; `RL` names what `reinforcement learning` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from writer.checking.vocabulary import numbers_of, words_of
from writer.text import STOP_WORDS, ascii_fold, stem

_PIECE = re.compile(r"\w+(?:[-‐‑+]\w+|\.\d\w*)*")
_CHUNK = re.compile(r"(?<!\S)[^\sA-Z\d]*[A-Z\d]\S*")
_BETWEEN_BLANKS = re.compile(r"\S+")
_JOINTS = re.compile(r"[-‐‑+_.]")
_WORD = re.compile(r"[^\W_]+")
_NO_LETTERS = re.compile(r"[\W_]+")
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
_WITHIN = 120
"""Characters on each side in which they are looked for."""
_AROUND = 6
"""How many telling words on each side say where a name stands."""
_HEADINGS = frozenset(
    """ABSTRACT AIM AIMS ANALYSIS BACKGROUND CONCLUSION CONCLUSIONS CONTEXT DESIGN DISCUSSION EVIDENCE EXPOSURES
    FINDINGS FUNDING HYPOTHESIS IMPLICATIONS IMPORTANCE INTERPRETATION INTERVENTION INTERVENTIONS INTRODUCTION
    LIMITATIONS MAIN MATERIAL MATERIALS MEASUREMENTS MEASURE MEASURES METHOD METHODOLOGY METHODS OBJECTIVE
    OBJECTIVES OUTCOME OUTCOMES PARTICIPANTS PATIENTS POPULATION PURPOSE RATIONALE RECENT REGISTRATION RELEVANCE
    RESULT RESULTS REVIEW SAMPLE SELECTION SETTING SETTINGS SIGNIFICANCE SOURCES STUDY SUBJECTS SUMMARY
    SYNTHESIS TITLE TRIAL""".split()
)
"""The headings that structured abstracts are divided by, and their words."""
_SHOUTED = re.compile(r"\b[A-Z]{2,}(?: [A-Z]{2,}){2,}\b")
"""A run of words in capitals, as in a headline: what they spell out are words."""


class Name(NamedTuple):
    """A name: `whole[start:end] == text`.

    `core` is what is compared: folded, without joints, plural s and what is hung on (`-based`).
    """

    text: str
    core: str
    start: int
    end: int
    strong: bool
    whole: str

    @property
    def before(self) -> tuple[str, ...]:
        """The stems of the six telling words before it, the nearest first."""
        return beside(self.whole, self.start, self.end)[0]

    @property
    def after(self) -> tuple[str, ...]:
        """The stems of the six telling words behind it, the nearest first."""
        return beside(self.whole, self.start, self.end)[1]


@lru_cache(maxsize=1 << 14)
def beside(text: str, start: int, end: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The stems of the nearest telling words before and behind a place, the nearest first."""
    first = max(0, start - _WITHIN)
    first = max(first, text.find(" ", first, start)) if first else 0  # not in the middle of a word
    before = [word.stem for word in words_of(text[first:start]) if word.telling]
    after = [word.stem for word in words_of(text[end : end + _WITHIN]) if word.telling]
    if end + _WITHIN < len(text):
        del after[-1:]  # it may be cut
    return tuple(before[: -_AROUND - 1 : -1]), tuple(after[:_AROUND])


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
    for piece, start in _marked(text):
        core, strong = _core(piece)
        if not core or (not strong and _OPENS.search(text, max(0, start - 3), start)) or _counts(piece, start, text):
            continue
        made.append(Name(piece, core, start, start + len(piece), strong, text))
    return tuple(made)


@lru_cache(maxsize=1 << 14)
def sure_names(text: str) -> tuple[Name, ...]:
    """The names of a text that are surely names: what is asked of an entry."""
    return tuple(
        [
            Name(piece, core, start, start + len(piece), True, text)
            for piece, start in _marked(text)
            for core, strong in [_core(piece)]
            if strong and core and not _counts(piece, start, text)
        ]
    )


@lru_cache(maxsize=1 << 14)
def _marked(text: str) -> tuple[tuple[str, int], ...]:
    """The words that carry a capital or a digit, and so may be names, and where they begin."""
    found = [
        (match[0], match.start())
        for start, end in _chunks(text)
        for match in _PIECE.finditer(text, start, end)
        if not (match[0].islower() and (match[0].isalpha() or not _DIGIT.search(match[0])))
        and match[0] not in _ROMAN
        and match[0] not in _HEADINGS
    ]
    shouted = [match.span() for match in _SHOUTED.finditer(text)] if len(found) > 2 else []
    return (
        tuple(found)
        if not shouted
        else tuple((piece, at) for piece, at in found if not any(start <= at < end for start, end in shouted))
    )


def _chunks(text: str) -> Iterable[tuple[int, int]]:
    """Where a capital or a digit stands between two blanks: most words are told apart before they are read."""
    if text.isascii():
        return [match.span() for match in _CHUNK.finditer(text)]
    return [
        match.span() for match in _BETWEEN_BLANKS.finditer(text) if not match[0].islower() or _DIGIT.search(match[0])
    ]


def _counts(piece: str, start: int, text: str) -> bool:
    """Whether it is a number with something glued to it (`5mg`, `4.8k`), which `figures` looks at."""
    return piece[0].isdigit() and any(number.start == start for number in numbers_of(text))


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
    for piece, _ in _marked(text):
        found |= _forms(piece)
    return frozenset(found)


@lru_cache(maxsize=1 << 15)
def _forms(piece: str) -> frozenset[str]:
    parts = _JOINTS.split(piece)
    found = {folded(_singular(part)) for part in parts}
    if len(parts) > 1:
        found |= {folded(_singular("".join(parts))), _core(piece)[0], folded("".join(parts[:2]))}
    found.update(folded(tail[1]) for part in parts if (tail := _SUFFIXED.fullmatch(part)))
    return frozenset(found - {""})


@lru_cache(maxsize=1 << 13)
def _folded_words(text: str) -> tuple[str, ...]:
    return tuple(map(_folded, _WORD.findall(text)))


_folded = lru_cache(maxsize=1 << 16)(folded)


@lru_cache(maxsize=1 << 14)
def _initials(text: str) -> tuple[str, str]:
    """The first letters of a text's words; the second time without function words."""
    low = _folded_words(text)
    return "".join(word[0] for word in low), "".join(word[0] for word in low if word not in STOP_WORDS)


def initials(core: str, text: str) -> bool:
    """Whether a short name is the first letters of words that stand side by side."""
    return 2 <= len(core) <= _LONGEST_ACRONYM and any(core in letters for letters in _initials(text))


def stands_for(core: str, texts: Iterable[str]) -> bool:
    """Whether a short name is made of the first letters of a run of words: `rl` in `reinforcement learning`."""
    if not 2 <= len(core) <= _LONGEST_ACRONYM:
        return False
    return any(initials(core, text) or _spells(core, _folded_words(text)) for text in texts)


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
        if taken >= len(core) or taken >= 3 or words[at] in STOP_WORDS:  # `makes them` spells no MATH
            return False
        place = words[at].find(core[taken], place + 1)
        if place < 0:
            return False
        taken += 1


def expands(core: str, text: str, whole: bool = False) -> bool:
    """Whether the last words of a text spell a name, as before `(RL)`; a letter inside a word may be left out.

    `whole`: nothing of the text may follow them.
    """
    words = _folded_words(text)[-2 * len(core) :]
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


def says(piece: str, text: str) -> bool:
    """Whether a text has a word as it is, between word boundaries."""
    at = text.find(piece)
    while at >= 0:
        end = at + len(piece)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            return True
        at = text.find(piece, end)
    return False


@lru_cache(maxsize=1 << 13)
def _compact(text: str) -> str:
    return _NO_LETTERS.sub("", folded(text))


def written(core: str, text: str) -> bool:
    """Whether a text writes a name with other joints or in other case, between word boundaries."""
    if len(core) < 3 or core not in _compact(text):
        return False
    spread = r"[\W_]?".join(map(re.escape, core))
    return re.search(rf"(?<!\w){spread}(?:s|es)?(?!\w)", folded(text)) is not None


_LEAST_SLIP = 5
"""Letters from which two names that differ in one are one name mistyped: `CNN` and `RNN` are two."""


def like(core: str, known: Iterable[str]) -> bool:
    """Whether a name differs from a known one by a last letter only (`FoxO3a`), abbreviates it, or is a slip of it."""
    from rapidfuzz.distance import OSA

    for other in known:
        one_off = min(len(core), len(other)) >= _LEAST_SLIP and OSA.distance(core, other, score_cutoff=1) <= 1
        if one_off and _DIGIT.findall(core) == _DIGIT.findall(other):
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
        "rag": "retrieval", "ir": "retrieval", "sft": "tuning", "rlhf": "preference feedback reward",
        "dpo": "preference", "cot": "thought thoughts", "icl": "context demonstrations", "kg": "knowledge graph",
        "nli": "entailment inference", "mcts": "tree", "vlm": "vision visual", "lvlm": "vision visual",
        "mllm": "multimodal vision", "ood": "distribution", "tts": "speech", "asr": "speech",
        "ner": "entity entities", "iaa": "agreement",
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
