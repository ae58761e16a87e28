"""The entries that a draft cites, as BibTeX under the keys it cites them by.

What the user's own `.bib` said is given back as it was, field by field; for other sources fields are made from what
the corpus knows, and nothing is made up where it knows nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import quote

from writer.draft import Draft
from writer.entry import Author, Corpus, Entry
from writer.rendering import latex_text as tex
from writer.rendering.claims import fold

VENUE_FIELDS = {
    "article": "journal", "inproceedings": "booktitle", "conference": "booktitle", "incollection": "booktitle",
    "book": "publisher", "techreport": "institution", "phdthesis": "school", "mastersthesis": "school",
}  # fmt: skip
Fields = list[tuple[str, str]]
"""Names of fields and their values, braces and all."""
_MONTHS = frozenset("jan feb mar apr may jun jul aug sep oct nov dec".split())
# What \doi and \url of the usual styles take without escaping.
_PLAIN_DOI = re.compile(r"10\.[0-9.]+/[A-Za-z0-9()<>;:/._-]+")
_ADDRESS_SIGNS = "/:;,.?=&%#@!$'()*+~-_[]"


def to_bibtex(draft: Draft, corpus: Corpus) -> str:
    """The cited entries as BibTeX, in the order of their first citation; cited keys without an entry as comments.

    Braces are balanced whatever the fields hold. Raises `UserError` for a key that BibTeX cannot take.
    """
    blocks: list[str] = []
    for key in draft.cited():
        entry = corpus.get(key)
        if entry is not None:
            blocks.append(block(key, entry, own_fields(entry) or made_fields(key, entry)))
        else:
            # An @ would start an entry even in a comment.
            blocks.append(f"% cited, but not in the corpus: {fold(key).replace('@', '(at)')}")
    return "".join(f"{made}\n\n" for made in blocks)[:-1]


def block(key: str, entry: Entry, fields: Fields) -> str:
    """One entry of a `.bib` file. Raises `UserError` for a key that BibTeX cannot take."""
    kind = entry.kind if re.fullmatch("[A-Za-z]+", entry.kind) else "misc"
    lines = [f"  {name} = {value}," for name, value in fields]
    return "\n".join([f"@{kind}{{{tex.checked_key(key)},", *lines, "}"])


def own_fields(entry: Entry, without: Collection[str] = ("abstract",)) -> Fields:
    """The user's fields as written, without some; of a field given twice the first, as BibTeX takes it."""
    fields: dict[str, tuple[str, str]] = {}
    for name, value in entry.fields:
        if name.lower() not in without:
            fields.setdefault(name.lower(), (name, _own_value(name, value)))
    return list(fields.values())


def _own_value(name: str, value: str) -> str:
    if name.lower() == "month" and value.strip().lower() in _MONTHS:
        return value.strip()
    return f"{{{balanced(value)}}}"


def balanced(value: str) -> str:
    r"""The value as it is where its braces are balanced, else with all braces as signs.

    BibTeX counts `\{` as a brace, other readers do not: a value must be balanced for both.
    """
    if not (_is_balanced(value) and _is_balanced(re.sub(r"\\[{}]", "", value))):
        value = re.sub(r"\\?\{", r"\\textbraceleft ", value)
        value = re.sub(r"\\?\}", r"\\textbraceright ", value)
    # A backslash at the end would take the closing brace with it.
    return value + " " if value.endswith("\\") else value


def _is_balanced(value: str) -> bool:
    depth = 0
    for char in value:
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth < 0:
            return False
    return depth == 0


def made_fields(key: str, entry: Entry) -> Fields:
    """Fields from what the corpus knows of the entry, escaped."""
    made: dict[str, str] = {}
    title = fold(entry.title)
    if entry.authors:
        names = [_name(author) for author in entry.authors] + (["others"] if entry.more_authors else [])
        made["author"] = " and ".join(names)
    else:
        # What styles cite by where there is no author.
        made["key"] = _text(_short(title) or key)
    if title:
        # Inner braces keep the capitals; styles would lower them.
        made["title"] = f"{{{_text(title)}}}"
    if entry.year is not None:
        made["year"] = str(entry.year)
    if entry.venue and fold(entry.venue):
        made[VENUE_FIELDS.get(entry.kind.lower(), "howpublished")] = _text(entry.venue)
    addresses, notes = _addresses(entry)
    made |= addresses
    if not title:
        notes = [f"No title; abstract read in {entry.source.label}", *notes]
    if notes:
        made["note"] = _text("; ".join(notes))
    return [(name, f"{{{value}}}") for name, value in made.items()]


def _short(title: str) -> str:
    """The title up to its colon where that is short, else its first four words and an ellipsis."""
    name, words = title.partition(": ")[0], title.split()
    if len(name.split()) <= 5:
        return name
    return " ".join(words[:4]).rstrip(",;:-–—") + "…"


def _addresses(entry: Entry) -> tuple[dict[str, str], list[str]]:
    """The fields for DOI, arXiv and web address, and as notes those that such a field cannot carry."""
    found: dict[str, str] = {}
    notes: list[str] = []
    if entry.doi:
        if _PLAIN_DOI.fullmatch(entry.doi):
            found["doi"] = entry.doi
        else:
            notes.append(f"doi:{entry.doi}")
    url = fold(entry.url or "")
    if entry.arxiv:
        found |= {"eprint": _text(entry.arxiv), "archiveprefix": "arXiv"}
        url = url or f"https://arxiv.org/abs/{fold(entry.arxiv)}"
    if re.fullmatch(r"https?://\S+", url):
        found["url"] = quote(url, safe=_ADDRESS_SIGNS)
    elif url:
        notes.append(url)
    return found, notes


def _name(author: Author) -> str:
    """A name as BibTeX reads it back: braces where a comma or an `and` would cut it."""
    family, given = _text(author.family), _text(author.given)
    if not given:
        # An organisation is one name, not given name and family name.
        return f"{{{family}}}" if " " in family or "," in family else family
    parts = [f"{{{part}}}" if "," in part or re.search(r"\band\b", part) else part for part in (family, given)]
    return ", ".join(parts)


def _text(raw: str) -> str:
    """Escaped text for a field: as in running text, but with `@` so that no reader takes it for an entry."""
    return tex.text(raw).replace("@", "{@}")
