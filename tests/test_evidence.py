"""What speaks for a claim: the sentences nearest to it, how much they cover, and what the corpus makes of its words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import ENTRIES, quote, small_corpus

from writer.checking.case import Case
from writer.checking.claims import Claim
from writer.checking.evidence import covering, nearest
from writer.checking.facts import MOST_RIVALS, Known, Said, facts, telling_stems, tokens
from writer.checking.facts import said as read
from writer.checking.rivals import Rivals, coverage
from writer.draft import Group, Place, Sentence
from writer.entry import Corpus, Entry, Source

CORPUS = small_corpus()


def claim(text: str, *keys: str) -> Claim:
    return Claim(text, ((0, len(text)),), keys)


def said(*texts: str, key: str = "a") -> list[Said]:
    found, start = [], 0
    for text in texts:
        found.append(read(key, "abstract", text, start, start + len(text)))
        start += len(text) + 1
    return found


def case(text: str, *keys: str, quoted: bool = False, **more: object) -> Case:
    sentence = replace(Sentence(text, "claim", keys), **more)
    return Case(sentence, Place(0, 0, 0), Group("", ()), Known(CORPUS), quoted=quoted)


def test_the_sentence_that_says_it_comes_first_and_scores_one_word_for_word() -> None:
    text = "Swapping the order of answers changes 21% of the verdicts of the smallest judge."
    here = case(text, "li2024mirror")
    [only] = here.claims
    near = here.nearest(only)
    assert near[0].said.text == text
    assert near[0].score == pytest.approx(1.0)
    assert all(0 <= other.score < near[0].score for other in near[1:])


def test_a_rare_word_counts_more_than_common_ones() -> None:
    rare, common = said("Readers abstain.", "The study shows new results of the method.")
    weights = Rivals((str(n), telling_stems("The study shows new results of the method")) for n in range(9))
    text = "The study shows new results of how readers abstain."
    found = nearest(claim(text), [common, rare], {stem: weights.weight(stem) for stem in telling_stems(text)})
    assert [near.said for near in found] == [rare, common]


def test_of_two_sentences_with_the_same_words_the_one_in_their_order_is_nearer() -> None:
    turned, straight = said("Readers prefer panels to judges.", "Judges prefer panels to readers.")
    found = nearest(claim("Judges prefer panels."), [turned, straight])
    assert [near.said for near in found] == [straight, turned]
    assert found[0].score > found[1].score


def test_a_sentence_that_shares_no_telling_word_is_not_near() -> None:
    assert nearest(claim("Panels vote."), said("The readers of it.", "")) == []
    assert nearest(claim("of the and"), said("Panels vote.")) == []


def test_other_forms_of_a_word_count_nearly_as_much() -> None:
    weights = {"ubiquitin": 1.0, "protein": 1.0}
    assert coverage(weights, frozenset({"ubiquit", "protein"})) == pytest.approx(0.85)
    assert coverage(weights, frozenset({"protein"})) == pytest.approx(0.5)
    assert coverage({}, frozenset({"protein"})) == 0.0


def test_two_neighbouring_sentences_may_carry_a_claim_together() -> None:
    one, two, three = said("We train a panel.", "It votes on answers.", "Readers like cheese.")
    found = covering(claim("A panel votes on answers by readers."), [one, two, three])
    assert [near.said for near in found] == [one, two]
    assert found[0].score == found[1].score == pytest.approx(0.75)


def test_one_sentence_that_carries_a_claim_is_told_alone() -> None:
    one, two = said("A panel votes on answers.", "It is a panel.")
    assert [near.said for near in covering(claim("The panel votes on answers."), [one, two])] == [one]
    assert covering(claim("The panel votes."), []) == ()
    assert covering(claim("The panel votes."), said("Nothing else.")) == ()


def test_sentences_of_two_entries_are_no_neighbours() -> None:
    apart = said("We train a panel.") + said("It votes on answers.", key="b")
    assert len(covering(claim("A panel votes on answers."), apart)) == 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from("judge panel vote answer 21% readers of the study".split()), max_size=8))
def test_scores_are_shares(words: list[str]) -> None:
    here = case(" ".join(words), "li2024mirror", "okafor2023panel")
    [only] = here.claims
    assert all(0 < near.score <= 1 + 1e-9 for near in [*here.nearest(only), *here.covering(only)])


def test_who_is_cited_says_nothing_about_what_is_claimed() -> None:
    here = case("Okafor et al. replace the judge by a panel.", "okafor2023panel")
    assert set(here.weights(here.claims[0])) == telling_stems("replace the judge by a panel")


def test_a_verified_quote_speaks_instead_of_its_entry_and_the_others_speak_whole() -> None:
    words = "a panel of three small judges that vote"
    here = case("A panel votes.", "okafor2023panel", "li2024mirror", evidence=(quote("okafor2023panel", words),))
    texts = [each.text for each in here.said(here.claims[0])]
    assert texts[0] == words
    assert len(texts) == 1 + len(facts(CORPUS["li2024mirror"]).said)
    assert here.backed == {"okafor2023panel"}


def test_in_a_draft_only_verified_quotes_speak() -> None:
    assert case("A panel votes.", "okafor2023panel", quoted=True).said(claim("A panel votes.", "okafor2023panel")) == ()


def test_facts_say_where_each_sentence_stands() -> None:
    for entry in ENTRIES:
        read = facts(entry)
        for each in read.said:
            assert getattr(entry, each.field)[each.start : each.end] == each.text
            assert each.stems <= read.stems
        assert [each.field for each in read.said].count("title") == bool(entry.title)
    assert facts(Entry("x", "", "", Source("x", 1))).stems == frozenset()


def test_tokens_keep_their_place_and_know_what_tells() -> None:
    found = tokens("The Models of x")
    assert [token.text for token in found if token.telling] == ["Models"]
    assert found[1].stem == "model"
    assert found[1].lower == "models"
    assert "The Models of x"[found[1].start : found[1].end] == "Models"


def test_an_alias_is_found_and_an_unknown_key_is_not() -> None:
    entries = {
        **CORPUS.entries,
        "li2024mirror": replace(CORPUS["li2024mirror"], aliases=("li24", "stein2022retrieval")),
    }
    known = Known(replace(CORPUS, entries=entries))
    found = known.entry("li24")
    assert found is not None
    assert found.key == "li2024mirror"
    own = known.entry("stein2022retrieval")
    assert own is not None
    assert own.key == "stein2022retrieval"
    assert known.entry("nobody") is None
    assert known.facts("nobody") is None


def test_only_the_named_entries_are_compared_with() -> None:
    assert set(Known(CORPUS).rivals.stems) == set(CORPUS.entries)
    assert set(Known(CORPUS, among=("li2024mirror", "nobody")).rivals.stems) == {"li2024mirror"}


def test_a_huge_corpus_is_not_read_for_a_few_claims() -> None:
    entry = CORPUS["li2024mirror"]
    huge = Corpus(dict.fromkeys(map(str, range(MOST_RIVALS + 1)), entry), "")
    known = Known(huge)
    assert known.rivals.stems == {}
    weights = known.weights("Judges vote")
    assert weights["judg"] == weights["vote"] > 0


def test_a_word_with_digits_and_a_rare_word_tell_more() -> None:
    rivals = Rivals([("a", frozenset({"judg", "studi"})), ("b", frozenset({"judg"}))])
    assert rivals.weight("judg") < rivals.weight("panel") < rivals.weight("gpt4")
    assert rivals.weight("studi") < rivals.weight("panel")


def test_the_entry_that_covers_more_is_found_unless_it_is_passed_over() -> None:
    rivals = Rivals([("a", frozenset({"panel"})), ("b", frozenset({"panel", "vote", "judg"}))])
    weights = {"panel": 1.0, "vote": 1.0, "judg": 1.0}
    assert rivals.better(weights, frozenset({"panel"}), 0.6) == ("b", 1.0)
    assert rivals.better(weights, frozenset({"panel"}), 0.6, frozenset({"b"})) is None
    assert rivals.better({**weights, "jury": 1.0}, frozenset({"panel"}), 0.8) is None
    assert rivals.better(weights, frozenset(weights), 1.0) is None
    assert rivals.better({}, frozenset(), 0.1) is None


def test_of_entries_with_as_many_of_the_words_the_one_with_other_forms_of_the_rest_covers_more() -> None:
    exact = frozenset({"panel", "vote"})
    rivals = Rivals([("a", exact), ("b", exact | {"ubiquit"}), ("c", frozenset({"ubiquit"}))])
    weights = {"panel": 1.0, "vote": 1.0, "ubiquitin": 1.0}
    found = rivals.better(weights, frozenset(), 0.5)
    assert found is not None
    assert found[0] == "b"
    assert found[1] == pytest.approx(0.9)
    assert rivals.better(weights, frozenset(), 0.95) is None


def test_several_texts_cover_a_claim_together() -> None:
    weights = {"panel": 1.0, "vote": 1.0, "ubiquitin": 2.0}
    assert coverage(weights, frozenset({"panel"}), frozenset({"vote", "ubiquit"})) == pytest.approx(0.85)
    assert coverage(weights, frozenset({"panel", "vote", "ubiquitin"})) == 1.0


@given(st.permutations([f"word{n}" for n in range(12)]))
def test_weights_add_up_to_the_same_in_any_order(order: list[str]) -> None:
    rivals = Rivals((str(n), frozenset(f"word{m}" for m in range(n))) for n in range(12))
    assert sum(map(rivals.weight, order)) == sum(rivals.weight(f"word{n}") for n in range(12))
