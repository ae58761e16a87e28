"""A small corpus and drafts of our own words, for tests that need no file."""

from __future__ import annotations

from writer.corpus import digest
from writer.draft import Draft, Evidence, Group, Sentence
from writer.entry import Author, Corpus, Entry, Source

ENTRIES = (
    Entry(
        "li2024mirror",
        "MirrorBench: Do Judges Prefer Their Own Answers?",
        "Language models often grade the answers of other models. We introduce MirrorBench, a benchmark of 1,250 "
        "answer pairs for measuring self-preference in judges. We find that judges prefer their own answers in "
        "63.5% of the pairs, against 48% for human raters. Swapping the order of answers changes 21% of the "
        "verdicts of the smallest judge.",
        Source("small.bib", 1),
        authors=(Author("Li", "Mei"), Author("Okafor", "Ada"), Author("Ruiz", "Juan")),
        year=2024,
    ),
    Entry(
        "okafor2023panel",
        "Panels of small judges",
        "A single large judge is costly. We propose to replace it by a panel of three small judges that vote. Our "
        "experiments show that the panel agrees with people in 81% of the cases, 7 points more than the large "
        "judge, at a ninth of the cost. Position bias of the panel stays below 4%.",
        Source("small.bib", 12),
        authors=(Author("Okafor", "Ada"), Author("Berg", "Lars")),
        year=2023,
    ),
    Entry(
        "stein2022retrieval",
        "Retrieval for citation recommendation",
        "Finding the right paper to cite takes time. We present CiteFind, a dense retriever trained on 2.3 million "
        "citation sentences. CiteFind reaches a recall of 0.71 at 50 on held-out papers and outperforms BM25 by 12 "
        "points.",
        Source("small.bib", 23),
        authors=(Author("Stein", "Ruth"),),
        year=2022,
    ),
    Entry(
        "whenCitationsLie",
        "When Citations Lie: Auditing Generated References",
        "Generated texts cite papers that do not exist. We audit 640 references written by four models and find "
        "that 37% of them are fabricated. Checking each reference against a catalogue removes all fabricated ones "
        "but keeps 5 wrong years.",
        Source("small.bib", 31),
    ),
    Entry(
        "abstentionHelpsReaders",
        "",
        "Readers trust a system that admits what it does not know. In this paper, we study abstention in question "
        "answering with 212 readers. We show that readers accept 29% fewer wrong answers when the system abstains.",
        Source("list.txt", 2, under="A. Name"),
    ),
)


def small_corpus() -> Corpus:
    """Five entries: with three, two and one authors, without authors, and without a title."""
    return Corpus({entry.key: entry for entry in ENTRIES}, digest(ENTRIES), read=(("small.bib", 4), ("list.txt", 1)))


def quote(key: str, words: str) -> Evidence:
    """Evidence at the place where the entry says these words."""
    abstract = small_corpus()[key].abstract
    start = abstract.index(words)
    return Evidence(key, words, start, start + len(words))


def draft_of(*sentences: Sentence, shown: tuple[str, ...] = ()) -> Draft:
    """A draft of one paragraph."""
    corpus = small_corpus()
    return Draft(
        theme="judges",
        groups=(Group("Judges", (tuple(sentences),), shown),),
        corpus_digest=corpus.digest,
        corpus_entries=len(corpus),
        corpus_sources=corpus.sources,
        settings=(),
        drafter="test",
    )
