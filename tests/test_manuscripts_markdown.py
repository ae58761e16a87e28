"""Markdown manuscripts: what cites, what is prose, and to which sentence a citation belongs."""

from __future__ import annotations

from pathlib import Path

import pytest

from writer.manuscript import Ignore, Manuscript
from writer.manuscripts import read_manuscript


@pytest.fixture
def read(tmp_path: Path):
    def reading(text: str, name: str = "paper.md") -> Manuscript:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return read_manuscript([path])

    return reading


def told(manuscript: Manuscript) -> list[tuple[str, tuple[str, ...]]]:
    return [(p.sentence.text, p.sentence.citations) for p in manuscript.passages]


@pytest.mark.parametrize(
    ("source", "text", "keys"),
    [
        ("X helps [@a; @b, p. 3].", "X helps.", ("a", "b")),
        ("X helps [see @a, pp. 3-4; also @b].", "X helps.", ("a", "b")),
        ("Smith says X helps [-@a].", "Smith says X helps.", ("a",)),
        ("@a says X helps.", "says X helps.", ("a",)),
        ("As @a says, X helps.", "As says, X helps.", ("a",)),
        ('@{odd key; {b} "q"} says X helps.', "says X helps.", ('odd key; {b} "q"',)),
        ("@a [p. 3] says X helps.", "says X helps.", ("a",)),
        ("@a [p. 3; @b] say X helps.", "say X helps.", ("a", "b")),
        ("X helps [@doi:10.1/x_y-z].", "X helps.", ("doi:10.1/x_y-z",)),
        ("X helps @a.", "X helps.", ("a",)),
        ("X helps (@a).", "X helps.", ("a",)),
        ("X helps (see [@a]).", "X helps (see).", ("a",)),
        ("X helps [@a], [@b] and [@c].", "X helps.", ("a", "b", "c")),
        ("X helps ^[@a].", "X helps.", ("a",)),
        ("X helps \\citep[p. 3]{a, b}.", "X helps.", ("a", "b")),
        ("X helps [@a][^n].\n\n[^n]: See @b, pp. 3-4.", "X helps.", ("a", "b")),
        ("Mail me@a.org or `@b`, \\@c and `[@d]`.", "Mail me@a.org or @b, @c and [@d].", ()),
        ("X <!-- [@a] --> helps.", "X helps.", ()),
        ("X @{a <!-- b --> c} helps.", "X @{a c} helps.", ()),
        ("X [helps](http://x.org/@a_b) and [so @a](y).", "X helps and so.", ("a",)),
        (
            "*X* **helps** ~~a~~ _lot_ in $n_1=3$ of 2*3 snake_case runs.",
            "X helps a lot in n₁=3 of 2*3 snake_case runs.",
            (),
        ),
        ("X &amp; Y <b>help</b>: H~2~O at 10^3^.", "X & Y help: H₂O at 10³.", ()),
        ("![A figure of X [@a].](x.png){width=3}", "A figure of X.", ("a",)),
        ("X ![[unclosed helps.", "X [[unclosed helps.", ()),
        ("A range [0, 1] and [1] stay.", "A range [0, 1] and [1] stay.", ()),
    ],
)
def test_a_sentence_and_its_citations(read, source: str, text: str, keys: tuple[str, ...]) -> None:
    assert told(read(source + "\n"))[0] == (text, keys)


def test_a_citation_behind_the_full_stop_belongs_to_the_sentence_before(read) -> None:
    assert told(read("X helps. [@a; @b] Y does not.[@c] Z may.\n")) == [
        ("X helps.", ("a", "b")),
        ("Y does not.", ("c",)),
        ("Z may.", ()),
    ]


def test_a_citation_that_begins_a_paragraph_belongs_to_what_follows(read) -> None:
    assert told(read("Y fails.\n\n[@a] X helps. Z may.\n")) == [("Y fails.", ()), ("X helps.", ("a",)), ("Z may.", ())]


def test_a_citation_as_subject_behind_a_full_stop_begins_its_sentence(read) -> None:
    assert told(read("X helps. @a shows that Y fails. [@b] show more.\n")) == [
        ("X helps.", ()),
        ("shows that Y fails.", ("a",)),
        ("show more.", ("b",)),
    ]


def test_each_citation_knows_where_in_the_text_it_stands(read) -> None:
    sentence = read("X improves A [@a] and Y reduces B [@b; @c].\n").passages[0].sentence
    assert sentence.text == "X improves A and Y reduces B."
    assert [sentence.text[:at] for at in sentence.cited_at] == ["X improves A"] + ["X improves A and Y reduces B"] * 2


def test_keys_lie_where_they_are_said_to(read) -> None:
    manuscript = read("X [see @a, p. 3; @{b c}] helps; @d too.\n")
    text = manuscript.files[manuscript.passages[0].file]
    assert [text[c.start : c.end] for c in manuscript.passages[0].cited] == ["a", "b c", "d"]


def test_a_key_cited_twice_counts_twice(read) -> None:
    assert read("X helps [@a] and Y too [@a].\n").passages[0].sentence.citations == ("a", "a")


def test_citations_alone_in_a_paragraph_are_not_lost(read) -> None:
    manuscript = read("[@a; @b]\n")
    assert manuscript.passages == ()
    assert [(one.cited.key, one.where) for one in manuscript.loose] == [("a", "no sentence"), ("b", "no sentence")]


def test_what_is_no_prose_is_left_out_and_its_citations_are_kept(read) -> None:
    manuscript = read(
        "---\ntitle: T [@no]\nnocite: |\n  @n1, @n2\n---\n\n# Head [@h] {#id}\n\n"
        "| a | b |\n|---|---|\n| [@t] | 3 |\n\n```\n[@no]\n```\n\n    [@no] indented\n\nX helps.\n\n"
        "[ref]: http://x.org/@no\n\n::: {.box}\nY helps.\n:::\n"
    )
    assert told(manuscript) == [("X helps.", ()), ("Y helps.", ())]
    assert [(one.cited.key, one.where) for one in manuscript.loose] == [
        ("n1", "nocite"),
        ("n2", "nocite"),
        ("h", "heading"),
        ("t", "table"),
    ]
    assert {p.heading for p in manuscript.passages} == {"Head"}


def test_lists_quotes_notes_and_underlined_headings(read) -> None:
    manuscript = read(
        "Title\n=====\n\n- one [@a]\n- two\n\n  more of two [@b]\n\n> quoted\n> over lines [@c]\n\n"
        "1. first\n\nX helps.[^n]^[In place, Y fails [@d].]\n\n[^n]: A note of its own [@e].\n"
    )
    assert told(manuscript) == [
        ("one", ("a",)),
        ("two", ()),
        ("more of two", ("b",)),
        ("quoted over lines", ("c",)),
        ("first", ()),
        ("X helps.", ()),
        ("In place, Y fails.", ("d",)),
        ("A note of its own.", ("e",)),
    ]
    assert manuscript.passages[0].heading == "Title"


def test_a_fence_that_nothing_closes_hides_nothing(read) -> None:
    assert told(read("X helps.\n\n~~~\n\nY fails [@a].\n"))[-1] == ("Y fails.", ("a",))


def test_a_section_of_references_is_no_prose(read) -> None:
    manuscript = read(
        "X helps [1], Y fails [2-3].\n\n# References\n\n[1] A. Author. T. 2020.\n[2] B.\n\n# Appendix\n\nZ.\n"
    )
    assert told(manuscript) == [("X helps, Y fails.", ("[1]", "[2]", "[3]")), ("Z.", ())]
    assert [(r.label, r.text) for r in manuscript.references] == [("[1]", "A. Author. T. 2020."), ("[2]", "B.")]


def test_ignore_comments_name_their_kinds_and_lines(read) -> None:
    manuscript = read(
        "<!-- writer: ignore-file overstated -->\n\nX helps. <!-- writer: ignore direction, number-mismatch -->\n"
        "<!-- writer: ignore -->\n<!-- writer: ignore quote-not-found -->\n\nY fails.\n\n`<!-- writer: ignore -->` Z.\n"
    )
    file = manuscript.passages[0].file
    assert manuscript.ignores == (
        Ignore(file, 1, ("overstated",), whole=True),
        Ignore(file, 3, ("direction", "number-mismatch")),
        Ignore(file, 7),
        Ignore(file, 7, ("quote-not-found",)),
    )


def test_a_comment_between_lines_does_not_cut_a_sentence(read) -> None:
    assert told(read("We find\n<!-- writer: ignore -->\nthat X helps [@a].\n")) == [("We find that X helps.", ("a",))]


@pytest.mark.parametrize("value", ["a.bib", '"a.bib"', "[a.bib, 'b.bib']", "\n  - a.bib\n  - b.bib"])
def test_the_bibliographies_of_the_front_matter(tmp_path: Path, read, value: str) -> None:
    for name in ("a.bib", "b.bib"):
        (tmp_path / name).write_text("")
    expected = [str(tmp_path / name) for name in ("a.bib", "b.bib") if name in value]
    assert list(read(f"---\nbibliography: {value}\n---\n\nX.\n").bibliographies) == expected


def test_a_bibliography_outside_the_tree_or_missing_is_told(read) -> None:
    manuscript = read("---\ntitle: x\nbibliography: [../a.bib, no.bib]\n---\n\nX.\n")
    assert manuscript.bibliographies == ()
    assert [(s.line, "outside" in s.reason, "not there" in s.reason) for s in manuscript.skipped] == [
        (3, True, False),
        (3, False, True),
    ]


@pytest.mark.parametrize(
    ("words", "kinds", "told"),
    [
        ("", [()], False),
        (" overstated", [("overstated",)], False),
        (": overstated, direction", [("overstated", "direction")], False),
        (" overstated -- no error, it is meant", [("overstated",)], False),
        (" overstated, direction: the error is known", [("overstated", "direction")], False),
        (" overstated (see the warning)", [("overstated",)], False),
        (" number-mismatch the rounding error is meant", [("number-mismatch",)], True),
        (" number-mismatch, note the warning", [("number-mismatch",)], True),
        (" number-mismatch direction", [("number-mismatch",)], True),
        (" (number-mismatch)", [], True),
        (" {overstated}", [], True),
        (" -- I know", [], True),
        (" error in the source", [], True),
    ],
)
def test_an_ignore_comment_never_silences_more_than_it_lists(
    read, words: str, kinds: list[tuple[str, ...]], told: bool
) -> None:
    for suffix, comment in (("md", f"<!-- writer: ignore{words} -->"), ("tex", f"% writer: ignore{words}")):
        manuscript = read(f"X helps. {comment}\n", f"paper.{suffix}")
        assert [one.kinds for one in manuscript.ignores] == kinds
        assert [one.line for one in manuscript.skipped if "the comment silences" in one.reason] == [1] * told


def test_what_cites_by_key_among_references_is_kept(read) -> None:
    manuscript = read(
        "# References\n\nIt helps [@a].\n\n- Rey [@b].\n\n- Ono (2020).\n\n## Web\n\nSo says \\cite{c}.\n"
    )
    assert told(manuscript) == [("It helps.", ("a",)), ("So says.", ("c",))]
    assert [(one.cited.key, one.where) for one in manuscript.loose] == [("b", "references")]
    assert [one.what for one in manuscript.omitted] == ["a list of references"]


def test_notes_behind_a_list_of_references_are_read(read) -> None:
    manuscript = read("# One\n\nX helps.[^n]\n\n# References\n\n- Rey.\n\n[^n]: So say we in a note.\n")
    assert [(p.sentence.text, p.heading) for p in manuscript.passages] == [
        ("X helps.", "One"),
        ("So say we in a note.", "One"),
    ]


def test_only_an_address_makes_a_bracket_at_the_head_of_a_line_a_link(read) -> None:
    manuscript = read(
        "X helps.\n[Ono]: It reduces time [@a].\n\n[Lattices]: they help [@b].\n\n[c]: @c\n\n"
        "[x]: http://x.org/@no 'a title'\n[y]: <a b.html>\n[z]: notes.html#top\n\nY\n[q]: http://x.org\n"
    )
    assert [p.sentence.citations for p in manuscript.passages if p.sentence.citations] == [("a",), ("b",), ("c",)]
    assert [p.sentence.text for p in manuscript.passages][-1] == "Y [q]: http://x.org"


def test_what_is_cited_between_dollars_is_kept(read) -> None:
    for name, text in (
        ("a.md", "It costs $$ and [@a], `[@no]` as $$ shows [@b].\n"),
        ("a.tex", r"$$ \cite{a} $$ \cite{b}"),
    ):
        manuscript = read(text, name)
        keys = [key for passage in manuscript.passages for key in passage.sentence.citations]
        assert [(one.cited.key, one.where) for one in manuscript.loose][:1] == [("a", "formula")]
        assert [*keys, *(one.cited.key for one in manuscript.loose[1:])] == ["b"]
        assert [one.what for one in manuscript.omitted] == ["a formula"]
