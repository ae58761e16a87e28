"""Zotero's RDF: items as elements of the first level, their journals and volumes beside or within them.

The items are cut by their indent, which Zotero always writes, so that a broken one costs itself alone. In a file that
another program wrote without indent they are cut by counting tags, and a broken one may cost those behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from writer.corpus import identifiers, xml_records, zotero
from writer.corpus.opening import Opened
from writer.corpus.record import Reader, Reading, Record
from writer.entry import Author, Skipped, Source

_ROOT = re.compile(r"<rdf:RDF\b[^>]*>")
# A first element that begins a line, and a deeper one in the next.
_INDENTED = re.compile(r"\s*?\n([ \t]*)<[A-Za-z][^<>]*>[ \t]*\n\1[ \t]+<")
_TAG = re.compile(r"<(/?)([A-Za-z][\w.:-]*)(?:\"[^\"]{0,4000}\"|'[^']{0,4000}'|[^<>\"'])*?(/?)>")
_TELLING = re.compile(r"zotero\.org/namespaces/export|xmlns:z=")
_LINE = re.compile(r"in line (\d+)$")
_KINDS = {
    "Article": "journalArticle", "Book": "book", "BookSection": "bookSection", "Thesis": "thesis",
    "Report": "report", "Document": "webpage", "Manuscript": "manuscript",
}  # fmt: skip
# Elements that stand for no work: containers, attachments, notes, folders.
_OTHERS = frozenset({"Journal", "Series", "Memo", "Attachment", "Collection", "Periodical"})
_ROLES = {
    "authors": "author", "editors": "editor", "presenters": "presenter", "programmers": "programmer",
}  # fmt: skip
_CONTAINERS = {
    "conferencePaper": "proceedingsTitle", "bookSection": "bookTitle", "webpage": "websiteTitle",
    "blogPost": "blogTitle", "encyclopediaArticle": "encyclopediaTitle", "dictionaryEntry": "dictionaryTitle",
}  # fmt: skip
_IDENTIFIER = re.compile(r"(DOI|ISSN|ISBN)\s+(.*)", re.DOTALL)


class _Node(NamedTuple):
    line: int
    element: Element


def _read(text: str, file: str) -> Reading:
    nodes: list[_Node] = []
    skipped: list[Skipped] = []
    for line, found in _nodes(text, file):
        if isinstance(found, str):
            skipped.append(Skipped(file, line, found))
        else:
            nodes.append(_Node(line, found))
    by_address = {node.element.get("rdf:about", ""): node.element for node in nodes}
    records: list[Record] = []
    for line, element in nodes:
        kind = _kind(element)
        if element.tag in _OTHERS or kind in zotero.NO_PAPERS:
            continue
        made = _record(element, kind, by_address, Source(file, line))
        if isinstance(made, Record):
            records.append(made)
        else:
            skipped.append(Skipped(file, line, made))
    return records, sorted(skipped, key=lambda skip: skip.line)


def _nodes(text: str, file: str) -> Iterator[tuple[int, Element | str]]:
    """The elements of the first level, each with its line, or why one cannot be read."""
    root = _ROOT.search(text)
    start = root.end() if root else len(text)
    indented = _INDENTED.match(text, start)
    cuts = _by_depth(text, start) if indented is None else _by_indent(text, indented.start(1), indented[1])
    line, counted = 1, 0
    for begin, end, name in cuts:
        line, counted = line + text.count("\n", counted, begin), begin
        piece = text[begin:end].strip()
        yield line, _parsed(piece, name, line, file) if name else f"no element begins here: `{piece[:40]}`"


def _by_indent(text: str, place: int, indent: str) -> Iterator[tuple[int, int, str]]:
    """Where the elements with this indent begin and end, and their names; of what is no element no name."""
    margin = re.escape(indent)
    level = re.compile(rf"^{margin}(?:<([A-Za-z][\w.-]*:[\w.-]+)(?=[\s/>])|</?\S.*|[^\s<].*)", re.MULTILINE)
    while (found := level.search(text, place)) is not None:
        place, name = found.end(), found[1] or ""
        if name:
            end = re.compile(rf"^{margin}(?:(?P<own></{re.escape(name)}\s*>)|<)|^</", re.MULTILINE)
            close = end.search(text, place)
            place = len(text) if close is None else close.end() if close["own"] else close.start()
        yield found.start(), place, name


def _by_depth(text: str, place: int) -> Iterator[tuple[int, int, str]]:
    """The same for elements on the first level by their tags."""
    depth, begin, name = 0, place, ""
    for tag in _TAG.finditer(text, place):
        if depth == 0:
            if tag[1]:
                return
            begin, name = tag.start(), tag[2]
        depth += 0 if tag[3] else -1 if tag[1] else 1
        if depth == 0:
            yield begin, tag.end(), name
    if depth:
        yield begin, len(text), name


def _parsed(piece: str, name: str, line: int, file: str) -> Element | str:
    parsed = next(xml_records.records(Opened.of_text(piece, file), (name,)), (line, f"<{name}> is broken"))[1]
    if isinstance(parsed, Element):
        # The path language of elements takes a prefix for one that it should know.
        for element in parsed.iter():
            element.tag = xml_records.local(element.tag)
        return parsed
    # The lines of a piece are counted from its own first.
    return _LINE.sub(lambda match: f"in line {line + int(match[1]) - 1}", parsed)


def _kind(element: Element) -> str:
    told = xml_records.text(element.find("itemType"))
    return told or _KINDS.get(element.tag, "document")


def _record(element: Element, kind: str, by_address: dict[str, Element], source: Source) -> Record | str:
    fields = {
        "title": xml_records.text(element.find("title")),
        "abstractNote": xml_records.text(element.find("abstract")),
        "date": xml_records.text(element.find("date")),
        "extra": xml_records.text(element.find("description")),
        "language": xml_records.text(element.find("language")),
        "citationKey": xml_records.text(element.find("citationKey")),
        "publisher": xml_records.text(element.find("publisher/Organization/name")),
        "conferenceName": xml_records.text(element.find("presentedAt/Conference/title")),
        "type": xml_records.text(element.find("type")),
        "repository": xml_records.text(element.find("repository")),
        "archiveID": xml_records.text(element.find("archiveID")),
    }
    # Zotero writes the DOI of an article at its journal.
    for place in (element, *_containers(element, by_address)):
        told = _identifiers(place).items()
        fields |= {name: text for name, text in told if name not in fields and (place is element or name == "DOI")}
        if place is not element and place.tag != "Series":
            fields.setdefault(_CONTAINERS.get(kind, "publicationTitle"), xml_records.text(place.find("title")))
    return zotero.record(kind, fields, _creators(element), source)


def _containers(element: Element, by_address: dict[str, Element]) -> Iterator[Element]:
    for part in element.findall("isPartOf"):
        yield from part
        named = by_address.get(part.get("rdf:resource", ""))
        if named is not None:
            yield named


def _identifiers(element: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for identifier in element.findall("identifier"):
        told = _IDENTIFIER.match(xml_records.text(identifier))
        if told:
            found.setdefault(told[1], told[2].strip())
        elif identifier.find("URI") is not None:
            found.setdefault("url", xml_records.text(identifier))
    if "url" not in found and identifiers.doi(element.get("rdf:about", "")) is None:
        address = element.get("rdf:about", "")
        found |= {"url": address} if address.startswith(("http://", "https://")) else {}
    return found


def _creators(element: Element) -> list[tuple[Author, str]]:
    creators = []
    for place, role in _ROLES.items():
        for person in element.iterfind(f"{place}/Seq/li/Person"):
            names = (xml_records.text(person.find(name)) for name in ("surname", "givenName"))
            family, given = names
            family = family or xml_records.text(person.find("name"))
            if family or given:
                creators.append((Author(family, given), role))
    return creators


READER = Reader(
    "zotero-rdf",
    "Zotero's RDF (`<rdf:RDF>` with items such as `<bib:Article>`)",
    lambda text, _: xml_records.is_xml(text, "RDF") and _TELLING.search(text[:4000]) is not None,
    _read,
)
