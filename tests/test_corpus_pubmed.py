"""PubMed's two formats, `.nbib` and XML, tell the same of a work."""

from __future__ import annotations

from pathlib import Path

import pytest

from writer.corpus import load, nbib, pubmed_xml
from writer.corpus.record import Reader, Record
from writer.entry import Author

NBIB = """
PMID- 12345678
OWN - NLM
STAT- MEDLINE
DP  - 2020 Mar 3
TI  - Kelp of the delta and what it
      holds: a trial.
LID - S0000-1(20)1 [pii]
LID - 10.1000/kelp.1 [doi]
AB  - AIM: To see whether kelp
      holds. RESULTS: It does.
CI  - (c) 2020
FAU - Roe, Jane A
AU  - Roe JA
FAU - van Berg, Hans Jr
AU  - van Berg H Jr
CN  - Kelp Study Group
LA  - eng
PT  - Journal Article
TA  - J Kelp
JT  - Journal of kelp
AID - 10.1000/kelp.1 [doi]
SO  - J Kelp. 2020.
"""
XML = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.example.org/pubmed.dtd">
<PubmedArticleSet>
  <PubmedArticle>
    <MedlineCitation Status="MEDLINE">
      <PMID Version="1">12345678</PMID>
      <Article PubModel="Print">
        <Journal>
          <JournalIssue><PubDate><Year>2020</Year><Month>Mar</Month></PubDate></JournalIssue>
          <Title>Journal of kelp</Title>
        </Journal>
        <ArticleTitle>Kelp of the <i>delta</i> and what it holds: a trial.</ArticleTitle>
        <ELocationID EIdType="pii">S0000-1(20)1</ELocationID>
        <Abstract>
          <AbstractText Label="AIM" NlmCategory="OBJECTIVE">To see whether kelp holds.</AbstractText>
          <AbstractText Label="RESULTS">It does.</AbstractText>
          <CopyrightInformation>(c) 2020</CopyrightInformation>
        </Abstract>
        <AuthorList CompleteYN="Y">
          <Author><LastName>Roe</LastName><ForeName>Jane A</ForeName><Initials>JA</Initials></Author>
          <Author><LastName>van Berg</LastName><ForeName>Hans</ForeName><Suffix>Jr</Suffix></Author>
          <Author><CollectiveName>Kelp Study Group</CollectiveName></Author>
        </AuthorList>
        <Language>eng</Language>
        <PublicationTypeList><PublicationType>Journal Article</PublicationType></PublicationTypeList>
      </Article>
    </MedlineCitation>
    <PubmedData>
      <ArticleIdList><ArticleId IdType="doi">10.1000/kelp.1</ArticleId></ArticleIdList>
      <ReferenceList><Reference><ArticleIdList>
        <ArticleId IdType="doi">10.1000/cited</ArticleId>
      </ArticleIdList></Reference></ReferenceList>
    </PubmedData>
  </PubmedArticle>
</PubmedArticleSet>
"""


def one(reader: Reader, text: str) -> Record:
    (record,), skipped = reader.read(text, "export")
    assert skipped == []
    return record


@pytest.mark.parametrize(("reader", "text"), [(nbib.READER, NBIB), (pubmed_xml.READER, XML)], ids=["nbib", "xml"])
def test_a_record_is_read_as_what_it_means(tmp_path: Path, reader: Reader, text: str) -> None:
    assert reader.recognises(text, "export")
    path = tmp_path / "export.txt"
    path.write_text(text, encoding="utf-8")
    (entry,) = load([path])
    assert entry.title == "Kelp of the delta and what it holds: a trial"
    assert entry.abstract == "AIM: To see whether kelp holds. RESULTS: It does."
    assert [author.family for author in entry.authors] == ["Roe", "van Berg", "Kelp Study Group"]
    assert entry.authors[0] == Author("Roe", "Jane A")
    assert (entry.year, entry.venue, entry.doi, entry.pmid) == (2020, "Journal of kelp", "10.1000/kelp.1", "12345678")
    assert (entry.kind, entry.language, entry.more_authors) == ("article", "en", False)


@pytest.mark.parametrize(
    ("lines", "attribute", "value"),
    [
        ("TI  - [Kelp of the delta].", "title", "Kelp of the delta"),
        ("TI  - [Kelp] of the [delta].", "title", "[Kelp] of the [delta]"),
        ("BTI - A Book of Kelp", "title", "A Book of Kelp"),
        ("TI  - K.\nAU  - Roe JA\nAU  - van Berg H", "authors", (Author("Roe", "JA"), Author("van Berg", "H"))),
        ("TI  - K.\nAID - 10.1000/x [doi]", "doi", "10.1000/x"),
        ("TI  - K.\nLID - 123 [pii]", "doi", None),
        ("TI  - K.\nDP  - 2019 Winter", "year", 2019),
        ("TI  - K.\nLA  - ger", "language", "de"),
        ("TI  - K.\nJT  - bioRxiv\nPT  - Preprint", "kind", "misc"),
    ],
)
def test_a_tag_of_nbib_is_read_as_what_it_means(lines: str, attribute: str, value: object) -> None:
    assert getattr(one(nbib.READER, f"PMID- 1\n{lines}\n"), attribute) == value


def test_records_of_nbib_end_at_a_blank_line_and_lost_ones_are_told() -> None:
    records, skipped = nbib.READER.read("PMID- 1\nTI  - One.\n\nOWN - NLM\nTI  - Two.\n\nPMID- 3\nTI  - Three.\n", "x")
    assert [(record.title, record.source.line) for record in records] == [("One", 1), ("Three", 7)]
    assert [skip.line for skip in skipped] == [4]


@pytest.mark.parametrize(
    ("old", "new", "attribute", "value"),
    [
        ('YN="Y"', 'YN="N"', "more_authors", True),
        ("<i>delta</i>", "10<sup>−3</sup> delta", "title", "Kelp of the 10^{-3} delta and what it holds: a trial"),
        ("<Year>2020</Year><Month>Mar</Month>", "<MedlineDate>2019 Dec-2020 Jan</MedlineDate>", "year", 2019),
        ('pii">S0000-1(20)1', 'doi">10.1000/own', "doi", "10.1000/own"),
        ("Journal Article<", "Preprint<", "kind", "misc"),
        (' Label="AIM" NlmCategory="OBJECTIVE"', ' Label="UNLABELLED"', "abstract",
         "To see whether kelp holds.\nRESULTS: It does."),
    ],
)  # fmt: skip
def test_an_element_of_xml_is_read_as_what_it_means(old: str, new: str, attribute: str, value: object) -> None:
    assert XML.count(old) == 1
    assert getattr(one(pubmed_xml.READER, XML.replace(old, new)), attribute) == value


def test_an_entity_of_the_file_is_never_expanded() -> None:
    text = XML.replace('"https://dtd.example.org/pubmed.dtd">', '"x.dtd" [<!ENTITY k SYSTEM "file:///etc/hostname">]>')
    assert pubmed_xml.READER.recognises(text, "x")
    record = one(pubmed_xml.READER, text.replace("It does.", "It &k; does."))
    assert record.abstract.endswith("It &k; does.")


def test_a_chapter_stands_in_its_book() -> None:
    text = (
        "<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>7</PMID><ArticleIdList>"
        '<ArticleId IdType="doi">10.1000/c</ArticleId></ArticleIdList><Book><BookTitle>All Kelp</BookTitle><PubDate>'
        "<Year>2018</Year></PubDate></Book><ArticleTitle>One kelp</ArticleTitle><AuthorList Type='editors'><Author>"
        "<LastName>Berg</LastName></Author></AuthorList><AuthorList Type='authors'><Author><LastName>Roe</LastName>"
        "<Initials>J</Initials></Author></AuthorList></BookDocument></PubmedBookArticle></PubmedArticleSet>"
    )
    record = one(pubmed_xml.READER, text)
    assert (record.title, record.venue, record.year, record.kind) == ("One kelp", "All Kelp", 2018, "incollection")
    assert (record.authors, record.doi, record.pmid) == ((Author("Roe", "J"),), "10.1000/c", "7")
