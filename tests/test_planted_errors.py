"""Nothing false slips through: errors planted into real drafts are all found.

The drafts are those that the extractive drafter makes of the shipped example corpus, which have no problem of
their own; each example plants one error somewhere and looks for it there.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import writer
from writer.checking import check
from writer.draft import Draft, Evidence, Place, Sentence
from writer.entry import Corpus
from writer.text import find_quote, sentences
from writer.text.numbers import numbers

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "corpus.bib"
THEMES = (
    "bias of language models as judges",
    "citations in generated text",
    "dense retrieval",
    "hallucination",
    "benchmarks",
)
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@lru_cache(maxsize=1)
def corpus() -> Corpus:
    return writer.load([EXAMPLES])


@lru_cache(maxsize=len(THEMES))
def clean_draft(theme: str) -> Draft:
    draft = writer.draft_section(theme, corpus(), settings=writer.Settings(words=1200))
    assert draft.problems == ()
    return draft


def claims(draft: Draft) -> list[tuple[Place, Sentence]]:
    return [(place, sentence) for place, sentence in draft.sentences() if sentence.role == "claim"]


def found(draft: Draft, place: Place) -> set[str]:
    return {problem.kind for problem in check(draft, corpus()).problems if problem.place == place}


def verdict(draft: Draft, place: Place) -> str:
    return next(claim.verdict for claim in check(draft, corpus()).verdicts if claim.place == place)


themes = st.sampled_from(THEMES)


@SETTINGS
@given(theme=themes, data=st.data())
def test_an_invented_key_is_always_found(theme: str, data: st.DataObject) -> None:
    draft = clean_draft(theme)
    place, sentence = data.draw(st.sampled_from(claims(draft)))
    real = data.draw(st.sampled_from(sorted(corpus().entries)))
    at = data.draw(st.integers(0, len(real) - 1))
    change = data.draw(st.sampled_from("abcxyz0189"))
    invented = data.draw(
        st.sampled_from([real[:at] + change + real[at + 1 :], real[:at] + real[at + 1 :], real + change])
    )
    assume(invented and invented not in corpus())
    number = data.draw(st.integers(0, len(sentence.citations) - 1))
    keys = list(sentence.citations)
    keys[number] = invented
    planted = draft.with_sentence(place, replace(sentence, citations=tuple(keys)))
    assert "unknown-key" in found(planted, place)
    assert verdict(planted, place) == "fabricated"


@SETTINGS
@given(theme=themes, data=st.data())
def test_a_foreign_quote_is_always_found(theme: str, data: st.DataObject) -> None:
    draft = clean_draft(theme)
    place, sentence = data.draw(st.sampled_from(claims(draft)))
    at = data.draw(st.integers(0, len(sentence.evidence) - 1))
    own = sentence.evidence[at]
    other = data.draw(st.sampled_from([entry for entry in corpus() if entry.key != own.key]))
    span = data.draw(st.sampled_from(sentences(other.abstract)))
    assume(find_quote(corpus()[own.key].text, span.text) is None)
    foreign = Evidence(
        own.key, span.text, *data.draw(st.sampled_from([(span.start, span.end), (own.start, own.end), (-1, -1)]))
    )
    evidence = (*sentence.evidence[:at], foreign, *sentence.evidence[at + 1 :])
    planted = draft.with_sentence(place, replace(sentence, evidence=evidence))
    assert "quote-not-found" in found(planted, place)
    assert verdict(planted, place) == "unverified"


@SETTINGS
@given(theme=themes, data=st.data())
def test_a_quote_with_one_changed_word_is_always_found(theme: str, data: st.DataObject) -> None:
    draft = clean_draft(theme)
    place, sentence = data.draw(st.sampled_from(claims(draft)))
    own = sentence.evidence[0]
    words = own.quote.split(" ")
    at = data.draw(st.integers(0, len(words) - 1))
    words[at] = data.draw(st.sampled_from(["never", "rarely", "17", "worse", "QX-9"]))
    changed = " ".join(words)
    assume(find_quote(corpus()[own.key].text, changed) is None)
    evidence = (replace(own, quote=changed), *sentence.evidence[1:])
    planted = draft.with_sentence(place, replace(sentence, evidence=evidence))
    assert "quote-not-found" in found(planted, place)


def with_numbers() -> list[tuple[str, Place, Sentence]]:
    return [
        (theme, place, sentence)
        for theme in THEMES
        for place, sentence in claims(clean_draft(theme))
        if any(not number.spelled for number in numbers(sentence.text))
    ]


@SETTINGS
@given(data=st.data())
def test_a_changed_number_is_always_found(data: st.DataObject) -> None:
    theme, place, sentence = data.draw(st.sampled_from(with_numbers()))
    number = data.draw(st.sampled_from([n for n in numbers(sentence.text) if not n.spelled]))
    elsewhere = sorted(
        {n.value for key in sentence.citations for n in numbers(corpus()[key].text) if "/" not in n.value}
    )
    value = data.draw(
        st.one_of(
            st.integers(0, 10_000).map(str),
            st.decimals(0, 100, places=1).map(str),
            st.sampled_from(elsewhere or ["0"]).filter(lambda v: not v.endswith("x")),
        )
    )
    changed = sentence.text[: number.start] + value + number.text[len(number.text.rstrip("% ")) :]
    changed += sentence.text[number.end :]
    after = [(n.value, n.unit) for n in numbers(changed)]
    assume(sorted(after) != sorted((n.value, n.unit) for n in numbers(sentence.text)))
    planted = clean_draft(theme).with_sentence(place, replace(sentence, text=changed))
    assert "number-mismatch" in found(planted, place)


@SETTINGS
@given(theme=themes, data=st.data())
def test_a_dropped_quote_is_always_found(theme: str, data: st.DataObject) -> None:
    draft = clean_draft(theme)
    place, sentence = data.draw(st.sampled_from(claims(draft)))
    at = data.draw(st.integers(0, len(sentence.evidence) - 1))
    evidence = (*sentence.evidence[:at], *sentence.evidence[at + 1 :])
    planted = draft.with_sentence(place, replace(sentence, evidence=evidence))
    assert "quote-not-found" in found(planted, place)
    assert verdict(planted, place) == "unverified"


def test_there_are_numbers_to_change() -> None:
    assert len(with_numbers()) >= 10


def test_every_changed_number_in_drafts_over_real_documents_is_found(seeds: Path) -> None:
    read = writer.load([seeds])
    missed, tried = [], 0
    for theme in ("learning from mistakes in reasoning", "bias of language models as judges"):
        draft = writer.draft_section(theme, read, settings=writer.Settings(words=1500, k=80))
        for place, sentence in claims(draft):
            values = {n.value for key in sentence.citations for n in numbers(read[key].text) if n.value.isdigit()}
            for number in numbers(sentence.text):
                for value in sorted(values | {"17", "0.4"}) if not number.spelled else ():
                    tail = number.text[len(number.text.rstrip("% ")) :]
                    changed = sentence.text[: number.start] + value + tail + sentence.text[number.end :]
                    if sorted(n.value for n in numbers(changed)) == sorted(n.value for n in numbers(sentence.text)):
                        continue
                    tried += 1
                    planted = draft.with_sentence(place, replace(sentence, text=changed))
                    kinds = {problem.kind for problem in check(planted, read).problems if problem.place == place}
                    if "number-mismatch" not in kinds:
                        missed.append((number.text, value, sentence.text))
    assert tried > 50
    assert not missed
