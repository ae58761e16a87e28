"""Makes what the pages of this folder do not say by hand, and tells what is stale.

    python docs/make.py                  # renew outputs, references and the drawings of terminals
    python docs/make.py --check          # change nothing; 1 where something is stale
    python docs/make.py --pictures       # the same as the first, and new screenshots (playwright and Chromium)
    python docs/make.py --measure FILE   # renew measured.json from labelled claims, then the pages

Generated parts of a page stand between `<!-- made: NAME … -->` and `<!-- end -->`; all else is written by hand. What
stands in such a part comes from the code, from commands that are run on `examples/`, or from what was measured.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from making import blocks, measured, screenshots, terminal  # noqa: E402

COMMAND = "python docs/make.py"


def main(argv: Sequence[str] | None = None) -> int:
    """Renew or check; 1 where something is stale."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--check", action="store_true", help="change nothing; exit with 1 where something is stale")
    does.add_argument("--pictures", action="store_true", help="take new screenshots too")
    does.add_argument("--measure", type=Path, metavar="FILE", help="measure on labelled claims (support.jsonl) first")
    args = parser.parse_args(argv)
    if args.measure is not None:
        measured.measure(args.measure)
    files = made()
    if args.check:
        told = stale(files) + screenshots.stale()
        sys.stderr.writelines(f"{line}\n" for line in told)
        return 1 if told else 0
    for path, text in files.items():
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            sys.stdout.write(f"wrote {path.relative_to(HERE.parent)}\n")
    if args.pictures:
        screenshots.take()
    return 0


def made() -> dict[Path, str]:
    """Every file that is made, or made in part, as it should be."""
    pages = {path: blocks.renewed(path) for path in (*sorted(HERE.rglob("*.md")), HERE.parent / "README.md")}
    drawings = {
        HERE / "pictures" / f"{name}.svg": terminal.drawn(command) for name, command in terminal.PICTURES.items()
    }
    return pages | drawings


def stale(files: dict[Path, str]) -> list[str]:
    """What is not as it should be, a line each."""
    old = [path for path, text in files.items() if not path.is_file() or path.read_text("utf-8") != text]
    return [f"{path.relative_to(HERE.parent)} is stale: {COMMAND}" for path in old]


if __name__ == "__main__":
    raise SystemExit(main())
