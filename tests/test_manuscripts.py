"""Reading manuscripts of any kind: formats, encodings, odd sizes, and what holds of every text."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from writer.errors import UserError
from writer.manuscript import Manuscript, Position
from writer.manuscripts import pandoc, read_manuscript, source
from writer.manuscripts.prose import LONGEST, Prose
from writer.manuscripts.read import read_text

SUFFIXES = ("md", "tex", "txt")


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Manuscript]:
    def reading(content: str | bytes, name: str = "paper.md") -> Manuscript:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_manuscript([path])

    return reading


def of_text(text: str, suffix: str) -> Manuscript:
    prose = Prose()
    read_text(text, f"x.{suffix}", prose, Path(f"/nonexistent/x.{suffix}"))
    return prose.manuscript()


def told(manuscript: Manuscript) -> list[tuple[str, tuple[str, ...]]]:
    return [(p.sentence.text, p.sentence.citations) for p in manuscript.passages]


# Formats --------------------------------------------------------------------------------------------------------------


def test_plain_text_with_a_list_of_references(read) -> None:
    manuscript = read(
        "Introduction\n\nX helps by 5% [1]. Others\nfail [2, 4-6]. The interval [0, 1] and the year [2020] stay.\n"
        "Smith et al. (2020) is prose. [3] show more.\n\nMETHOD\n------\n\nNone.\n\n"
        "7. References\n\n[1] A. Author. Title.\n[2] B. Author. Title\n    goes on. 2021.\n\n[3] C.\n",
        "paper.txt",
    )
    assert told(manuscript) == [
        ("X helps by 5%.", ("[1]",)),
        ("Others fail.", ("[2]", "[4]", "[5]", "[6]")),
        ("The interval [0, 1] and the year [2020] stay.", ()),
        ("Smith et al. (2020) is prose.", ()),
        ("show more.", ("[3]",)),
        ("None.", ()),
    ]
    assert [p.heading for p in manuscript.passages] == ["Introduction"] * 5 + ["METHOD"]
    assert [(r.label, r.text) for r in manuscript.references] == [
        ("[1]", "A. Author. Title."),
        ("[2]", "B. Author. Title goes on. 2021."),
        ("[3]", "C."),
    ]


def test_a_list_at_the_end_needs_no_heading(read) -> None:
    manuscript = read("X helps [1].\n\n[1] A. Author.\n\n[2] B. Author.\n", "paper.txt")
    assert told(manuscript) == [("X helps.", ("[1]",))]
    assert [r.label for r in manuscript.references] == ["[1]", "[2]"]


def test_items_may_be_numbered_with_dots(read) -> None:
    manuscript = read("X helps [2].\n\nBibliography\n1. A. Author.\n2. B. Author.\n", "paper.txt")
    assert told(manuscript) == [("X helps.", ("[2]",))]
    assert [r.text for r in manuscript.references] == ["A. Author.", "B. Author."]


def test_without_a_list_numbers_in_brackets_are_text(read) -> None:
    assert told(read("X helps [1].\n", "paper.txt")) == [("X helps [1].", ())]


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("paper", "\\section{A}\nX helps \\cite{a}.\n", "a"),
        ("paper.txt", "X helps \\cite{a}.\n", "a"),
        ("paper.txt", "X helps [@a].\n", "a"),
        ("paper.unknown", "X helps [1].\n\nReferences\n\n[1] A.\n", "[1]"),
        ("paper.MD", "X helps [@a].\n", "a"),
    ],
)
def test_the_format_is_told_by_suffix_else_by_content(read, name: str, text: str, key: str) -> None:
    assert told(read(text, name)) == [("X helps.", (key,))]


def test_several_files_are_read_in_order_and_each_once(tmp_path: Path) -> None:
    for name in ("b.md", "a.md"):
        (tmp_path / name).write_text(f"# H\n\nFrom {name[0]}.\n")
    manuscript = read_manuscript([tmp_path / "b.md", tmp_path / "a.md", tmp_path / "." / "b.md"])
    assert [p.sentence.text for p in manuscript.passages] == ["From b.", "From a."]
    assert [p.paragraph for p in manuscript.passages] == [0, 1]


needs_pandoc = pytest.mark.skipif(shutil.which("pandoc") is None, reason="pandoc is not on this machine")


@needs_pandoc
@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_documents_are_read_through_pandoc(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.md").write_text("# Intro\n\nX helps \\[1\\].\n\n# References\n\n\\[1\\] A. Author.\n")
    path = tmp_path / f"a.{kind}"
    subprocess.run(["pandoc", str(tmp_path / "a.md"), "-o", str(path)], check=True, timeout=60)
    manuscript = read_manuscript([path])
    assert told(manuscript) == [("X helps.", ("[1]",))]
    assert manuscript.passages[0].heading == "Intro"
    assert manuscript.references[0].text == "A. Author."


@needs_pandoc
def test_a_broken_document_is_an_error_that_names_it(read) -> None:
    with pytest.raises(UserError, match=r"paper\.docx: pandoc cannot read it"):
        read(b"PK\x03\x04 broken", "paper.docx")


def test_without_pandoc_the_hint_says_what_to_do(read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc.shutil, "which", lambda _: None)

    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(pandoc.importlib, "import_module", missing)
    with pytest.raises(UserError, match="pandoc is needed") as caught:
        read(b"PK\x03\x04", "paper.docx")
    assert "writer[documents]" in caught.value.hint


def test_pandoc_may_not_take_for_ever(read, monkeypatch: pytest.MonkeyPatch) -> None:
    def hangs(command: list[str], **options: object) -> None:
        assert options["timeout"] == pandoc.TIMEOUT
        assert "shell" not in options
        raise subprocess.TimeoutExpired(command, pandoc.TIMEOUT)

    monkeypatch.setattr(pandoc.shutil, "which", lambda _: "pandoc")
    monkeypatch.setattr(pandoc.subprocess, "run", hangs)
    with pytest.raises(UserError, match="did not finish within 60 seconds"):
        read(b"PK\x03\x04", "paper.docx")


# Bad input ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("X.\n\nna\xefve\n".encode("latin-1"), r"paper\.md:3: byte 0xef is not UTF-8"),
        ("X.".encode("utf-16"), r"paper\.md:1: is UTF-16 text"),
        (b"X.\nY\0Z\n", r"paper\.md:2: is not text \(a NUL byte\)"),
    ],
)
def test_a_wrong_encoding_is_an_error_with_file_and_line(read, content: bytes, says: str) -> None:
    with pytest.raises(UserError, match=says) as caught:
        read(content)
    assert caught.value.hint


def test_a_missing_file_and_a_directory_are_errors(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        read_manuscript([tmp_path / "no.md"])
    with pytest.raises(UserError, match="is a directory"):
        read_manuscript([tmp_path])
    with pytest.raises(UserError, match="no manuscript was named"):
        read_manuscript([])


def test_a_file_too_large_for_a_manuscript_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.md"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(UserError, match="50 MB are too large"):
        read_manuscript([path])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_very_long_line_is_read_in_pieces_and_told(suffix: str) -> None:
    manuscript = of_text("It holds that words are words. " * 10_000, suffix)
    assert len(manuscript.passages) >= 10_000
    assert {p.sentence.text for p in manuscript.passages} >= {"It holds that words are words."}
    assert [(s.line, f"{LONGEST:,}" in s.reason) for s in manuscript.skipped] == [(1, True)]


@pytest.mark.parametrize(("suffix", "cite"), [("md", "[@k{}]"), ("tex", "\\cite{{k{}}}")])
def test_ten_thousand_citations_in_one_sentence(suffix: str, cite: str) -> None:
    one, *others = of_text(f"X helps {' '.join(cite.format(n) for n in range(10_000))} a lot.", suffix).passages
    assert others == []
    assert one.sentence.text == "X helps a lot."
    assert one.sentence.citations == tuple(f"k{n}" for n in range(10_000))
    assert set(one.sentence.cited_at) == {len("X helps")}


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        ("md", "[" * 20_000 + "@a" + "]" * 20_000),
        ("md", "^[" * 5_000 + "x" + "]" * 5_000),
        ("md", "`" * 20_000),
        ("md", "> " * 20_000),
        ("md", "$a " * 20_000),
        ("md", "<!--" * 20_000),
        ("md", "```\n~~~~\n" * 5_000),
        ("tex", "{" * 20_000 + "}" * 20_000),
        ("tex", "\\footnote{" * 5_000 + "a" + "}" * 5_000),
        ("tex", "\\cite{" * 20_000),
        ("tex", "\\begin{figure}" * 5_000),
        ("tex", "\\[" * 20_000),
        ("tex", "%" * 50_000),
        ("txt", "[1," * 20_000),
        ("txt", " " * 50_000 + "x"),
        ("txt", "." * 50_000),
        ("txt", "(A. " * 10_000),
    ],
)
def test_what_is_nested_or_repeated_without_end_is_read(suffix: str, text: str) -> None:
    manuscript = of_text(f"{text}\n\nIt ends.\n", suffix)
    assert manuscript.passages[-1].sentence.text.endswith("It ends.")


def test_line_ends_byte_order_mark_tabs_and_form_feeds(read) -> None:
    manuscript = read(b"\xef\xbb\xbf# H\r\n\r\nX\thelps\x0c a\rlot [@a].\r\n\r\n  It ends.\r\n")
    assert told(manuscript) == [("X helps a lot.", ("a",)), ("It ends.", ())]
    first, last = manuscript.passages
    assert manuscript.position(first.file, first.origin[0]) == Position(first.file, 3, 1)
    assert manuscript.position(last.file, last.origin[0]) == Position(last.file, 6, 3)
    assert manuscript.position(first.file, first.cited[0].start).line == 4


# What holds of every text ---------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *"""word Word 5% 4.8 A. e.g. et al. fact. Next ( ) [ ] { } \\ $ $$ % & # _ ^ ~ ` ``` '' `` " * ** -- <!-- -->
    < > @a [@a] [-@b] @{c d} [^1] [^1]: ^[ ]( https://x.org/a_b \\cite{a} \\citet[p]{b,c} \\cite{ \\footnote{ \\caption{
    \\begin{figure} \\end{figure} \\begin{verbatim} \\end{verbatim} \\item \\"{o} \\ss{} \\alpha \\foo \\verb|x| \\%
    \\section{ \\[ \\] \\input{x} References [1] [2,4-5] --- | |---| - 1. > === &amp; <b> \\begin{document} é ü\u0301
    **[uncited]** …”""".split(),
        *("\n", "\n\n", "  ", "\t", "\n- ", "\n# "),
        *('% quoted: a, abstract: "x"\n', "[^1]: quoted. @a, abstract: “x”\n"),
    ]
)
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.tuples(PIECES, st.sampled_from(["", " "]))).map(
        lambda parts: "".join(piece + space for piece, space in parts)
    ),
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS, suffix=st.sampled_from(SUFFIXES))
@example(text="\\begin{thebibliography}\\end{thebibliography}", suffix="tex")
@example(text="\ufdd0[@a] \ufdd1", suffix="md")
def test_any_text_is_read_with_every_offset_in_its_place(text: str, suffix: str) -> None:
    try:
        text = source.decode(text.encode("utf-8", "surrogatepass"), "x")
    except UserError:
        return
    for passage in of_text(text, suffix).passages:
        sentence = passage.sentence
        assert len(passage.origin) == len(sentence.text) + 1
        assert all(0 <= offset <= len(text) for offset in passage.origin)
        assert len(sentence.citations) == len(sentence.cited_at) == len(passage.cited)
        assert all(0 <= at <= len(sentence.text) for at in sentence.cited_at)
        assert (sentence.role == "claim") or not sentence.citations
        assert not any("\ufdd0" <= char <= "\ufdef" for char in sentence.text)


WORDS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzäöüßéñøłαж"), min_size=1, max_size=8)
KEYS = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,5}(?:[:_-][A-Za-z0-9]{1,4})?", fullmatch=True)
CLAIMS = st.lists(
    st.tuples(st.lists(WORDS, min_size=2, max_size=8), st.lists(KEYS, max_size=3), st.booleans()),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60)
@given(claims=CLAIMS, suffix=st.sampled_from(["md", "tex"]), between=st.sampled_from([" ", "\n", "\n\n", " \n  "]))
def test_sentences_words_and_keys_come_out_as_they_went_in(
    claims: list[tuple[list[str], list[str], bool]], suffix: str, between: str
) -> None:
    written, expected = [], []
    for words, keys, behind in claims:
        sentence = "The " + " ".join(words) + " holds"
        markup = "[" + "; ".join(f"@{key}" for key in keys) + "]" if suffix == "md" else f"\\citep{{{', '.join(keys)}}}"
        cited = f" {markup}" if keys else ""
        written.append(f"{sentence}.{cited}" if behind else f"{sentence}{cited}.")
        expected.append((f"{sentence}.", tuple(keys)))
    text = between.join(written)
    manuscript = of_text(text, suffix)
    assert told(manuscript) == expected
    for passage in manuscript.passages:
        assert all(
            text[at] == char or (char == " " and text[at].isspace())
            for char, at in zip(passage.sentence.text, passage.origin, strict=False)
        )
        assert list(passage.origin) == sorted(passage.origin)
        assert [text[one.start : one.end] for one in passage.cited] == list(passage.sentence.citations)


@settings(max_examples=60)
@given(keys=st.lists(KEYS, max_size=12), suffix=st.sampled_from(["md", "tex"]), data=st.data())
def test_no_citation_is_lost_or_invented_wherever_it_stands(keys: list[str], suffix: str, data: st.DataObject) -> None:
    shapes = {
        "md": [
            "X [@{}].",
            "@{} says.",
            "# H [@{}]\n\n",
            "X.[^{}n]\n\n[^{}n]: @{}\n\n",
            "^[see @{}]",
            "- @{} x\n",
            "> [@{}]\n",
            "([@{}])",
        ],
        "tex": [
            "X~\\cite{{{}}}.",
            "\\citet{{{}}} says.",
            "\\section{{H \\cite{{{}}}}}",
            "\\footnote{{\\cite{{{}}}}}",
            "\n\\item \\cite{{{}}}",
            "\\begin{{table}}\\cite{{{}}}\\end{{table}}",
            "\\nocite{{{}}}",
            "(\\citealp{{{}}})",
            "$^{{\\cite{{{}}}}}$",
        ],
    }[suffix]
    pieces = []
    for key in keys:
        shape = data.draw(st.sampled_from(shapes))
        pieces.append(shape.format(*[key] * 3) + data.draw(st.sampled_from([" ", "\n", "\n\n", " Words. "])))
    manuscript = of_text("\n\n".join(pieces), suffix)
    found = [key for passage in manuscript.passages for key in passage.sentence.citations]
    # A note that is marked twice under one name is one note.
    once = set if any("[^" in piece for piece in pieces) else sorted
    assert once([*found, *(one.cited.key for one in manuscript.loose)]) == once(keys)
