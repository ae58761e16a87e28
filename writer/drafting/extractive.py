"""The drafter that needs no model: it tells what the abstracts say, in sentences taken from them.

Every claim is one sentence of an abstract (or two joined) set in the third person, and carries that sentence as
its evidence. It summarises nothing and compares nothing: what it cannot take from an abstract it does not say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from writer.draft import Evidence, Group, LeftOut, Plan, PlanGroup, Sentence
from writer.drafting.cluster import clusters, vectors
from writer.drafting.drafter import Brief, Planned, Written
from writer.drafting.headings import NO_HEADING, headings
from writer.drafting.pick import Pick, picks
from writer.drafting.subject import again, subject_of
from writer.drafting.voice import Subject
from writer.entry import Entry
from writer.text import sentences, stems

_WORDS_AN_ENTRY = 28
_ENTRIES_A_GROUP = 4.5
_RELATIVE_FLOOR = 0.42
"""An entry is told when it comes at least so much of the closeness of the closest one."""
_JOINED_WORDS = 48
_OPENINGS = (
    "A first group of works deals with {}.",
    "A second line of work concerns {}.",
    "Others turn to {}.",
    "A further group looks at {}.",
    "The remaining works address {}.",
)
_ANOTHER = ("One study", "Another study", "A further study")


@dataclass(frozen=True, slots=True)
class _Item:
    """What is told of one entry: its sentence, and perhaps a second one that says more."""

    main: Pick
    more: Pick | None = None


class ExtractiveDrafter:
    """See the module's docstring."""

    name = "extractive"

    def plan(self, brief: Brief) -> Planned:
        """The closest entries that fit the length, in clusters with headings of their own terms."""
        told, left_out = _chosen(brief)
        wanted = max(1, min(brief.settings.max_groups, round(len(told) / _ENTRIES_A_GROUP)))
        grouped = [[told[at] for at in group] for group in clusters(vectors(told, brief.weights), wanted)]
        rest = [brief.corpus[hit.key] for hit in brief.hits if brief.corpus[hit.key] not in told]
        titles = headings(grouped, brief.weights, rest)
        groups = tuple(
            PlanGroup(heading, "", tuple(entry.key for entry in group))
            for heading, group in zip(titles, grouped, strict=True)
        )
        return Planned(Plan(groups, left_out))

    def write(self, brief: Brief, plan: Plan, at: int) -> Written:
        """One paragraph: a connecting sentence, then what the group's entries present and find."""
        group = plan.groups[at]
        entries = [brief.corpus[key] for key in group.keys]
        allowance = round(brief.settings.words * len(entries) / max(1, sum(len(g.keys) for g in plan.groups)))
        items = _items(entries, brief, allowance, _untitled_before(brief, plan, at))
        opening = Sentence(_opening(group.heading, at, len(plan.groups)), role="framing")
        return Written(Group(group.heading, ((opening, *_told(items)),), shown=group.keys))


def _chosen(brief: Brief) -> tuple[list[Entry], tuple[LeftOut, ...]]:
    """The entries to tell, best first, and the others with the reason."""
    most = max(3, round(brief.settings.words / _WORDS_AN_ENTRY))
    closeness = {hit.key: _closeness(brief, brief.corpus[hit.key]) for hit in brief.hits}
    floor = _RELATIVE_FLOOR * max(closeness.values(), default=0.0)
    told: list[Entry] = []
    left: list[LeftOut] = []
    for hit in brief.hits:
        entry = brief.corpus[hit.key]
        if closeness[hit.key] < floor:
            left.append(LeftOut(hit.key, f"shares too little with the theme (rank {hit.rank})"))
        elif not picks(entry, subject_of(entry), brief.weights):
            left.append(LeftOut(hit.key, "no sentence of its abstract can be told apart from the others"))
        elif len(told) >= most:
            left.append(LeftOut(hit.key, f"beyond the length asked for (rank {hit.rank})"))
        else:
            told.append(entry)
    return told, tuple(left)


def _closeness(brief: Brief, entry: Entry) -> float:
    """The share of the theme's weight in the entry and in its closest sentence, averaged."""
    found = [set(stems(entry.title)), *(set(stems(span.text)) for span in sentences(entry.abstract))]
    shares = [sum(w for term, w in brief.weights.items() if term in terms) for terms in (set().union(*found), *found)]
    return (shares[0] + max(shares[1:])) / 2 / (sum(brief.weights.values()) or 1.0)


def _items(entries: list[Entry], brief: Brief, allowance: int, untitled: int) -> list[_Item]:
    """One sentence for each entry, and a second for the best while the allowance of words lasts."""
    items = []
    for entry in entries:
        subject = subject_of(entry)
        if subject.kind == "study":
            subject = Subject(_ANOTHER[min(untitled, len(_ANOTHER) - 1)], plural=False, kind="study")
            untitled += 1
        found = picks(entry, subject, brief.weights)
        if found:
            items.append(_Item(_first(found)))
    used = sum(item.main.words for item in items)
    for at, item in enumerate(items):
        second = _second(item.main, brief)
        if second is not None and used + second.words <= allowance:
            items[at] = _Item(item.main, second)
            used += second.words
    return items


def _first(found: list[Pick]) -> Pick:
    """The best pick; but what a system is comes before what was found with it, where both are close."""
    best = found[0]
    for pick in found[1:]:
        if _definition(pick) and not _definition(best) and pick.score > best.score - 0.35:
            return pick
    return best


def _second(main: Pick, brief: Brief) -> Pick | None:
    """Another sentence of the same entry that reports a finding or says what is presented."""
    subject = again(subject_of(main.entry))
    for pick in picks(main.entry, subject, brief.weights):
        if (
            pick.span != main.span
            and pick.told.move != main.told.move
            and pick.told.move in ("find", "introduce", "state")
        ):
            return pick if pick.score > 0.3 else None
    return None


def _definition(pick: Pick) -> bool:
    return pick.told.move == "introduce" and re.match(r"^\S.{0,100}? is (?:a|an|the) ", pick.told.text) is not None


def _untitled_before(brief: Brief, plan: Plan, at: int) -> int:
    """How many entries without author, name and title the groups before tell: "One study", "Another study" …"""
    before = (brief.corpus[key] for group in plan.groups[:at] for key in group.keys)
    return sum(subject_of(entry).kind == "study" for entry in before)


def _told(items: list[_Item]) -> list[Sentence]:
    """The items as sentences: what presents first, like with like joined."""
    rank = {"introduce": 0, "study": 1, "find": 2, "state": 2}
    waiting = sorted(items, key=lambda item: rank[item.main.told.move])
    made: list[Sentence] = []
    while waiting:
        item = waiting.pop(0)
        partner = None if item.more else next((other for other in waiting if _go_together(item, other)), None)
        if partner is not None:
            waiting.remove(partner)
            made.append(_joined(item.main, partner.main))
        else:
            made.append(_sentence(item.main))
        made.extend(_sentence(single.more) for single in (item,) if single.more is not None)
    return made


def _go_together(one: _Item, other: _Item) -> bool:
    return (
        other.more is None
        and one.main.told.move == other.main.told.move
        and _definition(one.main) == _definition(other.main)
        and one.main.words + other.main.words <= _JOINED_WORDS
        and ";" not in one.main.told.text + other.main.told.text
    )


def _joined(one: Pick, other: Pick) -> Sentence:
    """Two entries that do the same thing in one sentence with both citations."""
    second = other.told.text
    for start in ("The authors of ", "One study ", "Another study ", "A further study ", "In experiments ", "The "):
        if second.startswith(start):
            second = second[0].lower() + second[1:]
    text = f"{one.told.text}, while {second}."
    return Sentence(text, "claim", (one.entry.key, other.entry.key), (_evidence(one), _evidence(other)))


def _sentence(pick: Pick) -> Sentence:
    return Sentence(pick.told.text + ".", "claim", (pick.entry.key,), (_evidence(pick),))


def _evidence(pick: Pick) -> Evidence:
    return Evidence(pick.entry.key, pick.span.text, pick.span.start, pick.span.end, "abstract")


def _opening(heading: str, at: int, groups: int) -> str:
    """The connecting sentence of a group; it states nothing but what the group is about."""
    if heading == NO_HEADING:
        return "Some works near the theme share no narrower subject."
    shown = heading if sum(char.isupper() for char in heading.split()[0]) > 1 else heading[:1].lower() + heading[1:]
    if groups == 1:
        return f"The works found deal with {shown}."
    last = len(_OPENINGS) - 1
    form = _OPENINGS[last] if at == groups - 1 and at > 1 else _OPENINGS[min(at, last - 1)]
    return form.format(shown)
