"""Zotero's database, opened so that nothing of it is locked or changed, and its RDF."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pytest
from reference_files import Library

from writer.corpus import load, zotero, zotero_rdf
from writer.corpus.readers import reader_of
from writer.corpus.reading import entries
from writer.corpus.record import Record
from writer.entry import Author, Entry, Skipped
from writer.errors import CorpusError


def library(path: Path) -> Library:
    made = Library(path)
    made.add(
        3, "journalArticle",
        {"title": "Kelp <i>of</i> the delta", "abstractNote": "We swim.", "date": "2020-03-01 March 1, 2020",
         "publicationTitle": "J. Kelp", "DOI": "10.1000/x", "url": "https://x.org", "language": "en-US",
         "extra": "Citation Key: roe20\nPMID: 123\narXiv:2001.01234 [cs]"},
        [("Berg", "Hans", 2, 0), ("Roe", "Jane", 1, 0), ("Kelp Society", "", 1, 1)],
    )  # fmt: skip
    return made


def read(path: Path) -> tuple[list[Entry], list[Skipped]]:
    found = list(entries([path]))
    return [f for f in found if isinstance(f, Entry)], [f for f in found if isinstance(f, Skipped)]


def test_an_item_is_read_as_what_it_means(tmp_path: Path) -> None:
    path = tmp_path / "zotero.sqlite"
    library(path).close()
    (entry,), skipped = read(path)
    assert skipped == []
    assert (entry.key, entry.title, entry.abstract, entry.source.line) == ("roe20", "Kelp of the delta", "We swim.", 3)
    assert entry.authors == (Author("Roe", "Jane"), Author("Kelp Society"))
    assert (entry.year, entry.venue, entry.doi, entry.url) == (2020, "J. Kelp", "10.1000/x", "https://x.org")
    assert (entry.arxiv, entry.pmid, entry.kind, entry.language) == ("2001.01234", "123", "article", "en")


def test_what_is_no_paper_or_in_the_bin_is_left_out_in_silence(tmp_path: Path) -> None:
    path = tmp_path / "zotero.sqlite"
    made = library(path)
    made.add(4, "attachment", {"title": "Full Text PDF"})
    made.add(5, "note", {"title": "A note"})
    made.add(6, "annotation", {"title": "A mark"})
    made.add(7, "book", {"title": "Thrown away"})
    made.add(8, "journalArticle", {"title": "From a feed"})
    made.database.executescript("INSERT INTO deletedItems VALUES (7); INSERT INTO feedItems VALUES (8);")
    made.close()
    found, skipped = read(path)
    assert ([entry.source.line for entry in found], skipped) == ([3], [])


@pytest.mark.parametrize(
    ("kind", "fields", "attribute", "value"),
    [
        ("thesis", {"university": "Delta University"}, "venue", "Delta University"),
        ("thesis", {"thesisType": "Master's thesis"}, "kind", "mastersthesis"),
        ("conferencePaper", {"conferenceName": "KelpConf"}, "venue", "KelpConf"),
        ("conferencePaper", {"proceedingsTitle": "Proc.", "conferenceName": "KelpConf"}, "venue", "Proc."),
        ("preprint", {"archiveID": "arXiv:2001.01234", "repository": "arXiv"}, "arxiv", "2001.01234"),
        ("preprint", {"citationKey": "roe20"}, "key", "roe20"),
        ("book", {"extra": "DOI: 10.1000/y"}, "doi", "10.1000/y"),
        ("book", {"date": 2020}, "year", 2020),
        ("podcast", {}, "kind", "misc"),
    ],
)
def test_a_field_is_read_as_what_it_means(
    tmp_path: Path, kind: str, fields: dict[str, object], attribute: str, value: object
) -> None:
    path = tmp_path / "zotero.sqlite"
    made = Library(path)
    made.add(1, kind, {"title": "Kelp", **fields})
    made.close()
    assert getattr(read(path)[0][0], attribute) == value


def test_a_library_in_use_is_read_and_neither_locked_nor_changed(tmp_path: Path) -> None:
    path = tmp_path / "zotero.sqlite"
    made = library(path)
    made.database.commit()
    made.database.execute("PRAGMA locking_mode = EXCLUSIVE")
    made.database.execute("BEGIN EXCLUSIVE")
    before = (path.read_bytes(), path.stat().st_mtime_ns, sorted(tmp_path.iterdir()))
    found, _ = read(path)
    assert [entry.key for entry in found] == ["roe20"]
    assert (path.read_bytes(), path.stat().st_mtime_ns, sorted(tmp_path.iterdir())) == before
    made.close()


def test_a_library_that_may_only_be_read_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "what? a #folder"
    folder.mkdir()
    path = folder / "zotero.sqlite"
    library(path).close()
    path.chmod(0o444)
    folder.chmod(0o555)
    try:
        assert [entry.key for entry in read(path)[0]] == ["roe20"]
    finally:
        folder.chmod(0o755)


def test_changes_that_lie_beside_the_library_are_told(tmp_path: Path) -> None:
    path = tmp_path / "zotero.sqlite"
    made = library(path)
    made.database.commit()
    made.database.execute("PRAGMA journal_mode = WAL")
    made.add(9, "book", {"title": "Only in the journal"})
    made.database.commit()
    found, skipped = read(path)
    assert [entry.key for entry in found] == ["roe20"]
    assert ["close Zotero" in skip.reason for skip in skipped] == [True]
    made.close()


@pytest.mark.parametrize("name", ["zotero.sqlite.gz", "library.bib", "x.json"])
def test_it_is_told_by_its_content_packed_or_not(tmp_path: Path, name: str) -> None:
    library(tmp_path / "zotero.sqlite").close()
    content = (tmp_path / "zotero.sqlite").read_bytes()
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert [entry.key for entry in read(path)[0]] == ["roe20"]


def test_another_database_is_an_error_that_says_so(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE papers (title TEXT)")
    database.close()
    with pytest.raises(CorpusError, match="foreign database: no such table"):
        load([path])


RDF = """<rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:dcterms="http://purl.org/dc/terms/">
    <bib:Article rdf:about="https://x.org/a">
        <z:itemType>journalArticle</z:itemType>
        <dcterms:isPartOf rdf:resource="urn:issn:1234-5678"/>
        <bib:authors>
            <rdf:Seq>
                <rdf:li>
                    <foaf:Person>
                        <foaf:surname>Roe</foaf:surname>
                        <foaf:givenName>Jane</foaf:givenName>
                    </foaf:Person>
                </rdf:li>
                <rdf:li>
                    <foaf:Person>
                        <foaf:surname>Kelp Society</foaf:surname>
                    </foaf:Person>
                </rdf:li>
            </rdf:Seq>
        </bib:authors>
        <link:link rdf:resource="#item_9"/>
        <dc:title>Kelp &amp; delta</dc:title>
        <dcterms:abstract>We swim.</dcterms:abstract>
        <dc:date>2020-03</dc:date>
        <z:citationKey>roe20</z:citationKey>
        <dc:description>PMID: 123</dc:description>
    </bib:Article>
    <z:Attachment rdf:about="#item_9">
        <z:itemType>attachment</z:itemType>
        <dc:title>Full Text PDF</dc:title>
    </z:Attachment>
    <bib:Journal rdf:about="urn:issn:1234-5678">
        <dc:title>J. Kelp</dc:title>
        <dc:identifier>DOI 10.1000/x</dc:identifier>
    </bib:Journal>
    <bib:BookSection rdf:about="#item_12">
        <z:itemType>bookSection</z:itemType>
        <dcterms:isPartOf>
            <bib:Book>
                <dc:identifier>ISBN 1</dc:identifier>
                <dc:title>The Book of Kelp</dc:title>
            </bib:Book>
        </dcterms:isPartOf>
        <dc:title>A chapter</dc:title>
        <dc:identifier>
            <dcterms:URI>
                <rdf:value>https://y.org</rdf:value>
            </dcterms:URI>
        </dc:identifier>
    </bib:BookSection>
    <bib:Memo rdf:about="#item_13">
        <rdf:value>A note</rdf:value>
    </bib:Memo>
</rdf:RDF>
"""


def rdf(text: str) -> tuple[list[Record], list[Skipped]]:
    assert reader_of(text, "library.xml") is zotero_rdf.READER
    return zotero_rdf.READER.read(text, "library.rdf")


def test_items_of_rdf_are_read_with_the_journals_and_books_that_they_are_part_of() -> None:
    (article, chapter), skipped = rdf(RDF)
    assert skipped == []
    assert (article.title, article.abstract, article.key, article.year) == ("Kelp & delta", "We swim.", "roe20", 2020)
    assert article.authors == (Author("Roe", "Jane"), Author("Kelp Society"))
    assert (article.venue, article.doi, article.pmid) == ("J. Kelp", "10.1000/x", "123")
    assert (article.url, article.kind, article.source.line) == ("https://x.org/a", "article", 5)
    assert (chapter.title, chapter.venue, chapter.url) == ("A chapter", "The Book of Kelp", "https://y.org")
    assert (chapter.kind, chapter.source.line) == ("incollection", RDF[: RDF.index("<bib:BookSection")].count("\n") + 1)


def test_of_a_broken_journal_only_the_journal_is_lost() -> None:
    (article, _), skipped = rdf(RDF.replace("J. Kelp</dc:title>", "J. Kelp"))
    line = RDF[: RDF.index("<bib:Journal")].count("\n") + 1
    assert (article.title, article.venue) == ("Kelp & delta", None)
    assert [skip.line for skip in skipped] == [line]
    assert f"in line {line + 3}" in skipped[0].reason


@pytest.mark.parametrize("separator", [" ", "\n", ""])
def test_rdf_without_indent_is_read_by_its_tags(separator: str) -> None:
    text = separator.join(line.strip() for line in RDF.replace("\n xmlns", " xmlns").split("\n"))
    records, skipped = rdf(text)
    assert skipped == []
    assert [(record.title, record.venue) for record in records] == [
        ("Kelp & delta", "J. Kelp"), ("A chapter", "The Book of Kelp"),
    ]  # fmt: skip


def test_rdf_without_indent_that_breaks_off_is_told() -> None:
    text = " ".join(RDF.split())
    records, skipped = rdf(text[: text.index("A chapter")])
    assert [record.title for record in records] == ["Kelp & delta"]
    assert ["not closed" in skip.reason for skip in skipped] == [True]


def test_a_database_that_holds_a_text_of_another_format_is_one() -> None:
    assert reader_of("SQLite format 3\0\n@article{a, title = {x}}\nTY  - JOUR\n", "x.bib") is zotero.READER
