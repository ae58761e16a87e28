"""Fusing rankings and choosing diverse hits: what both must keep to, whatever the scores."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer.retrieval.diversity import cosine, maximal_marginal_relevance, weighed
from writer.retrieval.fusion import Norm, convex, reciprocal_rank

NORMS: list[Norm] = ["max", "min-max"]
WORDS = [("a", 10.0), ("b", 8.0), ("c", 1.0)]
VECTORS = [("c", 0.8), ("b", 0.6), ("d", 0.4)]

scores = st.floats(0.015625, 100, width=32)
ranking = st.dictionaries(st.sampled_from("abcdefghij"), scores, min_size=1, max_size=10).map(
    lambda found: sorted(found.items(), key=lambda hit: (-hit[1], hit[0]))
)


# Fusion -------------------------------------------------------------------------------------------------------


def test_convex_by_the_best_is_the_weighed_mean_of_shares() -> None:
    fused = dict(convex([WORDS, VECTORS], [0.4, 0.6]))
    assert fused["b"] == pytest.approx(0.4 * 0.8 + 0.6 * 0.75)
    assert fused["c"] == pytest.approx(0.4 * 0.1 + 0.6 * 1.0)


def test_what_a_ranking_does_not_hold_counts_as_its_last() -> None:
    fused = dict(convex([WORDS, VECTORS], [0.4, 0.6]))
    assert fused["a"] == pytest.approx(0.4 * 1.0 + 0.6 * 0.5)
    assert fused["d"] == pytest.approx(0.4 * 0.1 + 0.6 * 0.5)


def test_convex_by_the_range_has_the_best_at_one_and_the_last_at_nothing() -> None:
    assert convex([WORDS], [1.0], norm="min-max") == [("a", 1.0), ("b", pytest.approx(7 / 9)), ("c", 0.0)]
    assert convex([[("a", 2.0), ("b", 2.0)]], [1.0], norm="min-max") == [("a", 1.0), ("b", 1.0)]


def test_negative_cosines_are_no_likeness() -> None:
    assert convex([[("a", 0.5), ("b", -0.5)], [("b", 2.0), ("a", 1.0)]], [0.5, 0.5]) == [("a", 0.75), ("b", 0.5)]
    assert convex([[("a", -0.5), ("b", -0.6)]], [1.0]) == [("a", 0.0), ("b", 0.0)]


def test_an_empty_ranking_leaves_the_other_as_it_is() -> None:
    assert convex([[], VECTORS], [0.4, 0.6]) == convex([VECTORS], [1.0])
    assert convex([[], []], [0.4, 0.6]) == convex([], []) == reciprocal_rank([]) == []


def test_reciprocal_ranks_add_up() -> None:
    assert reciprocal_rank([WORDS, VECTORS], k=1) == [
        ("c", pytest.approx(1 / 4 + 1 / 2)),
        ("b", pytest.approx(1 / 3 + 1 / 3)),
        ("a", pytest.approx(1 / 2)),
        ("d", pytest.approx(1 / 4)),
    ]


@pytest.mark.parametrize("weights", [[1.0], [0.5, -0.5], [1.0, 1.0, 1.0]])
def test_weights_that_do_not_fit_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="2 rankings"):
        convex([WORDS, VECTORS], weights)


def test_a_negative_rank_constant_is_refused() -> None:
    with pytest.raises(ValueError, match="k is -1"):
        reciprocal_rank([WORDS], k=-1)


@given(ranking, ranking, st.floats(0.0625, 0.9375), st.sampled_from(NORMS))
def test_the_order_of_the_rankings_and_of_ties_in_them_does_not_matter(
    one: list[tuple[str, float]], other: list[tuple[str, float]], weight: float, norm: Norm
) -> None:
    fused = convex([one, other], [weight, 1 - weight], norm=norm)
    assert convex([other, one], [1 - weight, weight], norm=norm) == fused
    assert convex([one[::-1], other[::-1]], [weight, 1 - weight], norm=norm) == fused
    assert reciprocal_rank([one, other]) == reciprocal_rank([other, one])


@given(ranking, ranking, st.floats(0.0625, 0.9375), st.sampled_from(NORMS))
def test_fused_is_every_key_once_best_first_from_nought_to_one(
    one: list[tuple[str, float]], other: list[tuple[str, float]], weight: float, norm: Norm
) -> None:
    for fused in (convex([one, other], [weight, 1 - weight], norm=norm), reciprocal_rank([one, other])):
        assert sorted(key for key, _ in fused) == sorted({key for key, _ in [*one, *other]})
        assert fused == sorted(fused, key=lambda hit: (-hit[1], hit[0]))
        assert all(0 <= score <= 1 for _, score in fused)


@given(ranking, ranking, st.floats(0.0625, 0.9375), st.sampled_from(NORMS))
def test_who_is_ahead_in_both_is_ahead_in_the_fusion(
    one: list[tuple[str, float]], other: list[tuple[str, float]], weight: float, norm: Norm
) -> None:
    first, second = dict(one), dict(other)
    both = sorted(first.keys() & second.keys())
    for fused in (dict(convex([one, other], [weight, 1 - weight], norm=norm)), dict(reciprocal_rank([one, other]))):
        for ahead in both:
            for behind in both:
                if first[ahead] > first[behind] and second[ahead] > second[behind]:
                    assert fused[ahead] >= fused[behind]


@given(ranking, ranking, st.floats(0.0625, 0.9375), st.sampled_from([2.0, 0.25, 64.0]))
def test_the_scale_of_a_score_does_not_matter(
    one: list[tuple[str, float]], other: list[tuple[str, float]], weight: float, scale: float
) -> None:
    scaled = [(key, score * scale) for key, score in one]
    assert convex([scaled, other], [weight, 1 - weight]) == convex([one, other], [weight, 1 - weight])


# Diversity ----------------------------------------------------------------------------------------------------


def same_letter_group(one: str, other: str) -> float:
    """Letters up to `e` are alike, and so are those after it."""
    return 1.0 if (one < "f") == (other < "f") else 0.0


def test_the_second_is_another_than_the_first_where_diversity_asks_for_it() -> None:
    ranked = [("a", 10.0), ("b", 9.0), ("g", 6.0)]
    assert [key for key, _ in maximal_marginal_relevance(ranked, same_letter_group, 0.5, 3)] == ["a", "g", "b"]
    assert maximal_marginal_relevance(ranked, same_letter_group, 0.1, 3) == ranked


def test_complete_diversity_goes_by_likeness_alone_after_the_first() -> None:
    ranked = [("a", 10.0), ("b", 9.0), ("g", 0.1), ("h", 0.0)]
    assert [key for key, _ in maximal_marginal_relevance(ranked, same_letter_group, 1.0, 2)] == ["a", "g"]


@given(ranking, st.integers(0, 12))
def test_no_diversity_changes_nothing(ranked: list[tuple[str, float]], k: int) -> None:
    assert maximal_marginal_relevance(ranked, same_letter_group, 0.0, k) == ranked[:k]


@given(ranking, st.floats(0, 1), st.integers(1, 12))
def test_diverse_hits_are_some_of_the_ranking_each_once_the_best_first(
    ranked: list[tuple[str, float]], diversity: float, k: int
) -> None:
    chosen = maximal_marginal_relevance(ranked, same_letter_group, diversity, k)
    assert len(chosen) == min(k, len(ranked))
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= set(ranked)
    assert diversity == 1 or chosen[0] == ranked[0]


@given(ranking, st.floats(0, 1), st.integers(1, 9))
def test_fewer_diverse_hits_are_the_first_of_more(ranked: list[tuple[str, float]], diversity: float, k: int) -> None:
    more = maximal_marginal_relevance(ranked, same_letter_group, diversity, k + 1)
    assert maximal_marginal_relevance(ranked, same_letter_group, diversity, k) == more[:k]


@given(ranking, st.floats(0, 1))
def test_where_all_are_alike_relevance_decides(ranked: list[tuple[str, float]], diversity: float) -> None:
    chosen = maximal_marginal_relevance(ranked, lambda one, other: 0.5, diversity, len(ranked))
    if diversity < 0.9:
        assert [score for _, score in chosen] == sorted((score for _, score in ranked), reverse=True)


@pytest.mark.parametrize("diversity", [-0.1, 1.1])
def test_diversity_beyond_its_bounds_is_refused(diversity: float) -> None:
    with pytest.raises(ValueError, match="diversity is"):
        maximal_marginal_relevance([("a", 1.0)], same_letter_group, diversity, 1)


@given(st.lists(st.sampled_from("uvwxyz"), max_size=12), st.lists(st.sampled_from("uvwxyz"), max_size=12))
def test_likeness_of_texts_is_the_same_both_ways_and_one_for_the_same_words(one: list[str], other: list[str]) -> None:
    left, right = weighed(one, lambda _: 1.0), weighed(other, lambda _: 1.0)
    assert cosine(left, right) == pytest.approx(cosine(right, left))
    assert 0 <= cosine(left, right) <= 1
    assert cosine(left, left) == pytest.approx(1.0 if one else 0.0)
    assert set(one) & set(other) or cosine(left, right) == 0
