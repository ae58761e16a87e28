"""EndNote's XML: texts within styles, and what its fields mean."""

from __future__ import annotations

import pytest

from writer.corpus.endnote_xml import READER
from writer.corpus.readers import reader_of
from writer.corpus.record import Record, to_entry
from writer.entry import Author

HEAD = '<?xml version="1.0" encoding="UTF-8" ?><xml><records>'
TITLE = "<titles><title><style face='normal'>Kelp</style></title></titles>"


def one(fields: str, kind: str = "Journal Article") -> Record:
    text = f'{HEAD}<record><ref-type name="{kind}">17</ref-type>{fields}</record></records></xml>'
    assert reader_of(text, "library.txt") is READER
    (record,), skipped = READER.read(text, "library.xml")
    assert skipped == []
    return record


@pytest.mark.parametrize(
    ("fields", "attribute", "value"),
    [
        ("<abstract><style>We </style><style face='italic'>swim</style>.</abstract>", "abstract", "We swim."),
        ("<dates><year><style>2020</style></year></dates>", "year", 2020),
        ("<dates><pub-dates><date>March 2019</date></pub-dates></dates>", "year", 2019),
        ("<periodical><full-title>J. Kelp</full-title></periodical>", "venue", "J. Kelp"),
        ("<electronic-resource-num><style>doi:10.1000/x</style></electronic-resource-num>", "doi", "10.1000/x"),
        ("<urls><related-urls><url>https://doi.org/10.1000/x</url></related-urls></urls>", "doi", "10.1000/x"),
        ("<urls><related-urls><url><style>https://a.org</style></url></related-urls></urls>", "url", "https://a.org"),
        ("<urls><related-urls><url>http://arxiv.org/abs/2001.01234</url></related-urls></urls>", "arxiv", "2001.01234"),
        ("<accession-num>123</accession-num>", "pmid", None),
        ("<accession-num>123</accession-num><remote-database-name>PubMed</remote-database-name>", "pmid", "123"),
        ("<label>roe20</label>", "key", "roe20"),
        ("<label>important</label>", "key", None),
        ("<language>ger</language>", "language", "de"),
        ("", "kind", "article"),
    ],
)
def test_an_element_is_read_as_what_it_means(fields: str, attribute: str, value: object) -> None:
    assert getattr(one(TITLE + fields), attribute) == value


def test_raised_and_lowered_figures_keep_their_place() -> None:
    record = one("<titles><title><style>CO</style><style face='subscript'>2</style> at 10"
                 "<style face='bold superscript'>6</style></title></titles>")  # fmt: skip
    assert to_entry(record).title == "CO₂ at 10⁶"


def test_names_stand_family_name_first_and_editors_stand_in_for_authors() -> None:
    authors = "<authors><author><style>Roe, Jane</style></author><author>Kelp Society,</author></authors>"
    editors = "<secondary-authors><author>Berg, Hans</author></secondary-authors>"
    both = one(f"{TITLE}<contributors>{editors}{authors}</contributors>")
    assert both.authors == (Author("Roe", "Jane"), Author("Kelp Society"))
    assert one(f"{TITLE}<contributors>{editors}</contributors>").authors == (Author("Berg", "Hans"),)


def test_the_venue_of_a_thesis_is_its_university() -> None:
    record = one(f"{TITLE}<publisher>Delta University</publisher>", "Thesis")
    assert (record.kind, record.venue) == ("phdthesis", "Delta University")
