"""The author's own work in a manuscript: told apart from what is cited, compared with nothing, cited from nowhere."""

from __future__ import annotations

import pytest
from small import small_corpus

from writer.checking import check_manuscript
from writer.checking.claims import Claim, claims
from writer.checking.own import own_work, points_at_own
from writer.draft import Problem, Sentence
from writer.manuscript import Manuscript, Passage


@pytest.mark.parametrize(
    "text",
    [
        "We use 300 claims.",
        "Following Li, we use 300 claims.",
        "Unlike CiteFind, we do not train.",
        "whereas our system votes twice",
        "In this paper, we compare judges.",
        "This survey reviews judges.",
        "In our experiments, the panel agrees with people in 60% of the cases.",
        "The panel agrees with people in 60% of the cases in our setting.",
        "Table 2 lists the judges.",
        "Fig. 3a plots the cost.",
        "Table shows the judges.",
    ],
)
def test_a_clause_about_the_author_or_the_own_tables_is_own_work(text: str) -> None:
    assert own_work(text)


@pytest.mark.parametrize(
    "text",
    [
        "The panel agrees with people.",
        "We note that the panel agrees with people.",
        "We have recently seen that panels agree.",
        "Our earlier work shows that panels agree.",
        "In our previous work, we showed that panels agree.",
        "We previously showed that panels agree.",
        "Since the panel agrees with people in 60% of the cases, we use it.",
        "“We find that judges prefer their own answers.”",
        "Table 2 of Li lists the judges.",
        "Tables are hard to read.",
        "Wealthy readers agree.",
        "",
    ],
)
def test_what_others_did_or_the_author_did_before_is_not(text: str) -> None:
    assert not own_work(text)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("It reaches 71.3% accuracy (Table 2).", True),
        ("It reaches 71.3% accuracy (Table).", True),
        ("Section 4 has the proof.", True),
        ("As Fig. 2 of Li et al. shows, this is hard.", False),
        ("Figure skating is hard.", False),
    ],
)
def test_only_pointers_into_the_own_text_point_at_own_work(text: str, points: bool) -> None:
    assert points_at_own(text) is points


def own(text: str, *cited_at: int) -> list[bool]:
    keys = tuple(f"key{number}" for number in range(len(cited_at)))
    return [claim.own for claim in claims(Sentence(text, "claim", keys, cited_at=cited_at))]


def test_each_clause_of_a_sentence_is_told_apart() -> None:
    text = "The panel reduces the cost by 5%, whereas we vote twice."
    assert own(text, 32) == [False, True]
    assert own("Following, we use 300 claims and report macro scores.", 9) == [True, True]


def test_this_paper_with_a_citation_directly_behind_is_the_cited_paper() -> None:
    assert own("This paper compares judges.", 10) == [False]
    assert own("This paper compares judges.", 26) == [True]


def test_where_nobody_knows_where_citations_stand_we_may_be_the_cited_authors() -> None:
    [claim] = claims(Sentence("We find that judges agree.", "claim", ("a",)))
    assert not claim.own


def apart(text: str, *cited_at: int) -> list[Claim]:
    keys = tuple(f"key{number}" for number in range(len(cited_at)))
    return [claim for claim in claims(Sentence(text, "claim", keys, cited_at=cited_at)) if claim.apart]


def test_a_citation_behind_the_subject_of_one_clause_does_not_speak_for_the_clause_before() -> None:
    text = "Whereas CiteFind was trained on sentences, MirrorBench covers 38 topics."
    [claim] = apart(text, text.index(" covers"))
    assert claim.text == "Whereas CiteFind was trained on sentences"
    assert apart(text, len(text) - 1) == []


def test_a_clause_that_refers_back_is_of_an_earlier_sentence_where_another_is_set_against_it() -> None:
    text = "Their best model reaches 56% of the cases, yet MirrorBench, built for others, shows that claims fail."
    [claim] = apart(text, len(text) - 1)
    assert claim.text.startswith("Their best model")
    assert apart("It reduces the cost by 2% and improves the recall.", 49) == []


def problems(text: str) -> list[Problem]:
    """The problems of a manuscript of one sentence, in which `@key` cites."""
    plain, keys, places = "", [], []
    for piece in text.split(" "):
        name, _, mark = piece.partition("@")
        if mark:
            key = mark.rstrip(".,;")
            keys.append(key)
            places.append(len(plain))
            plain += mark[len(key) :]
        else:
            plain += " " * bool(plain) + name
    sentence = Sentence(plain, "claim" if keys else "framing", tuple(keys), cited_at=tuple(places))
    manuscript = Manuscript((Passage(sentence, "a.md", tuple(range(len(plain) + 1))),), {"a.md": plain})
    return [p for p in check_manuscript(manuscript, small_corpus()).problems if p.kind != "incomplete-entry"]


def kinds(text: str) -> list[str]:
    return [problem.kind for problem in problems(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Following @li2024mirror, we use 300 claims of the development set and report macro scores.",
        "Unlike @stein2022retrieval, we do not present a dense retriever.",
        "Our system beats CiteFind @stein2022retrieval by 3.2 points on held-out papers, but is slower.",
        "We use the panel @okafor2023panel with 17 judges at a rate of 0.05.",
        "We evaluate on 300 sentences from 12 papers and find that rules catch 41% of the errors.",
        "Best of 5 runs.",
        "As Fig. 2 makes plain, this is hard.",
        "It reaches 71.3% accuracy, 4 points above the baseline (Table 2).",
    ],
)
def test_own_work_is_neither_compared_nor_asked_for_a_citation(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The panel agrees with people in 18% of the cases @okafor2023panel.", ["number-mismatch"]),
        ("We note that the panel agrees with people in 18% of the cases @okafor2023panel.", ["number-mismatch"]),
        ("Raters prefer cited answers in 83% of the cases.", ["uncited-claim"]),
        ("Larger judges are better than small ones.", ["uncited-claim"]),
    ],
)
def test_what_others_found_still_is(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected
