"""Names of authors in all the ways they are written."""

from __future__ import annotations

import pytest

from writer.corpus.names import from_bibtex, from_list, from_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Roe", ["Roe, Jane"]),
        ("Roe, Jane", ["Roe, Jane"]),
        ("Jane Q. Roe and Max Moe", ["Roe, Jane Q.", "Moe, Max"]),
        ("Jane Roe\n  and  Max Moe", ["Roe, Jane", "Moe, Max"]),
        ("Hans van der Berg", ["van der Berg, Hans"]),
        ("van der Berg, Hans", ["van der Berg, Hans"]),
        ("van der Berg", ["van der Berg"]),
        ("Jean Le Rond d'Amber", ["d'Amber, Jean Le Rond"]),
        ("Moe, Jr, Max", ["Moe, Max, Jr"]),
        ("Max Moe Jr.", ["Moe, Max, Jr."]),
        ("{The ATLAS Collaboration}", ["The ATLAS Collaboration"]),
        ("Roe, Jane and {Barnes and Noble, Inc.}", ["Roe, Jane", "Barnes and Noble, Inc."]),
        ("The Cedar Collaboration", ["The Cedar Collaboration"]),
        ("{Van Amber}, Rosa", ["{Van Amber}, Rosa"]),
        ("{\\'E}mile {\\'e}ta Zolar", ["{\\'e}ta Zolar, {\\'E}mile"]),
        ("Plato", ["Plato"]),
        ("Anders Andand and Sandra Band", ["Andand, Anders", "Band, Sandra"]),
        ("", []),
        (" , ", []),
    ],
)
def test_bibtex_names(text: str, expected: list[str]) -> None:
    authors, more = from_bibtex(text)
    assert [str(author) for author in authors] == expected
    assert more is False


@pytest.mark.parametrize("text", ["Jane Roe and others", "Jane Roe and et al.", "Jane Roe et al."])
def test_others_are_noted_and_no_author(text: str) -> None:
    authors, more = from_bibtex(text)
    assert ([str(author) for author in authors], more) == (["Roe, Jane"], True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Roe; Max Moe", ["Roe, Jane", "Moe, Max"]),
        ("Roe, Jane; Moe, Max;", ["Roe, Jane", "Moe, Max"]),
        ("Jane Roe and Max Moe", ["Roe, Jane", "Moe, Max"]),
        ("Roe, Jane and Moe, Max", ["Roe, Jane", "Moe, Max"]),
        ("Jane Roe, Max Moe", ["Roe, Jane", "Moe, Max"]),
        ("Jane Roe, Max Moe, and Ann Loe", ["Roe, Jane", "Moe, Max", "Loe, Ann"]),
        ("Jane Roe, Max Moe & Ann Loe", ["Roe, Jane", "Moe, Max", "Loe, Ann"]),
        ("Roe, J., Moe, M. A.", ["Roe, J.", "Moe, M. A."]),
        ("Roe, Jane", ["Roe, Jane"]),
        ("van der Berg, Hans Peter", ["van der Berg, Hans Peter"]),
        ("Jane Roe", ["Roe, Jane"]),
    ],
)
def test_names_in_one_cell(text: str, expected: list[str]) -> None:
    assert [str(author) for author in from_text(text)[0]] == expected


def test_a_list_holds_one_name_each() -> None:
    authors, more = from_list(["Jane Roe", "Moe, Max", "et al."])
    assert ([str(author) for author in authors], more) == (["Roe, Jane", "Moe, Max"], True)


def test_the_number_of_a_person_and_a_mark_for_nobody_are_no_names_in_any_list() -> None:
    assert [str(name) for name in from_text("Roe, Jane (57190000000); Moe, Max (57190000001)")[0]] == [
        "Roe, Jane",
        "Moe, Max",
    ]
    assert [str(name) for name in from_text("Roe, Jane (57190000000)")[0]] == ["Roe, Jane"]
    assert from_list(["[Anonymous]"]) == from_bibtex("[Anonymous]") == ((), False)
    assert [str(name) for name in from_list(["Anonymous"])[0]] == ["Anonymous"]
