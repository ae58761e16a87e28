"""Papers of our own words in every format of reference managers and databases, whole and damaged on purpose."""

from __future__ import annotations

import json
import random
import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import NamedTuple

_NOUNS = (
    "amber basin cedar delta ember fjord glade harbor island juniper kelp lagoon meadow nectar otter pebble".split()
)
_FAMILIES = "Roe Okafor Berg Stein Li Ruiz Müller Novak".split()
_GIVEN = "Jane Ada Hans Ruth Mei Juan Jörg Petra".split()


class Paper(NamedTuple):
    """What each format is made from."""

    number: int
    title: str
    abstract: str
    authors: tuple[tuple[str, str], ...]
    year: int
    venue: str
    doi: str
    pmid: str


def paper(number: int, chance: random.Random) -> Paper:
    """A paper that no other number has."""
    one, two, three = chance.sample(_NOUNS, 3)
    title = f"Does the {one} reach the {two}? A study of {three} and work {number}"
    abstract = (
        f"Many a {one} was lost in the {two}. We measured {chance.randint(2, 90)}% of {three} in {number} places, "
        f"and found that the {one} holds. The {two} does not."
    )
    people = tuple((chance.choice(_FAMILIES), chance.choice(_GIVEN)) for _ in range(chance.randint(1, 3)))
    return Paper(number, title, abstract, people, chance.randint(1990, 2024), f"Journal of {two.title()} Studies",
                 f"10.1000/{one}.{number}", str(10_000_000 + number))  # fmt: skip


def _wrapped(text: str, indent: str) -> str:
    """The text in several lines, those after the first behind an indent."""
    words = text.split()
    return f"\n{indent}".join(" ".join(words[at : at + 9]) for at in range(0, len(words), 9))


def bibtex(p: Paper) -> str:
    names = " and ".join(f"{family}, {given}" for family, given in p.authors)
    abstract = p.abstract.replace("%", r"\%")
    return (
        f"@article{{key{p.number},\n  author = {{{names}}},\n  title = {{{p.title}}},\n  year = {{{p.year}}},\n"
        f"  journal = {{{p.venue}}},\n  doi = {{{p.doi}}},\n  abstract = {{{abstract}}},\n}}\n"
    )


def ris(p: Paper) -> str:
    names = "".join(f"AU  - {family}, {given}\n" for family, given in p.authors)
    return (
        f"TY  - JOUR\n{names}TI  - {p.title}\nPY  - {p.year}\nT2  - {p.venue}\nDO  - {p.doi}\nAB  - "
        f"{_wrapped(p.abstract, '')}\nKW  - kelp\nER  - \n\n"
    )


def nbib(p: Paper) -> str:
    names = "".join(f"FAU - {family}, {given}\nAU  - {family} {given[0]}\n" for family, given in p.authors)
    return (
        f"PMID- {p.pmid}\nOWN - NLM\nDP  - {p.year} Mar\nTI  - {_wrapped(p.title, '      ')}.\n"
        f"LID - {p.doi} [doi]\nAB  - {_wrapped(p.abstract, '      ')}\n{names}JT  - {p.venue}\nSO  - x\n\n"
    )


def pubmed_xml(p: Paper) -> str:
    names = "".join(
        f"        <Author><LastName>{family}</LastName><ForeName>{given}</ForeName></Author>\n"
        for family, given in p.authors
    )
    return (
        f'  <PubmedArticle>\n    <MedlineCitation>\n      <PMID Version="1">{p.pmid}</PMID>\n      <Article>\n'
        f"        <Journal><JournalIssue><PubDate><Year>{p.year}</Year></PubDate></JournalIssue>"
        f"<Title>{p.venue}</Title></Journal>\n        <ArticleTitle>{escape(p.title)}.</ArticleTitle>\n"
        f'        <ELocationID EIdType="doi">{p.doi}</ELocationID>\n        <Abstract>\n'
        f"          <AbstractText>{escape(p.abstract)}</AbstractText>\n        </Abstract>\n"
        f'        <AuthorList CompleteYN="Y">\n{names}        </AuthorList>\n      </Article>\n'
        f"    </MedlineCitation>\n  </PubmedArticle>\n"
    )


def _styled(text: str) -> str:
    return f'<style face="normal" font="default" size="100%">{escape(text)}</style>'


def endnote_xml(p: Paper) -> str:
    names = "".join(f"<author>{_styled(f'{family}, {given}')}</author>" for family, given in p.authors)
    return (
        f'<record>\n<rec-number>{p.number}</rec-number>\n<ref-type name="Journal Article">17</ref-type>\n'
        f"<contributors><authors>{names}</authors></contributors>\n<titles>\n<title>{_styled(p.title)}</title>\n"
        f"<secondary-title>{_styled(p.venue)}</secondary-title>\n</titles>\n"
        f"<dates><year>{_styled(str(p.year))}</year></dates>\n<abstract>{_styled(p.abstract)}</abstract>\n"
        f"<electronic-resource-num>{_styled(p.doi)}</electronic-resource-num>\n</record>\n"
    )


def zotero_rdf(p: Paper) -> str:
    names = "".join(
        f"                <rdf:li>\n                    <foaf:Person>\n                        <foaf:surname>{family}"
        f"</foaf:surname>\n                        <foaf:givenName>{given}</foaf:givenName>\n"
        "                    </foaf:Person>\n                </rdf:li>\n"
        for family, given in p.authors
    )
    return (
        f'    <bib:Article rdf:about="#item_{p.number}">\n        <z:itemType>journalArticle</z:itemType>\n'
        "        <dcterms:isPartOf>\n            <bib:Journal>\n                <dc:title>"
        f"{p.venue}</dc:title>\n                <dc:identifier>DOI {p.doi}</dc:identifier>\n"
        "            </bib:Journal>\n        </dcterms:isPartOf>\n        <bib:authors>\n            <rdf:Seq>\n"
        f"{names}            </rdf:Seq>\n        </bib:authors>\n        <dc:title>{escape(p.title)}</dc:title>\n"
        f"        <dcterms:abstract>{escape(p.abstract)}</dcterms:abstract>\n        <dc:date>{p.year}</dc:date>\n"
        "    </bib:Article>\n"
    )


def csl_json(p: Paper) -> str:
    item = {
        "id": f"key{p.number}", "type": "article-journal", "title": p.title, "abstract": p.abstract, "DOI": p.doi,
        "author": [{"family": family, "given": given} for family, given in p.authors],
        "container-title": p.venue, "issued": {"date-parts": [[p.year, 3]]},
    }  # fmt: skip
    return "".join(f"  {line}\n" for line in json.dumps(item, indent=2, ensure_ascii=False).split("\n"))


def wos_fields(p: Paper) -> str:
    names = "\n   ".join(f"{family}, {given}" for family, given in p.authors)
    return (
        f"PT J\nAU {names}\nTI {_wrapped(p.title, '   ')}\nSO {p.venue}\nAB {_wrapped(p.abstract, '   ')}\n"
        f"PY {p.year}\nDI {p.doi}\nPM {p.pmid}\nUT WOS:{p.number}\nER\n\n"
    )


def wos_table(p: Paper) -> str:
    names = "; ".join(f"{family}, {given}" for family, given in p.authors)
    return f"J\t{names}\t{p.title}\t{p.venue}\t{p.abstract}\t{p.year}\t{p.doi}\t{p.pmid}\tWOS:{p.number}\t\n"


def scopus(p: Paper) -> str:
    names = "; ".join(f"{family}, {given} (570000000{n})" for n, (family, given) in enumerate(p.authors))
    cells = (names, p.title, p.year, p.venue, p.doi, p.abstract, "Article", f"2-s2.0-{p.number}")
    return ",".join(f'"{cell}"' for cell in cells) + "\n"


Damage = Callable[[str, random.Random], str]


@dataclass(frozen=True)
class Format:
    """How a file of the format is put together, and what may happen to one of its records."""

    reader: str
    record: Callable[[Paper], str]
    head: str = ""
    foot: str = ""
    between: str = ""
    damages: tuple[Damage, ...] = ()


def without(pattern: str) -> Damage:
    """A damage: what matches is lost; of several matches, one."""

    def damage(text: str, chance: random.Random) -> str:
        found = chance.choice(list(re.finditer(pattern, text, re.MULTILINE)))
        return text[: found.start()] + text[found.end() :]

    return damage


def all_without(pattern: str) -> Damage:
    """A damage: every match is lost."""
    return lambda text, _: re.sub(pattern, "", text, flags=re.MULTILINE)


def changed(pattern: str, into: str) -> Damage:
    """A damage: one match becomes something else."""

    def damage(text: str, chance: random.Random) -> str:
        found = chance.choice(list(re.finditer(pattern, text, re.MULTILINE)))
        return text[: found.start()] + found.expand(into) + text[found.end() :]

    return damage


# A byte that is no UTF-8, as it stands in text that was decoded with its escape.
_BYTE = changed(r"(?<=[a-z])(?=[a-z])", "\udcff")
_XML = (
    _BYTE, changed(r"study", "st&udy"), changed(r"study", "st<udy"), changed(r"study", "st\x01udy"),
    without(r"</[A-Za-z:]+>"), changed(r'="', "="),
)  # fmt: skip

FORMATS = {
    "bibtex": Format(
        "bibtex",
        bibtex,
        damages=(
            changed(r"\{key\d+,", "{,"),
            without(r"\},?\n\}$"),
            without(r"(?<=\}),(?=\n  (?:title|year))"),
            without("^@"),
            changed(r"^(  title = )(.*)", r"\1\2\n\1{Another}, "),
            all_without(r"^  (?:title|abstract) = .*\n"),
        ),
    ),
    "ris": Format(
        "ris",
        ris,
        damages=(
            _BYTE,
            without(r"^TY  - .*\n"),
            without(r"^ER  - \n"),
            all_without(r"^TI  - .*\n|^AB  - (?:.*\n)+?(?=KW)"),
            changed(r"^AU  -", "au  -"),
            changed(r"^(TI  - )(.*)", r"\1\2\n\1Another one"),
            changed(r"^T([IY])  -", r"t\1  -"),
        ),
    ),
    "nbib": Format(
        "nbib",
        nbib,
        damages=(
            _BYTE,
            without(r"^PMID- .*\n"),
            all_without(r"^(?:TI|AB)  - .*\n(?: {6}.*\n)*"),
            without(r"^ {6}"),
            changed(r"^(TI  - )", r"\1Another\n\1"),
            changed(r"^AB  - ", "AB: "),
        ),
    ),
    "pubmed-xml": Format(
        "pubmed-xml",
        pubmed_xml,
        '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC '
        '"-//NLM//DTD PubMedArticle//EN" "pubmed.dtd">\n<PubmedArticleSet>\n',
        "</PubmedArticleSet>\n",
        damages=(*_XML, without("<PubmedArticle>"), all_without(r"^ *<A(?:rticleTitle|bstractText).*\n")),
    ),
    "endnote-xml": Format(
        "endnote-xml",
        endnote_xml,
        '<?xml version="1.0" encoding="UTF-8"?>\n<xml><records>\n',
        "</records></xml>\n",
        damages=(*_XML, without("<record>"), all_without(r"^<(?:title|abstract)>.*\n")),
    ),
    "zotero-rdf": Format(
        "zotero-rdf",
        zotero_rdf,
        '<rdf:RDF\n xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
        ' xmlns:z="http://www.zotero.org/namespaces/export#">\n',
        "</rdf:RDF>\n",
        damages=(*_XML, without("^ *<bib:Article.*\n"), all_without(r"^ {8}<(?:dc:title|dcterms:abstract)>.*\n")),
    ),
    "csl-json": Format(
        "csl-json",
        csl_json,
        "[\n",
        "]\n",
        "  ,\n",
        (
            _BYTE,
            without(r'(?<="),$'),
            without(r'(?<=[a-z?])"(?=,?$)'),
            changed(r'^ {4}"title": ', '    "title" '),
            without(r"^ {4}\],\n"),
            all_without(r'^ {4}"(?:title|abstract)": .*\n'),
            changed(r"\A(?s:.*)\Z", "  null\n"),
        ),
    ),
    "wos-fields": Format(
        "web-of-science",
        wos_fields,
        "FN Clarivate Analytics Web of Science\nVR 1.0\n",
        "EF\n",
        damages=(
            _BYTE,
            without(r"^PT J\n"),
            without(r"^ER\n"),
            without(r"^ {3}"),
            changed("^TI ", "Ti "),
            all_without(r"^(?:TI|AB) .*\n(?: {3}.*\n)*"),
            changed(r"^(UT .*)", r"\1\nUT WOS:x"),
        ),
    ),
    "wos-table": Format(
        "web-of-science",
        wos_table,
        "PT\tAU\tTI\tSO\tAB\tPY\tDI\tPM\tUT\t\n",
        damages=(
            _BYTE,
            without(r"\t[^\t\n]*\t$"),
            changed(r"\t$", "\tx\ty"),
            changed(r"J\t([^\t]*)\t[^\t]*\t([^\t]*)\t[^\t]*\t", r"J\t\1\t\t\2\t\t"),
            changed(r" study ", "\n"),
        ),
    ),
    "scopus": Format(
        "scopus",
        scopus,
        '"Author full names","Title","Year","Source title","DOI","Abstract","Document Type","EID"\n',
        damages=(
            changed("study", 'stu"dy'),
            without(r',"Article"'),
            changed(r'"Article"', '"Article","x"'),
            changed(r'^("[^"]*"),"[^"]*",(.*),"[^"]*",("Article")', r'\1,"",\2,"",\3'),
        ),
    ),
}


class Made(NamedTuple):
    """A file, the papers that it holds unharmed, and the lines (first, last) of each damaged record."""

    text: str
    good: dict[int, Paper]
    damaged: list[tuple[int, int]]


def damaged_file(form: Format, chance: random.Random, count: int) -> Made:
    """Damaged records, a good one before, after and between them."""
    text, good, damaged = form.head, {}, []
    for number in range(2 * count + 1):
        made = paper(number, chance)
        record = form.record(made)
        if number:
            text += form.between
        first = text.count("\n") + 1
        if number % 2:
            record = chance.choice(form.damages)(record, chance)
            damaged.append((first, first + record.count("\n")))
        else:
            good[first] = made
        text += record
    return Made(text + form.foot, good, damaged)


_SCHEMA = """
    CREATE TABLE itemTypes (itemTypeID INTEGER PRIMARY KEY, typeName TEXT);
    CREATE TABLE items (itemID INTEGER PRIMARY KEY, itemTypeID INT NOT NULL, key TEXT);
    CREATE TABLE fields (fieldID INTEGER PRIMARY KEY, fieldName TEXT);
    CREATE TABLE itemDataValues (valueID INTEGER PRIMARY KEY, value UNIQUE);
    CREATE TABLE itemData (itemID INT, fieldID INT, valueID, PRIMARY KEY (itemID, fieldID));
    CREATE TABLE creators (creatorID INTEGER PRIMARY KEY, firstName TEXT, lastName TEXT, fieldMode INT);
    CREATE TABLE creatorTypes (creatorTypeID INTEGER PRIMARY KEY, creatorType TEXT);
    CREATE TABLE itemCreators (itemID INT, creatorID INT, creatorTypeID INT DEFAULT 1, orderIndex INT DEFAULT 0);
    CREATE TABLE deletedItems (itemID INTEGER PRIMARY KEY);
    CREATE TABLE feedItems (itemID INTEGER PRIMARY KEY);
    INSERT INTO creatorTypes VALUES (1, 'author'), (2, 'editor');
"""


class Library:
    """A Zotero library as its database lays it out."""

    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(path)
        self.database.executescript(_SCHEMA)
        self._numbers: dict[tuple[str, object], int] = {}

    def _number(self, table: str, value: object) -> int:
        """The number of a value in one of the tables that hold each value once."""
        if (table, value) not in self._numbers:
            self._numbers[table, value] = len(self._numbers) + 1
            self.database.execute(f"INSERT INTO {table} VALUES (?, ?)", (self._numbers[table, value], value))
        return self._numbers[table, value]

    def add(self, item: int, kind: str, fields: dict[str, object], creators: Sequence[tuple[object, ...]] = ()) -> None:
        """An item with its fields, and creators as (family, given, type, mode)."""
        execute = self.database.execute
        execute("INSERT INTO items VALUES (?, ?, ?)", (item, self._number("itemTypes", kind), f"KEY{item}"))
        for name, value in fields.items():
            numbers = self._number("fields", name), self._number("itemDataValues", value)
            execute("INSERT INTO itemData VALUES (?, ?, ?)", (item, *numbers))
        for order, (family, given, role, mode) in enumerate(creators):
            creator = execute("INSERT INTO creators VALUES (NULL, ?, ?, ?)", (given, family, mode)).lastrowid
            execute("INSERT INTO itemCreators VALUES (?, ?, ?, ?)", (item, creator, role, order))

    def close(self) -> None:
        """Write it to disk."""
        self.database.commit()
        self.database.close()


def damaged_library(path: Path, chance: random.Random, count: int) -> tuple[dict[int, Paper], list[int]]:
    """A library: its whole papers by their item, and the items that cannot be read."""
    library, good, damaged = Library(path), {}, []
    for item in range(1, 2 * count + 2):
        made = paper(item, chance)
        fields: dict[str, object] = {
            "title": made.title, "abstractNote": made.abstract, "date": f"{made.year}-03-00 {made.year}-03",
            "publicationTitle": made.venue, "DOI": made.doi, "extra": f"PMID: {made.pmid}",
        }  # fmt: skip
        people: list[tuple[object, ...]] = [(family, given, 1, 0) for family, given in made.authors]
        if item % 2:
            good[item] = made
        else:
            damaged.append(item)
            harm = chance.choice(["byte", "name", "none"])
            if harm == "byte":
                fields["abstractNote"] = made.abstract.encode() + b"\xff"
            elif harm == "name":
                people[0] = (b"M\xfcller", b"", 1, 1)
            else:
                del fields["title"], fields["abstractNote"]
        library.add(item, "journalArticle", fields, people)
    library.close()
    return good, damaged
