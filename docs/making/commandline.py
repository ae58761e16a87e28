"""The reference of the command line, from the parsers themselves: what `--help` says, the same on every Python."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

from making.tables import code, row, table

PACKAGE = Path(__file__).resolve().parent.parent.parent / "writer"
_READ = re.compile(r'(?:environ[^"\n]*|key_variable=)"([A-Z]\w+)"|"(\w+_API_KEY)"')
VARIABLES = {
    "NO_COLOR": "set to anything, `writer check` colours nothing; it does so only on a terminal anyway",
    "OPENALEX_API_KEY": "the key for `writer corpus fetch openalex`, where you have one",
    "OPENAI_API_KEY": "the key that is sent to the server; needed where the server wants one",
    "OPENAI_BASE_URL": "the base URL of the server, where `--base-url` does not name one",
    "S2_API_KEY": "the key for `writer corpus fetch semantic-scholar`, where you have one",
    "TERM": "`dumb` is a terminal without colours",
    "TIKTOKEN_CACHE_DIR": "a folder with tiktoken's rank files, for exact counts of tokens; nothing is downloaded",
    "WRITER_CACHE_DIR": "the folder for indexes and the call log, where `--cache` does not name one",
    "WRITER_EMAIL": "the address that online sources can write to, where `--email` does not name one",
    "ZOTERO_API_KEY": "the key for `writer corpus fetch zotero`, where the library is not public",
}
"""What each variable of the environment is for."""


def parsers() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command, and every action of a command, with its parser: `draft`, `corpus`, `corpus show` …"""
    for name, parser in _of().items():
        yield name, parser
        for action, inner in _actions(parser).items():
            yield f"{name} {action}", inner


def _of() -> Mapping[str, argparse.ArgumentParser]:
    from writer.cli import COMMANDS

    found = {}
    for name, summary in COMMANDS.items():
        found[name] = argparse.ArgumentParser(prog=f"writer {name}", description=summary[0].upper() + summary[1:] + ".")
        import_module(f"writer.cli.{name}").add_arguments(found[name])
    return found


def _actions(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """The actions of a command that has some, with their parsers."""
    found = next((action for action in parser._actions if isinstance(action, argparse._SubParsersAction)), None)
    return found.choices if found is not None else {}


def commands(_: str) -> str:
    """All commands, actions and options."""
    told = []
    for name, parser in parsers():
        level = "###" if " " in name else "##"
        told.append(f"{level} writer {name}\n\n{parser.description}\n\n```text\n{_usage(name, parser)}\n```\n")
        for group in parser._action_groups:
            rows = [_row(parser, action) for action in group._group_actions if _told(action)]
            if rows:
                head = "argument" if group.title == "positional arguments" else "option"
                told.append(_titled(group) + table((head, "what it does"), rows) + "\n")
        if parser.epilog:
            told.append(f"{parser.epilog}\n")
    return "\n".join(told)


def _told(action: argparse.Action) -> bool:
    return not isinstance(action, argparse._HelpAction | argparse._SubParsersAction)


def _titled(group: argparse._ArgumentGroup) -> str:
    title = group.title or ""
    if title in ("positional arguments", "options"):
        return ""
    more = f": {group.description}" if group.description else ""
    return f"{title[:1].upper()}{title[1:]}{more}:\n\n"


def _usage(name: str, parser: argparse.ArgumentParser) -> str:
    own = [action for action in parser._actions if _told(action)]
    needed = [_shown(action) for action in own if action.option_strings and action.required]
    places = [_shown(action) for action in own if not action.option_strings]
    has_more = any(action.option_strings and not action.required for action in own)
    actions = ["ACTION …"] if _actions(parser) else []
    return " ".join(["writer", name, *actions, *places, *needed, *["[option …]"] * has_more])


def _shown(action: argparse.Action) -> str:
    """An argument as it is written: `--corpus PATH…`, `--format {text,json}`, `FILE…`."""
    many = "…" if action.nargs in ("+", "*") and not str(action.metavar).endswith("…") else ""
    if action.nargs == 0:
        value = ""
    elif isinstance(action.metavar, tuple):
        value = " ".join(action.metavar)
    elif action.choices is not None:
        value = "{" + ",".join(map(str, action.choices)) + "}"
    else:
        value = str(action.metavar or action.dest.upper())
    if action.nargs == "?":
        value = f"[{value}]"
    return " ".join(filter(None, (max(action.option_strings, key=len, default=""), value + many)))


def _row(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    text = (action.help or "") % {**vars(action), "prog": parser.prog}
    # argparse's own escape of a per cent sign is undone above; that of a backslash is not.
    return row(code(_shown(action)), text.replace("\\\\", "\\"))


def environment(_: str) -> str:
    """The variables of the environment that the command line reads. Raises ValueError for one without words."""
    texts = [path.read_text("utf-8") for room in ("cli", "sources") for path in (PACKAGE / room).glob("*.py")]
    read = {name for text in texts for found in _READ.findall(text) for name in found if name}
    if read != set(VARIABLES):
        raise ValueError(f"commandline.VARIABLES tells {sorted(VARIABLES)}, but {sorted(read)} are read")
    return table(("variable", "what it is for"), [row(code(name), VARIABLES[name]) for name in sorted(VARIABLES)])
