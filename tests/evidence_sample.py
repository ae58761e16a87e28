"""A draft with every verdict and every kind of problem, over entries that lack what entries can lack."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from writer.draft import (
    Draft,
    Evidence,
    Group,
    Hit,
    Kind,
    LeftOut,
    Place,
    Problem,
    Sentence,
    Usage,
    Verdict,
)
from writer.entry import Author, Corpus, Entry, Source

WHOLE = Entry(
    "abara2021tides",
    "Tides: a benchmark of slow questions",
    "Questions are mostly answered fast. We collect 840 questions that need a day. Readers answer 62% of them, and"
    " the best system answers 19%. The gap is widest where dates must be compared.",
    Source("tides.bib", 1),
    authors=(Author("Abara", "Ife"), Author("Lind", "Sven")),
    year=2021,
    venue="Journal of Slow Questions",
    doi="10.5555/tides.2021",
    kind="article",
)
CROWD = Entry(
    "chen2023harbour",
    "Harbour: shared notes for many agents",
    "Agents that share notes repeat less work. In 14 tasks, shared notes save 31% of the steps. Notes that nobody"
    " prunes cost more than they save.",
    Source("tides.bib", 14),
    authors=(Author("Chen", "Lu"), Author("Dufour", "Anne"), Author("Eze", "Chi")),
    more_authors=True,
    year=2023,
    venue="Proceedings of Made-Up Systems",
    arxiv="2305.00001",
    kind="inproceedings",
)
NO_AUTHOR = Entry(
    "driftwoodReport",
    "What drifts ashore: an unsigned report",
    "The report counts 212 abandoned data sets and asks who should keep them.",
    Source("tides.bib", 25),
    year=2019,
)
NO_YEAR = Entry(
    "okonjoCurrents",
    "Currents in long conversations",
    "Topics return after about 40 turns. Returning topics are recognised by readers, not by systems.",
    Source("list.csv", 3),
    authors=(Author("Okonjo", "Uche"),),
    url="https://example.org/currents",
)
NO_TITLE = Entry(
    "agentsForgetShores",
    "",
    "Agents forget where they began. Writing the first goal down halves the loss.",
    Source("list.txt", 8, under="A. Person"),
)
NO_ABSTRACT = Entry(
    "weiss2020silence",
    "Silence as an answer",
    "",
    Source("tides.bib", 40),
    authors=(Author("Weiss", "Ada"),),
    year=2020,
)
BARE = Entry("bareRecord", "", "", Source("list.txt", 20))
GROUPED = Entry(
    "harbourGroup2022",
    "Rules for shared notes",
    "We set out nine rules for notes that several people write.",
    Source("tides.bib", 52),
    authors=(Author("The Harbour Group"),),
    year=2022,
)
UNUSED = Entry("unusedPier", "An unused pier", "It carries nothing.", Source("list.csv", 9), year=2018)
ENTRIES = (WHOLE, CROWD, NO_AUTHOR, NO_YEAR, NO_TITLE, NO_ABSTRACT, BARE, GROUPED, UNUSED)
KINDS: tuple[Kind, ...] = get_args(Kind)
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


def corpus_of(*entries: Entry) -> Corpus:
    return Corpus(
        {entry.key: entry for entry in entries},
        "sha256:" + "0123456789abcdef" * 4,
        read=(("papers/tides.bib", 5), ("papers/list.csv", 2), ("papers/list.txt", 2)),
    )


CORPUS = corpus_of(*ENTRIES)


def quote(entry: Entry, words: str) -> Evidence:
    """Evidence at the place where the abstract says these words."""
    start = entry.abstract.index(words)
    return Evidence(entry.key, words, start, start + len(words))


def claim(text: str, verdict: Verdict, *keys: str, evidence: tuple[Evidence, ...] = ()) -> Sentence:
    return Sentence(text, "claim", keys, evidence, verdict)


_GROUPS = (
    Group(
        "Slow questions and who answers them",
        (
            (
                Sentence("Some questions take longer than a search.", "framing"),
                claim(
                    "Abara and Lind collect 840 questions that need a day.",
                    "supported",
                    WHOLE.key,
                    evidence=(quote(WHOLE, "We collect 840 questions that need a day."),),
                ),
                claim(
                    "Shared notes save 31% of the steps in 14 tasks.",
                    "quoted",
                    CROWD.key,
                    evidence=(quote(CROWD, "In 14 tasks, shared notes save 31% of the steps."),),
                ),
                claim(
                    "Topics return after about 30 turns, and nobody recognises them.",
                    "unverified",
                    NO_YEAR.key,
                    evidence=(quote(NO_YEAR, "Topics return after about 40 turns."),),
                ),
            ),
            (
                claim(
                    "Writing goals and rules down halves every loss.",
                    "partly",
                    NO_TITLE.key,
                    GROUPED.key,
                    evidence=(
                        quote(NO_TITLE, "Writing the first goal down halves the loss."),
                        Evidence(GROUPED.key, "Rules always help."),
                    ),
                ),
                claim("Systems stay silent where people would speak.", "not-in-abstract", NO_ABSTRACT.key),
            ),
        ),
    ),
    Group(
        "Notes that many hands keep, prune, and sometimes lose again in the long run",
        (
            (
                claim(
                    "Unpruned notes always save work.",
                    "contradicted",
                    CROWD.key,
                    evidence=(quote(CROWD, "Notes that nobody prunes cost more than they save."),),
                ),
                claim("Everyone keeps notes.", "uncited"),
                claim("Notes were invented in harbours.", "fabricated", "ghost2020", "bareRecord"),
                claim(
                    "An unsigned report counts 212 abandoned data sets.",
                    "quoted",
                    NO_AUTHOR.key,
                    evidence=(quote(NO_AUTHOR, "212 abandoned data sets"), quote(WHOLE, "The gap is widest")),
                ),
            ),
        ),
    ),
    Group("", ((Sentence("What these works share is patience.", "framing"),),)),
)
_PLACES = (Place(0, 0, 3), Place(0, 1, 0), Place(1, 0, 0), Place(1, 0, 1), Place(1, 0, 2))
_PROBLEMS = (
    *(
        Problem(
            kind,
            _PLACES[number % len(_PLACES)],
            f"what the rule {kind} found here",
            key="ghost2020" if number % 2 else None,
            suggestion="harbourGroup2022" if number % 3 == 0 else None,
        )
        for number, kind in enumerate(KINDS[:-1])
    ),
    Problem(KINDS[-1], Place(-1), "an entry that had to be cited is not cited", "unusedPier"),
)

DRAFT = Draft(
    theme="Slow questions, shared notes & memory",
    groups=_GROUPS,
    corpus_digest=CORPUS.digest,
    corpus_entries=len(CORPUS),
    corpus_sources=CORPUS.sources,
    settings=(
        ("digest", "sha256:" + "ab" * 32),
        ("embeddings", "none"),
        ("k", 8),
        ("language", ""),
        ("max_repairs", 2),
        ("model", "made-up-model"),
        ("must_cite", []),
        ("prompts", "sha256:" + "cd" * 32),
        ("strict", False),
        ("temperature", 0.0),
        ("words", 200),
    ),
    drafter="made-up-model",
    retrieved=tuple(Hit(entry.key, rank, 9.5 - rank) for rank, entry in enumerate(ENTRIES[:6] + ENTRIES[8:], 1)),
    left_out=(LeftOut("unusedPier", "about piers, not about notes"), LeftOut("lostKey", "no longer in the corpus")),
    problems=_PROBLEMS,
    usage=Usage(4, 5200, 810, 0.0123, False),
)


def long_draft(sentences: int = 200, entries: int = 150) -> tuple[Draft, Corpus]:
    """A draft of many sentences over many entries, each of which is cited."""
    made = tuple(
        replace(
            WHOLE,
            key=f"entry{number}",
            title=f"Tides, part {number}",
            abstract=" ".join(
                f"Sentence {at} of abstract {number} tells of {at * 7 + number} tides." for at in range(9)
            ),
            year=2005 + number % 20,
        )
        for number in range(entries)
    )
    told = []
    for number in range(sentences):
        cited = [made[number % entries], made[(number * 7 + 3) % entries]]
        told.append(
            claim(
                f"Claim {number} tells of tides and of what they leave behind.",
                VERDICTS[number % 8],
                *dict.fromkeys(entry.key for entry in cited),
                evidence=tuple(quote(entry, entry.abstract.split(". ")[number % 9].strip(".")) for entry in cited),
            )
        )
    paragraphs = tuple(tuple(told[start : start + 8]) for start in range(0, sentences, 8))
    groups = tuple(
        Group(f"Group {start // 5 + 1}", paragraphs[start : start + 5]) for start in range(0, len(paragraphs), 5)
    )
    problems = tuple(
        Problem(KINDS[number % len(KINDS)], Place(number % len(groups), 0, number % 8), "found by a rule")
        for number in range(60)
    )
    corpus = corpus_of(*made)
    return replace(DRAFT, groups=groups, problems=problems, corpus_entries=len(corpus)), corpus
