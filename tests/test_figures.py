"""Numbers of a claim against the entries it cites: what is the same number, what is absent, what is out of place."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from writer.checking.amounts import hedge, same, significant
from writer.checking.case import Case
from writer.checking.facts import Known
from writer.checking.figures import check_figures, figures
from writer.corpus import digest
from writer.draft import Group, Place, Problem, Sentence
from writer.entry import Corpus, Entry, Source
from writer.text.numbers import numbers

ABSTRACT = (
    "We train a tagger on 4,800 letters that 66 of 80 clerks wrote between 1911 and 1923. It reaches an accuracy of "
    "90.3% on held-out letters and 39.6% on postcards. Two thirds of the errors are names of places. Training takes 3 "
    "to 6 hours, and reading a page is 12 times faster than before. In a second test, 17 readers preferred its output."
)
TITLE = "Reading letters in 8 hands"


def found(claim: str, abstract: str = ABSTRACT, english: bool = True) -> list[Problem]:
    """The problems of a manuscript's sentence that cites one entry."""
    entry = Entry("letters", TITLE, abstract, Source("own.bib", 1))
    corpus = Corpus({"letters": entry}, digest([entry]))
    sentence = Sentence(claim, "claim", ("letters",))
    case = Case(sentence, Place(0, 0, 0), Group("", ()), Known(corpus), quoted=False, in_english=english)
    return check_figures(case)


def rules(claim: str) -> list[str]:
    return [problem.rule for problem in found(claim)]


@pytest.mark.parametrize(
    "claim",
    [
        "The tagger is trained on 4.8k letters.",
        "The tagger is trained on 4.8 thousand letters.",
        "The letters were written by 66 of 80 clerks between 1911 and 1923.",
        "Its accuracy is about 40% on postcards.",
        "Its accuracy is over 90% on held-out letters.",
        "Its accuracy is nearly 91% on held-out letters.",
        "Names of places make up 67% of the errors.",
        "Names of places make up two-thirds of the errors.",
        "Training takes 3-6 hours.",
        "Training takes between three and six hours.",
        "Reading a page is twelve times faster.",
        "Reading a page is 12x faster.",
        "Seventeen readers preferred its output.",
        "It is the first tagger of letters, and the 9th of its kind.",
        "Reading is faster by an order of magnitude.",
    ],
)
def test_a_number_written_another_way_is_the_same_number(claim: str) -> None:
    assert found(claim) == []


@pytest.mark.parametrize(
    ("claim", "rule"),
    [
        ("The tagger is trained on 4,900 letters.", "number-misplaced"),
        ("Its accuracy is about 45% on postcards.", "number-misplaced"),
        ("Its accuracy is over 95% on held-out letters.", "number-misplaced"),
        ("The letters were written by clerks between 1911 and 1932.", "number-misplaced"),
        ("Training takes 3 to 6 days.", "number-absent"),
        ("Three quarters of the errors are names of places.", "number-misplaced"),
        ("Its accuracy is 39.6% on held-out letters.", "number-misplaced"),
    ],
)
def test_another_number_is_found(claim: str, rule: str) -> None:
    assert rule in rules(claim)


def test_a_number_that_no_sentence_comes_near_is_told_more_quietly() -> None:
    assert rules("Museums in 31.5% of all towns bought scanners.") == ["number-unstated"]


def test_a_number_about_something_else_names_the_sentence_that_states_it() -> None:
    [problem] = found("Museums bought 17 scanners.")
    assert problem.rule == "number-elsewhere"
    assert "17 readers" in problem.detail


def test_a_problem_points_at_the_number_and_says_what_the_entry_has_there() -> None:
    claim = "On postcards the tagger reaches an accuracy of 93.0% on held-out letters."
    [problem] = found(claim)
    assert problem.span is not None
    assert claim[slice(*problem.span)] == "93.0%"
    assert problem.key == "letters"
    assert problem.suggestion is not None
    assert "90.3%" in problem.suggestion


@pytest.mark.parametrize(
    "claim",
    [
        "Letters have been read by machines [3, 7].",
        "Letters have been read by machines,18,, as Figure 7 shows.",
        "The tagger (1) reads letters and (2) reads postcards.",
        "Reading letters in 8 hands is a tagger.",
        "MEK 1/2 inhibitors are no letters.",
    ],
)
def test_marks_titles_and_parts_of_names_state_nothing(claim: str) -> None:
    assert found(claim) == []


def test_marks_of_a_list_that_do_not_count_up_are_looked_at() -> None:
    assert rules("The tagger (7) reads letters and (2) reads postcards.") != []


def test_of_a_claim_in_another_language_only_the_number_itself_is_compared() -> None:
    assert found("Le système atteint 17 points.", english=False) == []
    assert [p.rule for p in found("Le système atteint 18 points.", english=False)] == ["number-unstated"]


@pytest.mark.parametrize(
    ("claimed", "stated", "agrees"),
    [
        ("half", "50%", True),
        ("a third of", "33%", True),
        ("a third of", "41%", False),
        ("doubled", "2-fold", True),
        ("twice", "a 3-fold", False),
        ("one in five", "20%", True),
        ("0.95", "95%", True),
        ("0.95", "90%", False),
        ("3.2 × 10^-5", "0.000032", True),
        ("3.2e-5", "3.2 × 10⁻⁵", True),
        ("5 mg", "5 kg", False),
        ("5mg", "5 mg", True),
        ("8 points", "8%", True),
        ("8 points", "8 times", False),
        ("about 40%", "39.6%", True),
        ("about 40%", "46%", False),
        ("over 90%", "90.3%", True),
        ("over 90%", "89.6%", False),
        ("nearly 90%", "89.6%", True),
        ("nearly 90%", "90.3%", False),
        ("4.2", "4.213", True),
        ("40%", "39.6%", False),
        ("two hundred and six", "206", True),
        ("$750 million", "0.75 billion", True),
        ("-3", "3", False),
        ("10%", "-10%", True),  # a fall by 10% is -10%
        ("-10%", "10 %", True),
        ("four out of five", "80%", True),
        ("four out of five", "90%", False),
        ("nine in ten", "90%", True),
        ("barely half", "51.5%", True),
        ("half", "51.5%", False),
        ("1/400", "400 times", True),
        ("1/400", "40 times", False),
        ("0.68", "0.6841", True),
        ("0.69", "0.6841", False),
    ],
)
def test_which_amounts_are_the_same(claimed: str, stated: str, agrees: bool) -> None:
    [one], [other] = numbers(claimed), numbers(stated)
    assert same(one, other, hedge(claimed, one.start)) is agrees


def test_a_draft_is_held_to_the_unit_and_to_untold_rounding() -> None:
    [bare], [percent] = numbers("63.5"), numbers("63.5%")
    assert same(bare, percent)
    assert not same(bare, percent, strict=True)
    [rounded], [exact] = numbers("4.2"), numbers("4.213")
    assert same(rounded, exact)
    assert not same(rounded, exact, strict=True)


whole = st.integers(0, 10**9)


@given(whole)
def test_separators_and_scales_do_not_change_a_number(value: int) -> None:
    forms = [f"{value:,}", str(value), f"{value}.0", f"{value}e0"]
    if value % 100 == 0:
        forms.append(f"{value // 100 / 10:.1f} thousand")
    read = [numbers(f"with {form} of them") for form in forms]
    assert {one.value for [one] in read} == {str(value)}


@given(st.integers(2, 999), st.integers(2, 999))
def test_a_planted_other_number_is_found_and_the_right_one_is_not(right: int, wrong: int) -> None:
    assume(not same(*numbers(f"{wrong} or {right}")))  # 150 is 145 in fewer digits
    abstract = f"The corpus that we collected holds {right} signed letters from the northern towns."
    claim = "The collected corpus holds {} signed letters from towns in the north."
    assert found(claim.format(right), abstract) == []
    [problem] = found(claim.format(wrong), abstract)
    assert problem.rule in {"number-misplaced", "number-absent"}


@given(st.text(max_size=80))
def test_figures_are_spans_with_the_words_around_them(text: str) -> None:
    for figure in figures(text):
        assert text[figure.start : figure.end] == figure.text
        assert same(figure, figure, figure.hedge, strict=True)


@given(st.decimals(0, 10**6, places=3))
def test_zeros_at_the_end_do_not_count_as_digits(value: object) -> None:
    assert significant(str(value)) <= 10
    assert significant("40") == 1
    assert significant("0.0050") == 2


@pytest.mark.parametrize(
    "claim",
    [
        "“Eight Hands in 99 Letters” names the tagger.",  # a title
        "The tagger reaches an accuracy of 90.3% with a 95% confidence interval.",
        "Smith and Lee (2019) train the tagger on letters.",
        "The tagger (doi 10.5555/12345.678) is trained on letters.",
        "The tagger of CO 2 readings is trained on letters.",  # part of a formula
    ],
)
def test_numbers_that_name_something_are_no_findings(claim: str) -> None:
    assert [problem.rule for problem in found(claim) if problem.rule != "number-unstated"] == []


def test_the_same_number_of_another_measure_is_another_number() -> None:
    assert rules("Reading a page takes 3 to 6 minutes of training.") == ["number-absent", "number-absent"]


def test_a_measure_alone_does_not_make_two_places_one() -> None:
    abstract = "The tagger reads a page in 12 hours, and older ones took 10 and 50 hours to do the same."
    assert "number-misplaced" not in [
        problem.rule for problem in found("It needs 6 minutes a letter, and 12 hours a page.", abstract)
    ]


def test_where_most_numbers_are_absent_none_is_told_loudly() -> None:
    claim = "Errors are found in 13% to 18% of the letters, 21% of the postcards and 4% of the names of places."
    assert set(rules(claim)) <= {"number-unstated"}
    assert {"number-absent", "number-misplaced"} & set(rules("The tagger reaches 21% on postcards."))


def test_a_day_is_held_against_a_day_only() -> None:
    abstract = "The letters were found on March 4, 2001 by 12 clerks of the town."
    assert [problem.rule for problem in found("The letters were found by clerks on 9 March 2001.", abstract)] == [
        "number-absent"
    ]
    without = "The letters were found by 12 clerks of the town."
    assert [problem.rule for problem in found("On 9 March the letters were found by clerks.", without)] == [
        "number-unstated"
    ]


def test_the_number_in_a_compound_is_held_against_the_same_compound() -> None:
    abstract = "The enzyme phosphoinositide 3-kinase is active in ferns."
    assert [problem.rule for problem in found("In ferns the 9-kinase is active.", abstract)] == ["number-misplaced"]
    assert found("In ferns the 3-kinase is active.", abstract) == []


def hint(claim: str, abstract: str) -> str | None:
    """What the only problem of a claim suggests."""
    [problem] = found(claim, abstract)
    return problem.suggestion


def test_one_more_than_the_others_is_all_of_them() -> None:
    abstract = "We translate the English prompts into another 7 languages, which gives 4,501 conversations in all."
    assert found("The prompts come in eight languages.", abstract) == []
    assert found("The prompts come in nine languages.", abstract)


def test_a_part_of_a_count_is_the_fraction() -> None:
    abstract = "The tagger wins for 4 of the 5 clerks."
    assert found("The tagger wins for four out of five clerks.", abstract) == []
    assert found("The tagger wins for three out of five clerks.", abstract)


def test_a_hint_names_a_value_of_the_same_sort_or_none() -> None:
    abstract = "The tagger, a network with 280 billion weights, reads letters. It reads 80% of the letters of clerks."
    assert hint("The tagger reads 56% of the letters.", abstract) == "letters has '80%' there"
    assert (
        hint(
            "The tagger reads letters at a learning rate of 1e-5 with 9 layers.".replace(" with 9 layers", ""), abstract
        )
        is None
    )
    assert hint("The tagger reads 56% of the letters.", "The tagger has 280 billion weights and reads letters.") is None


def test_a_number_told_in_a_sentence_that_goes_on_is_about_what_the_one_before_told() -> None:
    abstract = (
        "The tagger reaches a score of 0.781 on all postcards. This surpasses the next best reader by 11% and exceeds "
        "museums by 23%."
    )
    assert found("The tagger attains 0.781 on postcards, 11% better than the runner-up.", abstract) == []
    assert found("Floods harmed 11% of old barns.", abstract)


def test_a_year_in_brackets_behind_names_is_no_mark_of_a_citation() -> None:
    abstract = "We improve on the reader of letters (Sand & Stone, 1911), which museums like."
    claim = "It improves on the reader of letters (Sand & Stone, {}), which museums like."
    assert found(claim.format(1911), abstract) == []
    assert [problem.rule for problem in found(claim.format(1923), abstract)] == ["number-misplaced"]
