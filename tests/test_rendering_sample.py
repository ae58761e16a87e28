"""A small corpus and draft that every renderer is tried on, and strategies for any draft at all."""

from __future__ import annotations

from typing import get_args

from hypothesis import strategies as st

from writer.draft import (
    Draft,
    Evidence,
    Group,
    Hit,
    Kind,
    LeftOut,
    Place,
    Problem,
    Role,
    Sentence,
    Usage,
    Verdict,
)
from writer.entry import Author, Corpus, Entry, Source

NASTY = (
    r"\input{/etc/passwd} and \write18{ls} and \end{document}",
    r"50% of #1_a & b ~ c ^ d $x_1$ {unbalanced } } {",
    "[@fake; @other] and @plain and -@minus and [^1] and ^[note] and [text](http://example.org)",
    "<script>alert(1)</script> <!-- gone --> &amp; &#38; **bold** __bold__ `code` ~~out~~ H~2~O x^2^",
    "# not a heading #",
    "1. not a list",
    "(a) not a list",
    "- not a list",
    ": not a definition",
    "::: not a div",
    "---",
    "===",
    "> not a quote",
    "| not | a | table |",
    "$$E = mc^2$$ and \\(x\\) and \\[y\\] and ```{=html}",
    "![not an image](x.png){.class} and <https://example.org> and [ref]: x",
    "line one\n\n# line two\n\\end{document}\n% three\r\nfour\x0bfive\u2028six",
    "ends in a backslash \\",
    "quotes \"a\" ``b'' `c' ,,d<<e>>f ?`g !`h i--j---k",
    "{=latex} \\begin{verbatim} %",
    "π ≤ 3² × 10⁻⁴ – “naïve” Łukasz Ångström ﬁne 𝒜𝛼 中文 Жук ✓ \u200b\u0301 ½ Å",
    "snake_case_name and C# and R&D and a@b.org and 90%",
)

SCALING = Entry(
    key="okafor2021scaling",
    title="Scaling {LLM}s: 50% less & more".replace("{", "").replace("}", ""),
    abstract="We train 12 models. Loss falls by 4% with each doubling of data. The effect ends at 8 billion words.",
    source=Source("papers/corpus.bib", 12),
    authors=(Author("Okafor", "Ada"), Author("Müller", "Jörg")),
    year=2021,
    venue="Journal of Made-Up Results",
    doi="10.1000/made_up.12",
    kind="article",
    fields=(
        ("title", "Scaling {LLM}s: 50\\% less \\& more"),
        ("author", 'Okafor, Ada and M{\\"u}ller, J{\\"o}rg'),
        ("abstract", "We train 12 models."),
        ("journal", "Journal of Made-Up Results"),
        ("year", "2021"),
        ("month", "jan"),
        ("doi", "10.1000/made_up.12"),
    ),
    aliases=("okafor21",),
)
QUOTES = Entry(
    key="leclercQuotes",
    title="Quotes [and] *stars*: what @readers see",
    abstract="Readers trust a quoted claim more. Trust rises from 41 to 68 of 100 readers.",
    source=Source("papers/table.csv", 3),
    authors=(Author("Leclerc", "Zoë"), Author("The Reading Group")),
    more_authors=True,
    year=2023,
    arxiv="2301.00001",
    kind="misc",
)
LISTED = Entry(
    key="agentsForgetPlans",
    title="",
    abstract="Agents forget their plans after long runs, and writing plans down helps.",
    source=Source("papers/listing.txt", 40, under="A. Person"),
)
UNUSED = Entry(
    key="unusedWork", title="An unused work", abstract="It is not used.", source=Source("papers/table.csv", 9)
)


def corpus_of(*entries: Entry) -> Corpus:
    return Corpus(
        {entry.key: entry for entry in entries},
        digest="sha256:" + "0123456789abcdef" * 4,
        read=(("papers/corpus.bib", 1), ("papers/table.csv", 2), ("papers/listing.txt", 1)),
    )


CORPUS = corpus_of(SCALING, QUOTES, LISTED, UNUSED)


def evidence(entry: Entry, quote: str, key: str | None = None) -> Evidence:
    start = entry.abstract.index(quote)
    return Evidence(key or entry.key, quote, start, start + len(quote))


def draft_of(*sentences: Sentence, theme: str = "Data and trust", heading: str = "Data") -> Draft:
    return Draft(
        theme=theme,
        groups=(Group(heading, (sentences,)),),
        corpus_digest=CORPUS.digest,
        corpus_entries=len(CORPUS),
        corpus_sources=CORPUS.sources,
        settings=(("digest", "sha256:ab"), ("words", 400)),
        drafter="extractive",
    )


DRAFT = Draft(
    theme="Data, trust & memory",
    groups=(
        Group(
            "More data, less loss",
            (
                (
                    Sentence("Two questions run through this work.", role="framing"),
                    Sentence(
                        "Okafor and Müller train 12 models and see the loss fall by 4% with each doubling.",
                        citations=("okafor2021scaling",),
                        evidence=(
                            evidence(SCALING, "We train 12 models."),
                            evidence(SCALING, "Loss falls by 4% with each doubling of data."),
                        ),
                        verdict="quoted",
                    ),
                    Sentence("Where the effect ends is debated.", citations=("ghost2020",), verdict="fabricated"),
                ),
                (Sentence("Everyone agrees on this.", verdict="uncited"),),
            ),
        ),
        Group(
            "What readers and agents keep",
            (
                (
                    Sentence(
                        "Readers call such claims “better founded.”",
                        citations=("leclercQuotes", "agentsForgetPlans"),
                        evidence=(
                            evidence(QUOTES, "Readers trust a quoted claim more."),
                            Evidence("agentsForgetPlans", "Agents never forget."),
                        ),
                        verdict="unverified",
                    ),
                ),
            ),
        ),
    ),
    corpus_digest=CORPUS.digest,
    corpus_entries=4,
    corpus_sources=CORPUS.sources,
    settings=(("digest", "sha256:ab"), ("temperature", 0.0), ("words", 400)),
    drafter="extractive",
    retrieved=(Hit("okafor2021scaling", 1, 7.25), Hit("leclercQuotes", 2, 3.5), Hit("unusedWork", 3, 1.0)),
    left_out=(LeftOut("unusedWork", "further from the theme than the others"),),
    problems=(
        Problem("unknown-key", Place(0, 0, 2), "the corpus holds no entry ghost2020", "ghost2020", "okafor2021scaling"),
        Problem("uncited-claim", Place(0, 1, 0), "the claim cites nothing"),
    ),
    usage=Usage(2, 900, 210, 0.0125, True),
)

KEYS = st.one_of(
    st.sampled_from([*CORPUS.entries, "okafor21", "ghost2020", "a b", "a{b", "a`b", "a;b]", "@"]), st.text()
)
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from([*NASTY, *"\\{}[]<>@#$%^&*_~`|!-.:;'\"() \n1aé²"]), max_size=12).map("".join),
)
SENTENCES = st.builds(
    Sentence,
    text=TEXTS,
    role=st.sampled_from(get_args(Role)),
    citations=st.lists(KEYS, max_size=4).map(tuple),
    evidence=st.lists(
        st.builds(
            Evidence, KEYS, TEXTS, st.integers(-1, 5), st.integers(-1, 9), st.sampled_from(["title", "abstract"])
        ),
        max_size=2,
    ).map(tuple),
    verdict=st.sampled_from(get_args(Verdict)),
)
PROBLEMS = st.builds(
    Problem,
    kind=st.sampled_from(get_args(Kind)),
    place=st.builds(Place, st.integers(-1, 3), st.integers(-1, 3), st.integers(-1, 3)),
    detail=TEXTS,
    key=st.none() | KEYS,
    suggestion=st.none() | TEXTS,
)
DRAFTS = st.builds(
    Draft,
    theme=TEXTS,
    groups=st.lists(
        st.builds(Group, TEXTS, st.lists(st.lists(SENTENCES, max_size=3).map(tuple), max_size=2).map(tuple)),
        max_size=2,
    ).map(tuple),
    corpus_digest=st.text(max_size=20),
    corpus_entries=st.integers(0, 9),
    corpus_sources=st.lists(TEXTS, max_size=2).map(tuple),
    settings=st.just((("digest", "sha256:ab"), ("model", None), ("words", 400))),
    drafter=st.text(max_size=10),
    retrieved=st.lists(
        st.builds(Hit, KEYS, st.integers(1, 9), st.floats(allow_nan=False, allow_infinity=False)), max_size=2
    ).map(tuple),
    left_out=st.lists(st.builds(LeftOut, KEYS, TEXTS), max_size=2).map(tuple),
    problems=st.lists(PROBLEMS, max_size=2).map(tuple),
    usage=st.builds(
        Usage,
        st.integers(0, 9),
        st.integers(0, 9),
        st.integers(0, 9),
        st.none() | st.floats(0, 9),
        st.booleans(),
    ),
)


def test_every_quote_of_the_sample_that_has_a_place_stands_there() -> None:
    placed = [piece for _, sentence in DRAFT.sentences() for piece in sentence.evidence if piece.start >= 0]
    assert len(placed) == 3
    for piece in placed:
        assert CORPUS[piece.key].abstract[piece.start : piece.end] == piece.quote
