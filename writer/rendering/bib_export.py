"""Entries as a `.bib` file for other programs: UTF-8, with abstracts, to be read back the same.

Unlike the bibliography of a draft, which TeX must set, letters stay as they are; only signs that mean something to
BibTeX or LaTeX are escaped. A user's own fields are given back as written. What other sources added to a user's entry
is added to them, and replaces those that now say something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from writer.entry import Author, Entry
from writer.rendering.bibliography import VENUE_FIELDS, Fields, balanced, block, own_fields
from writer.text import clean

_ADDRESS = re.compile(r'(https?://[^\s{}<>"\\]+)')
_ESCAPED = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": "{<}", "`": "{`}", "'": "'", "@": "{@}",
}  # fmt: skip
_SPECIAL = re.compile("|".join(map(re.escape, _ESCAPED)))
_VENUES = ("journal", "journaltitle", "booktitle", "eventtitle", "conference", "school", "institution", "series")
"""Fields in which a venue is looked for when the file is read."""


def to_bib(entries: Iterable[tuple[str, Entry]]) -> str:
    """(key, entry) pairs as BibTeX, in their order. Raises `UserError` for a key that BibTeX cannot take.

    It cannot carry: that an abstract was cut, a brace without its partner, an alias that is no BibTeX key, and of a
    web address the signs that addresses must not hold.
    """
    return "".join(f"{block(key, entry, _fields(entry))}\n\n" for key, entry in entries)[:-1]


def _fields(entry: Entry) -> Fields:
    made = _made(entry)
    if not entry.fields:
        return [(name, f"{{{value}}}") for name, value in made.items()]
    if len(entry.sources) < 2:
        return own_fields(entry, without=())
    own = {name.lower(): value for name, value in reversed(entry.fields)}
    drop, add = set[str](), dict[str, str]()
    for names, says in _SAYS:
        now = {name: made[name] for name in names if name in made}
        was = " ".join(own[name] for name in names if name in own)
        if now and not says(entry, clean(was), was):
            drop.update(names)
            add |= now
    kept = own_fields(entry, without=drop)
    return [*kept, *((name, f"{{{value}}}") for name, value in add.items())]


def _made(entry: Entry) -> dict[str, str]:
    """Fields from what the corpus knows of the entry, escaped, without their outer braces."""
    names = [_name(author) for author in entry.authors] + (["others"] if entry.more_authors else [])
    venue = VENUE_FIELDS.get(entry.kind.lower(), "howpublished")
    made = {
        "author": " and ".join(names),
        # Inner braces keep the capitals; styles would lower them.
        "title": f"{{{_text(entry.title)}}}" if entry.title else "",
        "year": str(entry.year or ""),
        venue: _text(entry.venue or ""),
        # Where BibTeX has no field for a venue, one that it passes over, for readers.
        "journaltitle": _text(entry.venue or "") if venue not in _VENUES else "",
        "doi": entry.doi or "",
        "eprint": entry.arxiv or "",
        "archiveprefix": "arXiv" if entry.arxiv else "",
        "url": re.sub(r"[\s{}\\]", "", entry.url or ""),
        "pmid": entry.pmid or "",
        "langid": entry.language if entry.language not in (None, "en") else "",
        "ids": ",".join(alias for alias in entry.aliases if not re.search(r"[\s,{}\"#%~\\=]", alias)),
        "abstract": _text(entry.abstract),
    }
    return {name: balanced(value) for name, value in made.items() if value}


def _says_venue(entry: Entry, text: str, raw: str) -> bool:
    return not entry.venue or entry.venue in text


def _says_authors(entry: Entry, text: str, raw: str) -> bool:
    return bool(text) and all(author.family in text for author in entry.authors)


_Says = Callable[[Entry, str, str], bool]
_SAYS: tuple[tuple[tuple[str, ...], _Says], ...] = (
    (("author",), _says_authors),
    (("title",), lambda entry, text, raw: text == entry.title),
    (("year", "date"), lambda entry, text, raw: str(entry.year) in text),
    ((*_VENUES, "publisher", "howpublished"), _says_venue),
    (("doi",), lambda entry, text, raw: str(entry.doi).lower() in raw.replace("\\", "").lower()),
    (("eprint", "archiveprefix"), lambda entry, text, raw: str(entry.arxiv) in raw),
    (("url",), lambda entry, text, raw: str(entry.url) in raw.replace("\\", "")),
    (("pmid",), lambda entry, text, raw: raw == entry.pmid),
    (("langid",), lambda entry, text, raw: bool(raw)),
    (("ids",), lambda entry, text, raw: all(alias in raw for alias in entry.aliases)),
    (("abstract",), lambda entry, text, raw: bool(entry.abstract) and entry.abstract in text),
)
"""For each group of fields, whether the user's own (clean, and as written) say what the entry says."""


def _name(author: Author) -> str:
    """A name as BibTeX reads it back: braces where a comma or an `and` would cut it."""
    family, given = _text(author.family), _text(author.given)
    if not given:
        return f"{{{family}}}"
    parts = [f"{{{part}}}" if "," in part or re.search(r"\band\b", part, re.I) else part for part in (family, given)]
    return ", ".join(parts)


def _text(raw: str) -> str:
    """Escaped so that reading gives the text back; an address within it is never rewritten, here nor there."""
    out = ""
    for n, part in enumerate(_ADDRESS.split(raw)):
        piece = part if n % 2 else _escaped(part)
        # Readers part an address from a word before it, and take signs behind it for its own; braces prevent both.
        glued = n and piece and (out[-1:].strip() if n % 2 else piece[0] in "\\{")
        out += "{}" + piece if glued else piece
    return out


def _escaped(text: str) -> str:
    text = _SPECIAL.sub(lambda match: _ESCAPED[match[0]], text)
    return text.replace("''", "'{}'")
