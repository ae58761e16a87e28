"""Names of a claim against the entries it cites, and words in the place of others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer.checking.case import Case
from writer.checking.facts import Known
from writer.checking.names import check_names
from writer.checking.naming import expands, forms, names, stands_for
from writer.checking.siblings import siblings
from writer.corpus import digest
from writer.draft import Group, Place, Problem, Sentence
from writer.entry import Author, Corpus, Entry, Source

ABSTRACT = (
    "We present TideNet, a recurrent network that predicts the height of tides from harbour gauges. TideNet is trained "
    "with reinforcement learning on the GaugeBank dataset and evaluated on NOAA-9 records. Deep water buoys (DWB) "
    "improve the forecast, while TNF-α levels of divers do not. A second model, SurfLSTM, predicts the wave period "
    "from satellite images. In breast cancer screening of divers the gauges have no use."
)


def found(claim: str, english: bool = True, quoted: bool = False) -> list[Problem]:
    """The problems of a sentence that cites one entry."""
    entry = Entry("tides", "Tides from gauges", ABSTRACT, Source("own.bib", 1), authors=(Author("Saad-Falcon", "Jon"),))
    corpus = Corpus({"tides": entry}, digest([entry]))
    sentence = Sentence(claim, "claim", ("tides",))
    return check_names(Case(sentence, Place(0, 0, 0), Group("", ()), Known(corpus), quoted=quoted, in_english=english))


def rules(claim: str) -> set[str]:
    return {problem.rule for problem in found(claim)}


@pytest.mark.parametrize(
    "claim",
    [
        "TideNet predicts the height of tides.",
        "Tidenet's forecasts come from harbour gauges.",
        "Tide-Net and the TIDENETs learn from gauges.",
        "The authors train it with RL on GaugeBank.",
        "The RL-based network is tested on NOAA 9 records.",
        "Deep water buoys (DWBs) improve the forecast.",
        "TNF-alpha levels of divers tell nothing.",
        "The TNFα level tells nothing.",
        "Saad-Falcon et al. predict tides.",
        "Type II gauges are left out, as in the US.",
        "An RNN predicts tides.",
        "A novel approach to tides.",
    ],
)
def test_a_name_written_another_way_is_the_same_name(claim: str) -> None:
    assert found(claim) == []


def test_a_name_in_the_place_of_another_is_found_with_that_other() -> None:
    claim = "The authors present HarborNet, a recurrent network that predicts the height of tides."
    [problem] = found(claim)
    assert problem.rule == "name-swapped"
    assert problem.span is not None
    assert claim[slice(*problem.span)] == "HarborNet"
    assert problem.key == "tides"
    assert problem.suggestion == "tides has 'TideNet' there"
    assert "We present TideNet" in problem.detail


def test_a_name_that_nothing_comes_near_is_told_more_quietly_in_a_manuscript_than_in_a_draft() -> None:
    claim = "Critics of HarborNet disagree about boats, sails and old ropes."
    assert rules(claim) == {"name-absent"}
    assert [problem.rule for problem in found(claim, quoted=True)] == ["name-not-shown"]


def test_a_name_of_the_abstract_in_the_place_of_another_is_found() -> None:
    assert rules("SurfLSTM is trained with reinforcement learning on gauges.") == {"name-misplaced"}
    assert rules("TideNet is trained on the SurfLSTM dataset.") == {"name-misplaced"}


def test_an_acronym_behind_the_words_of_another_is_found() -> None:
    [problem] = found("Deep water buoys (NOAA-9) improve the forecast.")
    assert problem.rule == "name-misdefined"
    assert problem.suggestion == "tides has 'DWB' there"


def test_an_acronym_that_the_claim_itself_explains_is_left_in_peace() -> None:
    assert found("Harbour gauges (HGs) feed the network.") == []


@pytest.mark.parametrize(
    ("claim", "rule"),
    [
        ("The gauges have no use in prostate cancer screening.", "word-swapped"),
        ("A convolutional network predicts the height of tides.", "word-swapped"),
        ("The wave period is predicted from satellite videos.", "word-swapped"),
        ("The kidney was of no use to the divers.", "word-of-its-sort"),
    ],
)
def test_a_word_for_another_thing_of_its_sort_is_found(claim: str, rule: str) -> None:
    assert rules(claim) == {rule}


def test_words_of_another_language_are_not_compared() -> None:
    assert found("Le cancer de la prostate et le videos.", english=False) == []


def test_capitals_of_a_title_are_no_names() -> None:
    assert found("Learning Better Forecasts for Harbour Masters") == []


@pytest.mark.parametrize(
    ("core", "text"),
    [
        ("rl", "with reinforcement learning"),
        ("vae", "a variational autoencoder"),
        ("vae", "a variational auto-encoder"),
        ("pi3k", "phosphatidylinositide 3-kinase"),
        ("cnn", "convolutional and recurrent neural networks"),
        ("sota", "the state of the art"),
    ],
)
def test_a_short_name_stands_for_a_run_of_words(core: str, text: str) -> None:
    assert stands_for(core, (text,))
    assert expands(core, text) or core == "cnn"


def test_a_short_name_does_not_stand_for_other_words() -> None:
    assert not stands_for("gan", ("a variational autoencoder of images",))
    assert not expands("gan", "deep water buoys")


def test_numbers_and_ordinals_are_no_names() -> None:
    assert [name.text for name in names("the 9th of 4.8k runs took 5mg, 30% and 3-6 days in 1999")] == []


@given(st.text(max_size=100))
def test_names_are_spans_of_the_text_and_among_its_forms(text: str) -> None:
    for name in names(text):
        assert text[name.start : name.end] == name.text
        assert name.core
    assert "" not in forms(text)


@given(st.from_regex(r"[A-Z]{2,4}[0-9]{1,2}[A-Z]", fullmatch=True))
def test_a_planted_name_is_found_and_the_right_one_is_not(name: str) -> None:
    assert found("TideNet is trained on the GaugeBank dataset.") == []
    planted = found(f"TideNet is trained on the {name} dataset.")
    assert [problem.span for problem in planted] == [(26, 26 + len(name))]


def test_a_thing_is_no_sibling_of_itself() -> None:
    [sort] = siblings("renal")
    assert "kidney" not in sort.others
    assert "kidney" in sort.same
    assert "liver" in sort.others
    assert siblings("walrus") == ()


@pytest.mark.parametrize(
    "claim",
    [
        "TideNett is a recurrent network that predicts the height of tides.",  # a slip
        "The network is trained with reinforcement learning on GagueBank.",
        "A second model predicts the wave period in divers (SCUBA).",  # a name that the entry has no need of
        "The network predicts tides with an accuracy of 90 (95% CI 88 to 92).",
    ],
)
def test_a_slip_and_a_name_that_the_entry_need_not_write_are_left_alone(claim: str) -> None:
    assert found(claim) == []


def test_names_that_differ_in_a_digit_are_two_names() -> None:
    assert rules("The network is evaluated on the NOAA-7 records from harbour gauges.") & {
        "name-swapped",
        "name-absent",
    }


def test_a_name_is_found_where_the_entry_has_another_one() -> None:
    [problem] = found("SurfLSTM predicts the height of tides from harbour gauges.")
    assert problem.rule in {"name-misplaced", "name-elsewhere"}
    assert "TideNet" in (problem.suggestion or "")


def test_headings_and_headlines_are_no_names() -> None:
    assert names("RESULTS Of the 40 gauges none failed. METHODS We read them.") == ()
    assert names("THE GREAT DAY FOR DIVERS # and they came by boat") == ()
    assert [name.text for name in names("BERT and GPT read maps")] == ["BERT", "GPT"]


def test_a_short_name_is_said_by_a_word_made_of_it() -> None:
    assert "gaba" in forms("GABAergic cells")


def test_a_word_that_the_claim_has_elsewhere_may_be_the_one_that_should_stand_there() -> None:
    claim = "The gauges help prostate cancer screening, while breast size tells nothing."
    assert [problem.rule for problem in found(claim)] == ["word-swapped"]


def cited(claim: str, *abstracts: str) -> list[Problem]:
    """The problems of a sentence that cites several entries."""
    entries = {
        f"e{number}": Entry(f"e{number}", "", abstract, Source("own.bib", number))
        for number, abstract in enumerate(abstracts, 1)
    }
    corpus = Corpus(entries, digest(entries.values()))
    return check_names(
        Case(Sentence(claim, "claim", tuple(entries)), Place(0, 0, 0), Group("", ()), Known(corpus), quoted=False)
    )


def test_a_name_belongs_to_the_entry_that_has_it() -> None:
    claim = "Detectors such as TideNet need no buoys, and WaveNet samples verdicts."
    one = "We present TideNet, a detector of tides that samples gauges."
    other = "Detectors such as HarborHall need no buoys. WaveNet samples verdicts."
    assert cited(claim, one, other) == []
    # Where one entry has both, the place of the name counts.
    [problem] = cited("Detectors such as TideNet need no buoys.", f"{one} {other}")
    assert problem.suggestion == "e1 has 'HarborHall' there"


def test_the_rest_of_a_long_sentence_does_not_move_a_name() -> None:
    abstract = (
        "The ability of large harbour gauges (LHGs) to critique their readings by pilots helps much and may hurt. To "
        "address this we propose LookOut, which reads the gauge again. LookOut improves readings by 13.5%."
    )
    claim = (
        "In harbours, the ability to critique readings by pilots helps much and may hurt; LookOut reads the gauge once "
        "more and improves readings by 13.5%."
    )
    assert cited(claim, abstract) == []


def test_a_field_is_known_by_its_short_name() -> None:
    assert cited("STORMY beats a RAG baseline.", "STORMY beats a retrieval baseline on TideWiki.") == []
    assert cited("STORMY beats a GAN baseline.", "STORMY beats a retrieval baseline on TideWiki.")


def test_function_words_spell_no_name() -> None:
    abstract = "On GaugeBank the reader drops after two rounds; this makes them worse."
    assert [problem.suggestion for problem in cited("On MATH the reader drops after two rounds.", abstract)] == [
        "e1 has 'GaugeBank' there"
    ]
    assert stands_for("math", ["maritime tide heights"])
