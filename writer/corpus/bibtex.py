"""BibTeX and BibLaTeX files, split by bibtexparser and read with our own eyes from there.

The parser's splitter goes on after a broken block and says where it stood; its middlewares are not used, since
they decode LaTeX far too slowly for abstracts. Values are kept as the user wrote them, without the outer braces
or quotes and with `@string` names and `crossref` and `xdata` resolved, so that a `.bib` written from `Entry.fields`
needs nothing else.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from writer.corpus import identifiers, inheritance, language, names
from writer.corpus.record import Reader, Reading, Record
from writer.entry import Skipped, Source

# A decorator with arguments, as in a program, has a sign of equality where an entry has its key's comma.
_BLOCK = re.compile(r"^[ \t]*@[A-Za-z]+[ \t]*[{(]\s*[^\s,={}]*\s*,", re.MULTILINE)
_NAMED = re.compile(r"^[ \t]*@[A-Za-z]+[ \t]*[{(]", re.MULTILINE)
_VENUES = ("journal", "journaltitle", "booktitle", "eventtitle", "conference", "school", "institution", "series")
# Fields that say which work it is: two values of one of them leave open what the record means.
_TELLING = frozenset({"title", "abstract", "author", "year", "date", "doi", "eprint", "journal", "booktitle",
                      "crossref"})  # fmt: skip
_BARE = re.compile(r"[^\s\"#{}(),=]+")
_BRACE = re.compile(r"(?<!\\)[{}]")
_QUOTE_OR_BRACE = re.compile(r"(?<!\\)[{}\"]")
# What stands between blocks is a comment, unless it looks like an entry that lost its `@` or its own beginning.
_LOST_ENTRY = re.compile(r"^[ \t]*[A-Za-z]+[ \t]*\{[^\s{},]+,\s*[A-Za-z]+\s*=", re.MULTILINE)
_LOST_FIELDS = re.compile(r",?\s*[A-Za-z]+\s*=\s*[{\"\d]")


def _recognises(text: str, filename: str) -> bool:
    if "\0" in text[:100]:
        # A database may hold an entry among its pages.
        return False
    return (_NAMED if filename.lower().endswith(".bib") else _BLOCK).search(text) is not None


def _read(text: str, file: str) -> Reading:
    from bibtexparser.model import (
        DuplicateBlockKeyBlock,
        DuplicateFieldKeyBlock,
        Entry,
        ImplicitComment,
        ParsingFailedBlock,
    )

    records: list[Record] = []
    skipped: list[Skipped] = []
    blocks = split(text)
    strings = _strings(blocks)
    parents = _parents(blocks, strings)
    for block in blocks:
        line = int(block.start_line) + 1
        # Keys and fields given twice are judged here and where keys are given out, by what they say.
        if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock):
            block = block.ignore_error_block
        if isinstance(block, ImplicitComment):
            skipped += _lost(block.comment, file, line)
        elif isinstance(block, ParsingFailedBlock):
            skipped.append(Skipped(file, line, _why(block)))
            skipped += _lost(block.raw or "", file, line)
        elif isinstance(block, Entry) and block.entry_type.casefold() != "xdata":
            made = _record(block, Source(file, line), strings, parents)
            if isinstance(made, Record):
                records.append(made)
            else:
                skipped.append(Skipped(file, line, made))
    return records, skipped


def split(text: str) -> list[Any]:
    """The blocks of the file, in order."""
    from bibtexparser.splitter import Splitter

    logger = logging.getLogger("bibtexparser")
    if not logger.handlers:
        # Broken blocks are reported as skipped; without a handler the parser's warnings would be printed too.
        logger.addHandler(logging.NullHandler())
    return list(Splitter(text).split().blocks)


def _strings(blocks: list[Any]) -> dict[str, str]:
    """The `@string` definitions, names in lower case; each may use those above it."""
    from bibtexparser.model import DuplicateBlockKeyBlock, String

    strings: dict[str, str] = {}
    for block in blocks:
        if isinstance(block, DuplicateBlockKeyBlock):
            block = block.ignore_error_block
        if isinstance(block, String):
            value = _value(block.value, strings)
            if value is not None:
                strings[block.key.casefold()] = value
    return strings


def _parents(blocks: list[Any], strings: Mapping[str, str]) -> inheritance.Parents:
    """The entries that others point at, by their keys. Most files have none, and are not looked through."""
    from bibtexparser.model import Entry

    entries = [block for block in blocks if isinstance(block, Entry)]
    pointers = (field for block in entries for field in block.fields if field.key.casefold() in inheritance.POINTERS)
    named = {key for field in pointers for key in inheritance.keys_of(_value(field.value, strings))}
    found: dict[str, inheritance.Parent] = {}
    for block in entries if named else ():
        if (key := block.key.strip()) in named and key not in found:
            values = [(field.key, _value(field.value, strings)) for field in block.fields]
            found[key] = (block.entry_type.casefold(), [(name, value) for name, value in values if value is not None])
    return found


def _record(block: Any, source: Source, strings: Mapping[str, str], parents: inheritance.Parents) -> Record | str:
    """The record of one entry, or why there is none."""
    key = block.key.strip()
    if not key:
        return f"@{block.entry_type} has an empty key"
    fields: list[tuple[str, str]] = []
    by_name: dict[str, str] = {}
    for field in block.fields:
        value, name = _value(field.value, strings), field.key.casefold()
        if value is None:
            return f"@{block.entry_type}{{{key}}}: the value of {field.key!r} does not end well (a comma missing?)"
        if by_name.get(name, value) != value and name in _TELLING:
            return f"@{block.entry_type}{{{key}}}: {field.key!r} is given twice with different values"
        if name not in by_name:
            # Of a field given twice BibTeX reads the first.
            fields.append((field.key, value))
            by_name[name] = value
    if parents:
        fields = inheritance.resolved(block.entry_type.casefold(), fields, parents)
        # The editor of a volume is not the author of its parts.
        by_name = {n.casefold(): v for n, v in fields if n.casefold() != "editor"} | by_name
    if not by_name.get("title") and not by_name.get("abstract"):
        return f"@{block.entry_type}{{{key}}} has neither a title nor an abstract"
    return _made(key, block.entry_type, fields, by_name, source)


def _made(key: str, kind: str, fields: list[tuple[str, str]], by_name: Mapping[str, str], source: Source) -> Record:
    def pick(*options: str) -> str:
        return next((by_name[name].strip() for name in options if by_name.get(name)), "")

    authors, more = names.from_bibtex(pick("author", "editor"))
    return Record(
        source,
        title=_title(pick("title"), pick("subtitle")),
        abstract=pick("abstract"),
        key=key,
        authors=authors,
        more_authors=more,
        year=identifiers.year(pick("year")) or identifiers.year(pick("date")),
        venue=pick(*_VENUES) or None,
        doi=identifiers.doi(pick("doi")) or identifiers.doi(pick("url")),
        arxiv=_arxiv(by_name),
        url=pick("url").replace("\\", "") or None,
        kind=kind.casefold(),
        fields=tuple(fields),
        pmid=identifiers.pmid(pick("pmid"))
        or (identifiers.pmid(pick("eprint")) if _archive(by_name) == "pubmed" else None),
        language=language.told(pick("language", "langid")),
        aliases=tuple(inheritance.keys_of(by_name.get("ids"))),
    )


def _title(title: str, subtitle: str) -> str:
    return f"{title}: {subtitle}" if title and subtitle else title


def _archive(by_name: Mapping[str, str]) -> str:
    return (by_name.get("archiveprefix") or by_name.get("eprinttype") or "arxiv").strip().casefold()


def _arxiv(by_name: Mapping[str, str]) -> str | None:
    eprint = by_name.get("eprint", "") if _archive(by_name) == "arxiv" else ""
    places = (by_name.get(name, "") for name in ("doi", "url", "journal", "note", "howpublished", "volume"))
    return identifiers.arxiv(eprint) or identifiers.arxiv_within(" ".join(places))


def _value(raw: str, strings: Mapping[str, str]) -> str | None:
    """The text of a value, its outer braces or quotes and its `#` resolved; None when it is not well formed.

    A name that no `@string` defines stands for itself, as the months do.
    """
    raw = raw.strip()
    if raw[:1] == "{" and raw[-1:] == "}" and _BRACE.search(raw, 1, len(raw) - 1) is None:
        return raw[1:-1]
    parts = list(_parts(raw, strings))
    return None if None in parts else "".join(part for part in parts if part is not None)


def _parts(raw: str, strings: Mapping[str, str]) -> Iterator[str | None]:
    position = 0
    while position < len(raw):
        if raw[position] in '{"':
            end = _closing(raw, position)
            yield None if end is None else raw[position + 1 : end]
            position = len(raw) if end is None else end + 1
        else:
            bare = _BARE.match(raw, position)
            yield None if bare is None else strings.get(bare[0].casefold(), bare[0])
            position = len(raw) if bare is None else bare.end()
        rest = raw[position:].lstrip()
        if rest and not rest.startswith("#"):
            yield None
            return
        position = len(raw) - len(rest[1:].lstrip())


def _closing(raw: str, start: int) -> int | None:
    """Where the brace or quote that opens at `start` closes."""
    depth = 0
    quoted = raw[start] == '"'
    for match in (_QUOTE_OR_BRACE if quoted else _BRACE).finditer(raw, start + quoted):
        char = match[0]
        if char == '"':
            if depth == 0:
                return match.start()
            continue
        depth += 1 if char == "{" else -1
        if depth == 0 and not quoted:
            return match.start()
    return None


def _why(block: Any) -> str:
    begin = " ".join((block.raw or "").split())[:40]
    reason = getattr(block.error, "abort_reason", None) or str(block.error) or "not closed"
    return f"broken BibTeX near `{begin}`: {' '.join(str(reason).split())}"


def _lost(comment: str, file: str, line: int) -> list[Skipped]:
    """What in a comment or in the reach of a broken block was meant to be read. A plain comment gives nothing."""
    found = []
    if _LOST_FIELDS.match(comment):
        found.append(Skipped(file, line, "fields outside of an entry (a brace too many above?)"))
    for match in _LOST_ENTRY.finditer(comment):
        at = line + comment.count("\n", 0, match.start())
        found.append(Skipped(file, at, f"an entry without its @: `{match[0].strip()}`"))
    return found


READER = Reader("bibtex", "BibTeX entries such as `@article{key, title = {…}, abstract = {…}}`", _recognises, _read)
