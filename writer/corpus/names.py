"""Names of authors, as BibTeX writes them and as people write them in tables.

It splits, it does not clean: LaTeX stays until a record becomes an entry. Not a judge of what is a name; what
stands in an author field is taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from writer.entry import Author
from writer.text.clean import clean

Authors = tuple[tuple[Author, ...], bool]
"""The authors in order, and whether the record says that there are more (`and others`, `et al.`)."""

_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_LIST_AND = re.compile(r"\s*,?\s+(?:and|&)\s+", re.IGNORECASE)
_OTHERS = re.compile(r"(?:and\s+)?(?:others|et\.?\s*al\.?|\.\.\.|…)", re.IGNORECASE)
_ET_AL = re.compile(r"[\s,]+et\.?\s+al\.?$", re.IGNORECASE)
# A family name and initials, as PubMed and Scopus write persons: `van Berg H`, `Roe J.-A.`
_SHORT = re.compile(r"(.*[^\W\d_]{2,}.*?)\s+((?:[A-Z]\.-?){1,4}|[A-Z]{1,3}(?:-[A-Z])?)")
# The number by which Scopus knows a person, as in `Roe, Jane (57190000000)`.
_PERSON_NUMBER = re.compile(r"\s*\(\d{6,}\)$")
# What the Web of Science writes where nobody is named.
_NOBODY = re.compile(r"\[anon(?:ymous)?\](?:,?\s*\[anon(?:ymous)?\])*,?", re.IGNORECASE)
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
# The last word of a name that is not a person's.
_BODIES = frozenset(
    "collaboration consortium team group foundation institute university committee network project".split()
)


def from_bibtex(text: str) -> Authors:
    """The authors of a BibTeX `author` field: `van der Berg, Hans and {The ATLAS Collaboration} and others`.

    >>> [str(author) for author in from_bibtex("Ludwig van Beethoven and {The ATLAS Collaboration}")[0]]
    ['van Beethoven, Ludwig', 'The ATLAS Collaboration']
    """
    return _gather(_split(text.strip(), _AND))


def from_list(names: list[str]) -> Authors:
    """The authors of a list that holds one name each, `Jane Roe` or `Roe, Jane`."""
    return _gather(name.strip() for name in names)


def from_text(text: str) -> Authors:
    """The authors of a table's cell: `A; B`, `A and B`, `A, B & C`, each `Jane Roe` or `Roe, Jane`.

    Commas are the doubtful case. Between two names of two words and more they separate persons, else they
    stand between family and given name.
    """
    text = _PERSON_NUMBER.sub("", text.strip())
    if ";" in text:
        return _gather(part.strip() for part in text.split(";"))
    parts = _split(text, _LIST_AND)
    if len(parts) > 1 and all(part.count(",") == 1 for part in parts if not _OTHERS.fullmatch(part)):
        return _gather(parts)
    return _gather(name for part in parts for name in _comma_list(part))


def from_inverted(listed: Iterable[str]) -> Authors:
    """The authors of a list that holds one name each, family name first: `Roe, Jane, Jr.`, `Roe, Jane`, `Roe JA`.

    A comma at the end marks an organisation, as reference managers do.

    >>> authors, more = from_inverted(["van Berg, Hans", "Roe JA", "Cedar, Delta and Sons,", "et al."])
    >>> [(author.family, author.given) for author in authors], more
    ([('van Berg', 'Hans'), ('Roe', 'JA'), ('Cedar, Delta and Sons', '')], True)
    """
    authors: list[Author] = []
    more = False
    for raw in listed:
        name = _PERSON_NUMBER.sub("", " ".join(raw.split()))
        if _NOBODY.fullmatch(name):
            continue
        family, _, given = (part.strip() for part in name.partition(","))
        if name.endswith(",") and name.strip(", "):
            authors.append(Author(name.rstrip(", ")))
        elif family and given and not _OTHERS.fullmatch(given):
            authors.append(Author(family, given))
        elif (short := _SHORT.fullmatch(name)) is not None:
            authors.append(Author(short[1], short[2]))
        else:
            found, others = from_list([name])
            authors.extend(found)
            more = more or others
    return tuple(authors), more


def person(raw: str) -> Author | None:
    """One name in BibTeX's forms `First von Last`, `von Last, First` and `von Last, Jr, First`."""
    raw = raw.strip().strip(",").strip()
    if not raw:
        return None
    if _one_group(raw):
        return Author(raw[1:-1].strip())
    parts = [part.strip() for part in _split(raw, re.compile(","))]
    if len(parts) > 1:
        family, *rest = parts
        given = ", ".join(part for part in [*rest[1:], rest[0]] if part) if len(rest) > 1 else rest[0]
        return Author(family, given) if family else person(given)
    words = [word for word in _split(raw, re.compile(r"[\s~]+")) if word]
    return _first_von_last(words)


def _first_von_last(words: list[str]) -> Author | None:
    if not words:
        return None
    if len(words) > 1 and words[-1].casefold() in _BODIES:
        return Author(" ".join(words))
    suffix = ""
    if len(words) > 2 and words[-1].casefold() in _SUFFIXES:
        suffix, words = words[-1], words[:-1]
    last = len(words) - 1
    start = next((index for index in range(last) if _is_particle(words[index])), last)
    given = " ".join(words[:start]).rstrip(",")
    return Author(" ".join(words[start:]), f"{given}, {suffix}" if suffix else given)


def _is_particle(word: str) -> bool:
    """Whether a word begins small, as `van`; a group in braces has no case unless it is an accent (`{\\'e}`)."""
    if word.startswith("{") and not word.startswith("{\\"):
        return False
    letters = clean(word) if "\\" in word else word
    return letters[:1].islower()


def _gather(parts: Iterator[str] | list[str]) -> Authors:
    authors: list[Author] = []
    more = False
    for part in parts:
        if _OTHERS.fullmatch(part):
            more = True
            continue
        name = _PERSON_NUMBER.sub("", part)
        cut = _ET_AL.sub("", name)
        more = more or cut != name
        author = person(cut)
        if author is not None and not _NOBODY.fullmatch(cut.strip()):
            authors.append(author)
    return tuple(authors), more


def _comma_list(part: str) -> list[str]:
    """`A B, C D` as two names; `Family, Given` as the one it is."""
    pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
    if len(pieces) < 2 or _one_group(part):
        return [part]
    if all(len(piece.split()) > 1 and not _is_particle(piece) for piece in pieces):
        return pieces
    families, givens = pieces[::2], pieces[1::2]
    if len(pieces) > 2 and len(families) == len(givens) and all(map(_initials, givens)):
        return [f"{family}, {given}" for family, given in zip(families, givens, strict=True)]
    if len(pieces) > 2 and pieces[-1].casefold() not in _SUFFIXES and not _initials(pieces[-1]):
        return pieces
    return [part]


def _initials(piece: str) -> bool:
    return re.fullmatch(r"(?:[^\W\d_]\.?[\s-]*){1,4}", piece) is not None and (len(piece) < 3 or "." in piece)


def _one_group(text: str) -> bool:
    """Whether one pair of braces holds the whole text."""
    if not (text.startswith("{") and text.endswith("}")):
        return False
    depth = 0
    for index, char in enumerate(text):
        depth += (char == "{") - (char == "}")
        if depth == 0:
            return index == len(text) - 1
    return False


def _split(text: str, at: re.Pattern[str]) -> list[str]:
    """Split where the pattern matches outside braces."""
    if "{" not in text:
        return at.split(text)
    parts: list[str] = []
    start = depth = counted = 0
    for match in at.finditer(text):
        between = text[counted : match.start()]
        depth += between.count("{") - between.count("}")
        counted = match.start()
        if depth <= 0:
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]
