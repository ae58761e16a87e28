"""Splitting a sentence into its atomic claims: one for each finding and its citations, and never a word lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from writer.checking.claims import Claim, claims
from writer.draft import Sentence

KEYS = ("a", "b", "c")


def parts(text: str) -> list[str]:
    """The claims of a sentence that cites one entry behind its end."""
    return [claim.text for claim in claims(Sentence(text, "claim", ("a",)))]


def cited(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The claims of a sentence that is written with its citations in it: `Judges err [a], panels do not [b].`"""
    plain, keys, places = "", [], []
    for piece in re.split(r"(\s?\[[\w ,]+\])", text):
        if piece.strip().startswith("["):
            for key in piece.strip()[1:-1].split(","):
                keys.append(key.strip())
                places.append(len(plain))
        else:
            plain += piece
    sentence = Sentence(plain, "claim", tuple(keys), cited_at=tuple(places))
    return [(claim.text, claim.citations) for claim in claims(sentence)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The panel improves accuracy by 5% and reduces cost by 2%.",
            ["The panel improves accuracy by 5% and", "The panel reduces cost by 2%."],
        ),
        (
            "The panel agrees with people, whereas the single judge does not.",
            ["The panel agrees with people", "whereas the single judge does not."],
        ),
        (
            "While the panel improves accuracy, the judge is cheaper.",
            ["While the panel improves accuracy", "the judge is cheaper."],
        ),
        (
            "The panel improves accuracy by 5% while reducing cost by 2%.",
            ["The panel improves accuracy by 5%", "The panel while reducing cost by 2%."],
        ),
        (
            "The retriever reached 81% at home but dropped to 40% abroad.",
            ["The retriever reached 81% at home", "The retriever but dropped to 40% abroad."],
        ),
        (
            "Judges prefer long answers; panels are less biased.",
            ["Judges prefer long answers", "panels are less biased."],
        ),
        (
            "They present CiteFind, which improves recall by 12 points.",
            ["They present CiteFind", "CiteFind, which improves recall by 12 points."],
        ),
        (
            "Swapping the order changes the verdict, suggesting that position matters.",
            ["Swapping the order changes the verdict", "suggesting that position matters."],
        ),
        (
            "Panels reduce the bias of judges, and the order of answers does not matter.",
            ["Panels reduce the bias of judges", "and the order of answers does not matter."],
        ),
        (
            "Panels reduce bias, and in long and noisy dialogues, the votes of judges are stable.",
            ["Panels reduce bias", "and in long and noisy dialogues, the votes of judges are stable."],
        ),
    ],
)
def test_each_finding_is_a_claim(text: str, expected: list[str]) -> None:
    assert parts(text) == [part.replace("CiteFind, which", "CiteFind which") for part in expected]


@pytest.mark.parametrize(
    "text",
    [
        "Several works study judges and panels.",
        "Judges and panels show that position matters.",
        "Models such as encoders, decoders, and hybrids improve accuracy.",
        "The paper “Panels improve judges; judges reduce cost” reports scores.",
        "Panels improve accuracy (and judges reduce cost) in all cases.",
        "There is no evidence that panels improve accuracy and judges reduce cost.",
        "It is unclear whether panels improve accuracy and judges reduce cost.",
        "Neither the panel improves accuracy nor does the judge reduce cost.",
        "The panel is not only faster but also reduces cost.",
        "The difference between judges and panels is small.",
        "Three tasks are used: ranking; rating; and voting.",
        "We aim to improve accuracy and reduce cost.",
        "Readers who have time and patience are careful.",
        "The panel was tested and improved by readers.",
        "Panels improve and extend judges.",
        "It trains a judge and uses of it.",
        "",
        "and",
        "; ; ;",
        "(",
    ],
)
def test_what_is_one_finding_stays_whole(text: str) -> None:
    assert parts(text) == [text]


def test_a_sentence_that_cites_nothing_is_one_claim() -> None:
    text = "Panels improve accuracy, whereas judges reduce cost."
    assert claims(Sentence(text)) == (Claim(text, ((0, len(text)),), ()),)


def test_citations_behind_the_sentence_speak_for_each_of_its_claims() -> None:
    sentence = Sentence("Panels improve accuracy, whereas judges reduce cost.", "claim", ("a", "b", "a"))
    assert [claim.citations for claim in claims(sentence)] == [("a", "b"), ("a", "b")]


def test_citations_at_the_end_by_place_are_no_other_than_without_places() -> None:
    text = "Panels improve accuracy, whereas judges reduce cost."
    placed = Sentence(text, "claim", ("a", "b"), cited_at=(len(text) - 1, len(text) - 1))
    assert claims(placed) == claims(Sentence(text, "claim", ("a", "b")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Judges prefer long answers [a], whereas panels do not [b].",
            [("Judges prefer long answers", ("a",)), ("whereas panels do not.", ("b",))],
        ),
        ("Several works study bias [a, b].", [("Several works study bias.", ("a", "b"))]),
        ("Smith [a] shows that order matters.", [("Smith shows that order matters.", ("a",))]),
        (
            "[a] shows that order matters; [b] shows that length matters.",
            [("shows that order matters", ("a",)), ("shows that length matters.", ("b",))],
        ),
        (
            "We use the datasets Foo [a], Bar [b], and Baz [c] to train judges.",
            [("We use the datasets Foo", ("a",)), ("We use Bar", ("b",)), ("We use and Baz to train judges.", ("c",))],
        ),
        (
            "Models such as Foo [a], Bar [b] and Baz [c] improve retrieval.",
            [
                ("Models such as Foo improve retrieval.", ("a",)),
                ("Bar improve retrieval.", ("b",)),
                ("and Baz improve retrieval.", ("c",)),
            ],
        ),
        (
            "The panel improves accuracy and reduces cost [a], while the judge raises it [b].",
            [
                ("The panel improves accuracy and", ("a",)),
                ("The panel reduces cost", ("a",)),
                ("while the judge raises it.", ("b",)),
            ],
        ),
        ("Order matters to judges [a], see also [b].", [("Order matters to judges, see also.", ("a", "b"))]),
        (
            "Judges prefer long answers [a], whereas panels do not.",
            [("Judges prefer long answers", ("a",)), ("whereas panels do not.", ("a",))],
        ),
    ],
)
def test_a_citation_inside_belongs_to_what_stands_before_it(text: str, expected: list[object]) -> None:
    assert cited(text) == expected


def test_a_span_of_a_claim_leads_back_to_the_sentence_across_its_joint() -> None:
    text = "The panel improves accuracy by 5% and reduces cost by 2%."
    second = claims(Sentence(text, "claim", ("a",)))[1]
    for word in re.finditer(r"\w+", second.text):
        assert text[slice(*second.span(*word.span()))] == word[0]
    joint = second.text.index(" reduces")
    start, end = second.span(joint - 5, joint + 8)
    assert text[start:end] == "panel improves accuracy by 5% and reduces"


def test_ten_thousand_citations_make_claims_that_hold_little_more_than_the_sentence() -> None:
    pieces = [f"system{number} improves recall, " for number in range(10_000)]
    places, length = [], 0
    for piece in pieces:
        length += len(piece) - 2
        places.append(length)
        length += 2
    keys = tuple(f"key{number}" for number in range(10_000))
    text = "".join(pieces)
    found = claims(Sentence(text, "claim", keys, cited_at=tuple(places)))
    assert [claim.citations for claim in found] == [(key,) for key in keys]
    assert sum(len(claim.text) for claim in found) < len(text) + 400 * len(found)


def test_many_findings_with_many_citations_behind_them_stay_one_claim() -> None:
    text = "; ".join(["the panel improves accuracy"] * 1000)
    keys = tuple(f"key{number}" for number in range(1000))
    assert claims(Sentence(text, "claim", keys)) == (Claim(text, ((0, len(text)),), keys),)


@pytest.mark.parametrize(
    "text", ["(" * 5000 + "it is" + '"' * 5000, "and " * 5000, "it is; " * 5000, ", which is" * 3000]
)
def test_marks_without_end_are_read_once(text: str) -> None:
    found = claims(Sentence(text, "claim", ("a",)))
    assert {word for claim in found for word in claim.text.split()} >= {"is"} & set(text.split())


WORDS = st.sampled_from(
    """the panel judges improves improve reduces reduced increases is are does not no never without and or but while
    whereas although which who that whether if show shows suggesting neither nor both between 5% 2.5 1,250 GPT-4 cost
    accuracy , ; : ( ) “ ” " — we it they reducing to by in of, however also only""".split()
)


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    text = " ".join(draw(st.lists(WORDS | st.text("ab ,;.é語", min_size=1, max_size=4), max_size=40)))
    keys = draw(st.lists(st.sampled_from(KEYS), max_size=5))
    inside = draw(st.booleans())
    places = [draw(st.integers(-1, len(text) + 1)) for _ in keys] if inside else []
    return Sentence(text, "claim", tuple(keys), cited_at=tuple(places))


@settings(max_examples=400, deadline=None)
@given(sentences())
def test_no_word_is_lost_or_invented(sentence: Sentence) -> None:
    found = claims(sentence)
    covered = [False] * len(sentence.text)
    for claim in found:
        assert claim.text == " ".join(sentence.text[start:end] for start, end in claim.spans)
        ends = [place for span in claim.spans for place in span]
        assert ends == sorted(ends)
        for start, end in claim.spans:
            covered[start:end] = [True] * (end - start)
        for word in re.finditer(r"\w+", claim.text):
            assert sentence.text[slice(*claim.span(*word.span()))] == word[0]
    lost = [char for char, kept in zip(sentence.text, covered, strict=True) if not kept and not char.isspace()]
    assert not [char for char in lost if char.isalnum() or char not in ",;:"]


@settings(max_examples=200, deadline=None)
@given(sentences())
def test_words_are_never_cut_and_citations_never_lost(sentence: Sentence) -> None:
    found = claims(sentence)
    assert {key for claim in found for key in claim.citations} == set(sentence.citations)
    assert found == claims(sentence)
    if not sentence.cited_at:
        words = set(re.findall(r"\w+", sentence.text))
        assert {word for claim in found for word in re.findall(r"\w+", claim.text)} == words
