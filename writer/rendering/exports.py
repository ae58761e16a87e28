"""What a corpus is exported as: names of formats, their writers and file suffixes.

A writer is a pure function of (key, entry) pairs. Each says in its docstring what its format cannot carry; what it can
is read back the same. None but jsonl keeps an abstract that begins with the very word `Abstract:` or ends in a
copyright line: readers take both for what publishers print around it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from writer.entry import Entry
from writer.errors import UserError

Pairs = Iterable[tuple[str, Entry]]


@dataclass(frozen=True, slots=True)
class Export:
    """A format that other programs read; `write(pairs)` gives its text, UTF-8 with a newline at the end."""

    suffix: str
    write: Callable[[Pairs], str]


def to_jsonl(entries: Pairs) -> str:
    """One JSON object a line with every field that a draft could depend on; only where it was read is left out.

    What is empty is absent. Read back it is the same corpus with the same digest.
    """
    return "".join(json.dumps(_line(key, entry), ensure_ascii=False) + "\n" for key, entry in entries)


def _line(key: str, entry: Entry) -> dict[str, Any]:
    told = {
        "key": key,
        "kind": entry.kind,
        "title": entry.title,
        "abstract": entry.abstract,
        "authors": [{"family": author.family, "given": author.given} for author in entry.authors],
        "more_authors": entry.more_authors,
        "year": entry.year,
        "venue": entry.venue,
        "doi": entry.doi,
        "arxiv": entry.arxiv,
        "pmid": entry.pmid,
        "url": entry.url,
        "language": entry.language,
        "truncated": entry.truncated,
        "aliases": list(entry.aliases),
        "fields": [{"name": name, "value": value} for name, value in entry.fields],
        "raw_title": entry.raw_title if entry.raw_title != entry.title else "",
        "raw_abstract": entry.raw_abstract if entry.raw_abstract != entry.abstract else "",
    }
    return {"writer": 1} | {name: value for name, value in told.items() if value not in ("", None, False, [])}


def _to_bib(entries: Pairs) -> str:
    from writer.rendering.bib_export import to_bib

    return to_bib(entries)


def _to_csl(entries: Pairs) -> str:
    from writer.rendering.csl import to_csl_json

    return to_csl_json(entries)


def _to_ris(entries: Pairs) -> str:
    from writer.rendering.ris import to_ris

    return to_ris(entries)


EXPORTS = {
    "bib": Export(".bib", _to_bib),
    "ris": Export(".ris", _to_ris),
    "csl": Export(".json", _to_csl),
    "jsonl": Export(".jsonl", to_jsonl),
}


def export_named(name: str) -> Export:
    """The export format of this name; `UserError` lists the known ones where there is none."""
    if name not in EXPORTS:
        raise UserError(f"there is no export format {name!r}", hint=f"choose one of: {', '.join(EXPORTS)}")
    return EXPORTS[name]
