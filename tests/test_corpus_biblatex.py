"""BibLaTeX: what an entry takes over from its volume, and the fields that BibTeX does not know."""

from __future__ import annotations

import pytest

from writer.corpus.bibtex import READER
from writer.corpus.record import Record
from writer.entry import Author, Skipped

VOLUME = """@proceedings{vol,
  title = {Proceedings of Kelp}, subtitle = {Volume 2}, editor = {Berg, Hans}, date = {2020-03}, publisher = pub,
  doi = {10.1000/vol}, url = {https://x.org}, abstract = {All of them.}
}
@string{pub = {Delta Press}}
"""


def read(text: str) -> tuple[dict[str | None, Record], list[Skipped]]:
    records, skipped = READER.read(text, "lib.bib")
    return {record.key: record for record in records}, skipped


def test_a_part_takes_over_what_its_volume_says_of_both() -> None:
    found, skipped = read("@inproceedings{a, title = {Kelp}, author = {Roe, Jane}, crossref = {vol}}\n" + VOLUME)
    part = found["a"]
    assert skipped == []
    assert (part.title, part.abstract, part.venue, part.year) == ("Kelp", "", "Proceedings of Kelp", 2020)
    assert (part.doi, part.url, part.authors) == (None, None, (Author("Roe", "Jane"),))
    assert dict(part.fields) == {
        "title": "Kelp", "author": "Roe, Jane", "booktitle": "Proceedings of Kelp", "booksubtitle": "Volume 2",
        "editor": "Berg, Hans", "date": "2020-03", "publisher": "Delta Press",
    }  # fmt: skip
    assert found["vol"].title == "Proceedings of Kelp: Volume 2"


def test_what_a_part_says_itself_stands() -> None:
    text = "@inproceedings{a, title = {Kelp}, booktitle = {KelpConf}, year = 2021, crossref = {vol}}\n" + VOLUME
    part = read(text)[0]["a"]
    assert (part.venue, part.year) == ("KelpConf", 2021)
    assert "date" not in dict(part.fields)


def test_the_editor_of_a_volume_is_not_the_author_of_its_parts() -> None:
    assert read("@inproceedings{a, title = {Kelp}, crossref = {vol}}\n" + VOLUME)[0]["a"].authors == ()


def test_an_issue_gives_its_title_to_its_articles_as_their_journal() -> None:
    text = "@article{a, title = {Kelp}, crossref = {iss}}\n@periodical{iss, title = {J. Kelp}, year = 2019}\n"
    assert (read(text)[0]["a"].venue, read(text)[0]["a"].year) == ("J. Kelp", 2019)


def test_shared_fields_are_taken_over_as_they_are_and_are_no_work_themselves() -> None:
    text = (
        "@book{a, title = {Kelp}, xdata = {one, two}}\n@xdata{one, publisher = {P}, xdata = {three}}\n"
        "@xdata{two, note = {N}}\n@xdata{three, year = 2018, series = {S}}\n"
    )
    found, skipped = read(text)
    assert (set(found), skipped) == ({"a"}, [])
    assert (found["a"].year, found["a"].venue) == (2018, "S")
    assert dict(found["a"].fields) == {"title": "Kelp", "publisher": "P", "year": "2018", "series": "S", "note": "N"}


def test_a_title_may_come_from_shared_fields() -> None:
    assert read("@book{a, xdata = {one}}\n@xdata{one, title = {Kelp}}\n")[0]["a"].title == "Kelp"


def test_a_pointer_to_nowhere_stays_and_a_ring_ends() -> None:
    text = (
        "@book{a, title = {A}, crossref = {gone}}\n@book{b, title = {B}, xdata = {c}}\n"
        "@book{c, title = {C}, xdata = {b}, year = 2017}\n@book{d, title = {D}, crossref = {d}}\n"
    )
    found, skipped = read(text)
    assert skipped == []
    assert dict(found["a"].fields)["crossref"] == "gone"
    assert (found["b"].title, found["b"].year, found["d"].title) == ("B", 2017, "D")


@pytest.mark.parametrize(
    ("fields", "attribute", "value"),
    [
        ("date = {2019-03/2019-04}", "year", 2019),
        ("journaltitle = {J. Kelp}", "venue", "J. Kelp"),
        ("eprint = {2001.01234}, eprinttype = {arXiv}, eprintclass = {cs.CL}", "arxiv", "2001.01234"),
        ("eprint = {123}, eprinttype = {pubmed}", "pmid", "123"),
        ("pmid = {123}", "pmid", "123"),
        ("langid = {german}", "language", "de"),
        ("ids = {old1, old2}", "aliases", ("old1", "old2")),
        ("institution = {Delta University}", "venue", "Delta University"),
    ],
)
def test_a_field_of_biblatex_is_read_as_what_it_means(fields: str, attribute: str, value: object) -> None:
    found, skipped = read(f"@article{{a, title = {{Kelp}}, {fields}}}\n")
    assert skipped == []
    assert getattr(found["a"], attribute) == value


def test_an_entry_of_the_acl_anthology_is_read() -> None:
    text = (
        '@inproceedings{roe-berg-2020-kelp,\n    title = "Kelp of the Delta",\n    author = "Roe, Jane  and\n'
        '      van Berg, Hans",\n    editor = "Stein, Ruth",\n    booktitle = "Proceedings of {K}elp",\n'
        '    month = jul # "~5--10",\n    year = "2020",\n    publisher = "Delta Press",\n'
        '    url = "https://aclanthology.org/2020.kelp-1.1/",\n    doi = "10.18653/v1/2020.kelp-1.1",\n'
        '    pages = "1--9",\n    abstract = "We swim in {``}kelp{\'\'}."\n}\n'
    )
    record = read(text)[0]["roe-berg-2020-kelp"]
    assert [str(author) for author in record.authors] == ["Roe, Jane", "van Berg, Hans"]
    assert (record.year, record.doi, record.venue) == (2020, "10.18653/v1/2020.kelp-1.1", "Proceedings of {K}elp")
    assert dict(record.fields)["month"] == "jul~5--10"
