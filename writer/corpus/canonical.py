"""The content of entries as canonical JSON, and its digest.

What counts is what a draft could depend on: not where an entry was read, nor what its texts looked like raw.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from writer.entry import Entry


def content(entry: Entry) -> str:
    """What a work says, without its keys, as canonical JSON. Equal content is the same work."""
    return _json(_content(entry))


def digest(entries: Iterable[Entry]) -> str:
    """`sha256:` and the hash over the entries' content and keys, whatever their order and places.

    Not covered: sources, raw texts and the user's BibTeX fields, which hold raw texts and paths.
    """
    listed = [
        {"key": entry.key, "aliases": sorted(entry.aliases), **_content(entry)}
        for entry in sorted(entries, key=lambda entry: entry.key)
    ]
    return "sha256:" + hashlib.sha256(_json(listed).encode()).hexdigest()


def _content(entry: Entry) -> dict[str, object]:
    return {
        "title": entry.title,
        "abstract": entry.abstract,
        "authors": [[author.family, author.given] for author in entry.authors],
        "more_authors": entry.more_authors,
        "year": entry.year,
        "venue": entry.venue,
        "doi": entry.doi,
        "arxiv": entry.arxiv,
        "url": entry.url,
        "kind": entry.kind,
    }


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
