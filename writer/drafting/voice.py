"""From an author's sentence to a reader's: "We introduce X" becomes "… introduce X".

Light, rule-based editing of one sentence: what opens it and leans on the sentence before is dropped, the first
person becomes the subject given, brackets that only point elsewhere go. No word that carries a finding is touched,
and a sentence that cannot be told without guessing gives None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Move = Literal["introduce", "find", "study", "state"]
"""What a sentence does: presents something, reports a finding, says what is studied, or states something."""


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


_INTRODUCE = (
    "introduce propose present develop release construct build design create describe curate collect contribute devise "
    "offer publish compile formulate establish assemble"
).split()
_FIND = (
    "find show demonstrate observe reveal discover report see conclude argue suggest note prove confirm identify "
    "establish uncover highlight illustrate"
).split()
_STUDY = (
    "study investigate examine explore analyze analyse evaluate compare assess test ask consider address tackle measure "
    "benchmark revisit review survey focus perform conduct use apply train provide leverage extend adapt formalize "
    "characterize quantify outline discuss cast employ aim seek combine generate fine-tune finetune utilize validate "
    "define decompose take view treat achieve improve obtain frame model learn make give include survey summarize "
    "integrate synthesize implement run interpret further show explain advocate hypothesize"
).split()
_VERBS = dict.fromkeys(_INTRODUCE, "introduce")
_VERBS.update({verb: "study" for verb in _STUDY if verb not in _VERBS})
_VERBS.update(dict.fromkeys(_FIND, "find"))
# These are nouns as often as verbs: "train and test sets" says nothing of agreement.
_AMBIGUOUS = frozenset(
    "study test design release review survey report benchmark address measure focus use aim frame "
    "model view cast note train question extend show".split()
)
_ADVERBS = (
    r"(?:also|then|further|first|firstly|thus|therefore|hence|additionally|empirically|experimentally|"
    r"systematically|formally|theoretically|finally|next|instead|here|subsequently|consequently|carefully|"
    r"thoroughly|extensively|explicitly|simply|mainly|primarily|comprehensively|qualitatively|quantitatively|"
    r"specifically|successfully|briefly|newly|independently|automatically|directly|additionally)"
)

_ENUMERATOR = re.compile(r"^\s*(?:\(?(?:[ivx]{1,4}|\d{1,2}|[a-d])\)|\d\.)\s+")
_OPENER = re.compile(
    r"""^(?:
      (?:However|Moreover|Furthermore|Additionally|Besides|Also|Notably|Surprisingly|Interestingly|Therefore|Thus
        |Hence|Consequently|Finally|Overall|Specifically|Importantly|Crucially|Lastly|Firstly|Secondly|Thirdly|Second
        |Third|First|Then|Next|Nonetheless|Nevertheless|Meanwhile|Accordingly|Remarkably|Concretely|Still|Yet
        |Empirically|Similarly|Likewise|Conversely|Instead|Further|Unfortunately|Here|Recently|Alternatively
        |Encouragingly|Counterintuitively|Intriguingly|Subsequently|Inspired\ by\ \w+(?:\ \w+)?
        |Motivated\ by\ (?:this|these|that)[^,]{0,60}|In\ (?:this|the\ present|our)\ (?:paper|work|study|report|article
        |technical\ report|survey|tutorial|position\ paper|regard|context|setting|way|demo)|In\ (?:addition|response
        |summary|short|contrast|particular|conclusion|total|turn|general|fact|light\ of\ [^,]{1,60})|To\ this\ end
        |To\ that\ end|With\ this\ (?:in\ mind|goal|aim)|As\ a\ (?:result|consequence|step\ towards?[^,]{1,60})
        |For\ this\ (?:purpose|reason|end)|On\ the\ (?:other|one)\ hand|By\ contrast|Based\ on\ (?:this|these|our|the)[^,]{0,60}
        |Building\ (?:on|upon)\ (?:this|these)[^,]{0,60}|Given\ (?:this|these)[^,]{0,60}|Going\ (?:further|beyond)[^,]{0,40}
        |To\ (?:address|tackle|bridge|fill|remedy|overcome|mitigate|solve|resolve|fix|counter|close|alleviate|combat|do|achieve
        |handle|meet|answer|facilitate|support|demonstrate|understand|enable|explore|study|investigate|counteract)
            \ (?:this|these|that|those|such|the\ (?:above|gap|issue|problem|challenge)|so|it)[^,]{0,80}
        |(?:Through|With|Using|By|From|Across|In|Via|During|After|Beyond)\ (?:our|this|these|such|the\ above)[^,]{1,80}
        |At\ the\ heart\ of\ [^,]{1,30}|In\ the\ (?:process|end)|Along\ the\ way|More\ (?:specifically|importantly|precisely|concretely)
        |Towards?\ (?:this|these|that)\ (?:end|goal|aim|ends|goals)|As\ such|That\ said|Even\ so|All\ in\ all|In\ other\ words|For\ (?:example|instance)
        |Taken\ together|Most\ importantly|Last\ but\ not\ least|Going\ forward|To\ our\ (?:best\ )?knowledge|To\ the\ best\ of\ our\ knowledge
      )\s*,\s*|(?:And|But|So|Thus|Hence)\s+)""",
    re.VERBOSE,
)
_WE = re.compile(r"\b(?P<we>[Ww]e)\s+(?P<adverb>" + _ADVERBS + r"\s+)?(?P<verb>[a-z]+(?:-[a-z]+)?)\b")
_PAPER = re.compile(
    r"^(?P<this>(?:This|The\ present|The\ current|Our)\s+(?:(?:position|survey|technical|short|research|new|case)\s+)?"
    r"(?:paper|work|study|article|survey|report|tutorial|review|chapter|book|thesis|research|contribution))\s+"
    r"(?P<adverb>" + _ADVERBS + r"\s+)?(?P<verb>[a-z]+)\b",
    re.VERBOSE,
)
_RESULTS = re.compile(
    r"^(?:(?:Our|The|Extensive|Comprehensive|Empirical|Experimental|Additional|Preliminary|Further|These|Initial|Key|Main|Detailed|Quantitative|"
    r"Human|Automatic|Thorough|Through|Numerical)\s+){0,3}"
    r"(?:[a-z-]+\s+){0,3}?(?:[Rr]esults?|[Ee]xperiments?|[Ff]indings?|[Aa]nalys[ie]s|[Ee]valuations?|[Ss]tud(?:y|ies)|[Ii]nvestigations?|"
    r"[Oo]bservations?|[Ee]xperimentation|[Aa]blations?|[Cc]omparisons?|[Tt]ests)"
    r"(?P<where>\s+(?:on|across|over|with|of|in|from|under|using)\s+[^,;:]{1,110}?)?\s+"
    r"(?:also\s+|further\s+|consistently\s+|clearly\s+|indeed\s+)?"
    r"(?P<verb>show|shows|showed|reveal|reveals|revealed|demonstrate|demonstrates|demonstrated|suggest|suggests|suggested|indicate|indicates|indicated|"
    r"confirm|confirms|highlight|highlights|find|finds|illustrate)\s+that\s*[:,]?\s+(?P<that>.+)$"
)
_BRACKETED = re.compile(
    r"\s*\((?:[^()]*https?://[^()]*|(?:e\.g\.|i\.e\.|see|cf\.)[^()]*|[^()]*\bet al\.[^()]*|Fig[^()]*|Sec[^()]*)\)"
    r"|\s*\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]"
)
_LEANS = re.compile(
    r"\b(?:this|these|those|such)\s+(?:\w+\s+)?(?:\w+)\b(?!\s+that)|\b(?:they|them|their|the former|the latter|above|it)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:[Ww]e|[Oo]urs?|us|ourselves|I|my|me)\b")
_RESULT = re.compile(
    r"\b(?:outperform|surpass|exceed|achiev|improv|increas|decreas|reduc|gain|drop|fail|remain|struggl|reach|yield|exhibit"
    r"|perform|match|degrad|boost|correlat|agree|lead)\w*\b|\bbetter\b|\bworse\b|\bmore\b|\bless\b|\d",
)
_UNAGREED = re.compile(r"\band (?:\w+ly )?(?:" + "|".join(v for v in _VERBS if v not in _AMBIGUOUS) + r")\b")
_SMALL_WORDS = frozenset(
    "a an the in on at for with by we our this these that it its their when while if to as from".split()
)


_LONGEST_LEAD = 70
_BACKGROUND = re.compile(
    r"\b(?:remains?\b.*\b(?:challeng|unclear|underexplored|difficult|open)|existing|previous|prior|recent|crucial|critical|essential|important"
    r"|has become|have become|has been|have been|often|typically|usually|widely|increasingly|ubiquit|popular|tend to|goal of|aims? to|need to|must)",
    re.IGNORECASE,
)


def opening_dropped(sentence: str) -> str:
    """The sentence without numbering and without openers that lean on the sentence before.

    >>> opening_dropped("However, in this paper, we study it.")
    'We study it.'
    """
    previous = None
    text = _ENUMERATOR.sub("", sentence)
    while text != previous:
        previous = text
        text = _OPENER.sub("", text)
        text = re.sub(r"^(?:in this (?:paper|work|study|article)|here),?\s+", "", text, flags=re.IGNORECASE)
        text = text[:1].upper() + text[1:]
    return text


def tell(sentence: str, subject: Subject) -> Told | None:
    """The sentence told of `subject`, or None where that would need guessing.

    >>> tell("We introduce Foo, a new benchmark.", Subject("Li et al.", True, "authors")).text
    'Li et al. introduce Foo, a new benchmark'
    """
    text = _BRACKETED.sub("", opening_dropped(sentence)).strip()
    text = re.sub(r",?\s+(?:in this (?:paper|work|study|article))\b,?", "", text)
    text = re.sub(r"[.!]+$", "", text).strip()
    if not text or text.endswith(("?", ":")) or "http" in text:
        return None
    told = (
        _by_results(text, subject) or _by_paper(text, subject) or _by_we(text, subject) or _by_statement(text, subject)
    )
    if told is None:
        return None
    finished = _third_person(told.text, subject)
    return None if finished is None else Told(finished, told.move, told.rough)


def _by_results(text: str, subject: Subject) -> Told | None:
    match = _RESULTS.match(text)
    if match is None:
        return None
    that, where = match["that"], match["where"] or ""
    if _FIRST_PERSON.search(where) or _leans(where):
        where = ""
    if where and not re.match(r"\s+(?:on|across|over|with)\s", where):
        where = ""
    verb = _agree(_base(match["verb"]), subject)
    who = subject.text if not where else _mid(subject)
    return Told(f"In experiments{where}, {who} {verb} that {that}" if where else f"{who} {verb} that {that}", "find")


def _by_paper(text: str, subject: Subject) -> Told | None:
    match = _PAPER.match(text)
    if match is None:
        return None
    verb = match["verb"]
    base = _base(verb)
    move = _VERBS.get(base)
    if move is None:
        return None
    told = verb if verb.endswith("ed") else _agree(base, subject)
    return Told(f"{subject.text} {match['adverb'] or ''}{told}{text[match.end() :]}", _move(move, text[match.end() :]))


def _by_we(text: str, subject: Subject) -> Told | None:
    match = _WE.search(text)
    if match is None:
        return None
    lead, verb, rest = text[: match.start()], match["verb"], text[match.end() :]
    base = _base(verb)
    if lead and not re.search(r",\s*$", lead):
        return None  # "that we", "which we": the first person is not the sentence's subject
    if base in ("be", "are", "is") or verb in (
        "are",
        "were",
        "have",
        "can",
        "do",
        "did",
        "believe",
        "hope",
        "thank",
        "plan",
        "will",
        "expect",
    ):
        modal = {"have": "have" if subject.plural else "has", "are": "are" if subject.plural else "is"}.get(verb)
        if modal is None:
            return None
        told, move = modal, "study"
    elif base in _VERBS:
        told, move = (verb if verb.endswith("ed") else _agree(base, subject)), _VERBS[base]
    else:
        return None
    adverb = match["adverb"] or ""
    if adverb.strip() in (
        "also",
        "then",
        "further",
        "first",
        "firstly",
        "thus",
        "therefore",
        "hence",
        "finally",
        "next",
        "additionally",
        "here",
        "instead",
        "subsequently",
        "consequently",
    ):
        adverb = ""
    if lead and (_leans(lead) or _FIRST_PERSON.search(lead) or len(lead) > _LONGEST_LEAD or "our " in lead):
        lead = ""
    rest = _conjugate_rest(rest, subject)
    who = _mid(subject) if lead else subject.text
    rough = not subject.plural and _UNAGREED.search(rest) is not None
    return Told(_capital(f"{lead}{who} {adverb}{told}{rest}"), _move(move, rest), rough)


def _by_statement(text: str, subject: Subject) -> Told | None:
    """A sentence about the system itself stands as it is; another is reported if it states a result.

    Anything else may be background that the authors share with everybody: it is not theirs to be credited with.
    """
    if _FIRST_PERSON.search(re.sub(r"\b[Oo]ur\b", "", text)) or _leans(text.split(",")[0]):
        return None
    if subject.kind == "system" and _mentions(text, subject.name):
        return Told(text, "state")
    if not _RESULT.search(text) or _BACKGROUND.search(text) or re.match(r"[Oo]ur\b|In step\b", text):
        return None
    return Told(f"{subject.text} {_agree('report', subject)} that {_lower_first(text)}", "state")


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def _third_person(text: str, subject: Subject) -> str | None:
    """What is left of the first person inside a told sentence, or None where it cannot be told."""
    text = re.sub(r",? (?:that|which) we (?:call|term|name|dub|refer to as|denote as) ", ", called ", text)
    text = re.sub(r"\bwe (?:also |further |then )?(show|find|demonstrate|observe)\b", r"the authors \1", text)
    whose = "their" if subject.plural else "its"
    text = re.sub(r"^Our (?:own |newly )?", "The ", text)
    text = re.sub(r"\b[Oo]ur (?:own |newly )?", whose + " ", text)
    text = re.sub(r"\b(that|when|where|which|as|and|what|how|whether|while|,|because) we\b", r"\1 the authors", text)
    if _FIRST_PERSON.search(text):
        return None
    if subject.kind == "system":
        text = _defined(text, subject)
    return re.sub(r"\s+", " ", text).replace(" ,", ",").strip(" ,;")


def _mid(subject: Subject) -> str:
    """The subject inside a sentence: `the authors of X`, `one study`; names and titles keep their capitals."""
    return (
        subject.text if subject.kind in ("authors", "title") else _capital(subject.text)[:1].lower() + subject.text[1:]
    )


def _defined(text: str, subject: Subject) -> str:
    """Say what a system is, where its authors say that they introduce it.

    >>> who = Subject("The authors of Foo", True, "system", "Foo")
    >>> _defined("The authors of Foo propose a new method (Foo) that learns", who)
    'Foo is a new method that learns'
    """
    match = re.match(
        rf"^(?:[^,]{{3,120}}, )?[Tt]he authors of {re.escape(subject.name)} (?:{'|'.join(_INTRODUCE)}) (?P<rest>.+)$",
        text,
    )
    if match is None:
        return _without_its_authors(text, subject)
    name, rest = re.escape(subject.name), match["rest"]
    for shape in (
        rf"(?:the )?(?P<name>{name}(?: \([^()]{{2,80}}\))?|[A-Z][^,;:]{{3,70}} \({name}\)), (?P<np>(?:a|an|the|one)\s.+)$",
        rf"(?P<np>(?:a|an|the)\s[^.;:()]{{3,120}}?),? \((?P<name>{name})\)(?P<tail>.*)$",
        rf"(?P<np>(?:a|an|the)\s[^.;:()]{{3,120}}?)(?:, namely|, called|, named|,| called| named| dubbed| termed) "
        rf"(?P<name>{name}(?: \([^()]{{2,80}}\))?|[A-Z][^,;:()]{{3,70}} \({name}\))(?P<tail>(?:,| that| which| to | for | with | by |$).*)$",
    ):
        found = re.match(shape, rest)
        if found is not None:
            tail = found.groupdict().get("tail") or ""
            tail = re.sub(r"^, (?=that |to |for |with |by )", " ", tail)
            # What follows with a verb of the authors' no longer has them as its subject.
            told = re.sub(rf",? and (?:then |further |also )?(?:{'|'.join(_VERBS)}) .*$", "", f"{found['np']}{tail}")
            return f"{found['name']} is {told}"
    return text


def _without_its_authors(text: str, subject: Subject) -> str:
    """`The authors of Foo show that Foo works` says as much without its first half."""
    match = re.match(
        rf"^(?:[^,]{{3,120}}, )?[Tt]he authors of {re.escape(subject.name)} (?:{'|'.join(_FIND)}) that (?P<that>.+)$",
        text,
    )
    if match is None or not _mentions(" ".join(match["that"].split()[:8]), subject.name):
        return text
    return _capital(match["that"])


def _conjugate_rest(rest: str, subject: Subject) -> str:
    """Verbs that share the subject: "We build X and show that …" needs "shows" for one that is singular."""
    if subject.plural:
        return rest
    pattern = re.compile(
        r"(?P<join>,? and (?:then |further |also )?)(?P<verb>"
        + "|".join(_SHARED)
        + r")\b(?= (?:that|a|an|the|its|it|them|how|whether|several|two|three|new|on|both)\b)"
    )
    match = pattern.search(rest)
    if match is None or re.search(
        r"\b(?:that|which|who|to|can|models|methods|could|must|will)\b", rest[: match.start()]
    ):
        return rest
    return rest[: match.start()] + match["join"] + _agree(match["verb"], subject) + rest[match.end() :]


_SHARED = (
    "show find demonstrate propose introduce evaluate analyze investigate present provide identify observe discover "
    "argue conduct perform explore examine compare develop describe apply train build create collect release"
).split()


def _move(move: str, rest: str) -> Move:
    if move == "find" and not re.match(r"\s*(?:that|how|,|:|\w+\s+that)", rest):
        return "study"
    return move  # type: ignore[return-value]


def _base(verb: str) -> str:
    """The plain form of a verb that may carry an -s or -ed."""
    forms = [verb]
    if verb.endswith("s"):
        forms += [verb[:-1], verb[:-2], verb[:-3] + "y"]
    if verb.endswith("ed"):
        forms += [verb[:-2], verb[:-1], verb[:-3] + "y"]
    return next((form for form in forms if form in _VERBS), verb)


def _agree(verb: str, subject: Subject) -> str:
    """The present tense of a verb for the subject: `study` or `studies`."""
    if subject.plural:
        return verb
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _leans(text: str) -> bool:
    """Whether a piece leans on something said before it."""
    return bool(_LEANS.search(text))


def leans(told: str) -> bool:
    """Whether a told sentence points back at something that is not told with it.

    >>> leans("These models fail"), leans("Models that know their limits fail")
    (True, False)
    """
    head = " ".join(told.split()[:9])
    return bool(
        re.search(r"\b(?:[Tt]hese|[Tt]his|[Tt]hose|[Ss]uch|the (?:former|latter|above|two)|aforementioned)\b", told)
    ) or bool(re.search(r"^(?:It|They|Them|Its|Their)\b|\b(?:that|finds|shows) (?:it|they)\b", head))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower_first(text: str) -> str:
    """Lower the first letter, unless the word is a name or an acronym."""
    first, _, rest = text.partition(" ")
    plain = first.lower() in _SMALL_WORDS or (first[1:].islower() and "-" not in first and not rest[:1].isupper())
    return text[:1].lower() + text[1:] if plain else text
