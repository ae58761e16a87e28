"""`writer corpus fetch SOURCE QUERY --into LIB`: papers of an online source, kept in a library or a file."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from writer.cli.options import say

if TYPE_CHECKING:
    from writer.sources import Access, Fetched, Query, Source, Years

_SOURCES = ("openalex", "arxiv", "semantic-scholar", "crossref", "zotero")
_FETCHED = "fetched"
"""The folder of a library that holds the answers, as they came."""
_EPILOG = """Needs the extra: pip install 'writer[online]'. Requests are made one at a time, as seldom as each service
asks; an interrupted fetch goes on where it was when the same command is given again.
Keys are read from OPENALEX_API_KEY, S2_API_KEY and ZOTERO_API_KEY.
The sources were tried against local stand-ins that speak their documented formats, not against the live services."""


def add_options(action: str, parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EPILOG
    parser.add_argument("source", choices=_SOURCES, metavar="SOURCE", help=", ".join(_SOURCES))
    parser.add_argument("query", metavar="QUERY", help="in the source's own syntax; for zotero it may be empty")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--into", type=Path, metavar="LIB", help="add to this library, made where there is none")
    place.add_argument("--out", type=Path, metavar="FILE", help="write the records as they came, for --corpus FILE")
    parser.add_argument("--limit", type=int, default=100, metavar="N", help="records at most (default %(default)s)")
    parser.add_argument("--year", default="", metavar="YEAR", help="2019, 2019-2023, 2019- or -2023")
    parser.add_argument(
        "--email", metavar="ADDRESS", help="where the service can write to (default: WRITER_EMAIL); crossref, openalex"
    )
    parser.add_argument("--library", default="", metavar="KIND:ID", help="of zotero: group:ID or user:ID")
    parser.add_argument("--base-url", default="", metavar="URL", help="ask a mirror or stand-in of the service instead")


def run(args: argparse.Namespace) -> int:
    """Ask, keep, and tell what became of it."""
    from writer.sources import SOURCES, file_name

    source, query, access = SOURCES[args.source], _query(args), _access(args)
    source.check(query)
    if args.out is not None:
        fetched = _fetch(source, query, access, args.out)
        say(f"{_count(fetched.records)} in {fetched.file}")
        return 0
    from writer.cli import corpus_library
    from writer.corpus.library import Library

    # Before anything is asked: that a library is or can be there.
    with Library.open(args.into, make=True):
        pass
    fetched = _fetch(source, query, access, args.into / _FETCHED / file_name(source, query, access))
    with Library.open(args.into) as library:
        corpus_library.told_change(library.add([fetched.file]), args.into)
    return 0


def _fetch(source: Source, query: Query, access: Access, file: Path) -> Fetched:
    from writer.sources import fetch

    title = source.service.title

    def show(here: int, wanted: int, total: int | None) -> None:
        say(f"{title}: {here} of {wanted}" + ("" if total is None else f" ({total:,} in all)"))

    try:
        fetched = fetch(source, query, access, file, progress=show)
    except KeyboardInterrupt:
        say("what was answered is kept; the same command goes on from there")
        raise
    if fetched.resumed:
        say(f"{fetched.resumed} of these had been fetched before")
    return fetched


def _query(args: argparse.Namespace) -> Query:
    from writer.errors import SettingsError
    from writer.sources import Query

    if not args.query.strip() and args.source != "zotero":
        raise SettingsError("the query is empty", hint="give words to look for")
    if args.library and args.source != "zotero":
        raise SettingsError(f"--library means a library of zotero, not of {args.source}", hint="leave it out")
    if args.limit < 1:
        raise SettingsError(f"--limit is {args.limit}", hint="give a number of records, 1 or more")
    return Query(args.query.strip(), args.limit, _years(args.year), args.library)


def _years(told: str) -> Years:
    """`2019`, `2019-2023`, `2019-` or `-2023`."""
    from writer.errors import SettingsError
    from writer.sources import Years

    match = re.fullmatch(r"(\d{4})?(-?)(\d{4})?", told)
    if match is None or told == "-" or (match[3] and not match[2]):
        raise SettingsError(f"--year is {told!r}", hint="write 2019, 2019-2023, 2019- or -2023")
    first, last = (int(match[group]) if match[group] else None for group in (1, 3))
    if not match[2]:
        last = first
    if first is not None and last is not None and first > last:
        raise SettingsError(f"--year is {told!r}, which ends before it begins", hint=f"write {last}-{first}")
    return Years(first, last)


def _access(args: argparse.Namespace) -> Access:
    from writer.errors import SettingsError
    from writer.sources import SOURCES, Access

    email = args.email or os.environ.get("WRITER_EMAIL", "")
    if email and re.fullmatch(r"[^\s@()<>]+@[^\s@()<>]+", email) is None:
        raise SettingsError(f"{email!r} is no address", hint="give one as name@example.org in --email or WRITER_EMAIL")
    if args.base_url and re.match(r"https?://[^/]", args.base_url) is None:
        raise SettingsError(f"--base-url is {args.base_url!r}", hint="it begins with https:// or http://")
    variable = SOURCES[args.source].service.key_variable
    key = os.environ.get(variable, "").strip() if variable else ""
    if key and re.fullmatch(r"[!-~]+", key) is None:
        # A client would repeat it in its complaint.
        raise SettingsError(f"{variable} holds characters that no key has", hint="copy it again, without line breaks")
    return Access(args.base_url.rstrip("/"), email, key)


def _count(number: int) -> str:
    return "1 record" if number == 1 else f"{number} records"
