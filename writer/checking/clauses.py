"""Where one finding of a sentence ends and the next begins.

Rules over words and a list of the verbs that findings are told with, no parser. When in doubt a sentence stays whole:
lists of nouns, "A and B show that …", brackets, quoted titles, and whatever stands under one `whether`, `if` or `no
evidence that` are never cut, since half of it would say something else.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

_LONGEST_SHARED = 160
"""Characters of a subject that is repeated for a second verb."""
_LEAST = 3
"""Words that a clause has at least."""
_SUBJECT_WORDS = 4
"""Words of a subject beside which something stands between commas."""
_FURTHEST = 30
"""Words between the beginning of a clause and its verb at most."""

_AUXILIARY = frozenset(
    "is are was were has have had does do did can cannot could may might will would should must".split()
)
_VERBS = """accelerate accept achieve activate address adopt affect agree aim allow alter analyse analyze apply argue
ask assess associate attain attenuate audit augment avoid beat become benefit bind bring build capture cause change
claim combine compare compete compute conclude confirm consider contain contribute control correlate cost cover create
cut decline decrease define degrade deliver demonstrate depend derive describe design detect determine develop differ
diminish discover display dominate drive drop eliminate emerge employ enable encode encourage enhance ensure establish
estimate evaluate examine exceed exhibit exist explain exploit explore express extend facilitate fail fall favor favour
find focus follow form formulate gain generalise generalize generate give grow guarantee handle harm have help hold
identify impair implement improve include increase indicate induce influence inhibit introduce investigate involve keep
lack lead learn leave leverage limit link lose lower maintain match matter measure mediate modulate need obtain occur
offer optimise optimize outperform overcome perform persist play point predict prefer present preserve prevent produce
promote propose protect prove provide raise rank reach reduce regulate rely remain remove repair replace replicate
report represent require resemble resolve restore result retain retrieve reveal revive rise score select serve show
slow solve stabilise stabilize stay stem stimulate strengthen study suffer suggest support suppress surpass survey
sustain target tend test train transfer trigger underestimate understand use validate vary vote work worsen
yield""".split()
_NOUNS_TOO = frozenset(
    """aims benefits causes changes claims controls costs covers cuts declines decreases designs displays drives drops
    estimates exploits falls finds focuses forms gains harms increases influences keeps leads limits links matches
    measures needs offers plays points presents ranks reports results rises scores shows stems studies supports surveys
    targets tests trains transfers triggers uses votes works yields""".split()
)
_IRREGULAR = frozenset(
    "found showed shown led became rose fell grew gave held kept lost left made built bound brought cut".split()
) - {"left", "bound", "made", "built", "cut"}


def _third(verb: str) -> str:
    if verb.endswith(("s", "x", "z", "ch", "sh")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeiou" else verb + "s"


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb in {"control", "drop", "occur", "prefer", "stem", "transfer"}:
        return verb + verb[-1] + "ed"
    return verb[:-1] + "ied" if verb.endswith("y") and verb[-2] not in "aeiou" else verb + "ed"


_BASE = frozenset(_VERBS)
_SINGULAR = frozenset(map(_third, _VERBS)) - {"haves"}
_PAST = frozenset(map(_past, _VERBS)) | _IRREGULAR
_MAY_BE_VERBS = _AUXILIARY | _BASE | _SINGULAR | _PAST
_GERUND = frozenset((verb[:-1] if verb.endswith("e") else verb) + "ing" for verb in _VERBS)

_DETERMINER = frozenset(
    """a an the this that these those its their his her our your my some any each every no several many few most more
    less such other another all both two three of in on at by with for from to""".split()
)
_SUBORDINATE = frozenset("that which who whom whose where when because since if whether unless until how why".split())
_SHIELDS = frozenset("whether if unless how why neither nor".split())
_NEGATION = frozenset("no not never none neither nor cannot without hardly lack lacks unclear unknown".split())
_CONTRAST = frozenset("while whilst whereas but although though yet".split())
_CONCLUDES = frozenset(
    "suggesting indicating showing demonstrating revealing confirming implying finding proving".split()
)
_ADVERB = frozenset("also then thus therefore hence further furthermore even still often not never only".split())
_PLURAL_SUBJECT = frozenset("we they people data children mice men women al which that who i you".split())
_PREPOSITION = frozenset("in for with among after during on at under by across within from of".split())

_HEEDED = _MAY_BE_VERBS | _SUBORDINATE | _SHIELDS | _NEGATION | {"both", "between", "and"}
"""All that changes what is known of a clause, and …"""
_MAY_BEGIN = _CONTRAST | _CONCLUDES | {";", ",", "and", "which", "who"}
"""… all that one may begin at: most words are neither."""

_TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|[;,:()\[\]{}“”\"«»]")
_TRIGGER = re.compile(
    r";|\b(?:and|but|yet|wh(?:ile|ilst|ereas|ich|o|ere)|al?though|though)\b|, \w+ing\b", re.IGNORECASE
)
_OPEN = {")": "(", "]": "[", "}": "{", "”": "“", "»": "«"}


@dataclass(frozen=True, slots=True)
class Clause:
    """A finding of a sentence: `text[start:end]`, and the pieces before it that it shares with another."""

    start: int
    end: int
    shared: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class Words:
    """The words and marks of a text outside brackets and quotes."""

    lower: list[str]
    start: list[int]
    end: list[int]
    form: list[str]
    """Of a finite verb: `aux`, `s`, `ed`, `base`; else empty."""
    verbs: list[int]
    """Where the finite verbs are."""

    def verb_within(self, start: int, end: int) -> int | None:
        """Where, in characters, the first finite verb within a piece of the text ends."""
        at = self.verb_from(bisect_left(self.start, start))
        return self.end[at] if at is not None and self.end[at] <= end else None

    def opens_with_verb(self, start: int, end: int) -> bool:
        """Whether a piece begins with a word that may be a verb: the predicate behind a list of subjects."""
        at = _after_adverbs(self, bisect_left(self.start, start))
        return at < len(self.lower) and self.end[at] <= end and self.lower[at] in _MAY_BE_VERBS

    def verb_from(self, at: int) -> int | None:
        """The first finite verb at or after the word of this number."""
        found = bisect_left(self.verbs, at)
        return self.verbs[found] if found < len(self.verbs) else None


def clauses(text: str) -> list[Clause]:
    """The clauses of a sentence that tell a finding each, in order; together they hold every word of it.

    >>> text = "It cuts the cost by 5% and reduces the error, whereas the panel stays as it is."
    >>> [text[clause.start : clause.end] for clause in clauses(text)]
    ['It cuts the cost by 5% and ', 'reduces the error, ', 'whereas the panel stays as it is.']
    """
    whole = [Clause(0, len(text))]
    if not _TRIGGER.search(text):
        return whole
    words = read(text)
    return _cut(text, words) if words.verbs else whole


def read(text: str) -> Words:
    """The words of a sentence with its finite verbs."""
    found = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]
    kept = [token for token, hidden in zip(found, _hidden([token[0] for token in found]), strict=True) if not hidden]
    lower = [word.lower() for word, _, _ in kept]
    form = [_form(lower, at) if word in _MAY_BE_VERBS else "" for at, word in enumerate(lower)]
    verbs = [at for at, kind in enumerate(form) if kind]
    return Words(lower, [start for _, start, _ in kept], [end for _, _, end in kept], form, verbs)


def _hidden(tokens: list[str]) -> list[bool]:
    """Which tokens stand in brackets or quotes that are closed again."""
    opened: list[tuple[str, int]] = []
    covers = [0] * (len(tokens) + 1)
    for at, token in enumerate(tokens):
        straight = token == '"' and any(mark == '"' for mark, _ in opened[-3:])
        if token in _OPEN or straight:
            wanted = _OPEN.get(token, '"')
            # Only the last few can be meant: a text of ten thousand open brackets stays quick.
            for back in range(len(opened) - 1, max(len(opened) - 4, -1), -1):
                if opened[back][0] == wanted:
                    covers[opened[back][1]] += 1
                    covers[at + 1] -= 1
                    del opened[back:]
                    break
        elif token in '([{“«"':
            opened.append((token, at))
    depth, hidden = 0, []
    for change in covers[:-1]:
        depth += change
        hidden.append(depth > 0)
    return hidden


def _form(lower: list[str], at: int) -> str:
    """The form of a word that is surely a finite verb here; empty for any other."""
    word = lower[at]
    before = lower[at - 1] if at else ""
    if word in _AUXILIARY:
        return "" if before in {"to", "would", "could", "may", "might", "will", "should", "must", "can"} else "aux"
    following = lower[at + 1] if at + 1 < len(lower) else ""
    if not at:  # "[a] shows that …": a citation was the subject
        return "s" if word in _SINGULAR and following in {"that", "the", "a", "how"} else ""
    if before in _DETERMINER:
        return "s" if before == "that" and word in _SINGULAR else ""
    if word in _SINGULAR:
        noun = word in _NOUNS_TOO and (following in {"of", "in", "and", "or", ",", "", "is", "are"} or before == "and")
        return "" if noun else "s"
    if word in _PAST:
        # "X, trained on Y, shows …": behind a comma it is a participle.
        return "" if following == "by" or before in _AUXILIARY or before in {"be", "been", "not", "and", ","} else "ed"
    if word in _BASE:
        subject = lower[at - 2] if before.endswith("ly") and at > 1 else before
        plural = subject in _PLURAL_SUBJECT or (subject.endswith("s") and not subject.endswith(("ss", "us", "is")))
        return "base" if plural and before not in _AUXILIARY else ""
    return ""


@dataclass(slots=True)
class _Left:
    """What is known of the clause that is being read."""

    first: int
    """Its first word."""
    verb: int | None = None
    """Its first finite verb."""
    inner: int | None = None
    """The last finite verb since the last word that opens a clause inside it."""
    outer: bool = True
    """Whether a finite verb stands before that word, or there is none."""
    shielded: bool = False
    negated: bool = False
    infinitive: bool = False
    """Whether a `to improve` stands behind the last finite verb: `and reduce` may then go with it."""
    pairs: int = 0
    """How many `both` and `between` still wait for their `and`."""

    def see(self, words: Words, at: int) -> None:
        """Take in one more word."""
        word = words.lower[at]
        if word not in _HEEDED and not word.endswith(("n't", "n’t")):
            return
        if words.form[at]:
            self.verb = at if self.verb is None else self.verb
            self.inner = at
            self.infinitive = False
        elif word in _BASE and words.lower[at - 1] == "to":
            self.infinitive = True
        elif word in _SUBORDINATE and at > self.first:
            self.outer = self.verb is not None
            self.inner = None
            # "There is no evidence that X improves A and Y reduces B": the negation is over both.
            self.shielded = self.shielded or word in _SHIELDS or (word == "that" and self.negated)
        if word in _SHIELDS:
            self.shielded = True
        if word in _NEGATION or word.endswith(("n't", "n’t")):
            self.negated = True
        if word in {"both", "between"}:
            self.pairs += 1
        elif word == "and" and self.pairs:
            self.pairs -= 1


def _cut(text: str, words: Words) -> list[Clause]:
    """Read the words from left to right and end a clause wherever the next one surely begins."""
    found: list[Clause] = []
    left = _Left(0)
    begin = 0
    shared: tuple[tuple[int, int], ...] = ()
    for at, word in enumerate(words.lower):
        new = _beginning(text, words, left, at) if word in _MAY_BEGIN and at - left.first >= _LEAST else None
        if new is not None:
            place, shares = new
            found.append(Clause(begin, place, shared))
            begin, shared = place, shares
            left = _Left(at)
        left.see(words, at)
    found.append(Clause(begin, len(text), shared))
    return found


_New = tuple[int, tuple[tuple[int, int], ...]]


def _beginning(text: str, words: Words, left: _Left, at: int) -> _New | None:
    """Where a new clause begins at this word, in characters, and what it shares with the one before; else None."""
    word = words.lower[at]
    before = words.lower[at - 1]
    if left.verb is None:
        return None
    if word == ";":
        return (words.end[at], ()) if _tells(words, at + 1) else None
    if word in _CONTRAST and before not in {"a", "for", "as", "even", "and"}:
        return _contrast(words, left, at)
    if word == "," and words.lower[left.first] in _CONTRAST:
        following = words.lower[at + 1] if at + 1 < len(words.lower) else ""
        clear = following not in {"and", "or", "which", "who", "but"} | _CONTRAST
        return (words.end[at], ()) if clear and _subject_and_verb(words, at + 1) is not None else None
    if word == "and" and not left.shielded and not left.pairs:
        return _joined(words, left, at)
    if before == "," and word in {"which", "who"} and not left.shielded:
        return _relative(words, left, at)
    if before == "," and word in _CONCLUDES and words.lower[at + 1 : at + 2] == ["that"]:
        return (words.start[at], ()) if _tells(words, at + 2) else None
    return None


def _tells(words: Words, at: int) -> bool:
    """Whether the words from here to the next semicolon tell something."""
    verb = words.verb_from(at)
    return verb is not None and verb - at <= _FURTHEST and ";" not in words.lower[at:verb]


def _contrast(words: Words, left: _Left, at: int) -> _New | None:
    """`while`, `whereas`, `but`: with a verb of their own, or a telling participle (`while reducing …`)."""
    if words.lower[at] == "but" and (words.lower[at + 1 : at + 2] == ["also"] or left.shielded):
        return None
    first = _after_adverbs(words, at + 1)
    if first < len(words.lower) and words.form[first] in {"s", "aux", "ed"}:
        return (words.start[at], _subject(words, left))
    if words.lower[at + 1 : at + 2] and words.lower[at + 1] in _GERUND and words.lower[at] in {"while", "whilst"}:
        return (words.start[at], _subject(words, left))
    return (words.start[at], ()) if _subject_and_verb(words, at + 1, beside=True) is not None else None


def _joined(words: Words, left: _Left, at: int) -> _New | None:
    """`and` before a second verb of the same subject, or before a clause of its own."""
    if left.inner is None or not left.outer:
        return None
    comma = words.lower[at - 1] == ","
    first = _after_adverbs(words, at + 1)
    if first >= len(words.lower):
        return None
    form, had = _coordinate(words, first), words.form[left.inner]
    if form and at - left.inner - comma > 1:
        same = (
            (form == had and not (form == "base" and left.infinitive))
            or (form == "aux")
            or (form == "s" and had == "aux")
        )
        return (words.start[at + 1], _subject(words, left)) if same else None
    verb = _subject_and_verb(words, at + 1)
    if verb is None or at - left.inner - comma < 2:
        return None
    # Without a comma the words between may belong to the list before: only a sure verb close by is enough.
    sure = words.form[verb] in {"s", "aux"} and verb - at <= 6
    return (words.start[at], ()) if comma or (sure and not left.negated) else None


def _coordinate(words: Words, at: int) -> str:
    """The form of a word that may be a second verb behind `and`, where no subject stands before it."""
    word = words.lower[at]
    following = words.lower[at + 1] if at + 1 < len(words.lower) else ""
    if word in _AUXILIARY:
        return "aux"
    if word in _SINGULAR:
        return "" if word in _NOUNS_TOO and following in {"of", "in", "and", "or", ",", "", "is", "are"} else "s"
    if word in _PAST:
        return "" if following in {"by", ""} else "ed"
    return "base" if word in _BASE and words.form[at - 1] == "" else ""


def _after_adverbs(words: Words, at: int) -> int:
    while at < len(words.lower) and (words.lower[at] in _ADVERB or words.lower[at].endswith("ly")):
        at += 1
    return at


def _subject_and_verb(words: Words, at: int, beside: bool = False) -> int | None:
    """The finite verb of a clause that begins here with its subject; None where the words are no clause.

    With `beside` something may stand between two commas beside the subject: `yet X, trained by Y, shows …`.
    """
    verb = words.verb_from(at + 1)
    if verb is None or verb - at > _FURTHEST:
        return None
    between = words.lower[at:verb]
    if any(word in _SUBORDINATE or word in _CONTRAST or word in {";", ":"} for word in between):
        return None
    commas = between.count(",")
    if commas == 2:
        return verb if beside and between[-1] == "," and between.index(",") <= _SUBJECT_WORDS else None
    return verb if commas == 0 or (commas == 1 and between[0] in _PREPOSITION) else None


def _subject(words: Words, left: _Left) -> tuple[tuple[int, int], ...]:
    """What stands before the verb of the clause, where it is short enough to repeat."""
    verb = left.inner if left.inner is not None else left.verb
    if verb is None or verb == left.first:
        return ()
    start, end = words.start[left.first], words.end[verb - 1]
    return ((start, end),) if end - start <= _LONGEST_SHARED else ()


def _relative(words: Words, left: _Left, at: int) -> _New | None:
    """`, which improves …`, told of what stands behind the verb before it."""
    first = _after_adverbs(words, at + 1)
    if first >= len(words.lower) or not words.form[first] or left.inner is None:
        return None
    start, end = words.start[min(left.inner + 1, at - 1)], words.end[at - 1]
    return (words.start[at], ((start, end),) if 0 < end - start <= _LONGEST_SHARED else ())
