"""The checker: what each rule finds, and what it leaves in peace."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small import draft_of, quote, small_corpus

from writer.checking import check, checked
from writer.draft import Evidence, Sentence

CORPUS = small_corpus()
SELF = "We find that judges prefer their own answers in 63.5% of the pairs, against 48% for human raters."
PANEL = "Our experiments show that the panel agrees with people in 81% of the cases, 7 points more than the large judge"
GOOD = Sentence(
    "Li et al. find that judges prefer their own answers in 63.5% of the pairs, against 48% for human raters.",
    "claim",
    ("li2024mirror",),
    (quote("li2024mirror", SELF),),
)


def problems(*sentences: Sentence, shown: tuple[str, ...] = ()) -> list[tuple[str, str | None]]:
    report = check(draft_of(*sentences, shown=shown), CORPUS)
    return [(problem.kind, problem.key) for problem in report.problems]


def verdict(sentence: Sentence) -> str:
    return check(draft_of(sentence), CORPUS).verdicts[0].verdict


def test_a_claim_with_its_quote_is_quoted_and_never_called_supported() -> None:
    assert problems(GOOD) == []
    assert verdict(GOOD) == "quoted"


def test_an_unknown_key_is_found_with_the_nearest_real_ones_and_nothing_is_substituted() -> None:
    wrong = replace(GOOD, citations=("li2024miror",))
    draft = checked(draft_of(wrong), CORPUS)
    [problem] = [p for p in draft.problems if p.kind == "unknown-key"]
    assert problem.key == "li2024miror"
    assert problem.suggestion is not None
    assert "li2024mirror" in problem.suggestion
    [(_, sentence)] = draft.sentences()
    assert sentence.citations == ("li2024miror",)
    assert sentence.verdict == "fabricated"


def test_a_claim_that_leans_on_an_unknown_key_alone_is_uncited_too() -> None:
    assert ("uncited-claim", None) in problems(replace(GOOD, citations=("nobody2020",), evidence=()))


def test_an_alias_of_a_merged_entry_is_no_unknown_key() -> None:
    entries = dict(CORPUS.entries)
    entries["li2024mirror"] = replace(entries["li2024mirror"], aliases=("li24",))
    aliased = replace(CORPUS, entries=entries)
    sentence = replace(GOOD, citations=("li24",), evidence=(replace(GOOD.evidence[0], key="li24"),))
    assert check(draft_of(sentence), aliased).problems == ()


def test_an_entry_that_was_not_shown_is_reported() -> None:
    assert problems(GOOD, shown=("okafor2023panel",)) == [("not-shown", "li2024mirror")]
    assert problems(GOOD, shown=("li2024mirror",)) == []


def test_a_claim_without_citation_is_uncited() -> None:
    bare = replace(GOOD, citations=(), evidence=())
    assert ("uncited-claim", None) in problems(bare)
    assert verdict(bare) == "uncited"


@pytest.mark.parametrize(
    "text",
    [
        "Panels outperform single judges.",
        "Judges are wrong in 21% of the cases.",
        "Several works show that judges are biased.",
        "GPT-4 proves to be the judge of choice.",
    ],
)
def test_framing_that_states_a_finding_is_an_uncited_claim(text: str) -> None:
    assert problems(Sentence(text, "framing")) == [("uncited-claim", None)]


def test_framing_that_only_connects_is_left_in_peace() -> None:
    assert problems(Sentence("A second line of work concerns panels of judges.", "framing")) == []


def test_a_foreign_quote_is_not_found_and_its_owner_is_named() -> None:
    foreign = Evidence("li2024mirror", PANEL)
    report = check(draft_of(replace(GOOD, evidence=(foreign,))), CORPUS)
    [problem] = [p for p in report.problems if p.kind == "quote-not-found"]
    assert problem.key == "li2024mirror"
    assert problem.suggestion == "the entry 'okafor2023panel' says it"
    assert report.verdicts[0].verdict == "unverified"


def test_stale_offsets_do_not_verify_a_quote() -> None:
    lying = Evidence("li2024mirror", "judges never prefer their own answers", 0, 37)
    assert ("quote-not-found", "li2024mirror") in problems(replace(GOOD, evidence=(lying,)))


def test_a_quote_with_other_spaces_dashes_and_quotes_is_found_and_set_as_the_entry_writes_it() -> None:
    loose = Evidence("li2024mirror", "we find  that judges prefer their own\nanswers in 63.5\\% of the pairs")
    [(_, sentence)] = checked(draft_of(replace(GOOD, evidence=(loose, GOOD.evidence[0]))), CORPUS).sentences()
    assert sentence.verdict == "quoted"
    found = sentence.evidence[0]
    assert found.quote == "We find that judges prefer their own answers in 63.5% of the pairs"
    assert CORPUS["li2024mirror"].abstract[found.start : found.end] == found.quote


def test_a_quote_of_two_words_is_no_evidence() -> None:
    assert ("quote-not-found", "li2024mirror") in problems(
        replace(GOOD, evidence=(Evidence("li2024mirror", "own answers"),))
    )


def test_each_citation_needs_its_own_quote() -> None:
    both = replace(GOOD, citations=("li2024mirror", "okafor2023panel"))
    assert problems(both) == [("quote-not-found", "okafor2023panel")]
    assert verdict(both) == "unverified"


def test_evidence_for_an_entry_that_is_not_cited_is_reported() -> None:
    extra = replace(GOOD, evidence=(*GOOD.evidence, quote("okafor2023panel", PANEL)))
    assert problems(extra) == [("quote-not-found", "okafor2023panel")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("63.5%", "65.3%"),  # in no entry
        ("63.5%", "63.5 points"),  # another unit
        ("63.5%", "48%"),  # the other number of the same sentence
        ("63.5%", "21%"),  # a number of another sentence of the same abstract
        ("63.5%", "81%"),  # a number of another entry
        ("63.5%", "635%"),
        ("48%", "4.8%"),
    ],
)
def test_a_changed_number_is_found(before: str, after: str) -> None:
    assert ("number-mismatch", "li2024mirror") in problems(replace(GOOD, text=GOOD.text.replace(before, after)))


def test_two_swapped_numbers_are_both_found() -> None:
    swapped = GOOD.text.replace("63.5%", "X").replace("48%", "63.5%").replace("X", "48%")
    assert problems(replace(GOOD, text=swapped)) == [("number-mismatch", "li2024mirror")] * 2


def test_a_number_outside_the_quotes_names_the_sentence_that_states_it() -> None:
    sentence = replace(GOOD, text=GOOD.text[:-1] + ", over 1,250 pairs.")
    [problem] = check(draft_of(sentence), CORPUS).problems
    assert problem.kind == "number-mismatch"
    assert problem.suggestion is not None
    assert problem.suggestion.startswith("li2024mirror states it elsewhere")
    assert problem.span is not None
    assert sentence.text[slice(*problem.span)] == "1,250"


def test_one_number_written_in_two_ways_is_one_number() -> None:
    evidence = quote("stein2022retrieval", "a dense retriever trained on 2.3 million citation sentences")
    text = "Stein trains a dense retriever on 2,300,000 citation sentences."
    assert problems(Sentence(text, "claim", ("stein2022retrieval",), (evidence,))) == []


def test_the_count_of_cited_works_is_no_number_of_theirs() -> None:
    evidence = (GOOD.evidence[0], quote("okafor2023panel", PANEL))
    two = Sentence("Two works look at judges.", "claim", ("li2024mirror", "okafor2023panel"), evidence)
    assert problems(two) == []
    assert [kind for kind, _ in problems(replace(two, text="Three works look at judges."))] == ["number-mismatch"]


def test_a_name_with_digits_must_be_one_that_the_entry_names() -> None:
    named = replace(GOOD, text="With GPT-4 judges, " + GOOD.text)
    assert problems(named) == [("name-mismatch", "li2024mirror")]


@pytest.mark.parametrize(
    "stray",
    [
        "as in 10.1000/xyz123",
        "see arXiv:2301.01234",
        "at https://example.org/x",
        "as shown in [12]",
        "after Smith et al. (2020)",
        "see [@smith2020]",
    ],
)
def test_a_reference_that_no_citation_carries_is_stray(stray: str) -> None:
    kinds = {kind for kind, _ in problems(replace(GOOD, text=f"{GOOD.text[:-1]}, {stray}."))}
    assert "stray-reference" in kinds


def test_authors_of_a_cited_entry_may_be_named() -> None:
    assert problems(replace(GOOD, text=GOOD.text.replace("Li et al.", "Li, Okafor and Ruiz"))) == []


def test_retrieved_entries_that_no_claim_cites_are_told() -> None:
    from writer.draft import Hit

    draft = replace(draft_of(GOOD), retrieved=(Hit("li2024mirror", 1, 2.0), Hit("okafor2023panel", 2, 1.0)))
    assert check(draft, CORPUS).coverage.retrieved_uncited == ("okafor2023panel",)
    assert check(draft, CORPUS).totals() == {"claims": 1, "quoted": 1}
