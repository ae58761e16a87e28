"""The ONNX graph of all-MiniLM-L6-v2, written from its weights: six BERT layers, mean pooling, unit length.

Needs `numpy` and `onnx`, and no torch. Nothing here runs the graph or knows where files lie; see `minilm`.

It runs on ONNX Runtime only, some of whose own operators do several steps at once. Weights of linear layers are int8
with one scale per output channel. Activations are quantised while it runs, with one scale per token and not per batch
as the tools of ONNX Runtime do it: that is nearer to the unquantised model (cosine .997 against .995), and a text's
vector does not depend on which texts happened to share its batch, so that a corpus embedded in pieces has the vectors
of one embedded at once.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from writer.retrieval.embed import need

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]

LAYERS = 6
HEADS = 12
DIMENSIONS = 384
_EPSILON = 1e-12  # layer_norm_eps of the model's config.json
_OPSET = 18  # the first in which Split is told the number of its parts
_IR_VERSION = 8  # that of the operators above, so that older runtimes read the file
_ONNX_RUNTIME = "com.microsoft"
_MIDDLE = 128  # the unsigned byte that stands for an activation of 0
_WEIGHT_STEPS = 64
"""Weights are whole numbers from -64 to 64: processors without VNNI instructions add pairs of products in 16 bits, and
255 * 64 * 2 still fits. With all 8 bits they would cut sums off in silence and give other vectors than newer ones.
"""


def read_safetensors(raw: bytes) -> dict[str, Array]:
    """The tensors of a safetensors file: eight bytes of length, a JSON header, the data."""
    np = need("numpy")
    start = 8 + int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:start])
    types = {"F32": "<f4", "I64": "<i8"}
    tensors = {}
    for name, told in header.items():
        if name != "__metadata__":
            low, high = told["data_offsets"]
            data = np.frombuffer(raw[start + low : start + high], types[told["dtype"]])
            tensors[name] = data.reshape(told["shape"])
    return tensors


def build_graph(weights: dict[str, Array], *, int8: bool = True, tokenizer: str = "") -> bytes:
    """The model as an ONNX file, with the tokenizer's JSON in its metadata.

    Inputs `ids` and `mask`, int64 (batch, length); output `vectors`, float32 (batch, 384), rows of unit length.
    Without `int8` all weights are float32, for comparison.
    """
    return _Graph(weights, int8).build(tokenizer)


class _Graph:
    """The nodes and tables written so far; each method adds some and returns the name of its result."""

    def __init__(self, weights: dict[str, Array], int8: bool) -> None:
        self._np = need("numpy")
        self._onnx = need("onnx")
        self._weights = weights
        self._int8 = int8
        self._nodes: list[Any] = []
        self._tables: dict[str, Any] = {}

    def build(self, tokenizer: str) -> bytes:
        helper, types = self._onnx.helper, self._onnx.TensorProto
        self._write()
        graph = helper.make_graph(
            self._nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info(name, types.INT64, ["batch", "length"]) for name in ("ids", "mask")],
            [helper.make_tensor_value_info("vectors", types.FLOAT, ["batch", DIMENSIONS])],
            list(self._tables.values()),
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_ONNX_RUNTIME, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="writer")
        helper.set_model_props(model, {"tokenizer": tokenizer})
        return bytes(model.SerializeToString(deterministic=True))

    def _write(self) -> None:
        mask = self._node("Cast", "mask", to=self._onnx.TensorProto.FLOAT)
        whole_mask = self._node("Cast", "mask", to=self._onnx.TensorProto.INT32)
        hidden = self._embedded()
        for number in range(LAYERS):
            hidden = self._layer(f"encoder.layer.{number}", hidden, whole_mask)
        self._pooled(self._per_text(hidden), mask)

    def _embedded(self) -> str:
        """Words, positions and the one segment, added and normalised: (batch * length, 384)."""
        np = self._np
        # Half precision halves the biggest table of the file and changes no vector by more than 1e-4.
        words = self._weights["embeddings.word_embeddings.weight"].astype(np.float16)
        word = self._node("Gather", self._table("words", words), "ids")
        word = self._node("Cast", word, to=self._onnx.TensorProto.FLOAT)
        segment = self._weights["embeddings.token_type_embeddings.weight"][0]
        places = self._table("places", self._weights["embeddings.position_embeddings.weight"] + segment)
        length = self._node("Shape", "ids", start=1, end=2)
        place = self._node("Slice", places, self._table("zero", [0]), length, self._table("zero", [0]))
        summed = self._node("Add", word, place)
        flat = self._node("Reshape", summed, self._table("flat", [-1, DIMENSIONS]))
        return self._normalised("embeddings.LayerNorm", flat)

    def _layer(self, name: str, hidden: str, mask: str) -> str:
        dense = self._linear(self._attention(f"{name}.attention.self", hidden, mask), f"{name}.attention.output.dense")
        hidden = self._added(f"{name}.attention.output", dense, hidden)
        wide = self._linear(hidden, f"{name}.intermediate.dense")
        wide = self._node("BiasGelu", wide, self._bias(f"{name}.intermediate.dense"), domain=_ONNX_RUNTIME)
        return self._added(f"{name}.output", self._linear(wide, f"{name}.output.dense"), hidden)

    def _attention(self, name: str, hidden: str, mask: str) -> str:
        """Attention with twelve heads; what comes in and goes out is (batch * length, 384)."""
        names = [f"{name}.{part}" for part in ("query", "key", "value")]
        joined = self._per_text(self._linear(hidden, *names))
        self._nodes.append(self._onnx.helper.make_node("Split", [joined], names, axis=-1, num_outputs=len(names)))
        mixed = self._node(
            "MultiHeadAttention", *names, self._bias(*names), mask, num_heads=HEADS, domain=_ONNX_RUNTIME
        )
        return self._node("Reshape", mixed, self._table("flat", [-1, DIMENSIONS]))

    def _per_text(self, hidden: str) -> str:
        """(batch * length, any) as (batch, length, any)."""
        shape = self._node("Concat", self._node("Shape", "ids"), self._table("minus1", [-1]), axis=0)
        return self._node("Reshape", hidden, shape)

    def _added(self, name: str, dense: str, hidden: str) -> str:
        """The end of a block: its bias and what came into it added, and all normalised."""
        norm = [self._table(n, self._weights[n]) for n in (f"{name}.LayerNorm.weight", f"{name}.LayerNorm.bias")]
        bias = self._bias(f"{name}.dense")
        return self._node("SkipLayerNormalization", dense, hidden, *norm, bias, epsilon=_EPSILON, domain=_ONNX_RUNTIME)

    def _bias(self, *names: str) -> str:
        return self._table(f"{names[0]}.bias", self._np.concatenate([self._weights[f"{name}.bias"] for name in names]))

    def _linear(self, hidden: str, *names: str) -> str:
        """`hidden` through one or more linear layers side by side."""
        np = self._np
        weight = np.concatenate([self._weights[f"{name}.weight"] for name in names]).T
        if not self._int8:
            return self._node("MatMul", hidden, self._table(f"{names[0]}.weight", weight))
        scale = np.abs(weight).max(axis=0) / _WEIGHT_STEPS
        whole = self._table(f"{names[0]}.weight", np.rint(weight / scale).astype(np.int8))
        small, size = self._quantised(hidden)
        scales = self._number(1.0), self._table(f"{names[0]}.scale", scale)
        middle = self._table("middle", np.asarray(_MIDDLE, dtype=np.uint8))
        product = self._node("MatMulIntegerToFloat", small, whole, *scales, middle, domain=_ONNX_RUNTIME)
        return self._node("Mul", product, size)

    def _quantised(self, hidden: str) -> tuple[str, str]:
        """`hidden` as whole numbers from 1 to 255 about 128, and the float by which each of its rows was divided."""
        largest = self._node("ReduceMax", self._node("Abs", hidden), self._table("axis1", [1]), keepdims=0)
        size = self._node("Mul", largest, self._number(1 / (_MIDDLE - 1)))
        middle = self._onnx.numpy_helper.from_array(self._np.array([_MIDDLE], dtype=self._np.uint8))
        middles = self._node("ConstantOfShape", self._node("Shape", size), value=middle)
        small = self._node("QuantizeLinear", hidden, size, middles, axis=0)
        return small, self._node("Unsqueeze", size, self._table("axis1", [1]))

    def _normalised(self, name: str, hidden: str) -> str:
        weight, bias = (self._table(f"{name}.{part}", self._weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self._node("LayerNormalization", hidden, weight, bias, epsilon=_EPSILON)

    def _pooled(self, hidden: str, mask: str) -> None:
        """The mean over the tokens, made unit length."""
        row = self._node("Unsqueeze", mask, self._table("axis1", [1]))
        summed = self._node("Squeeze", self._node("MatMul", row, hidden), self._table("axis1", [1]))
        # Dividing by the number of tokens changes no direction, so the length alone is divided out.
        self._node("LpNormalization", summed, axis=-1, p=2, result="vectors")

    def _node(self, kind: str, *inputs: str, result: str = "", **attributes: Any) -> str:
        output = result or f"{kind}{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(kind, list(inputs), [output], name=output, **attributes))
        return output

    def _table(self, name: str, values: Any) -> str:
        """A constant; lists are int64, arrays keep their type."""
        np = self._np
        if name not in self._tables:
            array = np.asarray(values, dtype=np.int64) if isinstance(values, list) else values
            self._tables[name] = self._onnx.numpy_helper.from_array(np.asarray(array, order="C"), name)
        return name

    def _number(self, value: float) -> str:
        return self._table(f"number{value}", self._np.asarray(value, dtype=self._np.float32))
