"""The drafter that needs no model: it tells what the abstracts say, in sentences taken from them.

Every claim is one sentence of an abstract (or one of each of two) set in the third person, and carries those
sentences as its evidence. It summarises nothing and compares nothing: what it cannot take from an abstract it does
not say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from writer.draft import Draft, Evidence, Group, Hit, LeftOut, Plan, PlanGroup, Sentence
from writer.drafting.cluster import clusters, vectors
from writer.drafting.drafter import Brief, Planned, Repaired, Written
from writer.drafting.headings import Heading, headings
from writer.drafting.pick import UNNAMED, Pick, picks
from writer.drafting.subject import again, subject_of
from writer.drafting.voice import Subject
from writer.entry import Entry

_ENTRIES_A_GROUP = 4
_FLOOR = 0.35
"""An entry is told when its score is at least so much of the best one's …"""
_LAST_FLOOR = 0.2
"""… or so much, while less than the share below of the length asked for is written."""
_SHORT = 0.8
_OTHER_KIND = 0.5
"""What the score of an entry is worth that is not of the kind the theme asks for."""
_OTHERS = 12
"""How many further entries headings look at, to learn the phrases of the field."""
_JOINED_WORDS = 44
_LEAST_SECOND = 0.42
"""Least score of a second sentence of the same entry."""
_OPENINGS = (
    "A first group of works deals with {}.",
    "A second line of work concerns {}.",
    "Others turn to {}.",
    "A further group looks at {}.",
    "The remaining works address {}.",
)
_ANOTHER = ("One study", "Another study", "A further study")
_KINDS = ("benchmark", "dataset", "corpus", "suite", "survey", "framework", "method", "approach", "model", "algorithm")
_ASKED_KINDS = {
    "benchmark": ("benchmark", "dataset", "test set", "suite"),
    "dataset": ("dataset", "corpus", "benchmark"),
    "survei": ("survey", "review", "overview"),
    "corpora": ("dataset", "corpus"),
}


@dataclass(frozen=True, slots=True)
class _Item:
    """What is told of one entry: one or two sentences, in the order of its abstract."""

    told: tuple[Pick, ...]

    @property
    def words(self) -> int:
        return sum(pick.words for pick in self.told)


class ExtractiveDrafter:
    """See the module's docstring."""

    name = "extractive"

    def plan(self, brief: Brief) -> Planned:
        """The best entries that fit the length, in clusters with headings of their own terms.

        Grouped by year the headings are years. Methods cannot be told from topics by words: both are clusters.
        """
        items, left_out = _chosen(brief)
        told = [brief.corpus[key] for key in items]
        most = brief.settings.max_groups
        wanted = max(1, min(most, round(len(told) / _ENTRIES_A_GROUP)))
        if brief.settings.group_by == "year" and most > 1:
            periods = _periods(told, max(2, wanted))
            return Planned(
                Plan(tuple(PlanGroup(name, "", tuple(e.key for e in group)) for name, group in periods), left_out)
            )
        if brief.settings.group_by == "none":
            wanted = 1
        grouped = [[told[at] for at in group] for group in clusters(vectors(told, brief.weights), wanted)]
        groups = tuple(
            PlanGroup(heading.text, heading.opening, tuple(entry.key for entry in group))
            for heading, group in zip(_headings(grouped, items, brief), grouped, strict=True)
        )
        return Planned(Plan(groups, left_out))

    def write(self, brief: Brief, plan: Plan, at: int) -> Written:
        """One paragraph: a connecting sentence where one holds, then what the group's entries present and find."""
        group = plan.groups[at]
        entries = [brief.corpus[key] for key in group.keys]
        untitled = _untitled_before(brief, plan, at)
        items = []
        for entry in entries:
            item = _item(entry, brief, untitled)
            untitled += subject_of(entry).kind == "study"
            if item is not None:
                items.append(item)
        opening = _opening(group.angle, at, len(plan.groups))
        framing = (Sentence(opening, role="framing"),) if opening else ()
        return Written(Group(group.heading, ((*framing, *_sentences(items)),), shown=group.keys))

    def repair(self, brief: Brief, draft: Draft, at: int) -> Repaired:
        """Nothing: a sentence taken from an abstract has no better one to give way to."""
        return Repaired()


def _chosen(brief: Brief) -> tuple[dict[str, _Item], tuple[LeftOut, ...]]:
    """What to tell, by key, best first, as much as the length allows; and the other entries with the reason.

    Those that must be cited come before all others, however they score.
    """
    must = brief.settings.must_cite
    fits = {hit.key: _fit(hit, brief) for hit in brief.hits}
    ranked = sorted(brief.hits, key=lambda hit: (hit.key not in must, -fits[hit.key], hit.rank))
    best = max(fits.values(), default=0.0)
    told: dict[str, _Item] = {}
    left: list[LeftOut] = []
    words = 0
    for hit in ranked:
        if fits[hit.key] < _LAST_FLOOR * best and hit.key not in must:
            left.append(LeftOut(hit.key, _too_low(hit, brief)))
            continue
        item = _item(brief.corpus[hit.key], brief, 0)
        floor = _LAST_FLOOR if words < _SHORT * brief.settings.words else _FLOOR
        full = item is not None and words + item.words > brief.settings.words and len(told) >= 3
        if item is None:
            left.append(LeftOut(hit.key, "its abstract has no sentence that can be told by itself"))
        elif hit.key not in must and (fits[hit.key] < floor * best or full):
            left.append(LeftOut(hit.key, _too_long(hit, brief)))
        else:
            told[hit.key] = item
            words += item.words
    return told, tuple(left)


def _periods(told: Sequence[Entry], wanted: int) -> list[tuple[str, list[Entry]]]:
    """At most `wanted` groups of neighbouring years, the oldest first, with the years as names."""
    undated = [entry for entry in told if entry.year is None]
    dated = sorted((entry for entry in told if entry.year is not None), key=lambda entry: entry.year or 0)
    most = max(1, wanted - bool(undated))
    # The least size of a group for which that many groups hold all: years stay whole, so even parts may not do.
    packed = (_packed(dated, size) for size in range(max(1, -(-len(dated) // most)), len(dated) + 1))
    groups = next((groups for groups in packed if len(groups) <= most), [])
    named = [(_years(group), group) for group in groups]
    return named + ([("Year not known", undated)] if undated else [])


def _packed(dated: Sequence[Entry], size: int) -> list[list[Entry]]:
    """Entries in the order of their years, in groups of at most `size` unless one year alone has more."""
    groups: list[list[Entry]] = []
    for year in dict.fromkeys(entry.year for entry in dated):
        same = [entry for entry in dated if entry.year == year]
        if groups and len(groups[-1]) + len(same) <= size:
            groups[-1] += same
        else:
            groups.append(same)
    return groups


def _years(group: Sequence[Entry]) -> str:
    first, last = group[0].year, group[-1].year
    return str(first) if first == last else f"{first} to {last}"


def _fit(hit: Hit, brief: Brief) -> float:
    """The score, lower for an entry that is not of the kind that the theme asks for ("benchmarks for …")."""
    asked = [kinds for term, kinds in _ASKED_KINDS.items() if term in brief.weights]
    return (
        hit.score
        if not asked or any(_is_a(brief.corpus[hit.key], kinds) for kinds in asked)
        else _OTHER_KIND * hit.score
    )


def _too_low(hit: Hit, brief: Brief) -> str:
    return f"scores too low beside the best hit (rank {hit.rank})" + _of_another_kind(hit, brief)


def _too_long(hit: Hit, brief: Brief) -> str:
    return f"ranks below what the length allows (rank {hit.rank})" + _of_another_kind(hit, brief)


def _of_another_kind(hit: Hit, brief: Brief) -> str:
    return "" if _fit(hit, brief) == hit.score else "; it presents nothing of the kind the theme asks for"


def _is_a(entry: Entry, kinds: Sequence[str]) -> bool:
    """Whether the entry presents something of one of these kinds, by its title or where it says what it presents."""
    nouns = "|".join(kinds)
    verbs = "introduc|present|propos|creat|construct|collect|develop|releas|build|consists? of"
    presents = rf"\b(?:{verbs})\w*\b[^.]{{0,90}}\b(?:{nouns})s?\b"
    return re.search(rf"\b(?:{nouns})(?:s|ing)?\b", entry.title, re.IGNORECASE) is not None or (
        re.search(presents, entry.abstract, re.IGNORECASE) is not None
    )


def _item(entry: Entry, brief: Brief, untitled: int) -> _Item | None:
    """What to tell of an entry: what it presents, and what it finds, where both are worth it."""
    subject = subject_of(entry)
    if subject.kind == "study":
        subject = Subject(_ANOTHER[min(untitled, len(_ANOTHER) - 1)], plural=False, kind="study")
    found = picks(entry, subject, brief.weights)
    if not found:
        return None
    best = found[0]
    what = next((pick for pick in found if pick.defines), None) or next(
        (pick for pick in found if not pick.finds), None
    )
    finding = max((pick for pick in found if pick.finds), key=lambda pick: _after(pick, what), default=None)
    if what is None or finding is None:
        return _Item((best,))
    if not (what.defines or what.score >= _LEAST_SECOND - 0.1):
        return _Item((best,))
    if _after(finding, what) < _LEAST_SECOND:
        return _Item((what if what.score >= finding.score or what.defines else finding,))
    first, second = sorted((what, finding), key=lambda pick: pick.span.start)
    later = next(
        (p for p in picks(entry, again(subject, first.told.text), brief.weights) if p.span == second.span), None
    )
    return _Item((first, later) if later is not None else (best,))


def _after(finding: Pick, what: Pick | None) -> float:
    """The score of a finding told right after what was presented: "the benchmark" is then the one just named."""
    explained = what is not None and what.told.move == "introduce" and what.span.start < finding.span.start
    return finding.score + (UNNAMED if finding.unnamed and explained else 0.0)


def _untitled_before(brief: Brief, plan: Plan, at: int) -> int:
    """How many entries without author, name and title the groups before tell: "One study", "Another study" …"""
    before = (brief.corpus[key] for group in plan.groups[:at] for key in group.keys)
    return sum(subject_of(entry).kind == "study" for entry in before)


def _headings(grouped: list[list[Entry]], items: dict[str, _Item], brief: Brief) -> list[Heading]:
    others = [brief.corpus[hit.key] for hit in brief.hits if hit.key not in items][:_OTHERS]
    texts = {key: " ".join(pick.told.text for pick in item.told) for key, item in items.items()}
    return headings(grouped, brief.weights, others, texts)


def _sentences(items: list[_Item]) -> list[Sentence]:
    """The items as sentences: what presents something first, two of a kind joined."""
    waiting = sorted(items, key=lambda item: item.told[0].finds)
    made: list[Sentence] = []
    while waiting:
        item = waiting.pop(0)
        partner = next((other for other in waiting if _go_together(item, other)), None)
        if partner is not None:
            waiting.remove(partner)
            made.append(_joined(item.told[0], partner.told[0]))
        else:
            made += [_sentence(pick) for pick in item.told]
    return made


def _go_together(one: _Item, other: _Item) -> bool:
    """Whether two entries do the same thing: each presents something of the same kind, in a single short sentence."""
    if len(one.told) > 1 or len(other.told) > 1:
        return False
    a, b = one.told[0], other.told[0]
    kind = _kind(a)
    return (
        a.told.move == b.told.move == "introduce"
        and kind is not None
        and kind == _kind(b)
        and a.defines == b.defines
        and a.words + b.words <= _JOINED_WORDS
    )


def _kind(pick: Pick) -> str | None:
    """The kind of thing a sentence presents: the first such noun in it."""
    found = re.search(rf"\b({'|'.join(_KINDS)})\b", pick.told.text, re.IGNORECASE)
    return found[1].lower() if found else None


def _joined(one: Pick, other: Pick) -> Sentence:
    """Two entries that present the same kind of thing, in one sentence with both citations."""
    second = other.told.text
    for start in ("The ", "One ", "Another ", "A further "):
        if second.startswith(start):
            second = second[0].lower() + second[1:]
    text = f"{one.told.text}, and {second}."
    return Sentence(text, "claim", (one.entry.key, other.entry.key), (_evidence(one), _evidence(other)))


def _sentence(pick: Pick) -> Sentence:
    return Sentence(pick.told.text + ".", "claim", (pick.entry.key,), (_evidence(pick),))


def _evidence(pick: Pick) -> Evidence:
    return Evidence(pick.entry.key, pick.span.text, pick.span.start, pick.span.end, "abstract")


def _opening(subject: str, at: int, groups: int) -> str:
    """The connecting sentence of a group: what it is about, where that is true of all its entries; else none."""
    if not subject:
        return ""
    if groups == 1:
        return f"The works found deal with {subject}."
    last = len(_OPENINGS) - 1
    form = _OPENINGS[last] if at == groups - 1 and at > 1 else _OPENINGS[min(at, last - 1)]
    return form.format(subject)
