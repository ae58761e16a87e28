"""Is it the cited entry that says so: claims that another entry fits clearly better, and claims that none comes near.

Words are all that is looked at, so this tells of another subject, never of another finding on the same subject: two
entries about one thing fit about equally, and then nothing is said. A claim that the cited entries cover well is never
questioned, nor is one that names the authors or the system of a cited entry: then it is clear which work is meant.
Whether anything at all comes near is asked of `far`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import islice
from operator import itemgetter

from writer.checking.case import Case
from writer.checking.catalogue import folded
from writer.checking.claims import Claim
from writer.checking.evidence import covering, nearest
from writer.checking.facts import Facts, telling_stems
from writer.checking.far import general, nearness
from writer.checking.rivals import coverage
from writer.checking.synonyms import with_synonyms
from writer.draft import Problem
from writer.entry import Entry
from writer.text import ascii_fold, fold

_COVERED = 0.62
"""Share of a claim's weight from which the cited entries cover it well enough. This and the next were read off the
bench: of unchanged claims one in eleven is covered less, of claims with a swapped citation more than eight in ten."""
_WELL_COVERED = 0.7
"""Share from which nothing is said. Between the two only an entry that covers nearly all is told."""
_GAIN = 0.15
"""How much more of it another entry must cover, and …"""
_MISSES = 0.65
"""… what share of what the cited entries lack it may lack itself."""
_WORDS = 2
"""Telling words that it must have and the cited entries lack: one alone may be a slip of the pen, unless …"""
_WHOLE = 0.9
"""… with that one it has nearly all, and the cited entries have not most of it."""
_CLOSER = 0.05
"""How much more of the claim its best one or two sentences must carry: words strewn over an abstract say nothing."""
_MUCH_CLOSER = 0.25
"""How much more its best sentences must carry for it to be told though it lacks more than that."""
_SHARED = 1
"""Telling words that a claim may share with what is cited and still be far from it, …"""
_MANY = 8
"""… where it has so many: of fewer words a paraphrase may have left none."""
_MANY_WITH_NONE = 6
"""The same where it shares none, not even a synonym."""
_PART_FAR = 0.35
"""Share below which one claim of several stands out, the others of which are covered."""
_NEAR = 0.3
"""Share that the nearest one or two sentences must cover for a claim not to stand alone."""
_LITTLE = 20
"""Telling words of title and abstract below which, as without a title, only a piece of a work is known: a title and a
sentence. Of the abstracts on the bench 49 in 50 have 35 and more."""
_LEAST = 4
"""Telling words below which a claim is too short to be placed by its words."""
_AS_TELLING = 0.9
"""A word of a cited title that the claim has and the other entry has not: from this share on of the most telling word
that the other has in return, the claim is on the subject of the cited work."""
_REFERS_BACK = re.compile(r"\b(?:it|its|they|them|their|these|those|this|the (?:former|latter))\b", re.IGNORECASE)
_NAME_BEFORE = re.compile(r"(?<!\w)((?:[A-Z]\w*[ -])*(?=\w*[A-Z\d])\w+)[\s(]*$")
_LONGEST_NAME = 60
"""Characters before a citation in which a name is looked for."""
_COMPOUND = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_COMPOUND_LEAST = 8
"""Letters of a compound that is looked for without its joints."""
_SHORT = re.compile(r"\b([A-Z]{3,6})s?\b")
_ADDED = re.compile(r",\s+and\s+(?=\S)")


def check_misattributed(case: Case) -> list[Problem]:
    """`misattributed` and `no-evidence` for each claim of a sentence, at most one of them each.

    `misattributed-part` and `no-evidence-part` speak of one claim in a sentence whose other claims the cited entries
    do cover; `no-evidence-far` of a claim of many telling words with which they hardly share one.
    """
    if not case.in_english or not case.cited:
        return []
    asked = _Asked(case)
    found: list[Problem] = []
    for claim in asked.claims:
        problem = asked.problem(claim)
        # What was said of a sentence is not said again of a piece of it.
        if problem is not None and not (found and _within(problem, found[-1])):
            found.append(problem)
    return found


def _within(one: Problem, other: Problem) -> bool:
    return one.span is not None and other.span is not None and other.span[0] <= one.span[0] < other.span[1]


class _Asked:
    """The claims of one sentence with what the cited entries have of each."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.claims: list[Claim] = []
        self.cited: dict[Claim, tuple[Facts, ...]] = {}
        self.weights: dict[Claim, dict[str, float]] = {}
        self.own: dict[Claim, float] = {}
        for claim in case.claims:
            cited = _facts(case, claim)
            if cited:
                self._weigh(claim, cited)
                self.claims.append(claim)
        if len(self.claims) == len(case.claims) == 1:
            self._halve(self.claims[0])
        # A claim is a part where another one of the sentence is covered.
        self.covered = [claim for claim in self.claims if self.own[claim] > _COVERED]
        self.passed = frozenset([facts.entry.key for facts in case.cited])

    def _halve(self, claim: Claim) -> None:
        """Look at what a sentence without a second verb adds at its last `, and`, also apart from the rest."""
        halves = _added(claim)
        if halves:
            told, added = halves
            self._weigh(told, self.cited[claim])
            self._weigh(added, self.cited[claim])
            self.claims = [told, added] if self.own[told] > _COVERED else [claim, added]

    def _weigh(self, claim: Claim, cited: tuple[Facts, ...]) -> None:
        self.cited[claim] = cited
        self.weights[claim] = self.case.weights(claim)
        self.own[claim] = coverage(self.weights[claim], *[facts.stems for facts in cited])

    def _names(self, entries: Iterable[Facts], claim: Claim) -> bool:
        """Whether it is clear that one of these entries is meant: the claim names it, or refers back to who did."""
        text = claim.text if len(self.case.claims) > 1 else self.case.sentence.text
        if _REFERS_BACK.search(text):
            text = self.case.sentence.text
        return any(names(facts, text) or self._introduces(facts, claim) for facts in entries)

    def _introduces(self, facts: Facts, claim: Claim) -> bool:
        """Whether an entry is cited directly behind a name that it has: `written by InstructGPT [x] instead of …`."""
        first = bisect_left(self._named_before, claim.spans[0][0], key=itemgetter(0))
        for at, key, name in islice(self._named_before, first, None):
            if at > claim.spans[-1][1]:
                break
            if self.case.known.facts(key) is facts and f" {name} " in f" {folded(facts.entry)} ":
                return True
        return False

    @cached_property
    def _named_before(self) -> list[tuple[int, str, str]]:
        """The citations that stand directly behind a name: where, which, and the name."""
        sentence = self.case.sentence
        found = []
        for at, key in sorted(zip(sentence.cited_at, sentence.citations, strict=False)):
            name = _NAME_BEFORE.search(sentence.text, max(0, at - _LONGEST_NAME), at)
            if name is not None:
                found.append((at, key, fold(name[1])))
        return found

    def problem(self, claim: Claim) -> Problem | None:
        """The problem with one claim, if any."""
        if self.own[claim] > _WELL_COVERED or len(self.weights[claim]) < _LEAST:
            return None
        return self._better(claim) or self._alone(claim)

    def _better(self, claim: Claim) -> Problem | None:
        case, cited, weights = self.case, self.cited[claim], self.weights[claim]
        own = self.own[claim]
        least = max(own + _GAIN, _WHOLE if own > _COVERED else 0.0)
        found = case.known.rivals.better(weights, _stems(cited), least, self.passed)
        rival = case.known.facts(found[0]) if found is not None else None
        if found is None or rival is None or self._names(cited, claim) or not self._says_it(claim, rival, found[1]):
            return None
        part = any(each is not claim for each in self.covered)
        if part and not self._stands_alone(claim, rival):
            return None
        near = nearest(claim, rival.said, weights)
        says = f": “{near[0].said.text}”" if near else ""
        detail = (
            f"the entry {rival.entry.key!r} has {found[1]:.0%} of what this says, the cited"
            f" {'entry' if len(cited) == 1 else 'entries'} {own:.0%}{says}"
        )
        suggestion = f"cite {rival.entry.key!r} if that is the work meant"
        rule = "misattributed-part" if part else "misattributed"
        return Problem("misattributed", case.place, detail, claim.citations[0], suggestion, _span(claim), rule)

    def _says_it(self, claim: Claim, rival: Facts, share: float) -> bool:
        """Whether an entry that covers so much of a claim is another work, on its subject, and says it in one place."""
        cited, weights = self.cited[claim], self.weights[claim]
        lacking = frozenset(weights).difference(with_synonyms(_stems(cited)))
        if any(_same_work(rival, facts) for facts in cited):
            return False
        closer = self._carried(claim, rival) - self._carried(claim, *cited)
        if closer < _CLOSER:
            return False
        written = lacking & written_otherwise(claim.text, [facts.entry for facts in cited])
        own = self.own[claim] + sum(map(weights.__getitem__, written)) / sum(weights.values())
        gained = (lacking & rival.stems) - written
        few = len(gained) < _WORDS and (share < _WHOLE or own > _COVERED)
        if few or (1 - share > _MISSES * (1 - own) and closer < _MUCH_CLOSER):
            return False
        titles = frozenset().union(*map(_title, cited))
        kept = (titles & weights.keys()) - rival.stems
        most = max(map(weights.__getitem__, gained), default=0.0)
        return not kept or max(map(weights.__getitem__, kept)) < _AS_TELLING * most

    def _stands_alone(self, claim: Claim, rival: Facts) -> bool:
        """Whether a claim names its own subject; one that refers back is compared together with the rest."""
        if not _REFERS_BACK.search(claim.text):
            return True
        weights = self.case.known.weights(self.case.sentence.text)
        return coverage(weights, rival.stems) >= _GAIN + coverage(weights, *[facts.stems for facts in self.case.cited])

    def _carried(self, claim: Claim, *entries: Facts) -> float:
        """The share of a claim that the best one or two sentences of some entries have."""
        near = covering(claim, [each for facts in entries for each in facts.said], self.weights[claim])
        return near[0].score if near else 0.0

    def _alone(self, claim: Claim) -> Problem | None:
        """What is noted of a claim that nothing cited comes near; a warning where hardly a telling word is shared."""
        case, cited = self.case, self.cited[claim]
        said, weights = [each for facts in cited for each in facts.said], self.weights[claim]
        words, enough = frozenset(weights), _NEAR * sum(weights.values())
        if any(sum(map(weights.__getitem__, words & each.stems)) >= enough for each in said):
            return None  # before forms of words and neighbours are looked at
        told = nearness(claim.text, weights, cited, case.known.rivals.common)
        if told.best >= _NEAR or (told.whole and (general(claim.text, claim.citations) or self._names(cited, claim))):
            return None
        part = any(each is not claim for each in self.covered)
        rule = "no-evidence-part" if part and self.own[claim] < _PART_FAR else "no-evidence"
        # Where little is known of a cited entry, little follows from what it does not say.
        known = all(facts.entry.title and len(facts.stems) >= _LITTLE for facts in cited)
        alien = told.words >= (_MANY if told.shared else _MANY_WITH_NONE) and told.shared <= _SHARED
        if known and alien and not self._names(cited, claim):
            rule = "no-evidence-far"
        near = covering(claim, said, weights)
        says = f"; the nearest: “{near[0].said.text}”" if near else ""
        detail = f"no sentence of what is cited has more than {told.best:.0%} of what this says{says}"
        return Problem("no-evidence", case.place, detail, claim.citations[0], None, _span(claim), rule)


def _facts(case: Case, claim: Claim) -> tuple[Facts, ...]:
    """Of the entries that a claim cites, those that exist."""
    found = [case.known.facts(key) for key in claim.citations]
    return tuple([facts for facts in found if facts is not None])


def _stems(entries: Sequence[Facts]) -> frozenset[str]:
    return entries[0].stems if len(entries) == 1 else frozenset().union(*[facts.stems for facts in entries])


def written_otherwise(text: str, entries: Iterable[Entry]) -> frozenset[str]:
    """The stems of a text's words that entries have in another spelling: `birth-weight` as `birthweight` or in two
    words, `ROS` as `reactive oxygen species`, and the other way round."""
    joined, initials, short = zip(*(_spelled(entry.text) for entry in entries), strict=True)
    found = [
        match[0]
        for match in _COMPOUND.finditer(text)
        if (len(one := fold(match[0]).replace(" ", "")) >= _COMPOUND_LEAST and any(one in each for each in joined))
        or (_SHORT.fullmatch(match[0]) and any(match[0].lower().rstrip("s") in each for each in initials))
    ]
    told = fold(text).split()
    first = "".join([word[0] for word in told])
    for name in frozenset().union(*short):
        at = first.find(name)
        found += told[at : at + len(name)] if at >= 0 else []
    return telling_stems(" ".join(found))


@lru_cache(maxsize=1 << 11)
def _spelled(text: str) -> tuple[str, str, frozenset[str]]:
    """A text without what stands between its words, the first letters of these, and the abbreviations among them."""
    told = fold(text).split()
    return (
        "".join(told),
        "".join([word[0] for word in told]),
        frozenset([match[1].lower() for match in _SHORT.finditer(text)]),
    )


def _title(facts: Facts) -> frozenset[str]:
    return facts.said[0].stems if facts.entry.title else frozenset()


def _span(claim: Claim) -> tuple[int, int]:
    """The claim's own piece, without a subject that it shares."""
    return claim.spans[-1]


def _added(claim: Claim) -> list[Claim]:
    """A sentence without a second verb in two at its last `, and`: what it adds there may be another's finding."""
    breaks = list(_ADDED.finditer(claim.text))
    if not breaks or len(claim.spans) > 1:
        return []
    (start, end), last = claim.spans[0], breaks[-1]
    return [
        Claim(claim.text[: last.start()], ((start, start + last.start()),), claim.citations),
        Claim(claim.text[last.end() :], ((start + last.end(), end),), claim.citations),
    ]


@lru_cache(maxsize=16)
def _folded(text: str) -> str:
    return f" {fold(text)} "


def names(facts: Facts, text: str) -> bool:
    """Whether a text names the authors of an entry, or the system that its title begins with."""
    folded = _folded(text)
    entry = facts.entry
    if any(f" {fold(author.family)} " in folded for author in entry.authors[:3] if len(author.family) > 1):
        return True
    system = re.match(r"([^\s:]+)\s*:", entry.title)
    if system is None or not re.search(r"[A-Z].*[A-Z0-9]|\d", system[1]):
        return False
    return re.search(rf"(?<!\w){re.escape(ascii_fold(system[1]))}(?!\w)", ascii_fold(text)) is not None


def _same_work(one: Facts, other: Facts) -> bool:
    """Whether two entries tell the same work, read twice: one title, or nearly all words of the shorter abstract."""
    if one.entry.title and fold(one.entry.title) == fold(other.entry.title):
        return True
    fewer = min(len(one.stems), len(other.stems))
    return bool(fewer) and len(one.stems & other.stems) >= 0.9 * fewer
