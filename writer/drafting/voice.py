"""From an author's sentence to a reader's: "We introduce X" becomes "… introduce X".

Light, rule-based editing of one sentence: what opens it and leans on the sentence before is dropped, the first
person becomes the subject given, brackets that only point elsewhere go. What limits a finding (where it holds, how
sure its authors are, that it is they who say so) is never dropped: a sentence that cannot be told without it, or
without guessing, gives None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

from writer.drafting import phrases as p

Move = Literal["introduce", "find", "study", "state"]
"""What a sentence does: presents something, reports a finding, says what is studied, or states something."""
_LONGEST_LEAD = 90


@dataclass(frozen=True, slots=True)
class Subject:
    """Who or what tells: `text` for the sentence, and whether the verb is plural. `kind` says what it names."""

    text: str
    plural: bool
    kind: Literal["authors", "system", "title", "study"]
    name: str = ""
    """The system's name, for the kind `system`."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence told by a subject, without its final full stop, and what it does."""

    text: str
    move: Move
    rough: bool = False
    """A second verb may not agree with its subject."""


def opening_dropped(sentence: str) -> str:
    """The sentence without numbering and without openers that only tie it to the sentence before.

    >>> opening_dropped("However, in this paper, we study it.")
    'We study it.'
    """
    previous = None
    text = p.ENUMERATOR.sub("", sentence)
    while text != previous:
        previous = text
        text = p.OPENER.sub("", text)
        text = re.sub(r"^(?:in this (?:paper|work|study|article)|here),?\s+", "", text, flags=re.IGNORECASE)
        text = _capital(text)
    return text


def tell(sentence: str, subject: Subject) -> Told | None:
    """The sentence told of `subject`, or None where that would need guessing.

    >>> tell("We introduce Foo, a new benchmark.", Subject("Li et al.", True, "authors")).text
    'Li et al. introduce Foo, a new benchmark'
    """
    text = p.BRACKETED.sub("", opening_dropped(sentence)).strip()
    text = re.sub(r",?\s+(?:in this (?:paper|work|study|article))\b,?", "", text)
    text = re.sub(r"[.!]+$", "", text).strip()
    if not text or text.endswith(("?", ":")) or "http" in text or p.HELD_BACK.match(text):
        return None
    if subject.kind == "system":
        text = p.ITSELF.sub(subject.name, text)
    told = (
        _by_results(text, subject) or _by_paper(text, subject) or _by_we(text, subject) or _by_statement(text, subject)
    )
    if told is None:
        return None
    finished = _third_person(told.text, subject)
    return None if finished is None else Told(finished, told.move, told.rough)


def _by_results(text: str, subject: Subject) -> Told | None:
    """`Our experiments on X show that Y`, and `Our experiments on X show Y`."""
    match = p.RESULTS.match(text)
    if match is None:
        return None
    where, rest = match["where"] or "", match["rest"]
    if p.LEANS.search(where):
        return None  # the place where a finding holds is part of it
    if p.FIRST_PERSON.search(where):
        where = ""
    verb = _agree(_base(match["verb"]), subject)
    noun = match["noun"].lower()
    if noun in ("result", "results", "finding", "findings", "observations"):
        noun = "experiments"
    preliminary = "preliminary " if re.match(r"(?:Our )?(?:preliminary|initial)", text, re.IGNORECASE) else ""
    aside = f", in {preliminary}{noun}{where}," if where or preliminary else ""
    return Told(f"{subject.text} {verb}{aside} {'that ' if match['that'] else ''}{rest}", "find")


def _by_paper(text: str, subject: Subject) -> Told | None:
    """`This paper studies X`."""
    match = p.PAPER.match(text)
    if match is None or _base(match["verb"]) not in p.VERBS:
        return None
    verb, base = match["verb"], _base(match["verb"])
    told = verb if verb.endswith("ed") else _agree(base, subject)
    rest = text[match.end() :]
    return Told(f"{subject.text} {match['adverb'] or ''}{told}{rest}", _move(p.VERBS[base], rest))


def _by_we(text: str, subject: Subject) -> Told | None:
    """`We introduce X`, also behind a clause: `To measure Y, we introduce X`."""
    match = p.WE.search(text)
    if match is None:
        return None
    lead, verb, rest = text[: match.start()], match["verb"], text[match.end() :]
    base = _base(verb)
    if p.LEAD_WITHOUT_COMMA.match(lead):
        lead = lead.rstrip() + ", "
    if lead and not re.search(r",\s*$", lead):
        return None  # "that we", "which we": the first person is not the sentence's subject
    if verb in ("have", "are"):
        told, move = (verb if subject.plural else {"have": "has", "are": "is"}[verb]), "study"
    elif base in p.VERBS:
        told, move = (verb if verb.endswith("ed") else _agree(base, subject)), p.VERBS[base]
    else:
        return None
    if lead and (p.LEANS.search(lead) or p.FIRST_PERSON.search(lead) or len(lead) > _LONGEST_LEAD):
        if not p.PURPOSE.match(lead):
            return None
        lead = ""
    adverb = match["adverb"] or ""
    if adverb.strip() in p.PASSING and not (lead and adverb.strip() == "first"):
        adverb = ""
    rest = _conjugated(rest, subject)
    rough = not subject.plural and p.UNAGREED.search(rest) is not None
    who = _mid(subject) if lead else subject.text
    return Told(_capital(f"{lead}{who} {adverb}{told}{rest}"), _move(move, rest), rough)


def _by_statement(text: str, subject: Subject) -> Told | None:
    """Anything else, if it states a result: reported as the authors' own.

    What states no result may be background that the authors share with everybody; it is not theirs to be credited
    with.
    """
    own = re.sub(r"\b[Oo]ur\b", "", text)
    named = subject.kind == "system" and _mentions(text, subject.name)
    if p.FIRST_PERSON.search(own) or p.LEANS.search(text.split(",")[0]) or p.SUPERLATIVE.search(text):
        return None
    if named and own == text and _says_what_it_is(text, subject.name):
        return Told(text, "introduce")
    if re.match(r"(?:Our|Extensive|Comprehensive|Experiment\w*|Empirical|Results?|Evaluations?)\b", text):
        return None  # already a report: telling it again would report it twice
    compared = re.search(r"\d|\bthan\b", text) is not None
    if not p.RESULT.search(text) or (p.BACKGROUND.search(text) and not (named or compared)):
        return None
    return Told(f"{subject.text} {_agree('report', subject)} that {_lower_first(text)}", "state")


def _third_person(text: str, subject: Subject) -> str | None:
    """The first person inside a told sentence turned into the third, or None where it cannot be."""
    whose = "their" if subject.plural else "its"
    text = re.sub(r",? (?:that|which) we (?:call|term|name|dub|refer to as|denote as) ", ", called ", text)
    they = "they" if subject.plural else "the authors"
    text = re.sub(r"\bwe (?:also |further |then )?(show|find|demonstrate|observe)\b", rf"{they} \1", text)
    text = re.sub(r"\b(?:[Oo]ur|the) (?:newly )?proposed ", f"{whose} ", text)
    text = re.sub(r"\b[Oo]ur (?:own |newly )?", f"{whose} ", text)
    text = re.sub(r"\b(that|when|where|which|as|and|what|how|whether|while|,|because) we\b", rf"\1 {they}", text)
    text = re.sub(r"\b(an?|one) novel (\w)", lambda match: _article(match[1], match[2]) + " " + match[2], text)
    text = re.sub(r"\bnovel ", "", text)
    text = re.sub(
        r"\b(?:propose|aim|seek|attempt)s? to (\w+)\b",
        lambda match: _agree(match[1], subject) if match[1] in p.VERBS else match[0],
        text,
        count=1,
    )
    if p.FIRST_PERSON.search(text) or re.search(r"\bthat (?:the authors|they) (?:should|must|need|ought)\b", text):
        return None  # "we should" speaks of everybody
    if subject.kind == "system":
        text = _defined(text, subject)
    return re.sub(r"\s+", " ", text).replace(" ,", ",").strip(" ,;")


def _defined(text: str, subject: Subject) -> str:
    """Say what a system is, where its authors say that they introduce it.

    >>> who = Subject("The authors of Foo", True, "system", "Foo")
    >>> _defined("The authors of Foo propose a new method (Foo) that learns to rank", who)
    'Foo is a new method that learns to rank'
    """
    name = f"(?i:{re.escape(subject.name)})"
    match = re.match(rf"^(?:[^,]{{3,120}}, )?[Tt]he authors of {name} (?:{'|'.join(p.INTRODUCE)}) (?P<rest>.+)$", text)
    if match is None or p.SUPERLATIVE.search(match["rest"]) or p.PRAISE.search(match["rest"]):
        return _named_once(text, subject.name)
    for shape in (
        rf"(?:the )?(?P<name>{name}(?: \([^()]{{2,80}}\))?|[A-Za-z][^,;:]{{3,70}} \({name}\)), "
        r"(?P<np>(?:an?|the|one)\s.+)$",
        rf"(?P<np>(?:an?|the)\s[^.;:]{{3,140}}?)(?:, namely|, called|, named|,| called| named| dubbed| termed) "
        rf"(?P<name>{name}(?: \([^()]{{2,80}}\))?|[A-Za-z][^,;:()]{{3,70}} \({name}\))"
        r"(?P<tail>(?:,| that| which| to | for | with | by |$).*)$",
        rf"(?P<np>(?:an?|the)\s[^.;:()]{{3,120}}?),? \((?P<name>{name})\)(?P<tail>.*)$",
    ):
        found = re.match(shape, match["rest"])
        if found is None:
            continue
        tail = re.sub(r"^, (?=that |to |for |with |by )", " ", found.groupdict().get("tail") or "")
        # What follows with a verb of the authors' no longer has them as its subject.
        told = re.sub(rf",? and (?:then |further |also )?(?:{'|'.join(p.VERBS)}) .*$", "", f"{found['np']}{tail}")
        if len(told.split()) >= 6:  # "Foo is the Foo benchmark" says nothing
            return _named_once(f"{found['name']} is {told}", subject.name)
    return _named_once(text, subject.name)


def _named_once(text: str, name: str) -> str:
    """`Foo is a method (Foo)` without the second name."""
    first = text.find(name)
    return text if first < 0 else text[: first + len(name)] + text[first + len(name) :].replace(f" ({name})", "")


def _says_what_it_is(text: str, name: str) -> bool:
    """`Foo consists of …`, `The Full Object Ontology (Foo) is a …`."""
    head = rf"^(?:The )?(?:{re.escape(name)}|[A-Z][^,;:()]{{3,70}} \({re.escape(name)}\)) "
    match = re.match(head, text, re.IGNORECASE)
    return match is not None and p.MADE_OF.match(text[match.end() :]) is not None


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def _conjugated(rest: str, subject: Subject) -> str:
    """Verbs that share the subject: "We build X and show that …" needs "shows" for one that is singular."""
    if subject.plural:
        return rest
    match = re.search(
        r"(?P<join>,? and (?:then |further |also )?)(?P<verb>" + "|".join(p.SHARED) + r")\b"
        r"(?= (?:that|a|an|the|its|it|them|how|whether|several|two|three|new|on|both)\b)",
        rest,
    )
    if match is None or re.search(
        r"\b(?:that|which|who|to|can|models|methods|could|must|will)\b", rest[: match.start()]
    ):
        return rest
    return rest[: match.start()] + match["join"] + _agree(match["verb"], subject) + rest[match.end() :]


def _move(move: str, rest: str) -> Move:
    if move == "find" and not re.match(r"\s*(?:that|how|,|:|\w+\s+that)", rest):
        return "find" if p.RESULT.search(rest) else "study"
    return cast(Move, move)


def _base(verb: str) -> str:
    """The plain form of a verb that may carry an -s or -ed."""
    if verb == "found":
        return "find"
    forms = [verb]
    if verb.endswith("s"):
        forms += [verb[:-1], verb[:-2], verb[:-3] + "y"]
    if verb.endswith("ed"):
        forms += [verb[:-2], verb[:-1], verb[:-3] + "y"]
    return next((form for form in forms if form in p.VERBS), verb)


def _agree(verb: str, subject: Subject) -> str:
    """The present tense of a verb for the subject: `study` or `studies`."""
    if subject.plural:
        return verb
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _article(article: str, following: str) -> str:
    return article if article == "one" else "an" if following.lower() in "aeiou" else "a"


def _mid(subject: Subject) -> str:
    """The subject inside a sentence: `the authors of X`, `one study`; names keep their capitals."""
    keeps = subject.kind == "authors" and subject.text != "They"
    return subject.text if keeps else subject.text[:1].lower() + subject.text[1:]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower_first(text: str) -> str:
    """Lower the first letter, unless the word is a name or an acronym."""
    first, _, rest = text.partition(" ")
    plain = first.lower() in p.SMALL_WORDS or (
        first[1:].islower() and (not rest[:1].isupper() or first.endswith("ing"))
    )
    return text[:1].lower() + text[1:] if plain else text


def leans(told: str) -> bool:
    """Whether a told sentence points back at something that is not told with it.

    >>> leans("Li et al. show that these models fail"), leans("Li et al. show that models fail")
    (True, False)
    """
    head = " ".join(told.split()[:9])
    pointing = (
        r"\b(?:[Tt]hese|[Tt]his|[Tt]hose|[Ss]uch(?! as)|the (?:former|latter|above|two|second|third)|aforementioned)\b"
    )
    numbered = r"\b(?:case|type|step|stage|setting|category|question)s? \(?\d\)?"
    unlisted = (
        r"\b(?:all|both) (?:aspects|factors|methods|approaches|variants|settings|tasks|kinds|cases)\b|\bof them\b"
    )
    if "(b)" in told and "(a)" not in told:
        return True
    return any(re.search(pattern, told) for pattern in (pointing, numbered, unlisted)) or bool(
        re.search(r"^(?:Its|Their)\b(?! authors)|\bthat it\b", head)
    )
