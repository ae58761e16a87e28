"""Commands of a page, run: the output under each `$ …` line of a console block is what the command prints.

The commands of one page run in one folder, which begins with `examples/` alone. `writer` runs in this process; a few
commands that show or change a file run as they are.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from unittest import mock

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
COLUMNS = "100"
_UNSET = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "TIKTOKEN_CACHE_DIR")
_OTHERS = ("cat", "ls", "head", "cp", "sed", "grep")
_PIPE = re.compile(r"^(?P<command>.*?) \| (?P<which>head|tail) -n (?P<count>\d+)$")
_KEPT = re.compile(r"^(?P<command>.*?) > (?P<file>\S+)$")
_FENCED = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


class Session:
    """A folder in which commands run one after the other; made when the first one does."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._code = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder)

    @property
    def folder(self) -> Path:
        """Where the commands run."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp())
            shutil.copytree(EXAMPLES, self._folder / "examples")
        return self._folder

    def again(self, block: str, options: str = "") -> str:
        """A console block with the commands in it run anew.

        `lines=1-9,15-20` shows these lines of an output, `about=unknown-key,direction` what `writer check` says of
        these kinds; `exit=0` is how the last command must end for what the page
        says of it to be true. Raises ValueError where it ends otherwise.
        """
        fenced = _FENCED.search(block)
        if fenced is None:
            raise ValueError("a part `run` holds a fenced block whose lines `$ …` are the commands")
        shown = re.search(r"lines=([\d,-]+)", options)
        about = re.search(r"about=([\w,-]+)", options)
        lines, command = [], ""
        for written in commands(fenced[2]):
            command = " ".join(part.strip() for part in written.split("\\\n"))
            printed = self.printed(command).splitlines()
            if about:
                printed = _findings(printed, about[1].split(","))
            lines += [f"$ {written}", *(_chosen(printed, shown[1]) if shown else printed)]
        wanted = re.search(r"exit=(\d)", options)
        if wanted and int(wanted[1]) != self._code:
            raise ValueError(f"`{command}` ended with {self._code}, and the page says {wanted[1]}")
        return f"```{fenced[1]}\n" + "\n".join(line.rstrip() for line in lines) + "\n```"

    def printed(self, command: str) -> str:
        """What a command prints, to standard output and error together, as a terminal shows it."""
        if command == "echo $?":
            return f"{self._code}\n"
        piped, kept = _PIPE.match(command), _KEPT.match(command)
        words = shlex.split(piped["command"] if piped else kept["command"] if kept else command)
        told = ""
        if words[0] == "writer":
            text, told = self._writer(words[1:], apart=kept is not None)
        elif words[0] in _OTHERS:
            done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, check=False)
            text, self._code = done.stdout + done.stderr, done.returncode
        else:
            raise ValueError(f"`{command}` is not run here; known are writer, {', '.join(_OTHERS)}")
        if kept:
            (self.folder / kept["file"]).write_text(text, "utf-8")
            return told
        if piped:
            lines, count = text.splitlines(keepends=True), int(piped["count"])
            text = "".join(lines[:count] if piped["which"] == "head" else lines[-count:])
        return text

    def _writer(self, arguments: list[str], *, apart: bool) -> tuple[str, str]:
        """What goes to standard output, and what to standard error; both as one where they are not kept apart."""
        from writer.cli import main

        printed = io.StringIO()
        errors = io.StringIO() if apart else printed
        with _here(self.folder), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(errors):
            try:
                self._code = main(arguments)
            except SystemExit as error:
                raise ValueError(f"writer {shlex.join(arguments)}: {printed.getvalue()}") from error
        if self._code > 1:
            raise ValueError(f"writer {shlex.join(arguments)} ended with {self._code}: {printed.getvalue()}")
        return printed.getvalue(), errors.getvalue() if apart else ""


def commands(block: str) -> list[str]:
    """The commands of a console block as they are written, with the lines that a backslash adds."""
    return [found[1] for found in re.finditer(r"^\$ ((?:[^\n]*\\\n)*[^\n]*)", block, re.MULTILINE)]


def _chosen(lines: list[str], told: str) -> list[str]:
    """The lines of the ranges, counted from 1; `…` where some are left out."""
    shown: list[str] = []
    at = 0
    for span in told.split(","):
        first, _, last = span.partition("-")
        begin, end = int(first) - 1, int(last or first)
        shown += ["…"] * (begin > at) + lines[begin:end]
        at = end
    return shown + ["…"] * (at < len(lines))


def _findings(lines: list[str], kinds: list[str]) -> list[str]:
    """What `writer check` says of these kinds. Raises ValueError for a kind of which it says nothing."""
    found: list[str] = []
    for kind in kinds:
        about = [at for at, line in enumerate(lines) if re.match(rf"\S+:\d+:\d+: \w+ {re.escape(kind)}: ", line)]
        if not about:
            raise ValueError(f"nothing is said of {kind}")
        for at in about:
            end = next((later for later in range(at, len(lines)) if not lines[later]), len(lines))
            found += [*([""] if found else []), *lines[at:end]]
    return found


@contextlib.contextmanager
def _here(folder: Path) -> Iterator[None]:
    """The folder as the current one, with the environment of a user who has set nothing."""
    own = {"COLUMNS": COLUMNS, "WRITER_CACHE_DIR": str(folder / ".cache"), **dict.fromkeys(_UNSET, "")}
    with mock.patch.dict("os.environ", own), contextlib.chdir(folder):
        yield
