"""Retrieval: the cached index and what may befall it, ranking that never depends on chance, and the floor."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import hypothesis
import hypothesis.strategies
import pytest
import tantivy
from hypothesis import given
from small import ENTRIES, small_corpus

from writer.corpus import digest, load
from writer.entry import Author, Corpus, Entry, Source
from writer.retrieval import FLOOR, TantivyIndex, open_index, retrieve, share, tantivy_index, term_weights
from writer.retrieval.fields import analyzer
from writer.retrieval.index import Filters
from writer.text import stem, stems

ROOT = Path(__file__).resolve().parent.parent
QUERY = {stem("judges"): 1.0, stem("citations"): 2.0}


def corpus_of(*entries: Entry) -> Corpus:
    return Corpus({entry.key: entry for entry in entries}, digest(entries))


def entry(key: str, abstract: str) -> Entry:
    return Entry(key, "", abstract, Source("x.bib", 1))


@pytest.fixture(scope="module")
def examples() -> Corpus:
    return load([ROOT / "examples" / "corpus.bib"])


@pytest.fixture(scope="module")
def examples_index(examples: Corpus) -> TantivyIndex:
    return open_index(examples)


# The index ----------------------------------------------------------------------------------------------------


def test_an_index_counts_in_how_many_entries_a_stem_occurs() -> None:
    index = open_index(small_corpus())
    assert len(index) == 5
    assert index.digest == small_corpus().digest
    assert index.document_frequency(stem("judges")) == 2
    assert index.document_frequency(stem("CiteFind")) == 1
    assert index.document_frequency("neverheardof") == 0


def test_search_finds_by_stem_best_first_and_at_most_k() -> None:
    index = open_index(small_corpus())
    found = index.search(QUERY, 10)
    assert {key for key, _ in found} == {"li2024mirror", "okafor2023panel", "stein2022retrieval", "whenCitationsLie"}
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert index.search(QUERY, 2) == found[:2]
    assert index.search({}, 5) == index.search({"judg": 0.0}, 5) == index.search({"neverheardof": 1.0}, 5) == []


def test_an_empty_corpus_has_an_index_that_finds_nothing() -> None:
    index = open_index(corpus_of())
    assert (len(index), index.search(QUERY, 5)) == (0, [])


def test_ties_are_in_the_order_of_the_keys_also_at_the_cut() -> None:
    alike = [entry(f"k{number:03}", "Judges grade answers.") for number in range(80)]
    random.Random(3).shuffle(alike)
    index = open_index(corpus_of(*alike))
    assert [key for key, _ in index.search({"judg": 1.0}, 5)] == ["k000", "k001", "k002", "k003", "k004"]
    assert [key for key, _ in index.search({"judg": 1.0}, 80)] == sorted(item.key for item in alike)


@pytest.mark.parametrize("feedback", [False, True])
def test_hits_and_scores_do_not_depend_on_the_order_of_the_corpus(examples: Corpus, feedback: bool) -> None:
    themes = ["language models as judges of generated text", "citation recommendation with dense retrieval"]

    def hits(corpus: Corpus) -> list[object]:
        index = open_index(corpus)
        return [retrieve(theme, corpus, index, 40, feedback=feedback) for theme in themes]

    expected = hits(examples)
    for seed in (1, 2, 3):
        entries = list(examples)
        random.Random(seed).shuffle(entries)
        assert hits(corpus_of(*entries)) == expected


def test_feedback_keeps_ranks_without_gaps_and_the_same_every_time(
    examples: Corpus, examples_index: TantivyIndex
) -> None:
    theme = "position bias of judges"
    first = retrieve(theme, examples, examples_index, 14, feedback=True)
    assert first == retrieve(theme, examples, open_index(examples), 14, feedback=True)
    assert [hit.rank for hit in first.hits] == list(range(1, 15))
    assert len({hit.key for hit in first.hits}) == 14
    assert first.closeness == retrieve(theme, examples, examples_index, 14).closeness


# The cache ----------------------------------------------------------------------------------------------------


def stamps(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def the_folder(cache: Path) -> Path:
    (folder,) = (cache / "index").iterdir()
    return folder


def test_an_index_is_built_once_and_then_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = open_index(small_corpus(), tmp_path).search(QUERY, 5)
    before = stamps(tmp_path)

    def never(*_: object) -> TantivyIndex:
        raise AssertionError("built again")

    monkeypatch.setattr(tantivy_index, "_build", never)
    assert open_index(small_corpus(), tmp_path).search(QUERY, 5) == built
    assert stamps(tmp_path) == before
    assert small_corpus().digest.removeprefix("sha256:").startswith(the_folder(tmp_path).name.split("-")[1])


def test_the_cached_index_and_the_one_in_memory_say_the_same(tmp_path: Path) -> None:
    assert open_index(small_corpus(), tmp_path).search(QUERY, 5) == open_index(small_corpus()).search(QUERY, 5)


def test_a_corpus_that_changed_has_another_index_and_the_old_one_stays(tmp_path: Path) -> None:
    open_index(small_corpus(), tmp_path)
    before = stamps(the_folder(tmp_path))
    old = the_folder(tmp_path)
    longer = corpus_of(*ENTRIES, entry("new2025", "Judges of citations are new."))
    assert "new2025" in dict(open_index(longer, tmp_path).search(QUERY, 10))
    assert "new2025" not in dict(open_index(small_corpus(), tmp_path).search(QUERY, 10))
    assert len(list((tmp_path / "index").iterdir())) == 2
    assert stamps(old) == before


def test_a_corpus_in_another_order_shares_the_index(tmp_path: Path) -> None:
    open_index(small_corpus(), tmp_path)
    before = stamps(tmp_path)
    turned = corpus_of(*reversed(ENTRIES))
    assert open_index(turned, tmp_path).search(QUERY, 5) == open_index(turned).search(QUERY, 5)
    assert stamps(tmp_path) == before


def test_an_index_of_another_version_is_built_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = open_index(small_corpus(), tmp_path).search(QUERY, 5)
    told = the_folder(tmp_path) / "writer.json"
    current = json.loads(told.read_text("utf-8"))
    told.write_text(json.dumps({**current, "version": tantivy_index.VERSION - 1}), "utf-8")
    assert open_index(small_corpus(), tmp_path).search(QUERY, 5) == expected
    assert json.loads(told.read_text("utf-8"))["version"] == tantivy_index.VERSION
    monkeypatch.setattr(tantivy_index, "VERSION", tantivy_index.VERSION + 1)
    open_index(small_corpus(), tmp_path)
    assert len(list((tmp_path / "index").iterdir())) == 2


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _halved(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _garbled(path: Path) -> None:
    path.write_bytes(bytes((byte * 7 + 13) % 256 for byte in path.read_bytes()))


def _one_byte_changed(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0x55
    path.write_bytes(data)


def _turned_into_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGE = [_emptied, _halved, _garbled, _one_byte_changed, Path.unlink, _turned_into_a_folder]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__.strip("_"))
def test_damage_to_any_file_is_seen_and_mended(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    expected = open_index(small_corpus(), tmp_path / "good").search(QUERY, 5)
    good = the_folder(tmp_path / "good")
    names = [path.name for path in good.iterdir() if path.stat().st_size]
    assert len(names) >= 8
    for name in names:
        cache = tmp_path / name
        folder = cache / "index" / good.name
        shutil.copytree(good, folder)
        damage(folder / name)
        assert open_index(small_corpus(), cache).search(QUERY, 5) == expected
        mended = stamps(cache)
        assert open_index(small_corpus(), cache).search(QUERY, 5) == expected
        assert stamps(cache) == mended
        assert [path.name for path in (cache / "index").iterdir()] == [good.name]


def test_a_file_in_place_of_the_folder_costs_only_the_building(tmp_path: Path) -> None:
    expected = open_index(small_corpus(), tmp_path).search(QUERY, 5)
    folder = the_folder(tmp_path)
    shutil.rmtree(folder)
    folder.write_text("in the way", "utf-8")
    assert open_index(small_corpus(), tmp_path).search(QUERY, 5) == expected


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder", "utf-8")
    assert open_index(small_corpus(), blocked).search(QUERY, 5) == open_index(small_corpus()).search(QUERY, 5)
    assert blocked.read_text("utf-8") == "no folder"


@pytest.mark.parametrize("error", [OSError("disk full"), ValueError("An IO error occurred: disk full")])
def test_a_disk_that_fills_up_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    build = tantivy_index._build

    def failing(corpus: Corpus, folder: Path | None) -> TantivyIndex:
        if folder is not None:
            (folder / "half.idx").write_bytes(b"half")
            raise error
        return build(corpus, folder)

    monkeypatch.setattr(tantivy_index, "_build", failing)
    assert open_index(small_corpus(), tmp_path).search(QUERY, 5)
    assert list((tmp_path / "index").iterdir()) == []


def test_threads_that_open_at_once_all_get_the_index(tmp_path: Path) -> None:
    expected = open_index(small_corpus()).search(QUERY, 5)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: open_index(small_corpus(), tmp_path).search(QUERY, 5), range(12)))
    assert found == [expected] * 12
    assert [path.name.startswith("v") for path in (tmp_path / "index").iterdir()] == [True]


def test_processes_that_open_at_once_all_get_the_index(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path[:0] = {[str(ROOT), str(ROOT / 'tests')]!r}\n"
        "from test_retrieval import *\n"
        "print(open_index(small_corpus(), Path(sys.argv[1])).search(QUERY, 5))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    told = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert told == [f"{open_index(small_corpus()).search(QUERY, 5)}\n"] * 3
    assert [path.name.startswith("v") for path in (tmp_path / "index").iterdir()] == [True]


def test_an_index_in_use_outlives_its_folder(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("an open file cannot be removed there")
    index = open_index(small_corpus(), tmp_path)
    shutil.rmtree(tmp_path)
    assert index.search(QUERY, 5) == open_index(small_corpus()).search(QUERY, 5)


# Themes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "theme", ["", "   ", "of the and with", "?!… —", "\0", "\0\0 \x07", "a b c", "@#$%^&*()[]{}:+-\"'~"]
)
@pytest.mark.parametrize("feedback", [False, True])
def test_a_theme_without_a_telling_word_finds_nothing(theme: str, feedback: bool) -> None:
    found = retrieve(theme, small_corpus(), open_index(small_corpus()), 10, feedback=feedback)
    assert (found.hits, found.closeness, found.unknown_terms, found.nothing) == ((), 0.0, (), True)


@pytest.mark.parametrize(
    "theme", ["大型语言模型的评估", "оценка языковых моделей", "z" * 100_000, "AND OR title:quark*"]
)
def test_a_theme_in_words_that_no_entry_has_finds_nothing(theme: str) -> None:
    found = retrieve(theme, small_corpus(), open_index(small_corpus()), 10, feedback=True)
    assert (found.hits, found.nothing) == ((), True)


def test_nul_and_punctuation_between_words_change_nothing() -> None:
    corpus, index = small_corpus(), open_index(small_corpus())
    plain = retrieve("panels of judges", corpus, index, 5)
    assert plain.hits
    assert retrieve("panels\0of\0judges", corpus, index, 5) == plain
    assert retrieve("“Panels” (of): +judges!", corpus, index, 5) == plain


def test_a_word_said_many_times_over_is_still_one_theme() -> None:
    corpus, index = small_corpus(), open_index(small_corpus())
    short, long = (retrieve(theme, corpus, index, 5) for theme in ("judges", "judges " * 15_000))
    assert [hit.key for hit in long.hits] == [hit.key for hit in short.hits]
    assert long.closeness == short.closeness > 0.9


def test_of_a_very_long_theme_the_telling_words_are_kept(examples: Corpus, examples_index: TantivyIndex) -> None:
    theme = " ".join(entry.abstract for entry in examples)
    theme += " ".join(f"foreign{number}" for number in range(5_000))
    assert len(theme) > 100_000
    weights = term_weights(theme, examples_index)
    assert len(weights) == 40
    assert all(examples_index.document_frequency(term) for term in weights)
    left = {term for term in stems(theme) if examples_index.document_frequency(term)} - set(weights)
    assert max(map(examples_index.document_frequency, weights)) <= min(map(examples_index.document_frequency, left))
    assert len(retrieve(theme, examples, examples_index, 10, feedback=True).hits) == 10


def test_rare_words_of_a_theme_weigh_more_and_unknown_ones_most() -> None:
    weights = term_weights("judges of CiteFind and quarks", open_index(small_corpus()))
    assert list(weights) == [stem("judges"), stem("CiteFind"), stem("quarks")]
    assert weights[stem("judges")] < weights[stem("CiteFind")] < weights[stem("quarks")]


def test_a_share_is_of_the_weight_and_never_beyond_one() -> None:
    weights = {"a": 1.0, "b": 3.0}
    assert share(weights, {"b", "c"}) == 0.75
    assert share(weights, {"a", "b"}) == 1.0
    assert share(weights, set()) == share({}, {"a"}) == 0.0


def test_unknown_words_of_a_theme_are_told_as_stems_in_their_order() -> None:
    found = retrieve("quarks and judges of hadrons", small_corpus(), open_index(small_corpus()), 5)
    assert found.unknown_terms == (stem("quarks"), stem("hadrons"))


def test_k_bounds_the_hits_and_feedback_never_invents_entries() -> None:
    corpus, index = small_corpus(), open_index(small_corpus())
    for k in (1, 2, 1000):
        for feedback in (False, True):
            hits = retrieve("judges and citations", corpus, index, k, feedback=feedback).hits
            assert 0 < len(hits) <= min(k, len(corpus))
            assert all(hit.key in corpus and hit.score > 0 and hit.lexical == hit.score for hit in hits)


@pytest.mark.parametrize("feedback", [False, True])
def test_fewer_hits_are_the_first_of_more_and_the_floor_does_not_move(
    examples: Corpus, examples_index: TantivyIndex, feedback: bool
) -> None:
    for theme in CLOSE + FOREIGN:
        many = retrieve(theme, examples, examples_index, 30, feedback=feedback)
        for k in (1, 3, 12):
            few = retrieve(theme, examples, examples_index, k, feedback=feedback)
            assert few.hits == many.hits[:k]
            assert few.closeness == many.closeness


def test_a_corpus_of_one_entry_can_be_asked_with_feedback() -> None:
    corpus = corpus_of(replace(ENTRIES[0]))
    found = retrieve("self-preference of judges", corpus, open_index(corpus), 10, feedback=True)
    assert [hit.key for hit in found.hits] == ["li2024mirror"]
    assert not found.nothing


CLOSE = """language models as judges
position bias of LLM judges
citation recommendation
hallucinated references in generated text
retrieval-augmented generation
dense passage retrieval
factuality evaluation of long-form text
automatic related work generation
attribution of generated answers to sources
scientific claim verification
human preference evaluation of chatbots
question answering with citations
self-preference of model evaluators""".splitlines()
FOREIGN = """quantum error correction codes
migration of arctic seabirds
medieval trade routes in the Baltic
superconductivity in cuprates
gene therapy for sickle cell disease
monetary policy and inflation
photosynthesis in algae
plate tectonics and volcanic eruptions
solar cells made of perovskite
injuries of the knee in football
mergers of black holes
engineering of Roman aqueducts""".splitlines()


@pytest.mark.parametrize("theme", CLOSE)
def test_a_close_theme_is_found(examples: Corpus, examples_index: TantivyIndex, theme: str) -> None:
    found = retrieve(theme, examples, examples_index, 10)
    assert FLOOR <= found.closeness <= 1
    assert not found.nothing


@pytest.mark.parametrize("theme", FOREIGN)
def test_a_foreign_theme_is_not_forced(examples: Corpus, examples_index: TantivyIndex, theme: str) -> None:
    assert retrieve(theme, examples, examples_index, 10).nothing


# The cache grows with the corpus ------------------------------------------------------------------------------


def _many(count: int) -> list[Entry]:
    choose = random.Random(4)
    words = ["judges", "citations", "panels", "models", "readers", "bias"]
    return [
        Entry(f"k{number:04}", "Alike", " ".join(choose.choices(words, k=6)), Source("x.bib", 1))
        for number in choose.sample(range(5000), count)
    ]


@pytest.fixture
def small_indexes_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tantivy_index, "_WORTH_GROWING", 1)


def _built(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    sizes: list[int] = []
    build = tantivy_index._build

    def counting(corpus: Corpus, folder: Path | None) -> TantivyIndex:
        sizes.append(len(corpus))
        return build(corpus, folder)

    monkeypatch.setattr(tantivy_index, "_build", counting)
    return sizes


@pytest.mark.usefixtures("small_indexes_grow")
def test_an_index_of_a_corpus_that_gained_entries_grows_and_says_what_a_new_one_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = _many(900)
    expected = open_index(corpus_of(*entries))
    built = _built(monkeypatch)
    for count in (500, 600, 601, 900):
        grown = open_index(corpus_of(*entries[:count]), tmp_path)
    assert built == [500]
    assert grown._searcher.num_segments > 1
    for terms in (QUERY, {stem("bias"): 1.0}, {stem("readers"): 0.5, stem("models"): 2.0}):
        for k in (1, 7, 100, 900):  # ties without end: the very same keys must be cut off
            assert grown.search(terms, k) == expected.search(terms, k)
    assert open_index(corpus_of(*entries[:500]), tmp_path).search(QUERY, 9) == (
        open_index(corpus_of(*entries[:500])).search(QUERY, 9)
    )


@pytest.mark.usefixtures("small_indexes_grow")
@pytest.mark.parametrize("change", ["changed", "gone", "damaged", "too few"])
def test_an_index_is_built_anew_where_growing_would_not_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    entries = _many(300)
    built = _built(monkeypatch)
    open_index(corpus_of(*entries[: 100 if change == "too few" else 290]), tmp_path)
    if change == "changed":
        entries[5] = replace(entries[5], abstract="Weather.")
    elif change == "gone":
        del entries[5]
    elif change == "damaged":
        _one_byte_changed(next(the_folder(tmp_path).glob("*.store")))
    index = open_index(corpus_of(*entries), tmp_path)
    assert built[1:] == [len(entries)]
    assert index.search(QUERY, 300) == open_index(corpus_of(*entries)).search(QUERY, 300)


def test_damage_that_shows_in_the_middle_of_a_search_ends_as_a_new_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tantivy_index.soundness, "READ_ALWAYS", 0)
    corpus = corpus_of(*_many(400))
    expected = open_index(corpus, tmp_path).search(QUERY, 50)
    (store,) = the_folder(tmp_path).glob("*.store")
    stat = store.stat()
    data = store.read_bytes()
    store.write_bytes(b"\xff" * 200 + data[200:])
    os.utime(store, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # nothing to be seen without reading it
    built = _built(monkeypatch)
    index = open_index(corpus, tmp_path)
    assert built == []
    assert index.search(QUERY, 50) == expected
    assert built == [400]
    assert index.document_frequency(stem("judges")) > 0
    assert open_index(corpus, tmp_path).search(QUERY, 50) == expected
    assert built == [400]


# Filters ------------------------------------------------------------------------------------------------------

FILED = (
    replace(entry("a", "judges"), year=2019, venue="Transactions of the ACL", authors=(Author("Müller", "Zoë"),)),
    replace(entry("b", "judges judges"), year=2021, venue="ACL", authors=(Author("Li", "Mei"), Author("Berg", "Lars"))),
    replace(entry("c", "judges and rain"), year=2024, venue="Neural Networks", authors=(Author("World Health Org"),)),
    entry("d", "judges"),
)


@pytest.mark.parametrize(
    ("filters", "keys"),
    [
        (Filters(), "abcd"),
        (Filters(years=(2019, 2021)), "ab"),
        (Filters(years=(None, 2021)), "ab"),
        (Filters(years=(2020, None)), "bc"),
        (Filters(years=(None, None)), "abc"),
        (Filters(years=(2024, 2019)), ""),
        (Filters(venue="acl"), "ab"),
        (Filters(venue="ACL Transactions"), "a"),
        (Filters(venue="…"), ""),
        (Filters(author="muller"), "a"),
        (Filters(author="Zoë MÜLLER"), "a"),
        (Filters(author="Li, Mei"), "b"),
        (Filters(author="health"), "c"),
        (Filters(author='AND" ( : ^ ~ \0'), ""),
        (Filters(keys=frozenset("adx")), "ad"),
        (Filters(keys=frozenset()), ""),
        (Filters(years=(2019, 2024), venue="acl", keys=frozenset("bc")), "b"),
    ],
    ids=str,
)
def test_filters_choose_among_the_hits_and_leave_their_scores(filters: Filters, keys: str) -> None:
    index = open_index(corpus_of(*FILED))
    every = index.search({"judg": 1.0, "rain": 2.0}, 10)
    assert len(every) == 4
    assert index.search({"judg": 1.0, "rain": 2.0}, 10, filters) == [hit for hit in every if hit[0] in keys]
    assert index.search({"judg": 1.0, "rain": 2.0}, 1, filters) == [hit for hit in every if hit[0] in keys][:1]
    assert index.search({}, 10, filters) == []


# Terms --------------------------------------------------------------------------------------------------------


def terms_of(text: str) -> Counter[str]:
    """The terms that an index of this one text holds, and how often, told by its searcher."""
    index = open_index(corpus_of(entry("a", text)))
    searcher, schema = index._searcher, index._index.schema
    found = Counter({term: 1 for term, _ in searcher.terms_with_prefix("text", "")})
    plain = {term: tantivy.Query.term_query(schema, "text", term, "freq") for term in found}
    for term, query in plain.items():
        ((_, address),) = searcher.search(query, 1).hits
        told = query.explain(searcher, address).to_json()
        found[term] = int(float(re.search(r'"value":\s*([\d.]+),\s*"description":\s*"freq,', told)[1]))  # type: ignore[index]
    return found


@given(text=hypothesis.strategies.text(max_size=120))
@hypothesis.settings(max_examples=150)
def test_the_index_holds_exactly_the_stems_of_any_text(text: str) -> None:
    assert terms_of(text) == Counter(stems(text))


SOME_WORDS = ["naïve", "Müller", "models", "évaluations", "T5", "γ-rays", "βars", "ﬁne", "½", "٣٤", "оценка", "نماذج"]
SOME_WORDS += ["语言模型", "LLM评估", "اللُّغة", "می‌خواهم", "मूल्यांकन", "ภาษาไทย", "_a_b", "don't", "\0z", "the", "a", "—"]
SOME_WORDS += ["x" * 40, "x" * 41]


@given(words=hypothesis.strategies.lists(hypothesis.strategies.sampled_from(SOME_WORDS)))
@hypothesis.settings(max_examples=60)
def test_the_index_holds_exactly_the_stems_of_mixed_scripts(words: list[str]) -> None:
    text = " ".join(words)
    assert terms_of(text) == Counter(stems(text))


def test_tantivy_stems_every_word_of_the_real_source_documents_as_we_do(seeds: Path) -> None:
    words = {word for path in seeds.iterdir() for word in re.findall(r"[A-Za-z0-9]+", path.read_text("utf-8"))}
    assert len(words) > 3000
    cut = analyzer()
    assert [word for word in sorted(words) if cut.analyze(word) != stems(word)] == []


@given(
    root=hypothesis.strategies.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9),
    end=hypothesis.strategies.sampled_from(
        "ing ings edly ational ization fulness ously ied ies eed sses ogy ly li".split()
    ),
)
@hypothesis.settings(max_examples=500)
def test_tantivy_stems_made_up_words_as_we_do(root: str, end: str) -> None:
    assert analyzer().analyze(root + end) == stems(root + end)


# Other languages ----------------------------------------------------------------------------------------------

LANGUAGES = {
    "zh": ("大型语言模型的评估方法", "我们研究大型语言模型的评估方法和评委的偏差。实验表明,评委偏爱自己的答案。"),
    "ja": ("大規模言語モデルの評価", "本研究では、大規模言語モデルによる自動評価の偏りを調べる。"),
    "ko": ("언어 모델의 평가", "이 논문은 언어 모델의 자동 평가를 연구한다."),
    "th": ("การประเมินแบบจำลองภาษา", "งานนี้ศึกษาการประเมินแบบจำลองภาษาขนาดใหญ่"),
    "ru": (
        "Оценка языковых моделей",
        "Мы изучаем, как языковая модель оценивает ответы. Оценка языковых моделей трудна.",
    ),
    "ar": ("تقييم نماذج اللغة", "ندرس تَقييم نماذج اللغة الكبيرة وانحيازها."),
    "fa": ("ارزیابی مدل‌های زبانی", "در این مقاله ارزیابی مدل‌های زبانی بزرگ را بررسی می‌کنیم."),
    "he": ("הערכת מודלי שפה", "אנו חוקרים הערכת מודלי שפה גדולים."),
    "hi": ("भाषा मॉडल का मूल्यांकन", "हम बड़े भाषा मॉडल का मूल्यांकन करते हैं।"),
    "el": ("Αξιολόγηση γλωσσικών μοντέλων", "Μελετάμε την αξιολόγηση γλωσσικών μοντέλων."),
    "de": ("Bewertung großer Sprachmodelle", "Wir untersuchen die Bewertung großer Sprachmodelle durch Richter."),
    "mixed": ("LLM评估 bias", "We study LLM评估 and its bias in 语言模型 for judges."),
}


@pytest.fixture(scope="module")
def babel() -> Corpus:
    return corpus_of(*ENTRIES, *(entry(key, abstract) for key, (_, abstract) in LANGUAGES.items()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_theme_in_any_language_finds_the_entry_in_it_first(babel: Corpus, language: str) -> None:
    found = retrieve(LANGUAGES[language][0], babel, open_index(babel), 5)
    assert found.hits[0].key == language
    assert not found.nothing


def test_words_of_other_scripts_are_folded_but_not_stemmed_and_those_without_spaces_are_cut_in_pairs() -> None:
    assert stems("Ёлки МОДЕЛИ") == ["елки", "модели"]
    assert stems("تَقييم") == stems("تقييم") == ["تقييم"]
    assert stems("می‌خواهم") == stems("میخواهم")
    assert stems("语言模型") == ["语言", "言模", "模型"]
    assert stems("猫") == ["猫"]
    assert stems("ﾊﾞｽ") == stems("バス") == ["バス"]
    assert stems("LLM评估v2") == ["llm", "评估", "v2"]
    assert len(stems("语" * 100_000)) == 99_999
