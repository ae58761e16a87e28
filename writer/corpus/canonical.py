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
    # Entry by entry, the same bytes as the list of all as one JSON text: that of a million would not fit into memory.
    hashed = hashlib.sha256(b"[")
    for number, entry in enumerate(sorted(entries, key=lambda entry: entry.key)):
        listed = {"key": entry.key, "aliases": sorted(entry.aliases), **_content(entry)}
        hashed.update(("," * (number > 0) + _json(listed)).encode())
    hashed.update(b"]")
    return "sha256:" + hashed.hexdigest()


def _content(entry: Entry) -> dict[str, object]:
    told: dict[str, object] = {
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
    # Marks stand here only where they are set, so that the digests of corpora without them stay what they were.
    # English is the rule: a record that says so is no other than one that does not.
    if entry.truncated:
        told["truncated"] = True
    if entry.language not in (None, "en"):
        told["language"] = entry.language
    if entry.pmid is not None:
        told["pmid"] = entry.pmid
    return told


# Made once: `json.dumps` would make one for each entry.
_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
