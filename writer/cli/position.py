"""Options that say what a section is to hold besides its theme, shared by the commands that draft."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from writer.settings import GROUPINGS


def add_position(parser: argparse.ArgumentParser) -> None:
    """What must be cited and what never, how to group, and the own work to stand against."""
    parser.add_argument(
        "--must-cite", action="append", default=[], metavar="KEY", help="cite this entry, found or not; repeat for more"
    )
    parser.add_argument(
        "--exclude", action="append", default=[], metavar="KEY", help="never show or cite this entry; repeat for more"
    )
    parser.add_argument(
        "--group-by", choices=GROUPINGS, default="topic", help="what divides the section (default %(default)s)"
    )
    parser.add_argument(
        "--own-abstract",
        type=Path,
        metavar="FILE",
        help="the abstract of your own work: a model sets the entries against it, and it helps to search for a short "
        "theme",
    )


def add_model_position(parser: argparse._ArgumentGroup) -> None:
    """What only a model can do."""
    parser.add_argument("--language", default="", metavar="NAME", help="write in this language (default English)")
    parser.add_argument(
        "--max-repairs",
        type=int,
        default=2,
        metavar="N",
        help="rounds in which failing sentences are asked for again (default %(default)s)",
    )


def position_of(args: argparse.Namespace) -> dict[str, Any]:
    """The settings that these options make, by name. Raises UserError for an abstract that cannot be read."""
    return {
        "must_cite": tuple(args.must_cite),
        "exclude": tuple(args.exclude),
        "group_by": args.group_by,
        "own_abstract": _own(args.own_abstract) if args.own_abstract is not None else "",
        "language": args.language.strip(),
        "max_repairs": args.max_repairs,
    }


def _own(path: Path) -> str:
    from writer.errors import UserError
    from writer.text import clean

    hint = "give --own-abstract a UTF-8 text that holds the abstract alone"
    try:
        text = " ".join(clean(path.read_text("utf-8-sig")).split())
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"--own-abstract {path} cannot be read: {error}", hint=hint) from error
    if not text:
        raise UserError(f"--own-abstract {path} is empty", hint=hint)
    return text
