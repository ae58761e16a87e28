"""The online sources, by the names they have on the command line."""

from __future__ import annotations

from writer.sources import arxiv, crossref, openalex, semantic_scholar, zotero
from writer.sources.source import Source

SOURCES: dict[str, Source] = {
    source.service.name: source
    for source in (openalex.SOURCE, arxiv.SOURCE, semantic_scholar.SOURCE, crossref.SOURCE, zotero.SOURCE)
}
"""A new source is one file here and one name in this line."""
