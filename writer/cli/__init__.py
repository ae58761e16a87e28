"""The command line: arguments, printing and exit codes, nothing else.

Each command is a module with `add_arguments(parser)` and `run(args) -> int`, imported only when it is called, so
that `writer --help` is instant. Results go to standard output or `--out`, everything else to standard error.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = {
    "draft": "draft a section on a theme, with every claim's evidence",
    "survey": "draft the sections of an outline, each entry told in one of them",
    "check": "check that every claim of a manuscript cites an entry that says so",
    "render": "write a kept or edited draft in any format, checked anew",
    "search": "rank the entries of a corpus for a theme",
    "corpus": "what is in a corpus; libraries on disk, exports, duplicates",
    "models": "what answers at a base URL, and what it can do",
    "relay": "an OpenAI-compatible endpoint answered by hand or by any chat window",
}
"""The commands, in the order of the help. A new command is one file here and one line."""

_EPILOG = """exit codes: 0 fine; 1 nothing found, or problems (check --fail-on, draft --strict);
2 wrong use or unreadable input; 3 the model or its server failed; 4 a budget stopped it"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = _parser(arguments)
    args = parser.parse_args(arguments)
    if not args.command:
        parser.print_help()
        return 2
    # Errors are imported late for the same reason as commands.
    from writer.errors import WriterError

    try:
        return int(import_module(f"writer.cli.{args.command}").run(args))
    except WriterError as error:
        _tell(error)
        return error.exit_code
    except KeyboardInterrupt:
        print("writer: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has gone (`writer … | head`): nobody is left to tell.
        sys.stderr.close()
        return 0


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    from writer import __version__

    parser = argparse.ArgumentParser(
        prog="writer",
        description="Drafts related work from a corpus of abstracts, and checks that every claim cites a real entry.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"writer {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    named = next((argument for argument in arguments if not argument.startswith("-")), None)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if name == named:
            import_module(f"writer.cli.{name}").add_arguments(command)
    return parser


def _tell(error: Exception) -> None:
    print(f"writer: {getattr(error, 'message', error)}", file=sys.stderr)
    if getattr(error, "hint", ""):
        print(f"  {getattr(error, 'hint', '')}", file=sys.stderr)
    for note in getattr(error, "__notes__", ()):
        print(f"  ({note})", file=sys.stderr)
