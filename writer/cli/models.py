"""`writer models`: what answers at the base URL, and what it can do."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from writer.cli.calls import base_url

if TYPE_CHECKING:
    from writer.models.probe import Found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `writer models`."""
    parser.add_argument(
        "--base-url", metavar="URL", help="any OpenAI-compatible server (default: OPENAI_BASE_URL, else OpenAI)"
    )
    parser.add_argument("--model", metavar="ID", help="the model to try (default: the first that is listed)")
    parser.add_argument(
        "--probe", action="store_true", help="try it out: one small chat call and one embedding, some 300 tokens"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default %(default)s")
    parser.add_argument(
        "--timeout", type=float, default=60.0, metavar="S", help="seconds for one answer (default %(default)s)"
    )


def run(args: argparse.Namespace) -> int:
    """Ask, and print what was found."""
    from writer.models.probe import look

    found = look(
        base_url=base_url(args),
        api_key=os.environ.get("OPENAI_API_KEY") or None,
        model=args.model,
        try_out=args.probe,
        timeout=args.timeout,
    )
    sys.stdout.write(_as_json(found) if args.format == "json" else _as_text(found))
    return 0


def _as_text(found: Found) -> str:
    known = f" (told by {found.told_by})" if found.profile.name != "unknown" else ""
    takes = found.dialect
    refused = [name for name, taken in (("temperature", takes.temperature), ("seed", takes.seed)) if not taken]
    refused += [] if takes.system else ["system messages"]
    lines = [
        f"server       {found.address}: {found.profile.title}{known}",
        f"key          {found.key}",
        f"json_schema  {found.schema.answer}: {found.schema.how}",
        f"stream usage {found.stream_usage.answer}: {found.stream_usage.how}",
        f"embeddings   {found.embeddings.answer}: {found.embeddings.how}",
        f"token limit  {takes.limit}" + (f"; left out: {', '.join(refused)}" if refused else ""),
    ]
    lines += [f"note         {found.profile.note}"] if found.profile.note else []
    lines.append(f"models       {len(found.models)}")
    lines += [
        f"  {model.id}" + (f"  (context of {model.context:,} tokens)" if model.context else "")
        for model in found.models
    ]
    return "\n".join(lines) + "\n"


def _as_json(found: Found) -> str:
    value = {
        "schema": 1,
        "server": found.address,
        "profile": {
            "name": found.profile.name,
            "told_by": found.told_by,
            "reasoning": found.profile.reasoning,
            "codes": found.profile.codes,
            "truncates": found.profile.truncates,
            "note": found.profile.note,
        },
        "key": found.key,
        "models": [asdict(model) for model in found.models],
        "tried": found.tried,
        "dialect": {
            "structure": found.dialect.structure,
            "limit": found.dialect.limit,
            "temperature": found.dialect.temperature,
            "seed": found.dialect.seed,
            "system": found.dialect.system,
        },
        "json_schema": asdict(found.schema),
        "stream_usage": asdict(found.stream_usage),
        "embeddings": asdict(found.embeddings),
    }
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
