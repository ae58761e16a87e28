"""The drafter that needs no model: how sentences are told, picked, grouped and headed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import ENTRIES, small_corpus

import writer
from writer.drafting.cluster import clusters
from writer.drafting.headings import headings
from writer.drafting.pick import picks
from writer.drafting.subject import again, short_title, subject_of, system_name
from writer.drafting.voice import Subject, leans, tell
from writer.entry import Author, Entry, Source
from writer.text.numbers import numbers

LI = Subject("Li et al.", True, "authors")
STUDY = Subject("One study", False, "study")
FOO = Subject("The authors of Foo", True, "system", "Foo")
EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "corpus.bib"


@pytest.mark.parametrize(
    ("sentence", "subject", "told"),
    [
        ("We introduce Foo, a new benchmark for judges.", LI, "Li et al. introduce Foo, a new benchmark for judges"),
        ("In this paper, we study abstention.", STUDY, "One study studies abstention"),
        ("However, we find that judges fail.", LI, "Li et al. find that judges fail"),
        ("Our experiments show that judges fail in 9% of cases.", LI, "Li et al. show that judges fail in 9% of cases"),
        ("This paper examines order effects.", LI, "Li et al. examine order effects"),
        ("This work proposes a novel approach to voting.", LI, "Li et al. propose an approach to voting"),
        ("To measure bias well, we build a test set.", STUDY, "To measure bias well, one study builds a test set"),
        ("We build a test set and show that it helps.", STUDY, "One study builds a test set and shows that it helps"),
        ("We propose Foo, a method that ranks by votes.", FOO, "Foo is a method that ranks by votes"),
        ("We present a new ranking method (Foo) that learns.", FOO, "Foo is a new ranking method that learns"),
        ("We find that our judge fails.", LI, "Li et al. find that their judge fails"),
        ("We propose to measure bias directly.", LI, "Li et al. measure bias directly"),
        (
            "Experiments on two sets show that votes help.",
            LI,
            "Li et al. show, in experiments on two sets, that votes help",
        ),
        ("We ask judges (see Fig. 2) twice [4].", LI, "Li et al. ask judges twice"),
    ],
)
def test_a_sentence_is_set_in_the_third_person(sentence: str, subject: Subject, told: str) -> None:
    result = tell(sentence, subject)
    assert result is not None
    assert result.text == told


@pytest.mark.parametrize(
    "sentence",
    [
        "Language models are used everywhere.",  # background is nobody's finding
        "To our knowledge, we introduce the first such benchmark.",  # the hedge cannot be kept
        "For example, we find that judges prefer long answers.",
        "On these tasks, we find that judges fail.",  # where it holds would be lost
        "Our results suggest that we should rethink judging.",  # "we" is everybody
        "Can judges be trusted?",
        "Code is at https://example.org.",
        "Existing judges often fail to improve.",
        "",
    ],
)
def test_a_sentence_that_would_need_guessing_is_not_told(sentence: str) -> None:
    assert tell(sentence, LI) is None


def test_a_superlative_stays_with_its_authors() -> None:
    told = tell("We introduce Foo, the first benchmark for judges of judges.", FOO)
    assert told is not None
    assert told.text.startswith("The authors of Foo introduce Foo, the first")


def test_a_result_stays_reported_and_is_not_told_as_a_bare_fact() -> None:
    told = tell("Judges trained with Foo improve agreement by 4%.", FOO)
    assert told is not None
    assert told.text == "The authors of Foo report that judges trained with Foo improve agreement by 4%"


@given(
    st.sampled_from([span for entry in ENTRIES for span in entry.abstract.split(". ")]),
    st.sampled_from([LI, STUDY, FOO]),
)
def test_telling_keeps_every_number_and_adds_none(sentence: str, subject: Subject) -> None:
    told = tell(sentence.rstrip(".") + ".", subject)
    if told is not None:
        before = [(number.value, number.unit) for number in numbers(sentence)]
        assert [(number.value, number.unit) for number in numbers(told.text)] == before


def test_no_first_person_is_left() -> None:
    for entry in writer.load([EXAMPLES]):
        for pick in picks(entry, subject_of(entry), {}):
            words = pick.told.text.replace(",", " ").split()
            assert not {"we", "We", "our", "Our", "us", "ours"} & set(words), pick.told.text


@pytest.mark.parametrize(
    ("text", "leaning"),
    [
        ("Li et al. find that these judges fail", True),
        ("Li et al. find that all aspects matter", True),
        ("Li et al. study case (2) errors", True),
        ("Li et al. find that judges fail", False),
        ("Judges that know their limits fail less", False),
    ],
)
def test_what_points_at_an_untold_sentence_is_noticed(text: str, leaning: bool) -> None:
    assert leans(text) is leaning


def entry(title: str, abstract: str, *authors: Author, **more: bool) -> Entry:
    return Entry("key", title, abstract, Source("x.bib", 1), authors=authors, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "abstract", "name"),
    [
        ("MirrorBench: Do Judges Agree?", "We introduce MirrorBench, a benchmark.", "MirrorBench"),
        ("Mirrorbench: Do Judges Agree?", "We introduce MirrorBench, a benchmark.", "MirrorBench"),
        ("Under the Surface: A Study", "We look under the surface of things.", None),
        ("Do Judges Agree?", "We propose a voting scheme, PollNet, that asks often.", "PollNet"),
        ("Do Judges Agree?", "We propose Orderly Poll Rating (OPR) of answers. OPR helps.", "OPR"),
        ("Do Judges Agree?", "We evaluate large language models (LLMs).", None),
        ("", "We introduce Deep Reader Mini, a small judge.", "Deep Reader Mini"),
    ],
)
def test_a_system_is_known_by_the_name_its_text_gives_it(title: str, abstract: str, name: str | None) -> None:
    assert system_name(entry(title, abstract)) == name


def test_authors_tell_where_they_are_known_else_the_system_the_title_or_a_study() -> None:
    li, ruiz, berg = Author("Li", "Mei"), Author("Ruiz", "Juan"), Author("Berg", "Lars")
    assert subject_of(entry("T", "A", li)).text == "Li"
    assert subject_of(entry("T", "A", li, ruiz)).text == "Li and Ruiz"
    assert subject_of(entry("T", "A", li, ruiz, berg)).text == "Li et al."
    assert subject_of(entry("T", "A", li, more_authors=True)).text == "Li et al."
    assert subject_of(entry("Do Judges Agree", "We ask.")).text == "The authors of “Do Judges Agree”"
    assert subject_of(entry("", "We ask.")).text == "One study"
    assert again(subject_of(entry("T", "A", li, ruiz))).text == "They"


def test_a_title_is_cut_at_its_colon_and_its_quotes_become_single() -> None:
    assert short_title('"Kelly" at Work: Letters by Models') == "‘Kelly’ at Work"
    assert short_title("FELM: Judging Facts") == "FELM: Judging Facts"


def test_a_sentence_that_the_next_one_takes_back_ranks_below_it() -> None:
    both = entry("T", "We find that judges agree with people well. However, we find that judges fail on long answers.")
    assert [pick.span.text[:7] for pick in picks(both, LI, {})] == ["However", "We find"]


def test_clusters_put_like_with_like_in_a_stable_order() -> None:
    made = [{"a": 1.0}, {"b": 1.0}, {"a": 0.9, "c": 0.4}, {"b": 0.9, "c": 0.4}, {"a": 1.0}]
    assert clusters(made, 2) == [[0, 2, 4], [1, 3]]
    assert clusters(made, 9) == [[0], [1], [2], [3], [4]]
    assert clusters([], 3) == []


def test_a_heading_is_a_phrase_of_its_group_and_an_opening_holds_for_all_of_it() -> None:
    judges = [
        replace(ENTRIES[0], title="Position bias of judges", abstract="Position bias of judges is strong."),
        replace(ENTRIES[1], title="Less position bias", abstract="Position bias in panels is weak."),
    ]
    search = [
        replace(ENTRIES[2], title="Dense retrieval", abstract="Dense retrieval of papers is quick."),
        replace(ENTRIES[3], title="On dense retrieval", abstract="Dense retrieval for references works."),
    ]
    first, second = headings([judges, search], {})
    assert (first.text, first.opening) == ("Position bias", "position bias")
    assert (second.text, second.opening) == ("Dense retrieval", "dense retrieval")


def test_a_draft_has_evidence_for_every_claim_and_no_problem() -> None:
    corpus = small_corpus()
    draft = writer.draft_section("bias of judges that grade answers", corpus)
    claims = [sentence for _, sentence in draft.sentences() if sentence.role == "claim"]
    assert claims
    assert draft.problems == ()
    for sentence in claims:
        assert sentence.verdict == "quoted"
        assert {evidence.key for evidence in sentence.evidence} == set(sentence.citations)
        for evidence in sentence.evidence:
            assert corpus[evidence.key].abstract[evidence.start : evidence.end] == evidence.quote


def test_every_retrieved_entry_is_told_or_left_out_with_a_reason() -> None:
    draft = writer.draft_section("bias of language models as judges", writer.load([EXAMPLES]))
    told, left = set(draft.cited()), {item.key for item in draft.left_out}
    assert told | left == {hit.key for hit in draft.retrieved}
    assert not told & left
    assert all(item.reason for item in draft.left_out)


def test_the_length_follows_the_words_asked_for() -> None:
    corpus = writer.load([EXAMPLES])
    short, long = (
        sum(len(sentence.text.split()) for _, sentence in draft.sentences())
        for draft in (
            writer.draft_section("evaluation of language models", corpus, settings=writer.Settings(words=words))
            for words in (150, 600)
        )
    )
    assert 90 <= short <= 220
    assert 400 <= long <= 700


def test_a_draft_over_real_documents_names_each_work_and_stays_clean(seeds: Path) -> None:
    corpus = writer.load([seeds])
    draft = writer.draft_section("hallucination detection and factuality of language models", corpus)
    assert draft.problems == ()
    assert len(draft.cited()) >= 6
    for _, sentence in draft.sentences():
        assert "\\" not in sentence.text
        assert "http" not in sentence.text
