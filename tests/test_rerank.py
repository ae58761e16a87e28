"""The first hits ranked anew: two calls, their average, and what happens with answers that are not a ranking."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer.corpus import digest
from writer.draft import Hit, Usage
from writer.drafting.prompts import load_prompts
from writer.drafting.rerank import DEPTH, RERANK_SCHEMA, Reranked, joined, read_order, rerank, swapped
from writer.entry import Corpus, Entry, Source
from writer.errors import AnswerError, ContextOverflow, RateLimited, Refused, ServerError
from writer.models import Completion, FunctionModel, Message, Request
from writer.settings import Settings

ONE = Usage(calls=1, prompt_tokens=100, completion_tokens=10)
THEME = "judges"


def corpus_of(many: int) -> Corpus:
    entries = [
        Entry(
            f"key{number:03}",
            f"Title number {number}",
            f"Nobody asked. A judge is number {number}. Bread is baked. Judges judge.",
            Source("x.bib", number),
        )
        for number in range(many)
    ]
    return Corpus({entry.key: entry for entry in entries}, digest(entries))


def hits_of(many: int) -> tuple[Hit, ...]:
    return tuple(Hit(f"key{at:03}", at + 1, 50.0 - at, lexical=50.0 - at) for at in range(many))


def numbers_shown(messages: tuple[Message, ...]) -> dict[str, int]:
    """The short keys of a prompt in the order shown, and the number of the entry under each."""
    return {short: int(number) for short, number in re.findall(r"\[(P\d+)\] Title number (\d+)", messages[1].content)}


def ranks_by(*wanted: int) -> Callable[[Request], str]:
    """A model that sees through the keys: it ranks these entries first, and the others as they stand."""

    def answer(request: Request) -> str:
        shown = {number: short for short, number in numbers_shown(request.messages).items()}
        return json.dumps({"order": [shown[at] for at in (*wanted, *(at for at in shown if at not in wanted))]})

    return answer


def run(
    answer: Callable[[Request], Any], many: int = 5, depth: int = DEPTH, **options: Any
) -> tuple[Reranked, FunctionModel]:
    def complete(request: Request) -> Completion:
        given = answer(request)
        return given if isinstance(given, Completion) else Completion(given, "stop", ONE, "scripted")

    model = FunctionModel(complete)
    settings = options.pop("settings", Settings())
    made = rerank(
        THEME, hits_of(many), corpus_of(many), {"judg": 1.0}, model, load_prompts(), settings, depth, jobs=1, **options
    )
    return made, model


def order_of(made: Reranked) -> list[int]:
    return [int(hit.key.removeprefix("key")) for hit in made.hits]


def told(*keys: str) -> str:
    return json.dumps({"order": keys})


def both(first: str, second: str) -> Callable[[Request], str]:
    """One answer to the list with the best first, another to the list turned round, whichever comes first."""

    def answer(request: Request) -> str:
        return first if numbers_shown(request.messages)["P1"] == 0 else second

    return answer


# What is asked --------------------------------------------------------------------------------------------------


def test_two_calls_show_the_list_one_way_and_the_other_under_keys_that_tell_no_rank() -> None:
    made, model = run(ranks_by(2))
    first, second = (numbers_shown(request.messages) for request in model.requests)
    assert list(first.items()) == [("P1", 0), ("P2", 1), ("P3", 2), ("P4", 3), ("P5", 4)]
    assert list(second.items()) == [("P1", 4), ("P2", 3), ("P3", 2), ("P4", 1), ("P5", 0)]
    assert made.usage == ONE + ONE


def test_each_call_carries_the_schema_the_settings_and_the_same_system_part() -> None:
    _, model = run(ranks_by(), settings=Settings(seed=4, max_tokens=700, temperature=0.3))
    for request in model.requests:
        assert (request.prompt, request.schema_name, request.schema) == ("rerank", "rerank", RERANK_SCHEMA)
        assert (request.seed, request.max_tokens, request.temperature) == (4, 700, 0.3)
    assert model.requests[0].messages[0] == model.requests[1].messages[0]


def test_an_entry_is_shown_by_its_title_and_its_sentences_nearest_to_the_theme() -> None:
    _, model = run(ranks_by())
    shown = model.requests[0].messages[1].content
    assert "[P2] Title number 1\n\n- A judge is number 1.\n- Judges judge." in shown
    assert "Bread" not in shown
    assert "key001" not in shown


def test_an_entry_without_a_title_says_so() -> None:
    entries = [Entry(key, "", "Judges judge.", Source("x", 1)) for key in ("one", "two")]
    model = FunctionModel(lambda request: told("P1", "P2"))
    corpus = Corpus({entry.key: entry for entry in entries}, digest(entries))
    rerank(THEME, (Hit("one", 1, 2.0), Hit("two", 2, 1.0)), corpus, {}, model, load_prompts(), Settings())
    assert "[P1] (title not known)" in model.requests[0].messages[1].content


def test_only_the_first_hits_are_shown_and_the_others_stay_behind() -> None:
    made, model = run(ranks_by(2), depth=3)
    assert len(numbers_shown(model.requests[0].messages)) == 3
    assert order_of(made) == [2, 0, 1, 3, 4]


@pytest.mark.parametrize("many", [0, 1])
def test_less_than_two_hits_ask_nothing(many: int) -> None:
    made, model = run(ranks_by(), many)
    assert made == Reranked(hits_of(many))
    assert model.requests == []


def test_both_calls_can_run_side_by_side_with_the_same_result() -> None:
    model = FunctionModel(ranks_by(3, 1))
    arguments = (THEME, hits_of(5), corpus_of(5), {"judg": 1.0}, model, load_prompts(), Settings())
    parallel = rerank(*arguments, jobs=2)
    assert parallel == rerank(*arguments, jobs=1)
    assert order_of(parallel) == [3, 1, 0, 2, 4]


# The new order --------------------------------------------------------------------------------------------------


def test_two_rankings_that_agree_are_the_order() -> None:
    def all_by_number(request: Request) -> str:
        return ranks_by(4, 2, 0, 1, 3)(request)

    made, _ = run(all_by_number)
    assert order_of(made) == [4, 2, 0, 1, 3]
    assert made.notes == (
        "the two rankings order 0% of the pairs differently (Kendall's tau 1.00); their ranks are averaged",
    )


def test_a_model_that_repeats_the_list_it_is_shown_changes_nothing() -> None:
    made, _ = run(lambda request: told(*numbers_shown(request.messages)))
    assert made.hits == hits_of(5)
    assert "100% of the pairs differently (Kendall's tau -1.00)" in made.notes[0]


def test_rankings_that_disagree_are_averaged_and_ties_keep_the_old_order() -> None:
    # 0 1 2 3 4 against 0 2 1 4 3 (as keys of the list turned round)
    made, _ = run(both(told("P1", "P2", "P3", "P4", "P5"), told("P5", "P3", "P4", "P1", "P2")))
    assert order_of(made) == [0, 1, 2, 3, 4]
    assert "20% of the pairs differently" in made.notes[0]


def test_ranks_and_scores_fall_from_place_to_place_and_the_parts_stay_with_the_entry() -> None:
    made, _ = run(ranks_by(4))
    assert [hit.rank for hit in made.hits] == [1, 2, 3, 4, 5]
    assert [hit.score for hit in made.hits] == [50.0, 49.0, 48.0, 47.0, 46.0]
    assert (made.hits[0].key, made.hits[0].lexical) == ("key004", 46.0)


def test_forgotten_keys_keep_their_order_behind_the_others_and_are_named() -> None:
    made, _ = run(both(told("P4", "P2"), told("P2", "P4")))  # 3 and 1, both times
    assert order_of(made) == [3, 1, 0, 2, 4]
    forgotten = "it forgets 3 of 5, which come behind the others: key000, key002, key004"
    assert made.notes[0] == f"asked with the best first: {forgotten}"
    assert made.notes[1].startswith("asked with the best last: it forgets 3 of 5")


def test_what_all_forget_comes_behind_what_one_ranks_last() -> None:
    assert joined([[1, 2, 3], [1, 2]], 4) == [1, 2, 3, 0]


def test_unknown_and_doubled_keys_are_noted_and_change_nothing() -> None:
    order, notes = read_order(told("P2", "P9", "P1", "P2", "key000"), {"P1": "one", "P2": "two"})
    assert order == ("two", "one")
    assert notes == [
        "it ranks what was not given: 'P9', 'key000'",
        "it ranks some twice, and their first place counts: two",
    ]


def test_a_note_names_a_few_keys_and_counts_the_rest() -> None:
    keys = {f"P{number}": f"key{number}" for number in range(1, 21)}
    _, notes = read_order(told("P1"), keys)
    assert notes == [
        "it forgets 19 of 20, which come behind the others: key2, key3, key4, key5, key6, key7 and 13 more"
    ]


@pytest.mark.parametrize(
    "order",
    [
        ["P2", "P1"],
        ["[P2]", " @P1 "],
        ["P2, P1"],
        ["P2 > P1"],
        "P2 > P1",
        "[P2] > [P1]",
        "P2\nP1",
    ],
)
def test_a_ranking_may_be_written_in_several_ways(order: object) -> None:
    assert read_order(json.dumps({"order": order}), {"P1": "one", "P2": "two"}) == (("two", "one"), [])


def test_the_share_of_swapped_pairs_is_that_of_the_shared_entries() -> None:
    assert swapped([0, 1, 2, 3], [3, 2, 1, 0]) == 1
    assert swapped([0, 1, 2], [0, 1, 2]) == 0
    assert swapped([0, 9, 1, 2], [1, 8, 0, 2]) == pytest.approx(1 / 3)
    assert swapped([0, 1], [1, 2]) is None
    assert swapped([], []) is None


rankings = st.integers(0, 12).flatmap(
    lambda size: st.tuples(
        st.just(size),
        st.lists(st.lists(st.sampled_from(range(size)), unique=True) if size else st.just([]), max_size=2),
    )
)


@given(rankings)
def test_joining_any_rankings_loses_and_doubles_nothing(case: tuple[int, list[list[int]]]) -> None:
    size, given_rankings = case
    assert sorted(joined(given_rankings, size)) == list(range(size))
    assert joined(given_rankings[::-1], size) == joined(given_rankings, size)


names = st.one_of(st.integers(0, 9).map(lambda number: f"P{number}"), st.text(max_size=8))
answered = st.one_of(st.text(), st.lists(names, max_size=14).map(lambda keys: json.dumps({"order": keys})))


@given(answered, answered)
def test_any_answers_give_every_hit_once_with_falling_scores(first: str, second: str) -> None:
    made, _ = run(both(first, second), 7, 5)
    assert sorted(order_of(made)) == list(range(7))
    assert order_of(made)[5:] == [5, 6]
    assert [hit.rank for hit in made.hits] == list(range(1, 8))
    assert [hit.score for hit in made.hits] == [hit.score for hit in hits_of(7)]


# Answers that are no ranking ------------------------------------------------------------------------------------

BAD = {
    "no JSON": "P2 is the best",
    "another object": '{"ranking": ["P1"]}',
    "numbers": '{"order": [2, 1]}',
    "empty": '{"order": []}',
    "only unknown keys": '{"order": ["P77"]}',
    "null": '{"order": null}',
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_an_answer_of_another_shape_is_told_to_the_model_once(bad: str) -> None:
    def answer(request: Request) -> str:
        return bad if len(request.messages) == 2 else ranks_by(3)(request)

    made, model = run(answer)
    assert order_of(made) == [3, 0, 1, 2, 4]
    assert made.usage.calls == 4
    assert [len(request.messages) for request in model.requests] == [2, 4, 2, 4]


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_without_a_usable_answer_the_old_order_stays_and_the_notes_say_so(bad: str) -> None:
    made, _ = run(lambda request: bad)
    assert made.hits == hits_of(5)
    assert made.usage.calls == 4
    assert [note.split(" (")[0] for note in made.notes] == [
        "asked with the best first: the answer could not be read",
        "asked with the best last: the answer could not be read",
        "neither ranking could be used: the old order stays",
    ]


def test_where_one_answer_cannot_be_used_the_other_decides() -> None:
    made, _ = run(both("?", told("P1", "P2", "P3", "P4", "P5")))
    assert order_of(made) == [4, 3, 2, 1, 0]
    assert made.notes[-1] == "one of the two rankings could not be used: the other one decides"
    assert made.usage.calls == 3


def test_rankings_that_share_no_pair_say_so() -> None:
    made, _ = run(both(told("P1"), told("P1")))
    assert made.notes[-1] == "the two rankings share no pair of entries; their ranks are averaged"


def test_a_model_that_declines_leaves_the_old_order_and_its_cost() -> None:
    def decline(request: Request) -> str:
        error = AnswerError("the model declined to answer")
        error.usage = ONE
        raise error

    made, _ = run(decline)
    assert (made.hits, made.usage) == (hits_of(5), ONE + ONE)
    assert "declined" in made.notes[0]


def test_a_cut_answer_is_asked_for_again() -> None:
    def answer(request: Request) -> Completion:
        if len(request.messages) == 2:
            return Completion('{"order": ["P1", "P', "length", ONE, "scripted")
        assert "it was cut off" in request.messages[3].content
        return Completion(ranks_by(1)(request), "stop", ONE, "scripted")

    made, _ = run(answer)
    assert order_of(made) == [1, 0, 2, 3, 4]


@pytest.mark.parametrize("error", [Refused("no such model"), RateLimited("slow down")])
@pytest.mark.parametrize("at", [0, 4])
def test_an_error_of_the_server_is_not_swallowed(error: ServerError, at: int) -> None:
    def answer(request: Request) -> str:
        if numbers_shown(request.messages)["P1"] == at:
            raise error
        return ranks_by()(request)

    with pytest.raises(type(error), match=error.message):
        run(answer)


# Packing --------------------------------------------------------------------------------------------------------


def papers_in(text: str) -> int:
    return text.count("] Title number")


SMALL = Settings(context=1000, max_tokens=900)


def test_what_does_not_fit_keeps_its_place_behind_and_is_named() -> None:
    made, model = run(ranks_by(2), settings=SMALL, count_tokens=lambda text: 33 * papers_in(text))
    assert [papers_in(request.messages[1].content) for request in model.requests] == [3, 3]
    assert order_of(made) == [2, 0, 1, 3, 4]
    assert made.notes[0] == (
        "2 of 5 entries did not fit the model's context and keep their places behind the others: key003, key004"
    )


@pytest.mark.parametrize("tokens", [51, 101])
def test_where_not_even_two_fit_nothing_is_asked_and_all_is_told(tokens: int) -> None:
    made, model = run(ranks_by(2), settings=SMALL, count_tokens=lambda text: tokens * papers_in(text))
    assert (made.hits, made.usage, model.requests) == (hits_of(5), Usage(), [])
    assert made.notes == (
        "5 of 5 entries did not fit the model's context and keep their places, as nothing was asked: "
        "key000, key001, key002, key003, key004",
    )


def test_a_list_that_fits_one_way_round_only_is_shortened() -> None:
    def tokens(text: str) -> int:
        turned = papers_in(text) > 1 and "[P1] Title number 0" not in text
        return 25 * papers_in(text) + (10 if turned else 0)

    _, model = run(ranks_by(), 4, settings=SMALL, count_tokens=tokens)
    assert [papers_in(request.messages[1].content) for request in model.requests] == [3, 3]


def test_a_context_smaller_than_thought_leaves_the_old_order() -> None:
    def overflow(request: Request) -> str:
        raise ContextOverflow("the prompt has 900 tokens, the context 512")

    made, _ = run(overflow)
    assert made.hits == hits_of(5)
    assert made.notes[0] == (
        "asked with the best first: the list was not ranked: the prompt has 900 tokens, the context 512"
    )


def test_without_a_counter_the_model_decides_how_tokens_are_counted() -> None:
    made, model = run(ranks_by(), 60, settings=Settings(context=2000, max_tokens=500))
    shown = papers_in(model.requests[0].messages[1].content)
    assert 2 <= shown < 60
    assert f"{60 - shown} of 60 entries did not fit" in made.notes[0]
