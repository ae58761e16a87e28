"""Finished sections of a survey, kept in a folder, so that a later run with the same inputs need not draft them again.

Each is a file of Draft JSON whose name ends in a digest of all that shapes the survey: with another outline, corpus or
setting other files are looked for, and none is ever overwritten by what it is not. A file is used only if it still
holds what the checker finds to be so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from writer.checking import check
from writer.draft import Draft, Repairs
from writer.entry import Corpus
from writer.errors import UserError
from writer.rendering import from_json, to_json, write_all
from writer.text import ascii_fold

_DIGITS = 12
_SLUG = 40
_COUNTS = ("rounds", "right", "kept_right", "wrong", "made_right", "dropped")
_GOOD = ("quoted", "supported")


@dataclass(frozen=True)
class Kept:
    """The folder, and whether what it holds is to be used. The folder is made when the first section is kept."""

    folder: Path
    fresh: bool = False
    """Draft all sections anew, whatever is there."""

    def path(self, digest: str, at: int, heading: str) -> Path:
        """The file of a section: its number, its heading, and the first digits of the survey's digest."""
        slug = re.sub(r"[^a-z0-9]+", "-", ascii_fold(heading).lower())[:_SLUG].strip("-") or "section"
        return self.folder / f"{at + 1:02}-{slug}-{digest.rpartition(':')[2][:_DIGITS]}.json"

    def find(self, path: Path, theme: str, corpus: Corpus, tell: Callable[[str], None]) -> Draft | None:
        """The draft in a file, if there is one and it is sound; `tell` is told why it is not used."""
        if self.fresh or not path.is_file():
            return None
        try:
            draft = replace(from_json(path.read_text("utf-8")), corpus_sources=corpus.sources)
            draft = replace(draft, repairs=_read_repairs(path))
        except (OSError, UnicodeDecodeError, UserError) as error:
            tell(f"{path} cannot be used ({error}); drafted anew")
            return None
        if draft.theme != theme or draft.corpus_digest != corpus.digest or not _is_sound(draft, corpus):
            tell(f"{path} is not what was kept: it does not pass the checks; drafted anew")
            return None
        return draft

    def keep(self, path: Path, draft: Draft, corpus: Corpus) -> None:
        """Write a section's draft, and beside it what repair did, which is no part of Draft JSON."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"cannot make the folder {self.folder}: {error}", hint="give --out-dir another") from error
        beside = {_beside(path): _repairs_text(draft.repairs)} if draft.repairs.rounds else {}
        write_all({**beside, path: to_json(draft, corpus)})


def _beside(path: Path) -> Path:
    return path.with_suffix(".repairs.json")


def _repairs_text(repairs: Repairs) -> str:
    told = {name: value for name, value in asdict(repairs).items() if name in _COUNTS}
    return json.dumps({**told, "notes": list(repairs.notes)}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _read_repairs(path: Path) -> Repairs:
    beside = _beside(path)
    if not beside.is_file():
        return Repairs()
    try:
        told = json.loads(beside.read_text("utf-8"))
        counts: dict[str, Any] = {name: int(told[name]) for name in _COUNTS}
        return Repairs(**counts, notes=tuple(str(note) for note in told["notes"]))
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{beside.name} is damaged: {error!r}") from error


def _is_sound(draft: Draft, corpus: Corpus) -> bool:
    """Whether the checker finds no problem that the draft does not tell, and each good verdict as good.

    It may find fewer: what was shown to the drafter, and sentences that were dropped, are not in Draft JSON.
    """
    report = check(draft, corpus)
    told = {(problem.place, problem.kind, problem.key) for problem in draft.problems}
    found = {(problem.place, problem.kind, problem.key) for problem in report.problems}
    now = {claim.place: claim.verdict for claim in report.verdicts}
    good = [place for place, sentence in draft.sentences() if sentence.role == "claim" and sentence.verdict in _GOOD]
    return found <= told and all(now[place] in _GOOD for place in good)
