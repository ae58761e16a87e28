"""What a reader must be shown of a draft, in words and without markup.

The renderers of running text share it, so that a mark, a footnote and a count say the same in each of them. It
judges nothing: verdicts and problems come with the draft. The one thing it looks up is whether a cited key exists
and whether a quote stands where the evidence says, so that a wrong quote is never shown as a right one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import get_args

from writer.draft import Draft, Evidence, Place, Sentence, Verdict
from writer.entry import Corpus, Entry
from writer.settings import in_english

# Claims with these verdicts run unmarked; every other is marked in the text.
_UNMARKED = ("quoted", "supported")

_FINAL = re.compile(r"(?P<body>.*?)(?P<final>[.!?…:;。！？]+)(?P<closing>[”’\"'»›“)\]]*)", re.DOTALL)
_ABBREVIATION = re.compile(r"\b(?:et al|etc|Inc|Jr)$")


@dataclass(frozen=True, slots=True)
class Mark:
    """A visible warning at a claim: its words, and the key that it is about, if any."""

    words: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a claim's citation rests on: the key, where the quote stands (or what is missing), the quote."""

    key: str
    where: str
    quote: str = ""


def fold(text: str) -> str:
    """The text on one line: runs of white space to one space, control characters out."""
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return "".join(char for char in line if unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp"))


def stopped(text: str) -> str:
    """The text on one line, with a full stop where it does not end in punctuation."""
    line = fold(text)
    return line if line.endswith((".", "!", "?", "…")) else f"{line}."


def split_final(text: str) -> tuple[str, str]:
    """The sentence without its final punctuation, and that punctuation: a citation goes between the two.

    A full stop inside closing quotes moves behind them, since the citation is not part of what is quoted; one
    inside brackets stays with them. Ends that belong to the words (an abbreviation, a quoted question) stay.

        >>> split_final("It is called “scaling.”")
        ('It is called “scaling”', '.')
        >>> split_final("(It helps little.)")
        ('(It helps little', '.)')
        >>> split_final("They ask “why?”")
        ('They ask “why?”', '.')
    """
    text = fold(text)
    match = _FINAL.fullmatch(text)
    if match is None or not match["body"]:
        return text, ""
    body, final, closing = match["body"], match["final"], match["closing"]
    if final == "." and _ABBREVIATION.search(body):
        return f"{body}.{closing}", "."
    if not closing or ")" in closing or "]" in closing:
        return body, final + closing
    return (body if final == "." else body + final) + closing, "."


def known_and_unknown(keys: tuple[str, ...], corpus: Corpus) -> tuple[list[str], list[str]]:
    """The cited keys that the corpus holds, and those that it does not, each once and in order."""
    unique = list(dict.fromkeys(keys))
    unknown = [key for key in unique if key not in corpus]
    return [key for key in unique if key not in unknown], unknown


def marks(sentence: Sentence, corpus: Corpus) -> list[Mark]:
    """What must be visible at this sentence: keys without an entry, and any verdict that is not a good one."""
    _, unknown = known_and_unknown(sentence.citations, corpus)
    found = [Mark("fabricated: no entry", key) for key in unknown]
    if (
        sentence.role == "claim"
        and sentence.verdict not in _UNMARKED
        and not (unknown and sentence.verdict == "fabricated")
    ):
        found.append(Mark(sentence.verdict))
    return found


def readings(sentence: Sentence, corpus: Corpus) -> list[Reading]:
    """For each citation its quotes and where they stand, then quotes of entries that are not cited."""
    rest = list(sentence.evidence)
    found: list[Reading] = []
    for key in dict.fromkeys(sentence.citations):
        entry = corpus.get(key)
        own = [piece for piece in rest if piece.key == key or (entry is not None and corpus.get(piece.key) is entry)]
        rest = [piece for piece in rest if piece not in own]
        found += [Reading(key, _where(piece, entry), fold(piece.quote)) for piece in own]
        if not own:
            found.append(Reading(key, "no quote" if entry else "no such entry"))
    found += [
        Reading(piece.key, "not cited, " + _where(piece, corpus.get(piece.key)), fold(piece.quote)) for piece in rest
    ]
    return found


def _where(evidence: Evidence, entry: Entry | None) -> str:
    if entry is None:
        return "no such entry"
    text = entry.title if evidence.field == "title" else entry.abstract
    found = evidence.start >= 0 and text[evidence.start : evidence.end] == evidence.quote
    return evidence.field if found else f"not found in the {evidence.field}"


def verdict_counts(draft: Draft) -> dict[str, int]:
    """How many claims have each verdict, in the order of `Verdict`; verdicts that do not occur are left out."""
    verdicts = [sentence.verdict for _, sentence in draft.sentences() if sentence.role == "claim"]
    return {verdict: verdicts.count(verdict) for verdict in get_args(Verdict) if verdict in verdicts}


def account(draft: Draft, corpus: Corpus) -> str:
    """One paragraph on who drafted, from what, and what the verdicts say and do not say."""
    files = f" from {', '.join(draft.corpus_sources)}" if draft.corpus_sources else ""
    counts = verdict_counts(draft)
    total = sum(counts.values())
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    who = "without a model" if draft.drafter == "extractive" else f"by {draft.drafter}"
    said = [
        f"Drafted {who} over {_number(draft.corpus_entries, 'entry', 'entries')}{files}"
        f" (corpus {short_digest(draft.corpus_digest)}).",
        f"{_number(total, 'claim', 'claims')}{': ' + told if told else ''}.",
        "Quoted means: the quote stands word for word in the cited entry and the rules found nothing against the"
        " claim; nobody judged whether the claim means the same, nor what it leaves out.",
    ]
    if "supported" in counts:
        said.append("Supported means: a judge also read the claim against its quote.")
    if draft.repairs.rounds:
        said.append(draft.repairs.told())
    language = str(dict(draft.settings).get("language") or "")
    if not in_english(language):
        said.append(
            f"The draft is in {language}: quotes, keys and numbers in digits are checked as in English, but the rules"
            " that know English words (a finding told without a citation, numbers written out, what a number is"
            " about) do not apply to it."
        )
    if corpus.digest != draft.corpus_digest:
        said.append(
            f"The corpus at hand ({short_digest(corpus.digest)}) is not the one that was drafted from:"
            " quotes and entries are shown as they stand now."
        )
    return fold(" ".join(said))


def short_digest(digest: str) -> str:
    """The first twelve hex digits of a digest, with the name of its hash."""
    name, _, value = digest.rpartition(":")
    return f"{name}:{value[:12]}" if name else value[:12]


def place_words(place: Place) -> str:
    """A place as a reader counts, from 1: `group 1, paragraph 2, sentence 3`."""
    parts = (("group", place.group), ("paragraph", place.paragraph), ("sentence", place.sentence))
    return ", ".join(f"{name} {index + 1}" for name, index in parts if index >= 0) or "the whole draft"


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
