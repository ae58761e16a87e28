"""A sentence's atomic claims: one for each finding and the entries cited for it.

Splitting never loses or invents a word: a claim is made of pieces of its sentence in their order, and every word of
the sentence is in at least one claim. A subject that two findings share stands in both. Where the findings are is told
by `writer.checking.clauses`; here they are joined with what is cited for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from writer.checking.clauses import Clause, Words, clauses, read
from writer.checking.own import own_work
from writer.draft import Sentence

_LONGEST_SHARED = 160
"""Characters of a subject or predicate that is repeated; a longer one stays with the first claim alone, so that the
claims of a sentence never hold much more text than the sentence."""
_LONGEST_SUBJECT = 60
"""Characters of `this paper` or `our recent system` with a citation directly behind."""
_MOST_PAIRS = 20_000
"""Claims times citations of a sentence that cites behind its end; beyond it the sentence stays whole."""
_WORD = re.compile(r"[^\W_]")
_AROUND = " \t\r\n\u00a0,;:"
_BREAK = re.compile(r"[;,:—–]")
_THIS_WORK = re.compile(r"\W*(?:in\s+)?(?:this|the present|our)\s+(?:\w+\s+)?\w+\s*", re.IGNORECASE)
_TURNS = re.compile(r"(?:whereas|while|whilst|but|yet|although|though)\b")
_REFERS_BACK = re.compile(
    r"(?:it|its|they|their|these|this|those|he|she|his|her|both|the\s+(?:authors?|former|latter|same))\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A part of a sentence that is true or false by itself.

    `text` is the pieces `sentence.text[start:end]` of `spans`, joined by single spaces.
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    citations: tuple[str, ...]
    own: bool = False
    """It tells the work of the text's own author (`we evaluate …`): what it cites is not said to say so."""
    apart: bool = False
    """It has no citation of its own, and the next one speaks for another clause: who said this is not told here."""

    def __hash__(self) -> int:
        # Asked for often, so not of all fields; the place tells apart what a text says again and again.
        return hash((self.text, self.spans[-1]))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the sentence; over a joint, from the first piece to the last."""
        first = self._place(start)
        return first, max(first, self._place(max(start, end - 1)) + (end > start))

    def holds(self, at: int) -> bool:
        """Whether a character of the sentence is in the claim."""
        return any(start <= at < end for start, end in self.spans)

    def _place(self, offset: int) -> int:
        for first, last in self.spans:
            if offset <= last - first:  # the joint behind a piece counts as its end
                return first + offset
            offset -= last - first + 1
        return self.spans[-1][1]


def claims(sentence: Sentence) -> tuple[Claim, ...]:
    """The claims of a sentence, in order; a sentence that cites nothing is one claim.

    Citations that stand behind the sentence speak for each of its claims; one inside it (`sentence.cited_at`) speaks
    for what stands before it since the last citation or clause, and for a clause of its own where it opens one. The
    author's own work is told apart only where it is known where the citations stand, as in a manuscript: elsewhere
    `we` may be the words of the cited work.
    """
    found = _split(sentence)
    if len(sentence.cited_at) != len(sentence.citations):
        return found
    result: list[Claim] = []
    for claim in found:
        own = own_work(claim.text) or (bool(result) and result[-1].own and _goes_on(claim.text))
        own = own and not _cited_as_subject(sentence, claim)
        result.append(replace(claim, own=True) if own else claim)
    return tuple(result)


def _goes_on(text: str) -> bool:
    """Whether a clause begins with its verb, so that its subject is that of the clause before."""
    return read(text[:_LONGEST_SHARED]).opens_with_verb(0, len(text))


def _cited_as_subject(sentence: Sentence, claim: Claim) -> bool:
    """Whether a citation stands directly behind `This paper`, which then is the cited one."""
    start = claim.spans[0][0]
    near = [at for at in sentence.cited_at if start < at < start + _LONGEST_SUBJECT]
    return any(_THIS_WORK.fullmatch(sentence.text, start, at) is not None for at in near)


def _split(sentence: Sentence) -> tuple[Claim, ...]:
    text = sentence.text
    keys = tuple(dict.fromkeys(sentence.citations))
    whole = (Claim(text, ((0, len(text)),), keys),)
    if not keys:
        return whole
    found = clauses(text)
    groups = _groups(sentence)
    if len(groups) > 1 or (groups and _WORD.search(text, groups[0][0])):
        return _cited_inside(text, found, groups)
    if len(found) == 1 or len(found) * len(keys) > _MOST_PAIRS:
        return whole
    first, second = found[0], found[1]
    # "Their model does A, whereas X does B [x]": who `they` are, an earlier sentence has told.
    apart = bool(groups) and not second.shared and _turns_from(text, first, second)
    result = [_claim(text, [*clause.shared, (clause.start, clause.end)], keys) for clause in found]
    return replace(result[0], apart=apart), *result[1:]


def _turns_from(text: str, first: Clause, second: Clause) -> bool:
    """Whether a clause that refers back is followed by one that sets something else against it."""
    return _REFERS_BACK.match(text, first.start) is not None and _TURNS.match(text, second.start) is not None


def _claim(text: str, spans: list[tuple[int, int]], keys: tuple[str, ...]) -> Claim:
    """A claim of these pieces, without the spaces and commas around them; neighbouring pieces become one."""
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        if kept and not text[kept[-1][1] : start].strip():
            start = kept.pop()[0]
        piece = text[start:end]
        start += len(piece) - len(piece.lstrip(_AROUND))
        end -= len(piece) - len(piece.rstrip(_AROUND))
        if end > start:
            kept.append((start, end))
    kept = kept or [(0, len(text))]
    return Claim(" ".join(text[start:end] for start, end in kept), tuple(kept), keys)


def _groups(sentence: Sentence) -> list[tuple[int, list[str]]]:
    """The citations by where they stand, in order; those with no word between them stand together."""
    text, places = sentence.text, sentence.cited_at
    if len(places) != len(sentence.citations):
        return []
    found: list[tuple[int, list[str]]] = []
    for at, key in sorted(zip(places, sentence.citations, strict=True), key=lambda pair: pair[0]):
        at = min(max(at, 0), len(text))
        if found and not _WORD.search(text, found[-1][0], at):
            found[-1][1].append(key)
        else:
            found.append((at, [key]))
    return found


def _cited_inside(text: str, found: list[Clause], groups: list[tuple[int, list[str]]]) -> tuple[Claim, ...]:
    """The claims of a sentence with citations inside it."""
    cited = _by_clause(text, found, groups)
    words = read(text)
    result: list[Claim] = []
    waiting: list[Clause] = []
    last: tuple[str, ...] = ()
    for clause, here in zip(found, cited, strict=True):
        if not here:
            waiting.append(clause)
            continue
        first = tuple(dict.fromkeys(here[0][1]))
        # "X improves A and reduces B [a]": a clause without a citation leans on the next one that has some.
        elsewhere = _speaks_for_one(words, clause, here[0][0])
        for before in waiting:
            apart = not clause.shared and (elsewhere or _turns_from(text, before, clause))
            result.append(replace(_claim(text, [*before.shared, (before.start, before.end)], first), apart=apart))
        waiting = []
        result += _pieces(text, words, clause, here)
        last = result[-1].citations
    result += (_claim(text, [*after.shared, (after.start, after.end)], last) for after in waiting)
    return tuple(result)


def _speaks_for_one(words: Words, clause: Clause, at: int) -> bool:
    """Whether a citation stands before the verb of its clause: of a thing named there, not of what came before."""
    return words.verb_within(clause.start, at) is None and words.verb_within(at, clause.end) is not None


def _by_clause(
    text: str, found: list[Clause], groups: list[tuple[int, list[str]]]
) -> list[list[tuple[int, list[str]]]]:
    """Which citations stand in which clause; one between two belongs to the first, unless a comma parts them."""
    cited: list[list[tuple[int, list[str]]]] = [[] for _ in found]
    number = 0
    for at, keys in groups:
        while number + 1 < len(found) and _opens(text, found[number], found[number + 1], at):
            number += 1
        cited[number].append((at, keys))
    return cited


def _opens(text: str, clause: Clause, following: Clause, at: int) -> bool:
    """Whether a citation at this place stands in the following clause rather than in this one."""
    if _WORD.search(text, following.start, max(at, following.start)):
        return True
    # Behind the last word of the clause: before its comma it is the clause's own, behind the comma the next one's.
    return at >= following.start > clause.start and _BREAK.match(text, following.start - 1) is not None


def _pieces(text: str, words: Words, clause: Clause, groups: list[tuple[int, list[str]]]) -> list[Claim]:
    """The claims of one clause: its pieces up to each citation, with the verb and predicate that they share."""
    ends: list[tuple[int, int, list[str]]] = []
    start = clause.start
    for at, keys in groups:
        at = min(max(at, start), clause.end)
        if ends and not (_telling(text, start, at) and _telling(text, *ends[-1][:2])):
            ends[-1] = (ends[-1][0], at, ends[-1][2] + keys)
        else:
            ends.append((start, at, list(keys)))
        start = at
    if len(ends) == 1:
        return [_claim(text, [*clause.shared, (clause.start, clause.end)], tuple(dict.fromkeys(ends[0][2])))]
    verb = words.verb_within(*ends[0][:2])
    head = [(clause.start, verb)] if verb is not None and verb - clause.start <= _LONGEST_SHARED else []
    shared = verb is None and clause.end - start <= _LONGEST_SHARED and words.opens_with_verb(start, clause.end)
    result = []
    for number, (first, last, keys) in enumerate(ends):
        spans = [*clause.shared, *(head if number else []), (first, last)]
        if shared or number == len(ends) - 1:
            spans.append((start, clause.end))
        result.append(_claim(text, spans, tuple(dict.fromkeys(keys))))
    return result


def _telling(text: str, start: int, end: int) -> bool:
    """Whether a piece names something of its own: more than `and`, `or`, `see also`."""
    return any(
        word.lower() not in _JOINING and len(word) > 1 for word in re.findall(r"[^\W_]+", text[start : max(start, end)])
    )


_JOINING = frozenset("and or as well also see cf by in of from both but e.g eg i.e ie respectively".split())
