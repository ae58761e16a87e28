"""Which words point which way."""

from __future__ import annotations

import pytest

from writer.text.opposites import opposed, poles, turned

PAIRS = [
    ("increases", "decreased"),
    ("raising", "lowered"),
    ("Higher", "lower"),
    ("more", "less"),
    ("better", "worse"),
    ("improvement", "degradation"),
    ("outperforms", "underperform"),
    ("beneficial", "harmful"),
    ("activation", "inhibition"),
    ("promotes", "suppresses"),
    ("upregulated", "downregulation"),
    ("faster", "slowly"),
    ("robust", "fragile"),
    ("resistant", "susceptible"),
    ("positively", "negatively"),
    ("necessary", "unnecessary"),
    ("effective", "ineffective"),
    ("gain", "loss"),
    ("cheaper", "costly"),
    ("stronger", "weakly"),
    ("agonist", "antagonists"),
    ("hypertension", "hypotension"),
    ("overfitting", "underfitting"),
    ("much", "little"),
    ("greatly", "barely"),
    ("far", "slightly"),
    ("well", "poorly"),
    ("most", "few"),
    ("helps", "hurts"),
    ("maintains", "sacrifices"),
    ("free", "paid"),
    ("more", "fewer"),
    ("climbs", "plunged"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_opposites_are_opposed_in_either_order_and_never_to_themselves(one: str, other: str) -> None:
    assert opposed(poles(one), poles(other))
    assert opposed(poles(other), poles(one))
    assert not opposed(poles(one), poles(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("improves", "lowers"),  # of an error: the same thing
        ("increase", "worsen"),
        ("model", "data"),
        ("enhances", "increases"),
        ("inhibitor", "induction"),  # a thing and an event
        ("many", "fewer"),
    ],
)
def test_words_of_different_axes_are_not_opposed(one: str, other: str) -> None:
    assert not opposed(poles(one), poles(other))


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("unlabelled", "label"),
        ("nonlinear", "linear"),
        ("irregular", "regular"),
        ("asymmetric", "symmetr"),
        ("misaligned", "align"),
        ("deacetylated", "acetyl"),
        ("disagree", "agre"),
        ("imperfectly", "perfect"),
    ],
)
def test_a_negating_prefix_is_told_by_its_root(word: str, root: str) -> None:
    assert f"-={root}" in poles(word)


@pytest.mark.parametrize(
    "word",
    "under understand unless unit unique universal until important improve increase incidence infrastructure interact "
    "internal involved input inside insight induce infer introduce discover display mission inform no".split(),
)
def test_what_only_looks_like_a_negating_prefix_is_none(word: str) -> None:
    assert not [pole for pole in poles(word) if pole.startswith("-=")]


def test_no_word_of_the_table_stands_at_both_ends_of_an_axis() -> None:
    from writer.text.opposites import _table

    assert len(_table()) > 300
    assert [word for word, ends in _table().items() if any(turned(pole) in ends for pole in ends)] == []


def test_turning_twice_changes_nothing() -> None:
    assert turned("+amount") == "-amount"
    assert turned(turned("+amount")) == "+amount"


@pytest.mark.parametrize("word", ["", "x", "42", "Ünïted", "модель", "un", "hyper", "a" * 5000])
def test_odd_words_point_nowhere(word: str) -> None:
    assert poles(word) == frozenset()
