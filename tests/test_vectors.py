"""The vectors of a corpus: exact search, what is embedded and what is not, and files that may be killed or damaged."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from writer.corpus import digest
from writer.entry import Corpus, Entry, Source
from writer.errors import ModelError
from writer.retrieval import vectors as module
from writer.retrieval.embed import embedded_text
from writer.retrieval.vectors import VectorStore, open_vectors

np = pytest.importorskip("numpy", reason="numpy is not installed (the extra `dense`)")

ROOT = Path(__file__).resolve().parent.parent


class FakeEmbedder:
    """Vectors that depend on the text alone; remembers what it was asked."""

    def __init__(self, dimensions: int = 16, name: str = "fake.1") -> None:
        self.id = name
        self.dimensions = dimensions
        self.texts: list[str] = []
        self.calls = 0

    def embed(self, texts: Sequence[str]) -> Any:
        self.calls += 1
        self.texts += texts
        return np.array([self.vector(text) for text in texts], dtype=np.float32).reshape(-1, self.dimensions)

    def vector(self, text: str) -> Any:
        seed = int.from_bytes(hashlib.sha256(f"{self.id}\n{text}".encode()).digest()[:8], "little")
        row = np.random.default_rng(seed).standard_normal(self.dimensions)
        return (row / np.linalg.norm(row)).astype(np.float32)


def corpus_of(texts: dict[str, str]) -> Corpus:
    entries = {key: Entry(key, f"Title of {key}", text, Source("x.bib", 1)) for key, text in texts.items()}
    return Corpus(entries, digest(entries.values()))


def some(count: int, start: int = 0) -> dict[str, str]:
    return {f"k{number:04}": f"Abstract number {number}." for number in range(start, start + count)}


def stored(cache: Path, suffix: str = "vectors") -> list[Path]:
    return sorted((cache / "vectors").glob(f"*.{suffix}"))


def rows_of(store: VectorStore) -> Any:
    return store.vectors(list(store.keys))


# Search -------------------------------------------------------------------------------------------------------


@given(count=st.integers(0, 60), k=st.integers(0, 70), seed=st.integers(0, 1000), chunk=st.sampled_from([1, 7, 1024]))
def test_search_is_the_same_as_comparing_every_vector(count: int, k: int, seed: int, chunk: int) -> None:
    embedder = FakeEmbedder()
    corpus = corpus_of(some(count))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_CHUNK", chunk)
        store = open_vectors(corpus, embedder, None)
        query = embedder.vector(f"query {seed}")
        found = store.search(query, k)
    cosines = {
        key: float(embedder.vector(embedded_text(entry)).astype(np.float16).astype(np.float32) @ query)
        for key, entry in corpus.entries.items()
    }
    best = sorted(cosines, key=lambda key: (-round(cosines[key], 5), key))[:k]
    assert [key for key, _ in found] == best
    assert [cosine for _, cosine in found] == pytest.approx([cosines[key] for key in best], abs=2e-6)


def test_every_half_is_widened_to_its_value() -> None:
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    halves = halves[np.isfinite(halves)]
    store = VectorStore([f"{number:05}" for number in range(len(halves))], halves[:, None], b"", "x")
    found = dict(store.search(np.ones(1, np.float32), len(halves)))
    expected = np.round(halves.astype(np.float32), 6)
    assert [found[key] for key in store.keys] == pytest.approx(expected.tolist(), abs=2e-6, rel=1e-6)


def test_ties_are_in_the_order_of_the_keys_also_at_the_cut() -> None:
    entries = {key: Entry(key, "", "The same text.", Source("x.bib", 1)) for key in ("d", "b", "a", "e", "c")}
    store = open_vectors(Corpus(entries, digest(entries.values())), FakeEmbedder(), None)
    assert [key for key, _ in store.search(FakeEmbedder().vector("The same text."), 3)] == ["a", "b", "c"]


def test_a_query_of_another_size_is_refused() -> None:
    store = open_vectors(corpus_of(some(3)), FakeEmbedder(), None)
    with pytest.raises(ValueError, match="a query of 4 dimensions for vectors of 16"):
        store.search(np.ones(4, np.float32), 1)


def test_the_vectors_of_keys_come_in_the_order_asked_for() -> None:
    embedder = FakeEmbedder()
    corpus = corpus_of(some(5))
    store = open_vectors(corpus, embedder, None)
    rows = store.vectors(["k0003", "k0001"])
    assert (rows.shape, rows.dtype) == ((2, 16), np.float32)
    assert np.allclose(rows[0], embedder.vector(embedded_text(corpus["k0003"])), atol=1e-3)
    assert store.vectors([]).shape == (0, 16)
    assert "k0001" in store
    assert "nokey" not in store
    with pytest.raises(KeyError, match="nokey"):
        store.vectors(["k0001", "nokey"])


# What is embedded -------------------------------------------------------------------------------------------------


@given(texts=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.text(max_size=5), max_size=12))
@settings(max_examples=30)
def test_a_kept_store_holds_what_was_embedded(texts: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = tmp_path_factory.mktemp("cache")
    entries = {key: Entry(key, "", text, Source("x.bib", 1)) for key, text in texts.items()}
    corpus = Corpus(entries, "sha256:" + "0" * 64)
    made = open_vectors(corpus, FakeEmbedder(), cache)
    again = FakeEmbedder()
    opened = open_vectors(corpus, again, cache)
    assert (list(opened.keys), again.calls) == (sorted(texts), 0)
    assert np.array_equal(rows_of(made), rows_of(opened))
    assert np.array_equal(rows_of(made), rows_of(open_vectors(corpus, FakeEmbedder(), None)))


def test_equal_texts_are_embedded_once() -> None:
    embedder = FakeEmbedder()
    entries = {key: Entry(key, "", text, Source("x.bib", 1)) for key, text in {"a": "x", "b": "y", "c": "x"}.items()}
    store = open_vectors(Corpus(entries, digest(entries.values())), embedder, None)
    assert sorted(embedder.texts) == ["x", "y"]
    assert np.array_equal(store.vectors(["a"]), store.vectors(["c"]))


def test_a_grown_corpus_is_embedded_only_where_it_changed(tmp_path: Path) -> None:
    open_vectors(corpus_of(some(10)), FakeEmbedder(), tmp_path)
    texts = some(12)
    del texts["k0002"]
    texts["k0005"] = "Something else."
    embedder = FakeEmbedder()
    store = open_vectors(corpus_of(texts), embedder, tmp_path)
    assert sorted(embedder.texts) == sorted(embedded_text(corpus_of(texts)[key]) for key in ("k0005", "k0010", "k0011"))
    assert np.array_equal(rows_of(store), rows_of(open_vectors(corpus_of(texts), FakeEmbedder(), None)))


def test_a_store_is_removed_when_a_newer_one_holds_all_of_it_and_never_else(tmp_path: Path) -> None:
    open_vectors(corpus_of(some(10)), FakeEmbedder(), tmp_path)
    open_vectors(corpus_of(some(10, start=50)), FakeEmbedder(), tmp_path)
    assert len(stored(tmp_path)) == 2
    open_vectors(corpus_of(some(20)), FakeEmbedder(), tmp_path)
    assert len(stored(tmp_path)) == 2
    embedder = FakeEmbedder()
    open_vectors(corpus_of(some(10)), embedder, tmp_path)
    assert embedder.calls == 0


def test_an_opened_store_shows_what_it_was_opened_on_while_another_takes_its_place(tmp_path: Path) -> None:
    old = open_vectors(corpus_of(some(10)), FakeEmbedder(), tmp_path)
    before = rows_of(old).copy()
    open_vectors(corpus_of(some(20)), FakeEmbedder(), tmp_path)
    assert np.array_equal(rows_of(old), before)


def test_vectors_of_different_embedders_are_kept_apart(tmp_path: Path) -> None:
    one, other = FakeEmbedder(), FakeEmbedder(name="fake 1")
    first, second = (open_vectors(corpus_of(some(4)), embedder, tmp_path) for embedder in (one, other))
    assert (one.calls, other.calls) == (1, 1)
    assert not np.array_equal(rows_of(first), rows_of(second))


def test_progress_counts_only_what_is_embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 4)
    open_vectors(corpus_of(some(3)), FakeEmbedder(), tmp_path)
    told: list[tuple[int, int]] = []
    open_vectors(corpus_of(some(13)), FakeEmbedder(), tmp_path, lambda done, of: told.append((done, of)))
    assert told == [(4, 10), (8, 10), (10, 10)]


@pytest.mark.parametrize("spoilt", ["nan", "shape", "length"])
def test_an_embedder_that_gives_no_unit_vectors_is_told_of_and_nothing_kept(spoilt: str, tmp_path: Path) -> None:
    class Spoilt(FakeEmbedder):
        def embed(self, texts: Sequence[str]) -> Any:
            rows = super().embed(texts)
            return {"nan": rows * np.nan, "shape": rows[:, :3], "length": rows * 2}[spoilt]

    with pytest.raises(ModelError, match=r"fake\.1 answered 3 texts with vectors of shape"):
        open_vectors(corpus_of(some(3)), Spoilt(), tmp_path)
    assert stored(tmp_path) == stored(tmp_path, "journal") == []


# Files ------------------------------------------------------------------------------------------------------------

EMBED_SLOWLY = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
from test_vectors import FakeEmbedder, corpus_of, some
from writer.retrieval import vectors
vectors.BATCH = 4
class Slow(FakeEmbedder):
    def embed(self, texts):
        if self.calls == 3:
            print("three batches are done", flush=True)
            sys.stdin.read()
        return super().embed(texts)
vectors.open_vectors(corpus_of(some(40)), Slow(), Path(sys.argv[3]))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 is of POSIX")
def test_a_killed_embedding_resumes_after_its_last_whole_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-c", EMBED_SLOWLY, str(ROOT), str(ROOT / "tests"), str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "three batches are done\n"
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert (stored(tmp_path), len(stored(tmp_path, "journal"))) == ([], 1)
    embedder = FakeEmbedder()
    store = open_vectors(corpus_of(some(40)), embedder, tmp_path)
    assert len(embedder.texts) == 40 - 3 * 4
    assert np.array_equal(rows_of(store), rows_of(open_vectors(corpus_of(some(40)), FakeEmbedder(), None)))
    assert stored(tmp_path, "journal") == []


def interrupted(cache: Path, monkeypatch: pytest.MonkeyPatch, count: int = 12, after: int = 2) -> Path:
    """The journal of an embedding in batches of 4 that failed after some of them."""

    class Failing(FakeEmbedder):
        def embed(self, texts: Sequence[str]) -> Any:
            if self.calls == after:
                raise KeyboardInterrupt
            return super().embed(texts)

    monkeypatch.setattr(module, "BATCH", 4)
    with pytest.raises(KeyboardInterrupt):
        open_vectors(corpus_of(some(count)), Failing(), cache)
    (journal,) = stored(cache, "journal")
    return journal


def test_a_journal_cut_off_anywhere_gives_its_whole_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = interrupted(tmp_path / "made", monkeypatch).read_bytes()
    batch = len(raw) // 2
    expected = rows_of(open_vectors(corpus_of(some(12)), FakeEmbedder(), None))
    for length in [*range(12), batch - 1, batch, batch + 1, len(raw) - 1, len(raw)]:
        cache = tmp_path / str(length)
        (cache / "vectors").mkdir(parents=True)
        name = module._family(FakeEmbedder()) + "-00000000.journal"
        (cache / "vectors" / name).write_bytes(raw[:length])
        embedder = FakeEmbedder()
        store = open_vectors(corpus_of(some(12)), embedder, cache)
        assert len(embedder.texts) == 12 - 4 * (length // batch)
        assert np.array_equal(rows_of(store), expected)


def test_a_damaged_batch_of_a_journal_is_embedded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = interrupted(tmp_path, monkeypatch)
    raw = bytearray(journal.read_bytes())
    raw[-5] ^= 1
    journal.write_bytes(raw)
    embedder = FakeEmbedder()
    store = open_vectors(corpus_of(some(12)), embedder, tmp_path)
    assert len(embedder.texts) == 8
    assert np.array_equal(rows_of(store), rows_of(open_vectors(corpus_of(some(12)), FakeEmbedder(), None)))


def test_the_journal_of_another_corpus_is_left_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = interrupted(tmp_path, monkeypatch)
    open_vectors(corpus_of(some(3, start=70)), FakeEmbedder(), tmp_path)
    assert stored(tmp_path, "journal") == [journal]


def test_a_damaged_store_is_made_anew(tmp_path: Path) -> None:
    corpus = corpus_of(some(6))
    expected = rows_of(open_vectors(corpus, FakeEmbedder(), tmp_path)).copy()
    (path,) = stored(tmp_path)
    raw = path.read_bytes()
    places = [0, 5, module._HEAD, module._HEAD + 100, len(raw) - 1]
    damaged = [b"", raw[:100], raw[: module._HEAD], raw[:-1], raw + b" ", b"[]".ljust(len(raw))]
    damaged += [raw[:place] + bytes([raw[place] ^ 4]) + raw[place + 1 :] for place in places]
    for content in damaged:
        path.unlink()
        path.write_bytes(content)
        embedder = FakeEmbedder()
        store = open_vectors(corpus, embedder, tmp_path)
        assert len(embedder.texts) == 6
        assert np.array_equal(rows_of(store), expected)
        assert path.read_bytes() == raw


def test_a_store_of_another_version_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_vectors(corpus_of(some(6)), FakeEmbedder(), tmp_path)
    monkeypatch.setattr(module, "VERSION", module.VERSION + 1)
    embedder = FakeEmbedder()
    open_vectors(corpus_of(some(6)), embedder, tmp_path)
    assert len(embedder.texts) == 6


def test_a_cache_that_cannot_be_written_costs_only_the_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    store = open_vectors(corpus_of(some(6)), FakeEmbedder(), tmp_path / "file")
    assert len(store.search(FakeEmbedder().vector("x"), 3)) == 3


def test_what_a_process_killed_while_writing_left_is_removed_a_day_later(tmp_path: Path) -> None:
    (tmp_path / "vectors").mkdir()
    old, new = (tmp_path / "vectors" / f"writing-{name}" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half a store")
    os.utime(old, (0, 0))
    open_vectors(corpus_of(some(3)), FakeEmbedder(), tmp_path)
    assert (old.exists(), new.exists()) == (False, True)


# Many rows --------------------------------------------------------------------------------------------------------


class TopicEmbedder(FakeEmbedder):
    """Vectors that lie in twenty heaps, as those of real texts do more or less."""

    def vector(self, text: str) -> Any:
        number = int(text.strip(".").split()[-1])
        row = super().vector(f"topic {number % 20}") + 0.8 * super().vector(text)
        return (row / np.linalg.norm(row)).astype(np.float32)


def test_beyond_the_exact_rows_nearly_all_the_nearest_are_found_with_exact_cosines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("faiss", reason="faiss is not installed (the extra `dense`)")
    corpus, embedder = corpus_of(some(3000)), TopicEmbedder(32)
    exact = open_vectors(corpus, embedder, tmp_path)
    monkeypatch.setattr(module, "EXACT_ROWS", 1000)
    near = open_vectors(corpus, embedder, tmp_path)
    queries = [embedder.vector(f"query {number}") for number in range(30)]
    share = 0
    for query in queries:
        cosines = dict(exact.search(query, 3000))
        found = near.search(query, 10)
        assert all(cosines[key] == pytest.approx(cosine, abs=2e-6) for key, cosine in found)
        share += len({key for key, _ in found} & set(list(cosines)[:10]))
    assert share >= 0.95 * 10 * len(queries)
    everything = near.search(queries[0], 2000)
    assert everything == exact.search(queries[0], 2000)


def test_an_approximate_index_is_kept_and_a_damaged_one_built_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("faiss", reason="faiss is not installed (the extra `dense`)")
    monkeypatch.setattr(module, "EXACT_ROWS", 1000)
    corpus, embedder = corpus_of(some(2000)), FakeEmbedder()
    query = embedder.vector("query")
    expected = open_vectors(corpus, embedder, tmp_path).search(query, 5)
    (path,) = stored(tmp_path, "near")
    raw = path.read_bytes()
    path.write_bytes(raw[:-20] + bytes(20))
    assert open_vectors(corpus, embedder, tmp_path).search(query, 5) == expected
    assert path.read_bytes() == raw
    monkeypatch.setattr(module, "_trained", lambda *_: pytest.fail("it was built although it is there"))
    assert open_vectors(corpus, embedder, tmp_path).search(query, 5) == expected


def test_without_faiss_many_rows_are_compared_one_by_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "EXACT_ROWS", 10)
    monkeypatch.setitem(sys.modules, "faiss", None)
    store = open_vectors(corpus_of(some(50)), FakeEmbedder(), tmp_path)
    assert store.near is None
    assert len(store.search(FakeEmbedder().vector("x"), 5)) == 5
