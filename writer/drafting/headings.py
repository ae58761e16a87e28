"""A readable heading for a group, from noun phrases that its own entries use and the others do not.

No tagger: whether a word can stand in a heading is read off the abstracts themselves. A word that mostly follows
"to" or "we", or comes before an article, is a verb there; a phrase that mostly stands before a preposition, a verb or
a full stop is a whole noun phrase.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from writer.drafting.subject import system_name
from writer.entry import Entry
from writer.text import STOP_WORDS, stem

Key = tuple[str, ...]

NO_HEADING = "Related findings"
"""The heading of a group whose entries share no phrase of their own."""

_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
_BREAK = re.compile(r"[.,;:!?()\[\]“”\"]|\s[-–—]+\s|https?://\S+")
# Words of every abstract: a heading of them would say nothing.
_EMPTY = frozenset(
    """approach approaches method methods result results performance paper work study studies propose proposed novel
    new significantly significant introduce present show demonstrate existing recent task tasks experiments
    experiment experimental evaluation state-of-the-art extensive different various several important challenges
    challenge problem problems framework frameworks effectiveness effective improve improved improving improvement
    improvements achieve achieved achieves achieving large small high low better best good based finding findings
    analysis capabilities capability ability abilities open first second third set sets number real world downstream
    current previous prior common standard popular widely available code release help key main type types ways
    question questions answer answers model models language llm llms lm lms data dataset datasets learning training
    train trained human humans ai systems system research specific general potential simple complex strong future
    higher lower million billion percent example examples called two three four five six seven eight nine ten
    distinct aspects aspect factors understanding strategies strategy range variety way lack need use github
    huggingface families family case cases part chapter ii iii benefits benefit impact effects effect insights area
    areas field goal goals context settings setting process times time source sources phase phases stage stages
    objective objectives architecture architectures solution solutions works term terms level levels""".split()
)
# Judging words: what authors say of their work, not what it is about.
_JUDGING = frozenset(
    """superior powerful robust promising remarkable comprehensive efficient scalable accurate reliable valuable
    crucial critical essential diverse rich broad overall prominent comparable competitive consistent notable
    impressive thorough sufficient additional higher-quality high-quality large-scale fine-grained extensive
    different recent knowledge subsequent respective corresponding certain particular major unique original
    desired""".split()
)
_WEAK_ENDS = frozenset(
    """phase stage source time solution problem objective architecture mechanism accuracy performance metric work term
    level score rate step part end group member people one reason result output input improvement exploration effort
    body side point""".split()
)
"""Stems of words that end a phrase without naming a subject."""
_ADJECTIVAL = re.compile(r"(?:ly|ous|ive|ful|less|able|ible|ed|ic|al|ary|ory|ing)$")
# Endings that make a noun: a heading of one word must have one, since many plain words are verbs as well.
_NOMINAL = re.compile(r"(?:tion|sion|ment|ity|ness|ance|ence|ency|ism|bias|graphy|logy)(?:e?s)?$|ities$|encies$")
_NOUNS = frozenset(
    """feedback critique dialogue survey proposal appraisal rationale retrieval goal signal arithmetic topic metric
    logic music trial directive objective perspective narrative summary vocabulary memory theory category history
    label reasoning learning training modeling editing prompting tuning fine-tuning finetuning understanding
    following sampling ranking reranking decoding pretraining pre-training grounding writing scoring labeling
    planning testing self-training debiasing hearing forecasting programming engineering clustering""".split()
)
_VERB_BEFORE = frozenset("to we they it can may could would will not which that cannot should must also then".split())
_VERB_AFTER = frozenset("the a an its their our how whether these this those".split())
_ENOUGH = 0.55
"""Least share of places in which a phrase must stand as a whole noun phrase."""


@dataclass
class _Phrase:
    entries: set[int] = field(default_factory=set)
    near: set[int] = field(default_factory=set)
    """The entries whose abstracts use it, told or not."""
    in_title: set[int] = field(default_factory=set)
    forms: Counter[str] = field(default_factory=Counter)
    whole: int = 0
    seen: int = 0

    @property
    def nounlike(self) -> float:
        return (self.whole + 0.5) / (self.seen + 1)


@dataclass(frozen=True, slots=True)
class Heading:
    """A group's heading, and what a sentence may say that all of the group is about; empty where nothing is."""

    text: str
    opening: str


def headings(
    groups: Sequence[Sequence[Entry]],
    theme: Mapping[str, float],
    others: Sequence[Entry] = (),
    told: Mapping[str, str] | None = None,
) -> list[Heading]:
    """One heading a group, all different.

    `theme` are the theme's stems, which alone do not tell groups apart; `others` are further entries near the
    theme, which show what phrases the field uses; `told` is what is told of each entry, by key (its abstract, where
    it is not given). A heading's phrases are used by at least two thirds of the group, and stand in the title or in
    what is told of at least half; only phrases that do so for all of it make an opening.
    """
    entries = [*(entry for group in groups for entry in group), *others]
    phrases, verbs = _phrases(entries)
    if told is not None:
        _only_where_told(phrases, [replace(entry, abstract=told.get(entry.key, "")) for entry in entries])
    made: list[Heading] = []
    taken: set[Key] = set()
    start = 0
    for group in groups:
        members = set(range(start, start + len(group)))
        start += len(group)
        chosen = _chosen(members, phrases, verbs, len(entries), theme, taken)
        covered = set().union(*(phrases[key].entries for key in chosen)) & members if chosen else set()
        near = (
            set().union(*(phrases[key].near or phrases[key].entries for key in chosen)) & members if chosen else set()
        )
        if 3 * len(near) < 2 * len(members) or 2 * len(covered) < len(members):
            made.append(Heading(_by_names(group, [heading.text for heading in made]), ""))
            continue
        taken.update(chosen)
        text = " and ".join(_form(phrases[key]) for key in chosen)
        whole = covered == members and all(_needs_no_article(_form(phrases[key])) for key in chosen)
        made.append(Heading(text[:1].upper() + text[1:], text if whole else ""))
    return made


def _only_where_told(phrases: dict[Key, _Phrase], shown: Sequence[Entry]) -> None:
    """Count a phrase for an entry only where a reader of the draft meets it."""
    met, _ = _phrases(shown)
    for key, phrase in phrases.items():
        phrase.near = phrase.entries
        phrase.entries = phrase.entries & met[key].entries if key in met else set()


def _needs_no_article(form: str) -> bool:
    """Whether a phrase can follow "deals with" as it is: a plural, or a word for a mass or an activity."""
    last = form.split()[-1].rpartition("-")[2]
    return last in _NOUNS or form.endswith(
        ("s", "ing", "tion", "sion", "ment", "ity", "ness", "ance", "ence", "ency", "ism", "bias")
    )


def _by_names(group: Sequence[Entry], made: Sequence[str]) -> str:
    """What the group presents by name, where no phrase covers it: `PAL, CUT and others`."""
    names = list(dict.fromkeys(name for entry in group if (name := system_name(entry)) is not None))
    if len(names) >= 2:
        shown = f"{names[0]}, {names[1]} and others" if len(group) > 2 else f"{names[0]} and {names[1]}"
    else:
        shown = NO_HEADING
    return shown if shown not in made else f"{shown} ({len(made) + 1})"


def _phrases(entries: Sequence[Entry]) -> tuple[dict[Key, _Phrase], dict[str, float]]:
    """Phrases of one to three words by their stems, and how much of a verb each stem is (0 to 1)."""
    found: dict[Key, _Phrase] = defaultdict(_Phrase)
    verbal: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for at, entry in enumerate(entries):
        for text in (entry.title, entry.abstract):
            for piece in _BREAK.split(text):
                tokens = _WORD.findall(piece)
                for place, token in enumerate(tokens):
                    before = tokens[place - 1].lower() if place else ""
                    after = tokens[place + 1].lower() if place + 1 < len(tokens) else ""
                    seen[stem(token)] += 1
                    verbal[stem(token)] += before in _VERB_BEFORE or after in _VERB_AFTER
                    for size in (1, 2, 3):
                        _count(tokens, place, size, at, text is entry.title, found)
    return found, {word: verbal[word] / (count + 0.5) for word, count in seen.items()}


def _count(tokens: list[str], start: int, size: int, at: int, title: bool, found: dict[Key, _Phrase]) -> None:
    piece = tokens[start : start + size]
    lowered = [token.lower() for token in piece]
    if len(piece) < size or any(word in STOP_WORDS or len(word) < 2 or word.isdigit() for word in lowered):
        return
    if all(word in _EMPTY for word in lowered) or lowered[0] in _JUDGING or lowered[-1] in _JUDGING:
        return
    if lowered[0].endswith("ing") and lowered[0].rpartition("-")[2] not in _NOUNS:
        return
    last = lowered[-1].rpartition("-")[2]
    if last.removesuffix("s") in _WEAK_ENDS or last in _WEAK_ENDS:
        return
    if (last not in _NOUNS and _ADJECTIVAL.search(last)) or (size == 1 and not _NOMINAL.search(last)):
        return
    phrase = found[tuple(stem(word) for word in lowered)]
    phrase.entries.add(at)
    if title:
        phrase.in_title.add(at)
    # Titles are in capitals for another reason: only names keep theirs.
    phrase.forms[" ".join(token if _is_name(token) else token.lower() for token in piece)] += 1
    after = tokens[start + size].lower() if start + size < len(tokens) else ""
    before = tokens[start - 1].lower() if start else ""
    phrase.seen += 1
    phrase.whole += before not in _VERB_BEFORE and (not after or (after in STOP_WORDS and after not in _VERB_AFTER))


def _is_name(token: str) -> bool:
    return sum(char.isupper() for char in token) > 1 or any(char.isdigit() for char in token)


def _chosen(
    members: set[int],
    phrases: Mapping[Key, _Phrase],
    verbs: Mapping[str, float],
    total: int,
    theme: Mapping[str, float],
    taken: set[Key],
) -> list[Key]:
    """The phrase that covers most of the group, and one for those it does not cover."""
    usable = {
        key: phrase
        for key, phrase in phrases.items()
        if phrase.entries & members
        and phrase.nounlike >= _ENOUGH
        and key not in taken
        and all(verbs.get(word, 0) <= 0.3 for word in key)
    }
    chosen: list[Key] = []
    for words in (theme, {}):
        chosen = _cover(members, usable, total, words)
        if chosen:
            break  # phrases beyond the theme's own words are better; those will do where there are none
    return chosen


def _cover(members: set[int], usable: Mapping[Key, _Phrase], total: int, theme: Mapping[str, float]) -> list[Key]:
    chosen: list[Key] = []
    uncovered = set(members)
    while uncovered and len(chosen) < 2:
        used = {word for key in chosen for word in key}
        scored = [
            (_score(key, phrase, members, uncovered, total, theme), key)
            for key, phrase in usable.items()
            if not used & set(key) and phrase.entries & uncovered
        ]
        best = max(scored, key=lambda pair: (round(pair[0], 9), pair[1]), default=(0.0, ()))
        if best[0] <= 0 or (chosen and len(uncovered) <= len(members) / 3):
            break
        chosen.append(best[1])
        uncovered -= usable[best[1]].entries
    return chosen


def _score(
    key: Key, phrase: _Phrase, members: set[int], uncovered: set[int], total: int, theme: Mapping[str, float]
) -> float:
    covered = len(phrase.entries & uncovered)
    if len(key) == 1 and (key[0] in theme or len(phrase.in_title & members) < 2):
        return 0.0
    if covered < 2 and (not phrase.in_title & uncovered or len(phrase.near or phrase.entries) < 2):
        return 0.0
    used = phrase.near or phrase.entries
    telling = math.log((total + 1) / (len(used & members) + 2 * len(used - members)))
    fresh = sum(word not in theme for word in key) / len(key)
    title = 1 + 0.5 * len(phrase.in_title & uncovered) / covered
    return max(0.0, telling) * covered * title * (0.4 + 0.6 * fresh) * (0.5, 1.0, 0.85)[len(key) - 1] * phrase.nounlike


def _form(phrase: _Phrase) -> str:
    """The plural if it is written anywhere, for a heading speaks of a kind; else the form most often written."""
    return max(phrase.forms, key=lambda form: (form.endswith("s"), phrase.forms[form], form))
