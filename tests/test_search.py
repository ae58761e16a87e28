"""Search: the second look, filters, fusion with vectors, and what `writer search` tells about its hits."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small import ENTRIES, small_corpus

from writer.cli import main
from writer.corpus import digest, load
from writer.entry import Corpus, Entry, Source
from writer.retrieval import TantivyIndex, open_index, retrieve
from writer.retrieval.adjacency import LOOKED_AT
from writer.retrieval.index import Filters
from writer.retrieval.retrieve import passes, query_weights
from writer.text import stem, stems

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = str(ROOT / "examples" / "corpus.bib")
THEME = "LLM judges and their biases"


def entry(key: str, title: str, abstract: str) -> Entry:
    return Entry(key, title, abstract, Source("x.bib", 1))


def corpus_of(*entries: Entry) -> Corpus:
    return Corpus({entry.key: entry for entry in entries}, digest(entries))


@pytest.fixture(scope="module")
def examples() -> Corpus:
    return load([EXAMPLES])


@pytest.fixture(scope="module")
def index(examples: Corpus) -> TantivyIndex:
    return open_index(examples)


# By words -----------------------------------------------------------------------------------------------------


def test_a_word_said_often_weighs_more_but_not_without_end() -> None:
    weights = query_weights(stems("judges judges judges of answers"), open_index(small_corpus()))
    assert weights[stem("answers")] == 1
    assert 1 < weights[stem("judges")] < 3
    many = query_weights(["judg"] * 1000, open_index(small_corpus()))
    assert many["judg"] < 5


def test_words_side_by_side_come_before_the_same_words_apart() -> None:
    apart = entry("a", "", "Position is measured first. Later we look at bias and at other judges of answers.")
    together = entry("b", "", "Measured first, later we look at position bias and at other answers of judges.")
    other = entry("c", "", "Rain falls on hills in spring and the rivers rise.")
    corpus = corpus_of(apart, together, other)
    assert [hit.key for hit in retrieve("position bias", corpus, open_index(corpus), 5).hits] == ["b", "a"]


def test_a_word_of_the_theme_in_the_title_counts() -> None:
    text = "We grade answers of models. Verdicts differ with the order."
    inside = entry("a", "", f"Panels. {text}")
    titled = entry("b", "Panels", text)
    corpus = corpus_of(inside, titled, entry("c", "", "Rain falls on hills."))
    assert [hit.key for hit in retrieve("panels", corpus, open_index(corpus), 5).hits] == ["b", "a"]


def test_the_second_look_orders_the_first_hits_and_no_others(examples: Corpus, index: TantivyIndex) -> None:
    theme = "evaluation of language models"
    found = [hit.key for hit in retrieve(theme, examples, index, len(examples)).hits]
    plain = [key for key, _ in index.search(query_weights(stems(theme), index), len(examples))]
    assert set(found[:LOOKED_AT]) == set(plain[:LOOKED_AT])
    assert found[:LOOKED_AT] != plain[:LOOKED_AT]
    assert found[LOOKED_AT:] == plain[LOOKED_AT:]
    scores = [hit.score for hit in retrieve(theme, examples, index, len(examples)).hits]
    assert scores == sorted(scores, reverse=True)


def test_diversity_puts_something_else_between_entries_that_say_the_same() -> None:
    same = "Panels of judges vote on answers, and the panel of judges agrees with people about answers."
    corpus = corpus_of(
        entry("a", "", same),
        entry("b", "", same),
        entry("c", "", "Judges prefer what they wrote; self-preference grows with the size of a model."),
        entry("d", "", "Rain falls on hills in spring."),
    )
    index = open_index(corpus)
    assert [hit.key for hit in retrieve("judges", corpus, index, 2).hits] == ["a", "b"]
    found = retrieve("judges", corpus, index, 2, diversity=0.7)
    assert [(hit.key, hit.rank) for hit in found.hits] == [("a", 1), ("c", 2)]


# Filters ------------------------------------------------------------------------------------------------------

FILTERS = [
    Filters(years=(2023, 2023)),
    Filters(years=(None, 2023)),
    Filters(years=(2024, None)),
    Filters(venue="NeurIPS"),
    Filters(author="zheng"),
    Filters(author="Chiang Wei"),
    Filters(venue="  "),
    Filters(keys=frozenset({"zheng2023judging", "chen2024humans"})),
    Filters(years=(2023, None), keys=frozenset({"zheng2023judging", "chen2024humans"})),
]


@pytest.mark.parametrize("feedback", [False, True])
@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_only_what_passes_is_found(examples: Corpus, index: TantivyIndex, filters: Filters, feedback: bool) -> None:
    every = retrieve(THEME, examples, index, len(examples), feedback=feedback)
    found = retrieve(THEME, examples, index, len(examples), feedback=feedback, filters=filters)
    assert all(passes(examples[hit.key], filters) for hit in found.hits)
    if not feedback:
        assert {hit.key for hit in found.hits} == {hit.key for hit in every.hits if passes(examples[hit.key], filters)}


def test_the_index_and_the_check_of_one_entry_agree(examples: Corpus, index: TantivyIndex) -> None:
    words = query_weights(stems(" ".join(entry.title for entry in examples)), index)
    assert {key for key, _ in index.search(dict.fromkeys(words, 1.0), 200)}
    for filters in FILTERS:
        found = {key for key, _ in index.search(dict.fromkeys(words, 1.0), 200, filters)}
        open_ = {key for key, _ in index.search(dict.fromkeys(words, 1.0), 200)}
        assert found == {key for key in open_ if passes(examples[key], filters)}


def test_nothing_passes_is_nothing_found(examples: Corpus, index: TantivyIndex) -> None:
    found = retrieve(THEME, examples, index, 5, filters=Filters(years=(1900, 1901)))
    assert (found.hits, found.nothing) == ((), True)


def test_an_entry_without_a_year_never_passes_a_filter_by_year() -> None:
    assert not passes(replace(ENTRIES[0], year=None), Filters(years=(None, 2030)))
    assert passes(replace(ENTRIES[0], year=None), Filters())


# With vectors -------------------------------------------------------------------------------------------------


class Store:
    """Vectors of our own: one axis per kind of entry."""

    embedder = "test"

    def __init__(self, rows: dict[str, Sequence[float]]) -> None:
        self._np = pytest.importorskip("numpy")
        self._rows = {
            key: self._np.array(row, self._np.float32) / math.hypot(*row) for key, row in sorted(rows.items())
        }

    def search(self, query: Any, k: int) -> list[tuple[str, float]]:
        found = [(key, round(float(row @ query), 6)) for key, row in self._rows.items()]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]

    def vectors(self, keys: Sequence[str]) -> Any:
        return self._np.stack([self._rows[key] for key in keys])

    def query(self, *row: float) -> Any:
        return self._np.array(row, self._np.float32) / math.hypot(*row)


@pytest.fixture
def store() -> Store:
    judges = {"li2024mirror": (1, 0.1), "okafor2023panel": (1, 0.2)}
    return Store({entry.key: judges.get(entry.key, (0.1, 1)) for entry in ENTRIES})


def test_a_hit_has_the_parts_of_its_score(store: Store) -> None:
    found = retrieve(
        "panels", small_corpus(), open_index(small_corpus()), 5, vectors=store, query_vector=store.query(1, 0)
    )
    first = found.hits[0]
    assert first.key == "okafor2023panel"
    assert first.lexical is not None
    assert first.dense is not None
    assert 0.9 < first.score <= 1
    assert len(found.hits) == len(ENTRIES)
    second = found.hits[1]
    assert (second.key, second.lexical) == ("li2024mirror", None)
    assert [hit.rank for hit in found.hits] == [1, 2, 3, 4, 5]


def test_vectors_find_what_has_none_of_the_words(store: Store) -> None:
    theme = "panels and evaluators"
    corpus, index = small_corpus(), open_index(small_corpus())
    assert "li2024mirror" not in [hit.key for hit in retrieve(theme, corpus, index, 5).hits]
    found = retrieve(theme, corpus, index, 2, vectors=store, query_vector=store.query(1, 0))
    assert "li2024mirror" in [hit.key for hit in found.hits]


def test_without_a_vector_of_the_theme_the_words_alone_decide(store: Store) -> None:
    corpus, index = small_corpus(), open_index(small_corpus())
    assert retrieve(THEME, corpus, index, 5, vectors=store) == retrieve(THEME, corpus, index, 5)


@pytest.mark.parametrize("feedback", [False, True])
def test_filters_hold_for_vectors_too(store: Store, feedback: bool) -> None:
    found = retrieve(
        "panels of judges",
        small_corpus(),
        open_index(small_corpus()),
        5,
        filters=Filters(years=(2024, 2024)),
        vectors=store,
        query_vector=store.query(1, 0),
        feedback=feedback,
    )
    assert {small_corpus()[hit.key].year for hit in found.hits} == {2024}


def test_a_theme_without_a_telling_word_finds_nothing_by_vectors_either(store: Store) -> None:
    found = retrieve(
        "of the", small_corpus(), open_index(small_corpus()), 5, vectors=store, query_vector=store.query(1, 0)
    )
    assert (found.hits, found.nothing) == ((), True)


# The command --------------------------------------------------------------------------------------------------


def search(*arguments: str) -> int:
    return main(["search", *arguments, "--corpus", EXAMPLES, "--no-cache"])


def test_explain_tells_parts_matching_words_and_the_nearest_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert search(THEME, "--explain", "-k", "2") == 0
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert len(lines) == 8
    assert lines[0].split()[0] == "1"
    assert lines[1].split()[:2] == ["score:", "words"]
    assert lines[1].endswith("vectors –")
    assert lines[2].lstrip().startswith("matches: ")
    assert "Judge" in lines[2]
    assert "closeness" in told.err
    assert search(THEME, "-k", "2") == 0
    assert capsys.readouterr().out.splitlines() == [lines[0], lines[3], lines[4], lines[7]]


def test_json_has_the_fields_of_the_format_and_matches_only_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    assert search(THEME, "-k", "3", "--format", "json") == 0
    plain = json.loads(capsys.readouterr().out)
    assert sorted(plain) == ["corpus", "hits", "nothing", "schema", "theme"]
    fields = ["abstract", "authors", "key", "parts", "rank", "score", "sentence", "title", "year"]
    assert all(sorted(hit) == fields for hit in plain["hits"])
    assert all(hit["parts"] == {"lexical": hit["score"], "dense": None} for hit in plain["hits"])
    assert search(THEME, "-k", "3", "--format", "json", "--explain") == 0
    explained = json.loads(capsys.readouterr().out)
    for hit in explained["hits"]:
        matches = hit.pop("matches")
        assert matches
        assert all(word in hit["title"] + " " + hit["abstract"] for word in matches)
        assert len({word.casefold() for word in matches}) == len(matches)
    assert explained == plain


@pytest.mark.parametrize(
    ("arguments", "holds"),
    [
        (["--year", "2023"], lambda hit: hit["year"] == 2023),
        (["--year", "2020-2022"], lambda hit: 2020 <= hit["year"] <= 2022),
        (["--year", "2024-"], lambda hit: hit["year"] >= 2024),
        (["--year=-2021"], lambda hit: hit["year"] <= 2021),
        (["--author", "zheng"], lambda hit: any("zheng" in author.casefold() for author in hit["authors"])),
        (["--key", "zheng2023judging"], lambda hit: hit["key"] == "zheng2023judging"),
    ],
)
def test_filters_of_the_command(arguments: list[str], holds: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert search("language models", *arguments, "--format", "json") == 0
    hits = json.loads(capsys.readouterr().out)["hits"]
    assert hits
    assert all(holds(hit) for hit in hits)


def test_filters_that_nothing_passes_are_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    assert search("language models", "--year", "1950") == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "0 of 73 entries pass the filters" in told.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--year", "soon"], "--year is 'soon'"),
        (["--year", "-"], "--year is '-'"),
        (["--year", "2024-2020"], "did you mean 2020-2024"),
        (["--key", "nobody2020"], "no entry has the key 'nobody2020'"),
        (["--embeddings", "word2vec"], "choose none, minilm or api:MODEL"),
        (["--embeddings", "api:"], "choose none, minilm or api:MODEL"),
        (["-k", "-3"], "-k is -3"),
    ],
)
def test_wrong_options_say_what_is_right(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert search(THEME, *arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err


@pytest.mark.parametrize("theme", ["", "of the", "\0", '"AND" ( : ^ ~', "大型语言模型", "نماذج اللغة"])
def test_what_is_no_theme_is_told_and_no_failure(theme: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert search(theme) == 1
    assert "writer: the " in capsys.readouterr().err


def test_vectors_of_the_command_rank_by_both(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    np = pytest.importorskip("numpy")

    class Embedder:
        id, dimensions = "test", 2

        def embed(self, texts: Sequence[str]) -> Any:
            rows = np.array([(1, 0.1) if "judge" in text.lower() else (0.1, 1) for text in texts], np.float32)
            return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    monkeypatch.setattr("writer.retrieval.minilm.open_minilm", lambda cache: Embedder())
    assert search(THEME, "--embeddings", "minilm", "--format", "json", "-k", "5") == 0
    told = capsys.readouterr()
    hits = json.loads(told.out)["hits"]
    assert all(0 < hit["parts"]["dense"] < 1.01 and 0 < hit["score"] <= 1 for hit in hits)
    assert "73 of 73 entries embedded" in told.err
