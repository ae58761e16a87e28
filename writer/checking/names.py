"""Do the names of a claim agree with what its entries name, and its words with the words in their place.

A name that the cited entries never write, in any form, is absent; so is a word of a list of things that exclude each
other (`breast` for `prostate`), where the entries speak of another of them. A name that they do write may still stand
where they have another one: in the brackets behind an expansion that spells the other, or between the same words.
Names are compared with the whole of the cited entries, also in a draft: a name that a quote calls `the model` is not
invented. Numbers are in `figures`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache

from writer.checking.case import Case
from writer.checking.crossed import crossed_names
from writer.checking.facts import Facts, Said, telling_stems
from writer.checking.naming import (
    CLASSES,
    HUNG_ON,
    Name,
    expands,
    folded,
    forms,
    in_other_words,
    initials,
    like,
    member,
    names,
    pieces,
    says,
    stands_for,
    sure_names,
    written,
)
from writer.checking.swapped import mismatch, shortened, swapped_words
from writer.checking.vocabulary import vocabulary, words_of
from writer.draft import Problem
from writer.text import stem

_NEXT = 3
"""What the same neighbouring word counts for two places being one; the word behind it counts 2 more."""
_LIKE = (1.0, 0.8, 0.6, 0.45, 0.35, 0.25)
"""What the first, second … telling word on each side counts for two places being alike."""
_CLEARLY = 0.2
"""How much better than its own place another name's place must fit. Lower finds more and errs more."""
_HOLDS = 0.25
"""Share of the claim's telling words that the other name's sentence must hold."""
_LESS = 0.1
"""How much less of them it may hold than the sentences of the name itself."""
_TITLED = 1.2
"""The same as `_CLEARLY` for a name of the title: a claim names its subject anywhere."""
_COVERED = 0.5
"""Share of a claim's telling words that the entries must say for a name they lack to stand in another's place."""
_WITHIN = 1
"""How many words fewer it may hold, where a neighbour on one side tells: verbs stand behind many names."""
_BOTH = _NEXT + 2
"""Agreement from which the neighbours tell alone."""

_BY = re.compile(r",? (?:et al|and colleagues|and co-?workers|\(?(?:19|20)\d\d|(?:and|&) [A-Z])")


Place = tuple[Name, Said]
"""A name and the sentence where it stands."""


telling_of = lru_cache(maxsize=1 << 14)(telling_stems)


class Named:
    """What the cited entries name. Each is read when it is first asked for: most claims ask for little."""

    def __init__(self, cited: Sequence[Facts]) -> None:
        self.said = tuple([said for facts in cited for said in facts.said])
        self.texts = tuple([each.text for each in self.said])
        self.stems = cited[0].stems if len(cited) == 1 else frozenset().union(*[facts.stems for facts in cited])
        self._spelled: dict[str, bool] = {}

    @cached_property
    def forms(self) -> frozenset[str]:
        """Every way in which their names may be meant (`naming.forms`)."""
        return frozenset().union(*map(forms, self.texts))

    @cached_property
    def names(self) -> tuple[Place, ...]:
        """Every sure name, and the sentence where it stands."""
        return tuple([(name, each) for each in self.said for name in sure_names(each.text)])

    def spelled(self, name: Name) -> bool:
        """Whether the entries name it in any form."""
        if name.text not in self._spelled:
            self._spelled[name.text] = self._in_any_form(name)
        return self._spelled[name.text]

    def _in_any_form(self, name: Name) -> bool:
        if stem(name.core) in self.stems or any(says(name.text, text) for text in self.texts):
            return True
        if name.core in self.forms or in_other_words(name.core, self.stems):
            return True
        parts = [folded(part) for part in pieces(name.text) if len(part) > 1]
        if len(parts) > 1 and all(part in self.forms or stem(part) in self.stems for part in parts):
            return True
        if not name.strong:
            return any(word.startswith(name.core[:5]) for word in self.stems)
        return (
            any(written(name.core, text) for text in self.texts)
            or stands_for(name.core, self.texts)
            or like(name.core, self.forms)
        )


def check_names(case: Case) -> list[Problem]:
    """`name-mismatch` for one sentence: names, and words of one sort, in the place of others."""
    if not case.cited:
        return []
    problems = []
    found = names(case.sentence.text)
    if found:
        named = Named(case.cited)
        surely = case.quoted or all(name.strong for name in found) or _titled(case.sentence.text)
        problems = [
            problem
            for name in found
            if name.strong or not surely
            if (problem := _wrong(name, found, named, case)) is not None
        ]
    if case.in_english:
        problems += swapped_words(case)
    return problems + crossed_names(case)


def _wrong(name: Name, found: Sequence[Name], named: Named, case: Case) -> Problem | None:
    text = case.sentence.text
    if not named.spelled(name):
        if _is_an_author(name, case):
            return None
        if name.strong and _in_brackets(name, text) and _another_word(name, text[: name.start], named):
            return None
        return None if _slip(name, found, named) else _absent(name, found, named, case)
    if not name.strong or not case.in_english:
        return None
    return _misdefined(name, named, case) or _misplaced(name, found, named, case)


def _is_an_author(name: Name, case: Case) -> bool:
    """Whether it is an author of a cited entry, or named as somebody's work: that is looked at by `authors`."""
    if _BY.match(case.sentence.text, name.end):
        return True
    families = [pieces(folded(author.family)) for entry in case.entries for author in entry.authors]
    return any(name.core in (*parts, "".join(parts)) for parts in families)


def _another_word(name: Name, before: str, named: Named) -> bool:
    """Whether the words before the brackets around a name spell it, or say what the entry says and names no other way.

    `zidovudine (AZT)`: a name that the entry has no need of.
    """
    before = before[-120:]
    if expands(name.core, before):
        return True
    said = words_of(before)[-1:]
    return (
        bool(said)
        and said[0].stem in named.stems
        and not any(expands(other.core, before, whole=True) for other, _ in named.names)
    )


def _slip(name: Name, found: Sequence[Name], named: Named) -> bool:
    """Whether the claim writes the same name another time, without the slip or in full (`E4 (APOE4)`)."""
    others = [other.core for other in found if other.core != name.core and named.spelled(other)]
    return name.strong and (like(name.core, others) or any(other.endswith(name.core) for other in others))


def _absent(name: Name, found: Sequence[Name], named: Named, case: Case) -> Problem:
    """A name that the entries never write; the surer, the more the entry says what the claim says, of another name."""
    keys = ", ".join(entry.key for entry in case.entries)
    detail = f"{name.text!r} is named nowhere in {keys}"
    # A draft has the entry before it and nothing else to take a name from.
    rule = "capital-absent" if not name.strong else "name-not-shown" if case.quoted else "name-absent"
    if name.strong and case.in_english and (rival := _in_its_place(name, found, named, case)) is not None:
        other, said = rival
        detail += f", which says of {other.text!r}: “{shortened(said.text)}”"
        return mismatch(
            case, name.start, name.end, "name-swapped", detail, said.key, f"{said.key} has {other.text!r} there"
        )
    others = list(dict.fromkeys(other.text for other, _ in named.names))[:4]
    suggestion = f"{keys} names {', '.join(map(repr, others))}" if others else None
    return mismatch(case, name.start, name.end, rule, detail, case.entries[0].key, suggestion)


def _in_its_place(name: Name, found: Sequence[Name], named: Named, case: Case) -> tuple[Name, Said] | None:
    """A name that the claim leaves out, in the sentence of the entry that is nearest to the claim."""
    wanted = telling_stems(case.sentence.text) - telling_stems(name.text)
    if len(wanted & named.stems) < _COVERED * len(wanted):
        return None
    own = {other.core for other in found}
    rivals = [
        (len(wanted & said.stems - telling_of(other.text)), _agreement(name, other), other, said)
        for other, said in named.names
        if other.core not in own and other.core not in CLASSES and not _spelled_out(other, name, case.sentence.text)
    ]
    nearest = max((len(wanted & said.stems) for facts in case.cited for said in facts.said), default=0)
    holds, _, other, said = max(rivals, key=lambda rival: rival[:2], default=(0, 0, None, None))
    return (other, said) if other is not None and said is not None and holds >= max(1, nearest) else None


def _spelled_out(other: Name, name: Name, text: str) -> bool:
    """Whether the claim names something by the words that a name is short for, elsewhere than before this name."""
    if not initials(other.core, text):
        return False
    return not (_in_brackets(name, text) and expands(other.core, text[max(0, name.start - 120) : name.start]))


def _misdefined(name: Name, named: Named, case: Case) -> Problem | None:
    """`unsupervised continual learning (STAMs)`: the words before the brackets spell another name of the entry."""
    text = case.sentence.text
    before = text[max(0, name.start - 120) : name.start]
    if not _in_brackets(name, text) or expands(name.core, before):
        return None
    for other, said in named.names:
        if other.core != name.core and len(other.core) > 1 and expands(other.core, before):
            detail = f"{name.text!r} stands behind the words that {other.text!r} is short for: “{shortened(said.text)}”"
            return mismatch(
                case, name.start, name.end, "name-misdefined", detail, said.key, f"{said.key} has {other.text!r} there"
            )
    return None


def _misplaced(name: Name, found: Sequence[Name], named: Named, case: Case) -> Problem | None:
    """A name that the entry says elsewhere, where the entry says another one of the same.

    Told only where both the sentence and the clause that the name stands in say so: the rest of a long sentence may
    be about something else, and a short clause holds little.
    """
    clause, sentence = _clause(name, case), case.sentence.text
    told = [_misplaced_in(text, name, found, named, case) for text in dict.fromkeys((clause, sentence))]
    return told[0] if all(told) else None


def _misplaced_in(text: str, name: Name, found: Sequence[Name], named: Named, case: Case) -> Problem | None:
    """The same, by the words of one text."""
    beside = frozenset((*name.before[:1], *name.after[:1]))
    wanted = telling_stems(text) - telling_of(name.text)
    own = {other.core for other in found}
    # Only sentences that could tell are looked at: of an entry that has the name (each name belongs to its own
    # citation), with a neighbour of it or with enough of the claim.
    keys = {facts.entry.key for facts in case.cited if _names_it(name, facts)} if len(case.cited) > 1 else None
    rivals = [
        (other, said)
        for said in named.said
        if keys is None or said.key in keys
        if not beside.isdisjoint(said.stems) or len(wanted & said.stems) >= _HOLDS * len(wanted)
        for other in sure_names(said.text)
        if other.core not in own and other.core not in CLASSES
        if not (other.core in name.core or name.core in other.core) and name.core not in forms(said.text)
    ]
    if not rivals:
        return None
    return _between_its_words(name, rivals, wanted, named, case) or _better_placed(name, rivals, wanted, named, case)


def _clause(name: Name, case: Case) -> str:
    """The claim that a name stands in."""
    for claim in case.claims:
        if any(start <= name.start < end for start, end in claim.spans):
            return claim.text
    return case.sentence.text


def _names_it(name: Name, facts: Facts) -> bool:
    """Whether an entry names it in its title or abstract."""
    return any(name.core in forms(said.text) for said in facts.said)


def _between_its_words(
    name: Name, rivals: Sequence[Place], wanted: frozenset[str], named: Named, case: Case
) -> Problem | None:
    """A name between the words that surround another name in a sentence that holds the claim as well as its own."""
    placed = [
        (agreed, len(wanted & said.stems - telling_of(other.text)), other, said)
        for other, said in rivals
        if (agreed := _agreement(name, other)) >= _NEXT
    ]
    if not placed or (name.core in CLASSES and name.core != folded(name.text)):  # `DNA-binding` tells a property
        return None
    here = held = -1  # how well the entry's own places of the name agree, by neighbours and by sentence
    for other, said in named.names:
        if other.core in name.core or name.core in other.core:
            here, held = max(here, _agreement(name, other)), max(held, len(wanted & said.stems))
    beside, holds, other, said = max(placed, key=lambda place: place[:2])
    if here < 0 or beside <= here or not (beside >= _BOTH or holds >= held - _WITHIN):
        return None
    return None if stands_for(other.core, (case.sentence.text,)) else _told(case, name, other, said, "name-misplaced")


def _better_placed(
    name: Name, rivals: Sequence[Place], wanted: frozenset[str], named: Named, case: Case
) -> Problem | None:
    """A name whose own places are less like its place in the claim than that of another name of the entry."""
    if case.quoted:
        return None
    mine, total = _surroundings(name), max(1, len(wanted))
    titled = any(name.core in forms(entry.title) for entry in case.entries)
    own = []
    for said in named.said:
        share = len(wanted & said.stems) / total
        places = [other for other in sure_names(said.text) if other.core in name.core or name.core in other.core]
        own += [(_alike(mine, _surroundings(other)) + share, share) for other in places]
        if not places and name.core in forms(said.text):  # as a part of another name
            own.append((share, share))
    if not own:
        return None
    fit, held = max(own)
    best: tuple[float, Place] | None = None
    for other, said in rivals:
        share = len(wanted & said.stems - telling_of(other.text)) / total
        if share >= max(_HOLDS, held - _LESS):
            fits = _alike(mine, _surroundings(other)) + share
            if fits - fit >= (_TITLED if titled else _CLEARLY) and (best is None or fits > best[0]):
                best = (fits, (other, said)) if _apart(name, other, said, case) else best
    return _told(case, name, *best[1], "name-elsewhere") if best else None


def _apart(name: Name, other: Name, said: Said, case: Case) -> bool:
    """Whether two names share no part, and the claim does not say the one, nor the sentence the other, in words."""
    if not {part for part in forms(name.text) & forms(other.text) if not part.isdigit()} <= HUNG_ON:
        return False
    if member(other.core, name.core):
        return False
    return not stands_for(other.core, (case.sentence.text,)) and not stands_for(name.core, (said.text,))


def _told(case: Case, name: Name, other: Name, said: Said, rule: str) -> Problem:
    detail = f"the claim says {name.text!r} where the evidence says {other.text!r}: “{shortened(said.text)}”"
    return mismatch(case, name.start, name.end, rule, detail, said.key, f"{said.key} has {other.text!r} there")


@lru_cache(maxsize=1 << 14)
def _surroundings(name: Name) -> dict[str, float]:
    """The stems around a name with their weights."""
    found: dict[str, float] = {}
    for side in (name.before, name.after):
        for near, weight in zip(side, _LIKE, strict=False):
            found[near] = max(weight, found.get(near, 0.0))
    return found


def _alike(one: dict[str, float], other: dict[str, float]) -> float:
    return sum(one[near] * other[near] for near in one.keys() & other.keys())


def _agreement(one: Name, other: Name) -> int:
    """How far the telling words beside two names agree."""
    total = 0
    for mine, theirs in ((one.before[:2], other.before[:2]), (one.after[:2], other.after[:2])):
        if mine and theirs:
            if mine[0] == theirs[0]:
                total += _NEXT + (2 if mine[1:] == theirs[1:] != () else 0)
            elif mine[0] in theirs[1:] or theirs[0] in mine[1:]:
                total += 1
    return total


def _in_brackets(name: Name, text: str) -> bool:
    return text[name.start - 1 : name.start] == "(" and text[name.end : name.end + 1] in (")", ",", ";")


def _titled(text: str) -> bool:
    """Whether most words have capitals, as in a title: then a capital tells nothing."""
    telling = [word for word in vocabulary(text) if word.telling and word.text.isalpha()]
    return 2 * sum(word.text[0].isupper() for word in telling) > len(telling)
