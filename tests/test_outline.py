"""Outlines of surveys: what is read, and that every error says in which line it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small import small_corpus

from writer.drafting.outline import Outline, SectionPlan, read_outline, with_known_keys
from writer.errors import SettingsError, UserError
from writer.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
FULL = """\
# A comment, and an anchor that is used twice.
title: Judges   and  citations
sections:
  - heading: Judges
    theme: &theme language models
      as judges
    words: 300
    k: 12
    groups: 2
    group_by: year
    language: German
    must_cite: [li2024mirror, okafor2023panel]
    exclude:
      - stein2022retrieval
    prompts: mine
  - heading: "2024"
    theme: *theme
  - heading: Citations
"""


@pytest.fixture
def outline(tmp_path: Path) -> Outline:
    return read(tmp_path, FULL)


def read(folder: Path, text: str) -> Outline:
    path = folder / "outline.yaml"
    path.write_text(text, "utf-8")
    return read_outline(path)


def test_every_field_is_read(outline: Outline, tmp_path: Path) -> None:
    assert outline.title == "Judges and citations"
    assert outline.sections == (
        SectionPlan(
            "Judges",
            "language models as judges",
            words=300,
            k=12,
            groups=2,
            group_by="year",
            language="German",
            must_cite=("li2024mirror", "okafor2023panel"),
            exclude=("stein2022retrieval",),
            prompts=tmp_path / "mine",
        ),
        SectionPlan("2024", "language models as judges"),
        SectionPlan("Citations", "Citations"),
    )


def test_a_section_has_the_given_settings_but_for_what_it_says_itself(outline: Outline) -> None:
    given = Settings(words=500, k=9, temperature=0.5, exclude=("x",), must_cite=("y",))
    first, second = (section.settings(given) for section in outline.sections[:2])
    assert (first.words, first.k, first.max_groups, first.group_by, first.language) == (300, 12, 2, "year", "German")
    assert first.temperature == 0.5
    assert first.exclude == ("x", "stein2022retrieval")
    assert first.must_cite == ("li2024mirror", "okafor2023panel")
    assert second == replace(given, must_cite=())


def test_fields_have_their_places(outline: Outline) -> None:
    first = outline.sections[0]
    assert outline.place(first) == f"{outline.file}:4"
    assert outline.place(first, "words") == f"{outline.file}:7"
    assert outline.place(first, "exclude:stein2022retrieval") == f"{outline.file}:14"
    assert outline.place(SectionPlan("Made in Python", "x")) == "section “Made in Python”"


def test_the_example_is_an_outline_over_the_example_corpus() -> None:
    import writer

    corpus = writer.load([ROOT / "examples" / "corpus.bib"])
    outline = with_known_keys(read_outline(ROOT / "examples" / "outline.yaml"), corpus)
    assert len(outline.sections) == 3
    assert outline.sections[0].must_cite == ("zheng2023judging",)


SECTION = "title: t\nsections:\n  - heading: a\n"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "the outline is empty"),
        ("# nothing but a comment\n", 1, "the outline is empty"),
        ("just words\n", 1, "the outline is a text, where fields is expected"),
        ("- a\n- b\n", 1, "the outline is a list"),
        ("title: t\n", 1, "the outline has no sections"),
        ("sections:\n  - heading: a\n", 1, "the outline has no title"),
        ("title: t\nsections: []\n", 2, "it has no section"),
        ("title: t\nsections:\n", 2, "sections is nothing, where a list is expected"),
        ("title: t\nsections:\n  - just words\n", 3, "a section is a text"),
        ("title: t\nsections:\n  - theme: a\n", 3, "a section has no heading"),
        ("title: 2024\nsections:\n  - heading: a\n", 1, "title is a number, where a text is expected"),
        ("title: ' '\nsections:\n  - heading: a\n", 1, "title is empty"),
        ("titel: t\nsections:\n  - heading: a\n", 1, "the outline has no field 'titel'"),
        (SECTION + "    must-cite: [x]\n", 4, "a section has no field 'must-cite'"),
        (SECTION + "    colour: red\n", 4, "a section has no field 'colour'"),
        (SECTION + "    <<: {words: 100}\n", 4, "the name of a field is a merge"),
        (SECTION + "    words: 100\n    words: 200\n", 5, "words is given twice, first in line 4"),
        (SECTION + "    words: many\n", 4, "words is a text, where a whole number is expected"),
        (SECTION + "    words: 0x64\n", 4, "words is a number, where a whole number is expected"),
        (SECTION + "    words: 99.5\n", 4, "words is a number"),
        (SECTION + "    words: yes\n", 4, "words is true or false"),
        (SECTION + "    words: 3\n", 4, "words is 3"),
        (SECTION + "    groups: 13\n", 4, "max_groups is 13"),
        (SECTION + "    group_by: colour\n", 4, "group_by is 'colour'"),
        (SECTION + "    language: '123'\n", 4, "language is '123'"),
        (SECTION + "    must_cite: li2024\n", 4, "must_cite is a text, where a list is expected"),
        (SECTION + "    must_cite:\n      - a\n      - 2024\n", 6, "an item of must_cite is a number"),
        (SECTION + "    must_cite: [x]\n    exclude: [x]\n", 5, "'x' is both to be cited and excluded"),
        (SECTION + "  - heading: b\n  - heading: A\n", 5, "the heading “A” already stands in line 3"),
        (SECTION + "    theme: a: b\n", 4, "this is not YAML"),
        (SECTION + "    theme: 'open\n", 5, "this is not YAML"),
        (SECTION + "---\ntitle: another\n", 4, "this is not YAML"),
        (SECTION + "    theme: *gone\n", 4, "this is not YAML"),
        (SECTION + "    theme: !!python/object/apply:os.system [ls]\n", 4, "theme is a"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, says: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, text)
    assert caught.value.message.startswith(f"{tmp_path / 'outline.yaml'}:{line}: {says}")
    assert caught.value.hint


def test_a_field_that_is_nearly_one_is_suggested(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, SECTION + "    must-cite: [x]\n")
    assert caught.value.hint == "did you mean must_cite?"


@pytest.mark.parametrize("text", ["title: \0\n", "[" * 3000])
def test_what_is_no_yaml_at_all_is_an_error_too(text: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="this is not YAML"):
        read(tmp_path, text)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gone\.yaml cannot be read"):
        read_outline(tmp_path / "gone.yaml")
    (tmp_path / "odd.yaml").write_bytes(b"title: \xff\n")
    with pytest.raises(UserError, match=r"odd\.yaml cannot be read"):
        read_outline(tmp_path / "odd.yaml")


# With a corpus ------------------------------------------------------------------------------------------------


def test_a_key_that_the_corpus_does_not_hold_is_told_with_its_line_and_the_nearest(tmp_path: Path) -> None:
    outline = read(tmp_path, SECTION + "    exclude:\n      - stein2022retrieval\n      - li2024miror\n")
    with pytest.raises(UserError) as caught:
        with_known_keys(outline, small_corpus())
    assert caught.value.message == f"{outline.file}:6: exclude li2024miror: the corpus has no such entry"
    assert "li2024mirror" in caught.value.hint


def test_aliases_become_keys(tmp_path: Path) -> None:
    corpus = small_corpus()
    entries = dict(corpus.entries)
    entries["li2024mirror"] = replace(entries["li2024mirror"], aliases=("li24",))
    outline = read(tmp_path, SECTION + "    must_cite: [li24, li2024mirror]\n    exclude: [stein2022retrieval]\n")
    known = with_known_keys(outline, replace(corpus, entries=entries))
    assert known.sections[0].must_cite == ("li2024mirror",)
    assert known.sections[0].exclude == ("stein2022retrieval",)


def test_two_sections_cannot_have_to_cite_the_same_entry(tmp_path: Path) -> None:
    text = SECTION + "    must_cite: [li2024mirror]\n  - heading: b\n    must_cite:\n      - li2024mirror\n"
    with pytest.raises(SettingsError, match="'li2024mirror' must already be cited in “a”") as caught:
        with_known_keys(read(tmp_path, text), small_corpus())
    assert f"{tmp_path / 'outline.yaml'}:7: " in caught.value.message
