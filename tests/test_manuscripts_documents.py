"""Documents of others: citations that were typed, lists of references that are no prose, bytes that are no text."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from test_documents import needs_pandoc

from writer.errors import UserError
from writer.manuscript import Manuscript
from writer.manuscripts import read_manuscript
from writer.manuscripts.docx import typed
from writer.manuscripts.pandoc import _pandoc

ITEMS = """Berg, Lin, and Ada Okafor. 2023. "Panels of Small Judges." *Journal of Trials* 4 (2): 3--9.

Rey, Ana. 2020. *How Readers Come to Trust*. <https://doi.org/10.1000/trust.1>.

World Reading Council. 2019. "Reading in Numbers." <https://example.org/reading>.
"""
PLAIN = ITEMS.replace("*", "").replace("<", "").replace(">", "")


def written(path: Path, text: str) -> Manuscript:
    path.write_text(text, "utf-8")
    return read_manuscript([path])


def told(manuscript: Manuscript) -> list[tuple[str, tuple[str, ...]]]:
    return [(p.sentence.text, p.sentence.citations) for p in manuscript.passages]


# Citations that were typed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told_by_pandoc", "text"),
    [
        (r"So \[@a; \@b; \@c\].", "So [@a; @b; @c]."),
        (r"So \[see \@a\_1, p. 3; also -\@b\].", "So [see @a_1, p. 3; also -@b]."),
        (r"So \[@a\], as \@b\_2 and \@c:d say.", "So [@a], as @b_2 and @c:d say."),
        (r"So \[@a\] by me@a.org.", "So [@a] by me@a.org."),
        (r"Ask \@somebody \[or me@a.org\].", r"Ask \@somebody \[or me@a.org\]."),
        (r"So [@zotero2020] \[1\].", r"So [@zotero2020] \[1\]."),
    ],
)
def test_what_pandoc_escapes_of_typed_citations_is_put_back(told_by_pandoc: str, text: str) -> None:
    assert typed(told_by_pandoc) == text


@needs_pandoc
@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_every_key_that_was_typed_into_a_document_is_read(tmp_path: Path, kind: str) -> None:
    source = (
        "# One\n\nIt helps [@a2020; @b_2021; see also @c:d, p. 3]. As @e2022 says, it does.\n\n# References\n\nNone.\n"
    )
    path = tmp_path / f"paper.{kind}"
    command = [_pandoc(path), "--from", "markdown", "--to", kind, "--output", str(path)]
    subprocess.run(command, input=source.encode(), check=True, timeout=60)
    assert told(read_manuscript([path])) == [
        ("It helps.", ("a2020", "b_2021", "c:d")),
        ("As says, it does.", ("e2022",)),
    ]


# Lists of references --------------------------------------------------------------------------------------------------


def test_a_list_without_numbers_and_without_a_heading_is_no_prose(tmp_path: Path) -> None:
    found = written(tmp_path / "paper.txt", f"It helps (Rey 2020).\n\nSo it does.\n\n{PLAIN}")
    assert [text for text, _ in told(found)] == ["It helps (Rey 2020).", "So it does."]


def test_two_paragraphs_that_look_like_items_are_prose(tmp_path: Path) -> None:
    text = "Rey, in 2020, found it.\n\nBerg, in 2023, did not, see https://example.org.\n\nNobody, in 2024, cares.\n"
    assert len(told(written(tmp_path / "paper.txt", text))) == 3


@pytest.mark.parametrize("heading", ["References", "7. Bibliography", "LITERATURE"])
def test_nothing_under_the_heading_of_a_list_is_prose_in_plain_text(tmp_path: Path, heading: str) -> None:
    found = written(tmp_path / "paper.txt", f"It helps.\n\n{heading}\n\nRey 2020, which finds 5%.\n\nAnd others.\n")
    assert told(found) == [("It helps.", ())]


def test_a_line_of_a_paragraph_is_no_such_heading(tmp_path: Path) -> None:
    found = written(tmp_path / "paper.txt", "We read all the\nliterature\nand found that it helps.\n")
    assert told(found) == [("We read all the literature and found that it helps.", ())]


def test_in_latex_only_what_cites_is_prose_under_such_a_heading(tmp_path: Path) -> None:
    listed = "\\section*{Literature}\n\nRey, A. (2020). Trust grew by 5\\%.\n\nIt helps \\cite{a}."
    text = f"It is.\n\n{listed}\n\n\\section{{End}}\n\nSo.\n"
    assert told(written(tmp_path / "paper.tex", text)) == [("It is.", ()), ("It helps.", ("a",)), ("So.", ())]


def test_in_markdown_a_section_on_the_literature_is_prose_where_it_cites(tmp_path: Path) -> None:
    text = "# Literature\n\nIt helps [@a].\n\n- Rey (2020). Trust grew by 5%.\n\n# References\n\n- Rey [@b]. Trust.\n"
    assert told(written(tmp_path / "paper.md", text)) == [("It helps.", ("a",))]
    text = "It helps [1].\n\n# Literature\n\n[1] Rey (2020). Trust.\n\n[2] Berg (2023). Panels.\n"
    assert told(written(tmp_path / "paper.md", text)) == [("It helps.", ("[1]",))]


# Bytes that are no text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "what"), [(b"\x7fELF\x02\x01\x00\x00\xff\xfe", "binary data"), (b"%PDF-1.7\n%\xe2\xe3\n", "a PDF")]
)
def test_what_no_encoding_makes_text_of_is_told_as_such(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "paper.md").write_bytes(content)
    with pytest.raises(UserError, match=f"is {what}, no text") as caught:
        read_manuscript([tmp_path / "paper.md"])
    assert "iconv" not in caught.value.hint


def test_text_in_another_encoding_still_gets_the_hint_to_convert_it(tmp_path: Path) -> None:
    (tmp_path / "paper.md").write_bytes("Müller\tsays\r\nso.\n".encode("latin-1"))
    with pytest.raises(UserError, match="is not UTF-8") as caught:
        read_manuscript([tmp_path / "paper.md"])
    assert "iconv" in caught.value.hint
