"""Online sources: what a catalogue or library answers to a query, as a file that `writer.corpus` reads.

One file per service, each through its well-kept client (the extra `online`), listed in `writer.sources.registry`. All
were tried against local stand-ins that speak the services' documented formats, none against the live services. Nothing
here reads the environment or knows how a record becomes an entry.
"""

from __future__ import annotations

from writer.sources.fetch import Fetched, fetch, file_name
from writer.sources.registry import SOURCES
from writer.sources.source import Access, Page, Query, Service, Source, Years

__all__ = ["SOURCES", "Access", "Fetched", "Page", "Query", "Service", "Source", "Years", "fetch", "file_name"]
