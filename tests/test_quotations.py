"""What the prose puts in quotation marks must stand in an entry that is cited there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small import ENTRIES, small_corpus

from writer.checking.case import Case
from writer.checking.facts import Known
from writer.checking.kinds import severity
from writer.checking.quotes import check_quotations
from writer.draft import Group, Place, Problem, Sentence
from writer.entry import Corpus


def found(text: str, *keys: str, corpus: Corpus | None = None) -> list[Problem]:
    sentence = Sentence(text, "claim" if keys else "framing", keys)
    known = Known(corpus if corpus is not None else small_corpus())
    return check_quotations(Case(sentence, Place(0), Group("", ()), known, quoted=False))


@pytest.mark.parametrize(
    "quotation",
    [
        "“judges prefer their own answers”",
        '"judges prefer their own answers"',
        "``judges prefer their own answers''",
        "„judges prefer their own answers“",
        "«judges prefer their own answers»",
        "“judges prefer their own answers … against 48% for human raters.”",
        "“[J]udges prefer their own answers”",
        "“judges prefer their [the models’] own answers”",
        "“Judges  prefer their own answers,”",
        "“we introduce MirrorBench, a benchmark”",
    ],
)
def test_a_verbatim_quotation_is_left_in_peace(quotation: str) -> None:
    assert found(f"Li et al. find that {quotation} here.", "li2024mirror") == []


@pytest.mark.parametrize(
    "quotation",
    [
        "“judges prefer their opponents’ answers”",
        '"judges prefer their opponents\' answers"',
        "``judges prefer their opponents' answers''",
        "“judges prefer their own answers … against 49% for human raters”",
        "“judges prefer [not] answers of their own”",
    ],
)
def test_a_quotation_with_one_changed_word_is_found_as_a_warning(quotation: str) -> None:
    text = f"Li et al. find that {quotation} here."
    [problem] = found(text, "li2024mirror")
    assert (problem.kind, problem.rule, severity(problem)) == ("quote-not-found", "quotation", "warning")
    assert problem.span is not None
    assert text[slice(*problem.span)] == quotation


def test_the_entry_that_says_it_is_named() -> None:
    [problem] = found("Li et al. say “a single large judge is costly”.", "li2024mirror")
    assert problem.suggestion == "the entry 'okafor2023panel' says it"
    assert found("Both say “a single large judge is costly”.", "li2024mirror", "okafor2023panel") == []


@pytest.mark.parametrize(
    "text",
    [
        "They call this “the mirror effect”.",  # three words are a term
        "The paper “Panels of small judges” votes.",
        "In “When Citations Lie: Auditing Generated References” they are counted.",
        "They use “The Unheard Benchmark of Everything”.",  # in capitals throughout
        "Judges are asked “which of the two answers is better”.",
        "A prompt such as “tell me which one is better” is used.",
        'A screen of 5" by 7" was enough for all of them.',
        "An “unclosed quotation runs on to the end",
    ],
)
def test_terms_titles_and_questions_are_no_quotations(text: str) -> None:
    assert [problem.detail for problem in found(text, "li2024mirror")] == []


def test_nothing_is_said_where_nothing_is_cited_or_no_abstract_is_known() -> None:
    text = "They say “nobody ever wrote these words”."
    assert found(text) == []
    bare = Corpus({"li2024mirror": replace(ENTRIES[0], abstract="")}, "test")
    assert found(text, "li2024mirror", corpus=bare) == []
    assert len(found(text, "li2024mirror")) == 1
