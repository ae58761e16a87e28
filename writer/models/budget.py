"""How many tokens a text has: counted where the tokenizer's rank file is on this machine, else estimated.

Never a download: tiktoken fetches its rank files at first use, and behind a dead network that hangs without
limit. So the file is looked for first, and tiktoken is given its content. Every count says how it was made.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tiktoken import Encoding

RANK_FILES: Mapping[str, str] = {
    "o200k_base": "fb374d419588a4632f3f557e76b4b70aebbca790",
    "cl100k_base": "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
}
"""The encodings that can be counted with, and the names tiktoken gives their files in a cache folder."""

BYTES_PER_TOKEN = 3
"""For packing. Measured: English abstracts have 4 to 5.4 bytes per token, BibTeX 2.5, JSON 2.2, LaTeX maths 2.0;
prompts are mostly abstracts with some of the others between. The bound that nothing breaks is 1.5."""

_PACKAGED = (("llama_index", "core/_static/tiktoken_cache"), ("litellm", "litellm_core_utils/tokenizers"))
"""Packages that ship the official rank files under the cache names, and the folder they keep them in."""

_loading = Lock()


@dataclass(frozen=True, slots=True)
class Count:
    """Tokens of a text. `estimated` is False only for the model's own tokenizer; `how` says it in words."""

    tokens: int
    estimated: bool
    how: str


@dataclass(frozen=True, slots=True)
class Packed:
    """Which texts fit (`kept`) and which do not (`left`), as positions in the list given."""

    kept: tuple[int, ...]
    left: tuple[int, ...]
    tokens: int


def count(text: str, model: str = "", *, cache_dirs: Sequence[Path] = ()) -> Count:
    """The tokens of `text` for `model`.

    With a rank file on this machine (in `cache_dirs`, in tiktoken's folder for temporary files, or in a package
    that ships them) tiktoken counts; for a model with another tokenizer that is an estimate and says so. Without
    one, see `upper_bound`.
    """
    folders = (*cache_dirs, Path(tempfile.gettempdir()) / "data-gym-cache", *_packaged_folders())
    if not any(_find(name, folders) for name in RANK_FILES):
        return upper_bound(text)
    wanted = _encoding_name(model)
    for name in sorted(RANK_FILES, key=lambda name: (name != wanted, name != "o200k_base")):
        encoding = _encoding(name, folders)
        if encoding is not None:
            # disallowed_special: an abstract may well quote `<|endoftext|>`, which else raises.
            tokens = len(encoding.encode(text, disallowed_special=()))
            if name == wanted:
                return Count(tokens, estimated=False, how=name)
            return Count(tokens, estimated=True, how=f"{name}, which may not be this model's tokenizer")
    return upper_bound(text)


def upper_bound(text: str) -> Count:
    """An estimate on the safe side for prose: a token per three bytes of UTF-8.

    It counts prose about a third too high, and can be too low for text that is mostly markup or formulas.

    >>> upper_bound("abcdefg").tokens
    3
    """
    size = len(text.encode("utf-8", errors="surrogatepass"))
    return Count(
        tokens=-(-size // BYTES_PER_TOKEN),
        estimated=True,
        how=f"bytes/{BYTES_PER_TOKEN}, too high for prose; no tokenizer file on this machine",
    )


def pack(texts: Sequence[str], room: int, model: str = "", *, cache_dirs: Sequence[Path] = ()) -> Packed:
    """Which of `texts` fit into `room` tokens, best first: each is taken if it still fits.

    A long text that does not fit does not keep shorter ones behind it out.
    """
    kept: list[int] = []
    left: list[int] = []
    total = 0
    for position, text in enumerate(texts):
        tokens = count(text, model, cache_dirs=cache_dirs).tokens
        fits = total + tokens <= room
        (kept if fits else left).append(position)
        total += tokens if fits else 0
    return Packed(tuple(kept), tuple(left), total)


def _encoding_name(model: str) -> str | None:
    """The encoding of a model known to tiktoken, or None. A provider's prefix (`openai/…`) is passed over."""
    import tiktoken

    try:
        name = tiktoken.encoding_name_for_model(model.rpartition("/")[2])
    except KeyError:
        return None
    return "o200k_base" if name == "o200k_harmony" else name  # the same ranks, other special tokens


def _encoding(name: str, folders: tuple[Path, ...]) -> Encoding | None:
    with _loading:
        return _load(name, folders)


@lru_cache(maxsize=8)
def _load(name: str, folders: tuple[Path, ...]) -> Encoding | None:
    """The encoding from the first folder whose file has the right content; 0.1 to 0.3 s of CPU."""
    import tiktoken

    for path in _find(name, folders):
        content = path.read_bytes()
        try:
            return tiktoken.Encoding(**_constructor(name, content)())
        except _WrongContent:
            continue  # cut or foreign; left where it is, since it is not ours
    return None


def _find(name: str, folders: Sequence[Path]) -> list[Path]:
    return [path for folder in folders if (path := folder / RANK_FILES[name]).is_file()]


class _WrongContent(Exception):
    """The file does not have the digest that tiktoken expects."""


def _constructor(name: str, content: bytes) -> Callable[[], dict[str, Any]]:
    """Tiktoken's own function for an encoding, with its loader replaced by one that reads `content`.

    The pattern and the special tokens live only inside that function, and its loader is what would download.
    """
    public = importlib.import_module("tiktoken_ext.openai_public")

    def load(url: str, expected_hash: str | None = None) -> dict[bytes, int]:
        if expected_hash is not None and _sha256(content) != expected_hash:
            raise _WrongContent(name)
        return _ranks(content)

    function = getattr(public, name)
    return FunctionType(function.__code__, {**function.__globals__, "load_tiktoken_bpe": load})


def _ranks(content: bytes) -> dict[bytes, int]:
    """The token of each line with its rank: `IQ== 0` is the token `!` with rank 0."""
    from base64 import b64decode

    lines = (line.split() for line in content.splitlines() if line)
    return {b64decode(token): int(rank) for token, rank in lines}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@lru_cache(maxsize=1)
def _packaged_folders() -> tuple[Path, ...]:
    """Folders of installed packages that ship rank files. The packages are found, not imported."""
    folders = []
    for package, below in _PACKAGED:
        try:
            spec = importlib.util.find_spec(package)
        except ValueError:  # a module without a spec, put in place by hand
            continue
        folders += [Path(root) / below for root in (spec.submodule_search_locations or ())] if spec else []
    return tuple(folders)
