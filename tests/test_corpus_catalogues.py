"""What the big catalogues hand out: arXiv, OpenAlex, Semantic Scholar, Crossref, DBLP. All records are made up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from writer.corpus import arxiv, crossref, dblp, load, openalex, semantic_scholar
from writer.corpus.readers import reader_of
from writer.corpus.record import Reader, Record
from writer.entry import Corpus

ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <link href="http://arxiv.org/api/query?search_query=kelp" rel="self" type="application/atom+xml"/>
  <title type="html">ArXiv Query: search_query=kelp</title>
  <id>http://arxiv.org/api/cHxbiOdZaP56ODnBPIenZhzg5f8</id>
  <entry>
    <id>http://arxiv.org/abs/2001.01234v2</id>
    <updated>2021-02-03T10:00:00Z</updated>
    <published>2020-01-05T10:00:00Z</published>
    <title>Kelp of the
  harbor &amp; its amber</title>
    <summary>  We count kelp in $\\alpha$ basins
and find more.
</summary>
    <author><name>Jane Roe</name></author>
    <author><name>Hans van Berg</name><arxiv:affiliation xmlns:arxiv="http://arxiv.org/schemas/atom">X</arxiv:affiliation></author>
    <arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.5555/kelp.1</arxiv:doi>
    <arxiv:journal_ref xmlns:arxiv="http://arxiv.org/schemas/atom">J. Kelp 7 (2021) 1-9</arxiv:journal_ref>
    <category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/>
  </entry>
</feed>
"""
SNAPSHOT = {
    "id": "0704.0001", "submitter": "J. Roe", "authors": "Jane Roe, Hans Berg", "title": "Kelp of\n  the harbor",
    "doi": "10.5555/kelp.1 10.5555/kelp.2", "journal-ref": None, "categories": "hep-ph", "abstract": "  We count.\n",
    "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}], "update_date": "2008-11-26",
    "authors_parsed": [["Roe", "Jane", ""], ["van Berg", "Hans", "Jr."]],
}  # fmt: skip
WORK = {
    "id": "https://openalex.org/W2741809807", "doi": "https://doi.org/10.5555/kelp.1", "title": "Kelp of the harbor",
    "publication_year": 2020, "language": "en", "type": "article",
    "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/12345678"},
    "primary_location": {"landing_page_url": "http://arxiv.org/abs/2001.01234", "source": {"display_name": "J. Kelp"}},
    "authorships": [{"author": {"display_name": "Jane Roe"}}, {"author": {"display_name": "Hans van Berg"}}],
    "abstract_inverted_index": {"kelp": [1, 3], "Count": [0], "and": [2]},
}  # fmt: skip
PAPER = {
    "corpusid": 77, "externalids": {"ArXiv": "2001.01234", "DOI": "10.5555/kelp.1", "PubMed": "12345678"},
    "url": "https://www.semanticscholar.org/paper/77", "title": "Kelp of the harbor", "year": 2020, "venue": "J. Kelp",
    "authors": [{"authorId": "1", "name": "Jane Roe"}, {"authorId": "2", "name": "Hans van Berg"}],
    "publicationtypes": ["JournalArticle"],
}  # fmt: skip
ABSTRACT = {"corpusid": 77, "openaccessinfo": {"externalids": {"DOI": "10.5555/kelp.1"}}, "abstract": "We count kelp."}
MESSAGE = {
    "DOI": "10.5555/kelp.1", "title": ["Kelp of the harbor"], "type": "journal-article", "reference-count": 3,
    "author": [{"given": "Jane", "family": "Roe", "sequence": "first"}, {"given": "Hans", "family": "van Berg"}],
    "issued": {"date-parts": [[None]]}, "published-online": {"date-parts": [[2020, 3]]},
    "container-title": ["J. Kelp"], "language": "en", "URL": "https://doi.org/10.5555/kelp.1",
    "abstract": "<jats:title>Abstract</jats:title><jats:p>We count <jats:italic>kelp</jats:italic>.</jats:p>",
}  # fmt: skip
DBLP = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE dblp SYSTEM "dblp.dtd">
<dblp>
<article mdate="2020-01-01" key="journals/kelp/Roe20">
<author>Jane Roe 0002</author>
<author>J&ouml;rg M&uuml;ller</author>
<title>Kelp<sub>2</sub> of the harbor.</title>
<year>2020</year><journal>J. Kelp</journal><ee>https://doi.org/10.5555/kelp.1</ee>
</article><www key="homepages/1"><author>Jane Roe</author><title>Home Page</title></www>
<inproceedings key="conf/kelp/Berg21"><author>Hans Berg</author><title>What is kelp?</title><year>2021</year>
<booktitle>KELP</booktitle></inproceedings>
</dblp>
"""


def only(reader: Reader, text: str) -> Record:
    (record,), skipped = reader.read(text, "f")
    assert skipped == []
    return record


def names(record: Record) -> list[str]:
    return [str(author) for author in record.authors]


def loaded(folder: Path, **texts: str) -> Corpus:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load([folder])


# Told by content ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reader"),
    [
        (ATOM, arxiv.ATOM),
        (json.dumps(SNAPSHOT) + "\n", arxiv.SNAPSHOT),
        (json.dumps(WORK), openalex.READER),
        (json.dumps({"meta": {"count": 1}, "results": [WORK]}), openalex.READER),
        (json.dumps(PAPER), semantic_scholar.READER),
        (json.dumps({"total": 1, "data": [{"paperId": "0" * 40, "title": "T"}]}), semantic_scholar.READER),
        (json.dumps({"status": "ok", "message-type": "work-list", "message": {"items": [MESSAGE]}}), crossref.READER),
        (json.dumps({"items": [MESSAGE]}), crossref.READER),
        (DBLP, dblp.READER),
    ],
)
def test_a_catalogue_is_told_by_its_content(text: str, reader: Reader) -> None:
    assert reader_of(text, "dump") is reader
    assert len(reader.read(text, "dump")[0]) >= 1


def test_an_abstract_that_speaks_of_a_catalogue_does_not_make_the_file_one() -> None:
    text = json.dumps({"title": "T", "abstract": 'The field "corpusid": 7, "DOI": "10.1/x", "authors_parsed": []'})
    found = reader_of(text, "papers.jsonl")
    assert found is not None
    assert found.name == "json"


# arXiv --------------------------------------------------------------------------------------------------------------


def test_an_answer_of_arxiv() -> None:
    record = only(arxiv.ATOM, ATOM)
    assert (record.source.line, record.year, record.arxiv, record.doi) == (6, 2020, "2001.01234", "10.5555/kelp.1")
    assert names(record) == ["Roe, Jane", "van Berg, Hans"]
    assert record.venue == "J. Kelp 7 (2021) 1-9"
    assert record.key is None


def test_texts_of_arxiv_lose_their_line_breaks_and_their_latex(tmp_path: Path) -> None:
    (entry,) = loaded(tmp_path, atom=ATOM)
    assert entry.title == "Kelp of the harbor & its amber"
    assert entry.abstract == "We count kelp in α basins and find more."


def test_an_error_of_arxiv_is_no_paper() -> None:
    text = ATOM.replace("http://arxiv.org/abs/2001.01234v2", "http://arxiv.org/api/errors#incorrect_id")
    records, skipped = arxiv.ATOM.read(text, "f")
    assert records == []
    assert "error" in skipped[0].reason


def test_a_line_of_the_snapshot_of_arxiv() -> None:
    record = only(arxiv.SNAPSHOT, json.dumps(SNAPSHOT))
    assert (record.year, record.arxiv, record.doi) == (2007, "0704.0001", "10.5555/kelp.1")
    assert names(record) == ["Roe, Jane", "van Berg, Hans, Jr."]


# OpenAlex -----------------------------------------------------------------------------------------------------------


def test_a_work_of_openalex() -> None:
    record = only(openalex.READER, json.dumps(WORK))
    assert record.abstract == "Count kelp and kelp"
    assert (record.doi, record.arxiv, record.pmid) == ("10.5555/kelp.1", "2001.01234", "12345678")
    assert (record.year, record.venue, record.language, record.kind) == (2020, "J. Kelp", "en", "article")
    assert names(record) == ["Roe, Jane", "van Berg, Hans"]


@pytest.mark.parametrize(
    ("index", "text"),
    [
        ({"b": [1], "a": [0], "c": [10**12]}, "a b c"),
        ({"a": [0], "b": ["1", None, -1, 1.5, True], "c": 2}, "a"),
        ({"a": [0], "b": [0]}, "a"),
        ([["a", 0]], ""),
        (None, ""),
    ],
)
def test_an_index_with_broken_places_gives_what_it_can(index: object, text: str) -> None:
    assert openalex.from_index(index) == text


# Semantic Scholar ---------------------------------------------------------------------------------------------------


def test_a_paper_of_semantic_scholar() -> None:
    record = only(semantic_scholar.READER, json.dumps(PAPER))
    assert (record.doi, record.arxiv, record.pmid) == ("10.5555/kelp.1", "2001.01234", "12345678")
    assert (record.kind, record.venue, record.key) == ("article", "J. Kelp", None)


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_titles_and_abstracts_of_two_files_are_joined(tmp_path: Path, order: str) -> None:
    other = {**PAPER, "corpusid": 78, "title": "Amber and cedar", "externalids": {}}
    corpus = loaded(
        tmp_path, **{order[0]: json.dumps(PAPER) + "\n" + json.dumps(other), order[1]: json.dumps(ABSTRACT)}
    )
    joined = next(entry for entry in corpus if entry.doi)
    assert (joined.title, joined.abstract) == ("Kelp of the harbor", "We count kelp.")
    assert len(joined.sources) == 2
    assert (len(corpus), corpus.merged) == (2, ())


# Crossref -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "ok", "message-type": "work-list", "message": {"total-results": 1, "items": [MESSAGE]}},
        {"status": "ok", "message-type": "work", "message": MESSAGE},
        {"items": [MESSAGE]},
        [MESSAGE],
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_the_answers_of_crossref(answer: object, indent: int | None) -> None:
    record = only(crossref.READER, json.dumps(answer, indent=indent))
    assert (record.title, record.doi, record.year) == ("Kelp of the harbor", "10.5555/kelp.1", 2020)
    assert (record.venue, record.kind, record.language) == ("J. Kelp", "article", "en")
    assert names(record) == ["Roe, Jane", "van Berg, Hans"]


@pytest.mark.parametrize(
    ("jats", "text"),
    [
        ("<jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One. Two."),
        ("<jats:sec><jats:title>Aim</jats:title><jats:p>See.</jats:p></jats:sec>", "Aim: See."),
        ("<p>One <sup>2</sup> &amp; more.</p>", "One ² & more."),
        ("&lt;p&gt;One.&lt;/p&gt;", "One."),
        (
            "<jats:p>For <mml:math><mml:mi>x</mml:mi><mml:mo>&lt;</mml:mo><mml:mn>3</mml:mn></mml:math></jats:p>",
            "For x<3",
        ),
        ("Plain.", "Plain."),
    ],
)
def test_jats_becomes_plain_text(tmp_path: Path, jats: str, text: str) -> None:
    (entry,) = loaded(tmp_path, a=json.dumps({"items": [{**MESSAGE, "abstract": jats}]}))
    assert entry.abstract == text


# DBLP ---------------------------------------------------------------------------------------------------------------


def test_the_dump_of_dblp() -> None:
    (one, two), skipped = dblp.READER.read(DBLP, "f")
    assert skipped == []
    assert (one.title, one.key, one.doi, one.venue) == (
        "Kelp2 of the harbor", "DBLP:journals/kelp/Roe20", "10.5555/kelp.1", "J. Kelp",
    )  # fmt: skip
    assert names(one) == ["Roe, Jane", "Müller, Jörg"]
    assert (two.title, two.kind, [one.source.line, two.source.line]) == ("What is kelp?", "inproceedings", [4, 10])


def test_the_declared_encoding_of_xml_is_read(tmp_path: Path) -> None:
    path = tmp_path / "dblp.xml"
    path.write_bytes(DBLP.replace("J&ouml;rg", "Jörg").encode("latin-1"))
    assert "Müller, Jörg" in [str(author) for entry in load([path]) for author in entry.authors]


def test_no_entity_of_a_file_is_expanded_or_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    text = DBLP.replace(
        '<!DOCTYPE dblp SYSTEM "dblp.dtd">',
        f'<!DOCTYPE dblp [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY s SYSTEM "{secret.as_uri()}">]>',
    ).replace("of the harbor", "of &b; &s; harbor")
    records, _ = dblp.READER.read(text, "f")
    assert [record.title for record in records] == ["Kelp2 of &b; &s; harbor", "What is kelp?"]


@pytest.mark.parametrize(
    "broken",
    ["<article key='x'><title>No end", "<article key='x'><title>A</b></title></article>", "<article key='x'/>",
     "<article key='x'><year>2020</year></article>", "<article key=x><title>A</title></article>"],
)  # fmt: skip
def test_a_broken_record_of_xml_costs_itself_alone(broken: str) -> None:
    text = DBLP.replace("<inproceedings", f"{broken}\n<inproceedings")
    records, skipped = dblp.READER.read(text, "f")
    assert [record.title for record in records] == ["Kelp2 of the harbor", "What is kelp?"]
    assert [skip.line for skip in skipped] == [10]


def test_xml_is_read_the_same_however_it_is_cut_into_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    from writer.corpus import opening

    whole = dblp.READER.read(DBLP, "f")
    for size in (7, 31, 100):
        monkeypatch.setattr(opening, "_CHUNK", size)
        monkeypatch.setattr(opening, "HEAD", size)
        assert dblp.READER.read(DBLP, "f") == whole
