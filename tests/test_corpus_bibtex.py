"""BibTeX: what is read, what is skipped and where, and that the user's own fields survive."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer.corpus import load
from writer.corpus.bibtex import READER
from writer.corpus.record import Record
from writer.entry import Skipped


def read(text: str) -> tuple[list[Record], list[Skipped]]:
    return READER.read(text, "lib.bib")


def one(fields: str, kind: str = "article") -> Record:
    records, skipped = read(f"@{kind}{{amber20,\n{fields}\n}}\n")
    assert skipped == []
    (record,) = records
    return record


GOOD = "@misc{{{key},\n  title = {{A {key} title}},\n  year = 2020,\n}}\n"
BROKEN = {
    "unclosed brace": ("@article{bad,\n  title = {Never closed,\n  year = 2020\n", "broken BibTeX"),
    "unclosed quote": ('@article{bad,\n  title = "Never closed,\n  year = 2020\n}\n', "broken BibTeX"),
    "no end": ("@article{bad,\n  title = {Fine},\n", "broken BibTeX"),
    "empty key": ("@article{,\n  title = {No key}\n}\n", "empty key"),
    "no fields": ("@article{bad}\n", "neither a title nor an abstract"),
    "no title and no abstract": ("@article{bad,\n  year = 2020\n}\n", "neither a title nor an abstract"),
    "two titles": ("@article{bad, title = {One},\n title = {Two}}\n", "given twice"),
    "missing comma": ("@article{bad, title = {One}\n year = 2020\n}\n", "comma"),
    "lost @": ("article{bad,\n  title = {One}\n}\n", "without its @"),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("blank", [0, 1, 3])
def test_a_broken_block_is_skipped_with_its_line_and_its_neighbours_are_read(name: str, blank: int) -> None:
    broken, reason = BROKEN[name]
    text = GOOD.format(key="one") + "\n" * blank + broken + "\n" * blank + GOOD.format(key="two")
    records, skipped = read(text)
    assert [(r.key, r.source.line) for r in records] == [
        ("one", 1),
        ("two", text[: text.index("@misc{two")].count("\n") + 1),
    ]
    assert [(skip.file, skip.line) for skip in skipped] == [("lib.bib", 5 + blank)]
    assert reason in skipped[0].reason


@given(st.lists(st.sampled_from([*BROKEN, "good", "comment", "string"]), min_size=1, max_size=12))
def test_any_mixture_gives_every_good_entry_and_one_report_for_each_broken_one(blocks: list[str]) -> None:
    text, good, bad = "", [], []
    for number, name in enumerate(blocks):
        if name == "lost @" and number and blocks[number - 1] in BROKEN:
            # What never closed reaches to the next @, so this one has no end of its own.
            continue
        line = text.count("\n") + 1
        if name == "good":
            good.append((f"k{number}", line))
            text += GOOD.format(key=f"k{number}")
        elif name == "comment":
            text += "% nothing to see, not even title = here\n@comment{neither here}\n"
        elif name == "string":
            text += f"@string{{s{number} = {{A Journal}}}}\n"
        else:
            bad.append(line)
            text += BROKEN[name][0].replace("bad", f"bad{number}")
    records, skipped = read(text)
    assert [(r.key, r.source.line) for r in records] == good
    assert [skip.line for skip in skipped] == bad


def test_fields_that_fell_out_of_an_entry_are_reported() -> None:
    records, skipped = read("@misc{one,\n title = {A}},\n year = {2020}\n}\n")
    assert [(record.key, record.year) for record in records] == [("one", None)]
    assert [skip.line for skip in skipped] == [2]
    assert "brace too many" in skipped[0].reason


def test_nothing_is_printed_about_broken_blocks(capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("bibtexparser").handlers.clear()
    read(BROKEN["unclosed brace"][0] + GOOD.format(key="two"))
    assert capfd.readouterr() == ("", "")


def test_an_entry_with_a_title_but_no_abstract_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "lib.bib"
    path.write_text(GOOD.format(key="one"), encoding="utf-8")
    assert load([path])["one"].abstract == ""


def test_strings_months_and_joined_values_are_resolved() -> None:
    text = (
        '@string{toc = "Transactions on "}\n@STRING(Full = toc # {Cedar})\n'
        "@Article{a, title = {T}, journal = full, month = mar, volume = 3 # {b}, note = unknown}"
    )
    (record,), skipped = read(text)
    assert skipped == []
    assert record.venue == "Transactions on Cedar"
    assert dict(record.fields) == {
        "title": "T", "journal": "Transactions on Cedar", "month": "mar", "volume": "3b", "note": "unknown",
    }  # fmt: skip


def test_the_users_fields_are_kept_verbatim_and_in_order() -> None:
    record = one('  Title = {The {\\"U}ber {GPT}},\n  file = "x {"} y",\n  keywords = {b, a},\n  keywords = {c},')
    assert record.fields == (
        ("Title", 'The {\\"U}ber {GPT}'), ("file", 'x {"} y'), ("keywords", "b, a"),
    )  # fmt: skip


def test_texts_are_cleaned_once_and_kept_raw_beside(tmp_path: Path) -> None:
    path = tmp_path / "lib.bib"
    path.write_text(
        "@article{k, title = {The {\\\"U}ber {GPT}}, abstract = {Abstract: Over 90\\% of\n  ``it''.},"
        " author = {M{\\\"u}ller, J{\\'o}zef and {The Cedar Collaboration}}, journal = {J. of A \\& B}}",
        encoding="utf-8",
    )
    entry = load([path])["k"]
    assert entry.title == "The Über GPT"
    assert entry.raw_title == 'The {\\"U}ber {GPT}'
    assert entry.abstract == "Over 90% of “it”."
    assert entry.raw_abstract == "Over 90\\% of\n  ``it''."
    assert [str(author) for author in entry.authors] == ["Müller, Józef", "The Cedar Collaboration"]
    assert entry.venue == "J. of A & B"


@pytest.mark.parametrize(
    ("fields", "attribute", "value"),
    [
        ("title={T}, year = {2020}", "year", 2020),
        ("title={T}, year = {c. 1998a}", "year", 1998),
        ("title={T}, date = {2019-03-01/2020}", "year", 2019),
        ("title={T}, year = {in press}, date = {2021}", "year", 2021),
        ("title={T}, year = {in press}", "year", None),
        ("title={T}, doi = {https://doi.org/10.1000/Ab.1}", "doi", "10.1000/Ab.1"),
        ("title={T}, doi = {doi:10.1000/x\\_1}", "doi", "10.1000/x_1"),
        ("title={T}, url = {http://dx.doi.org/10.1000/x}", "doi", "10.1000/x"),
        ("title={T}, doi = {none yet}", "doi", None),
        ("title={T}, eprint = {2001.01234v2}, archivePrefix = {arXiv}", "arxiv", "2001.01234"),
        ("title={T}, eprint = {2001.01234}, eprinttype = {jstor}", "arxiv", None),
        ("title={T}, url = {https://arxiv.org/pdf/2001.01234v3.pdf}", "arxiv", "2001.01234"),
        ("title={T}, journal = {arXiv preprint arXiv:cs.CL/0301001}", "arxiv", "cs/0301001"),
        ("title={T}, journal = {CoRR}, volume = {abs/2001.01234}", "arxiv", "2001.01234"),
        ("title={T}, doi = {10.48550/arXiv.2001.01234}", "arxiv", "2001.01234"),
        ("title={T}, pages = {2001.01234}", "arxiv", None),
        ("title={T}, booktitle = {Proc. of Delta}", "venue", "Proc. of Delta"),
        ("title={T}, journaltitle = {J. Delta}", "venue", "J. Delta"),
        ("title={T}, subtitle = {And More}", "title", "T: And More"),
        ("title={T}, author = {A B and others}", "more_authors", True),
    ],
)
def test_a_field_is_read_as_what_it_means(fields: str, attribute: str, value: object) -> None:
    assert getattr(one(fields), attribute) == value


def test_kind_is_lower_case_and_parentheses_delimit_too() -> None:
    (record,), _ = read("@InProceedings(k, title = {T})")
    assert (record.kind, record.key) == ("inproceedings", "k")


def test_bibtexparser_is_imported_only_for_bibtex(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"title": "T"}\n', encoding="utf-8")
    (tmp_path / "b.bib").write_text(GOOD.format(key="one"), encoding="utf-8")
    program = (
        "import sys; from writer.corpus import load; load([sys.argv[1]]); a = 'bibtexparser' in sys.modules;"
        "load([sys.argv[2]]); print(a, 'bibtexparser' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "a.jsonl", tmp_path / "b.bib"],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    assert done.stdout.split() == ["False", "True"]
