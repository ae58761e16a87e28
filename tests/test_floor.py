"""The floor: when a corpus holds nothing on a theme, over the examples, the seeds, and texts that are no theme."""

from __future__ import annotations

from pathlib import Path

import pytest
from small import small_corpus

from writer.corpus import digest, load
from writer.entry import Corpus, Entry, Source
from writer.retrieval import FLOOR, TantivyIndex, open_index, retrieve
from writer.retrieval.floor import closeness
from writer.text import stems

ROOT = Path(__file__).resolve().parent.parent

OF_THE_FIELD = [
    "calibration of language model confidence",
    "LLM-as-a-judge",
    "verbosity bias",
    "do models know when they are wrong",
    "how reliable are LLM evaluators across languages",
    "multi-agent debate among language models",
    "can large language models review scientific papers",
    "We study how well large language models can grade the answers of other models, and which biases, such as a "
    "preference for longer answers or for the answer shown first, distort their verdicts. We compare several prompting "
    "strategies against human preferences.",
    "Writing a related work section means finding the papers that matter and saying how they differ. We ask whether "
    "language models can draft such sections from abstracts without inventing references, and we propose a check that "
    "every citation is supported by its source.",
    "When a language model answers a question, readers want to know where the answer comes from. This section reviews "
    "systems that attach citations to generated text, and the ways in which the faithfulness of those citations has "
    "been evaluated.",
]
OF_ANOTHER = [
    "compiler optimization techniques",
    "treatment of type 2 diabetes",
    "traffic signal control",
    "protein folding dynamics",
    "garbage collection in virtual machines",
    "consensus in distributed databases",
    "structural health monitoring of bridges",
    "kidney transplantation outcomes",
    "vaccination against influenza in the elderly",
    "We measured how the density of bone mineral changes in women after menopause and whether exercise slows the loss. "
    "Participants were assigned at random to strength training or to a control group, and were followed for three "
    "years. Density fell in both groups, but less in the group that trained.",
    "The growth of perovskite crystals from solution decides how well a solar cell converts light. We compare two "
    "solvents and several annealing temperatures, measure the size of grains, and show that slow drying gives larger "
    "grains and fewer defects. The best cells keep most of their efficiency after a thousand hours.",
    "Rivers move sediment from mountains to the sea, and dams interrupt this transport. We model the erosion of banks "
    "downstream of a dam with data from twelve gauges and find that the river cuts deeper for decades before it "
    "reaches a new balance. The results help to plan the removal of old dams.",
]


@pytest.fixture(scope="module")
def examples() -> Corpus:
    return load([ROOT / "examples" / "corpus.bib"])


@pytest.fixture(scope="module")
def index(examples: Corpus) -> TantivyIndex:
    return open_index(examples)


def corpus_of(*texts: str) -> Corpus:
    entries = [Entry(f"k{at:03}", "", text, Source("x.bib", at + 1)) for at, text in enumerate(texts)]
    return Corpus({entry.key: entry for entry in entries}, digest(entries))


@pytest.mark.parametrize("theme", OF_THE_FIELD, ids=lambda theme: theme[:30])
def test_a_theme_of_the_field_is_found_be_it_short_or_long(examples: Corpus, index: TantivyIndex, theme: str) -> None:
    found = retrieve(theme, examples, index, 10)
    assert found.closeness >= FLOOR
    assert not found.nothing


@pytest.mark.parametrize("theme", OF_ANOTHER, ids=lambda theme: theme[:30])
def test_a_theme_of_another_field_is_not_be_it_short_or_long(examples: Corpus, index: TantivyIndex, theme: str) -> None:
    assert retrieve(theme, examples, index, 10).nothing


def test_over_the_real_documents_fields_are_kept_apart(seeds: Path) -> None:
    corpus = load([seeds])
    index = open_index(corpus)
    ours = [retrieve(theme, corpus, index, 5).nothing for theme in OF_THE_FIELD]
    others = [retrieve(theme, corpus, index, 5).nothing for theme in [*OF_ANOTHER, "quantum error correction codes"]]
    assert sum(ours) <= 1
    assert others.count(False) <= 1


def test_an_abstract_of_the_corpus_is_found_also_without_itself(examples: Corpus) -> None:
    """A long theme is near its own field even where no entry says the same."""
    missed = 0
    for left_out in list(examples)[::6]:
        rest = {entry.key: entry for entry in examples if entry.key != left_out.key}
        corpus = Corpus(rest, digest(list(rest.values())))
        missed += retrieve(left_out.abstract, corpus, open_index(corpus), 5).nothing
    assert missed <= 2


def test_a_missing_name_decides_in_a_short_theme_and_not_in_a_long_one() -> None:
    corpus = corpus_of(
        *["Language models write code, and tests find the errors of the code."] * 3,
        *["Judges grade answers and correct their errors with care."] * 3,
    )
    index = open_index(corpus)
    entries = [stems(entry.text) for entry in corpus]
    known = closeness(stems("errors of code"), entries, index)
    assert closeness(stems("quantum errors of code"), entries, index) < known
    long = (
        "language models write code and judges grade answers and correct errors and find the errors of code with tests"
    )
    drop = closeness(stems(long), entries, index) - closeness(stems(long + " quantum"), entries, index)
    assert 0 < drop < known - closeness(stems("quantum errors of code"), entries, index)


def test_closeness_does_not_depend_on_how_often_the_whole_theme_is_said(examples: Corpus, index: TantivyIndex) -> None:
    once, thrice = (
        retrieve(theme, examples, index, 5).closeness for theme in ("bias of judges", "bias of judges. " * 3)
    )
    assert once == thrice


def test_cosines_of_a_measured_model_decide_with_the_words_and_others_do_not() -> None:
    index = open_index(small_corpus())
    entries = [stems(entry.text) for entry in small_corpus()]
    theme = stems("panels of judges")
    words = closeness(theme, entries, index)
    assert closeness(theme, entries, index, [0.05] * 5, "minilm-l6-v2-int8.1") < FLOOR < words
    assert closeness(theme, entries, index, [0.05] * 5, "api:some-model") == words
    assert closeness(stems("quarks"), entries, index, [0.6] * 5, "minilm-l6-v2-int8.1") > FLOOR


def test_without_theme_or_entries_nothing_is_close() -> None:
    index = open_index(small_corpus())
    assert closeness([], [["judg"]], index) == closeness(["judg"], [], index) == closeness(["judg"], [[]], index) == 0


@pytest.mark.parametrize(
    "theme",
    [
        "",
        "the of and with",
        "?!… —",
        "\0\0",
        '"AND" ( : ^ ~',
        "*:* [a TO b] {!} \\",
        "تقييم نماذج اللغة الكبيرة",
        "הערכת מודלי שפה",
        "大型语言模型的评估",
        "評価 モデル 言語",
        "\u202e\u200f",
        "\U0001f600 \U0001f680",
        "z" * 100_000,
        "qwxz " * 20_000,
    ],
    ids=lambda theme: repr(theme[:16]),
)
@pytest.mark.parametrize("feedback", [False, True])
def test_what_is_no_theme_for_the_corpus_finds_nothing_and_never_fails(
    examples: Corpus, index: TantivyIndex, theme: str, feedback: bool
) -> None:
    found = retrieve(theme, examples, index, 10, feedback=feedback)
    assert found.nothing
    assert 0 <= found.closeness < FLOOR


def test_query_language_round_a_theme_changes_nothing(examples: Corpus, index: TantivyIndex) -> None:
    plain = retrieve("position bias of judges", examples, index, 10)
    assert retrieve('+"position" bias~2 of (judges)^3\0', examples, index, 10).hits[0] == plain.hits[0]


def test_a_theme_of_a_hundred_thousand_characters_is_like_its_beginning(examples: Corpus, index: TantivyIndex) -> None:
    abstract = examples["zheng2023judging"].abstract
    found = retrieve((abstract + " ") * (100_000 // len(abstract) + 1), examples, index, 10)
    assert found.hits[0].key == "zheng2023judging"
    assert not found.nothing


def test_a_right_to_left_mark_inside_a_theme_does_no_harm(examples: Corpus, index: TantivyIndex) -> None:
    assert not retrieve("position\u200f bias \u202eof judges", examples, index, 5).nothing
