"""Options for retrieval by meaning, and for a model's help with retrieval. No command of its own."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from writer.cli.calls import base_url, open_log
from writer.cli.options import cache_folder, say

if TYPE_CHECKING:
    from writer.retrieval.embed import Embedder


def add_embeddings(group: Any) -> None:
    """`--embeddings`, for a parser or a group of one."""
    group.add_argument(
        "--embeddings",
        default="none",
        metavar="WHICH",
        help="retrieve by meaning too: minilm (on this machine) or api:MODEL (default %(default)s)",
    )


def add_asking(group: Any) -> None:
    """`--expand` and `--rerank`, which ask the model."""
    group.add_argument("--expand", action="store_true", help="let the model name further queries (one call)")
    group.add_argument("--rerank", action="store_true", help="let the model order the first 60 hits (two calls)")


@contextmanager
def embedder_of(args: argparse.Namespace) -> Iterator[Embedder | None]:
    """The embedder that `--embeddings` names; None for none. A server's answers go through the call log."""
    from writer.errors import SettingsError

    name, _, model = args.embeddings.partition(":")
    if args.embeddings == "none":
        yield None
    elif args.embeddings == "minilm":
        from writer.retrieval.minilm import open_minilm

        yield open_minilm(cache_folder(args))
    elif name == "api" and model:
        from writer.models.embeddings import ApiEmbedder, LoggedEmbedder

        api_key = os.environ.get("OPENAI_API_KEY") or None
        with open_log(args, make=True) as log, ApiEmbedder(model, base_url=base_url(args), api_key=api_key) as asked:
            yield LoggedEmbedder(asked, log)
            for note in asked.notes:
                say(note)
    else:
        raise SettingsError(f"--embeddings is {args.embeddings!r}", hint="choose none, minilm or api:MODEL")
