"""Who tells: the authors where they are known, else the system by its name, else the work by its title."""

from __future__ import annotations

import re

from writer.drafting.voice import Subject
from writer.entry import Entry
from writer.text import ascii_fold

_MAX_NAME_WORDS = 4
_NAME = r"[A-Za-z][\w.+/³²-]*(?:[ -](?:[A-Z0-9][\w.+/-]*|\d[\w.]*)){0,3}"
_PRESENTS = (
    r"\b(?:introduces?|propos\w+|presents?|develops?|releases?|constructs?|builds?|creates?|designs?|collects?)\b"
)
_INTRODUCED = (
    # "we introduce Foo 3, a …", "we present FOO (Fast …), a"
    re.compile(rf"\b[Ww]e (?:\w+ly )?(?:introduce|propose|present|develop|release|construct|build|create|design)"
               rf" (?P<name>{_NAME})(?=,| \(|: )"),
    # "a framework, Fast Object Overlap (FOO), that", "an approach called Foo"
    re.compile(rf"{_PRESENTS}[^.;:]{{3,120}}?(?:,| called| named| dubbed| termed| coined|, namely) (?P<name>{_NAME})"
               r"(?: \([^()]{2,60}\))?(?=,|\.|;|:| that| which| to | for | with | by )"),
    # "a new benchmark (FOO)", "Fast Object Overlap (FOO)"
    re.compile(_PRESENTS + r"(?:(?! (?:for|on|to|using|with|via|in|that|which|by|from|based|leveraging) )"
               r"[^.;:()]){3,110} \((?P<name>[A-Z][\w.+-]{1,24})\)"),
    # "Foo is a …"
    re.compile(rf"^(?P<name>{_NAME}) is (?:a|an|the) "),
)  # fmt: skip
_NOT_NAMES = frozenset(
    """PO LLM LLMs AI NLP ML RL RLHF SFT DPO PPO QA RM ORM PRM MLLM MLLMs VLM LVLM LVLMs LM LMs PLM PLMs CoT ICL API
    GPT DNN GNN CNN RNN NMT MT ASR NLI FT PEFT RAG KL""".split()
)


def system_name(entry: Entry) -> str | None:
    """The name of what the entry presents, as its own text writes it, or None.

    A name looks like one: capitals inside, digits, or a hyphen between capitals; the part of a title before its
    colon counts only when the abstract uses it too.
    """
    head, colon, _ = entry.title.partition(":")
    head = head.strip(" \"“”'")
    if colon and 0 < len(head.split()) <= _MAX_NAME_WORDS and _looks_like_name(head):
        found = re.search(rf"(?<!\w){re.escape(ascii_fold(head))}(?!\w)", ascii_fold(entry.abstract), re.IGNORECASE)
        if found is not None:
            if _has_inner_signs(head):
                return head
            # "Chainpoll" in the title may be "ChainPoll" in the text. Folding keeps the length of what occurs in names.
            same_length = len(ascii_fold(entry.abstract)) == len(entry.abstract)
            written = entry.abstract[slice(*found.span())] if same_length else head
            if _has_inner_signs(written):
                return written
    for number, pattern in enumerate(_INTRODUCED):
        match = pattern.search(entry.abstract)
        if match is None:
            continue
        name = match["name"].strip(" .,-")
        short = re.match(r" \(([A-Z][\w.²³+-]{1,14})\)", entry.abstract[match.end("name") :])
        if (
            short is not None
            and short[1] not in _NOT_NAMES
            and len(re.findall(rf"(?<!\w){re.escape(short[1])}(?!\w)", entry.abstract)) > 1
        ):
            return short[1]  # what the text goes on to call it
        proper = number == 0 and len(name.split()) > 1 and all(word[:1].isupper() for word in name.split())
        if name in _NOT_NAMES or len(name.split()) > _MAX_NAME_WORDS or not (proper or _looks_like_name(name)):
            continue
        # What is only an abbreviation in brackets may be a task or a known method: a system is spoken of again.
        if number != 2 or len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", entry.abstract)) > 1:
            return name
    return None


def _has_inner_signs(text: str) -> bool:
    """Capitals or digits behind a first letter somewhere: the mark of a coined name."""
    return any(re.search(r"[A-ZÀ-Þ\d]", word[1:]) for word in re.split(r"[ -]", text)) or (
        re.search(r"[A-Z]+-[A-Z]", text) is not None or re.search(r" \d", text) is not None
    )


def _looks_like_name(text: str) -> bool:
    """Capitals inside a word, an acronym, or a capital with digits: `ChainPoll`, `CUT`, `Orca 2`; not `Our method`."""
    words = text.split()
    if any(word in _NOT_NAMES for word in words) and len(words) > 1:
        return False
    telling = [
        word for word in words if re.search(r"[A-ZÀ-Þ]", word[1:]) or (re.search(r"\d", word) and text[:1].isupper())
    ]
    if telling:
        return all(word[:1].isupper() or word[:1].isdigit() or word in telling for word in words)
    return (
        len(words) == 1 and text[:1].isupper() and text.lower() not in _PLAIN_WORDS and text.isalpha() and len(text) > 3
    )


_PLAIN_WORDS = frozenset(
    """this these that those what when where which while language large model models learning training towards
    evaluating reasoning modeling position preference alignment reward benchmarks evaluation human humans existing
    recent many most despite although however beyond under from with multi self text data code vision medical deep
    neural transformers research survey measuring teaching improving exploring understanding assessing generating
    predicting pretraining robust adapting advancing enhancing debiasing quantifying studying explaining small
    automated attribution citation retrieval citations summarization question answering instruction prompting
    calibration factuality hallucination evidence science scientists readers""".split()
)


def subject_of(entry: Entry) -> Subject:
    """Who tells the entry's sentences."""
    if entry.authors:
        families = [author.family for author in entry.authors]
        if len(families) > 2 or entry.more_authors:
            return Subject(f"{families[0]} et al.", plural=True, kind="authors")
        return Subject(" and ".join(families), plural=len(families) == 2, kind="authors")
    name = system_name(entry)
    if name is not None:
        return Subject(f"The authors of {name}", plural=True, kind="system", name=name)
    if entry.title:
        return Subject(f"The authors of “{short_title(entry.title)}”", plural=True, kind="title")
    return Subject("One study", plural=False, kind="study")


def short_title(title: str) -> str:
    """The title before its colon, where that is more than one word; quotes inside become single ones.

    >>> short_title('"Kelly" at Work: A Study')
    '‘Kelly’ at Work'
    """
    match = re.match(r"^(.{12,}?)(?:: |(?<=\?) )", title)
    shown = match[1] if match is not None and len(match[1].split()) > 1 else title
    shown = shown.replace("“", "‘").replace("”", "’")
    return re.sub(r'"([^"]*)"', r"‘\1’", shown).strip().rstrip(".")


def again(subject: Subject, before: str = "") -> Subject:
    """The same teller in the sentence right after `before`."""
    if subject.kind == "authors":
        return Subject("They" if subject.plural else subject.text, subject.plural, "authors")
    if subject.kind == "system" and "he authors of" not in before:
        return Subject("Its authors", plural=True, kind="system", name=subject.name)
    if subject.kind in ("title", "system"):
        return Subject("They", plural=True, kind="authors")
    return Subject("It", plural=False, kind="study")
