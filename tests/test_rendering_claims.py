from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_rendering_sample import CORPUS, DRAFT, LISTED, QUOTES, SCALING, evidence

from writer.draft import Evidence, Place, Sentence
from writer.errors import UserError
from writer.rendering import FORMATS, Changes, Look, format_named
from writer.rendering.claims import (
    Mark,
    Reading,
    account,
    fold,
    marks,
    place_words,
    readings,
    split_final,
    verdict_counts,
)


@pytest.mark.parametrize(
    ("text", "body", "final"),
    [
        ("A plain end.", "A plain end", "."),
        ("No end", "No end", ""),
        ("Is it?", "Is it", "?"),
        ("It goes on…", "It goes on", "…"),
        ("They say “yes.”", "They say “yes”", "."),
        ('They say "yes."', 'They say "yes"', "."),
        ("They say “yes”.", "They say “yes”", "."),
        ("They ask “why?”", "They ask “why?”", "."),
        ("(An aside.)", "(An aside", ".)"),
        ("An aside (so small).", "An aside (so small)", "."),
        ("By Okafor et al.", "By Okafor et al.", "."),
        ("Two sentences. The second.", "Two sentences. The second", "."),
        ("Up to 3.5", "Up to 3.5", ""),
        (".", ".", ""),
        ("", "", ""),
    ],
)
def test_a_citation_goes_before_the_final_punctuation(text: str, body: str, final: str) -> None:
    assert split_final(text) == (body, final)


@settings(deadline=None)
@given(st.text(alphabet='ab .!?…”’")]“(:', max_size=20))
def test_splitting_keeps_every_character_but_at_most_one_added_stop(text: str) -> None:
    body, final = split_final(text)
    joined, before = sorted(body + final), sorted(fold(text))
    assert joined in (before, sorted([*before, "."]))


def test_fold_leaves_one_line_without_control_characters() -> None:
    assert fold("a\n\n b\t\x00c\x1b\u2028d\r\n") == "a b c d"


def test_an_unknown_key_is_marked_whatever_the_verdict_says() -> None:
    sentence = Sentence("It is so.", citations=("ghost", "leclercQuotes"), verdict="quoted")
    assert marks(sentence, CORPUS) == [Mark("fabricated: no entry", "ghost")]


@pytest.mark.parametrize(
    "verdict", ["unverified", "partly", "not-in-abstract", "contradicted", "uncited", "fabricated"]
)
def test_a_claim_with_a_bad_verdict_is_marked_with_it(verdict: str) -> None:
    sentence = Sentence("It is so.", citations=("leclercQuotes",), verdict=verdict)  # type: ignore[arg-type]
    assert marks(sentence, CORPUS) == [Mark(verdict)]


def test_quoted_supported_and_framing_run_unmarked() -> None:
    for sentence in (Sentence("A.", verdict="quoted"), Sentence("A.", verdict="supported"), Sentence("A.", "framing")):
        assert marks(sentence, CORPUS) == []


def test_readings_tell_found_quotes_from_missing_ones() -> None:
    sentence = Sentence(
        "It is so.",
        citations=("okafor21", "leclercQuotes", "agentsForgetPlans", "ghost"),
        evidence=(
            evidence(SCALING, "We train 12 models."),
            Evidence("leclercQuotes", "Never written."),
            Evidence("ghost", "From nowhere.", 0, 13),
        ),
    )
    assert readings(sentence, CORPUS) == [
        Reading("okafor21", "abstract", "We train 12 models."),
        Reading("leclercQuotes", "not found in the abstract", "Never written."),
        Reading("agentsForgetPlans", "no quote"),
        Reading("ghost", "no such entry", "From nowhere."),
    ]


def test_a_quote_whose_place_holds_another_text_is_not_shown_as_found() -> None:
    quote = replace(evidence(QUOTES, "Readers trust a quoted claim more."), quote="Readers trust no quoted claim.")
    sentence = Sentence("It is so.", citations=("leclercQuotes",), evidence=(quote,), verdict="quoted")
    assert readings(sentence, CORPUS)[0].where == "not found in the abstract"


def test_a_quote_of_an_entry_that_is_not_cited_is_shown_as_such() -> None:
    sentence = Sentence("It is so.", citations=("leclercQuotes",), evidence=(evidence(LISTED, "Agents forget"),))
    assert readings(sentence, CORPUS)[1] == Reading("agentsForgetPlans", "not cited, abstract", "Agents forget")


def test_counts_are_of_claims_only_in_the_order_of_verdicts() -> None:
    assert list(verdict_counts(DRAFT).items()) == [("quoted", 1), ("unverified", 1), ("uncited", 1), ("fabricated", 1)]


def test_the_account_says_who_drafted_what_quoted_means_and_which_corpus() -> None:
    said = account(DRAFT, CORPUS)
    assert said.startswith(
        "Drafted without a model over 4 entries from corpus.bib, table.csv, listing.txt (corpus sha256:0123456789ab)."
        " 4 claims: 1 quoted, 1 unverified, 1 uncited, 1 fabricated."
    )
    assert "nobody judged" in said
    assert "is not the one" not in said


def test_the_account_says_when_the_corpus_is_another() -> None:
    assert "(sha256:ffff) is not the one that was drafted from" in account(DRAFT, replace(CORPUS, digest="sha256:ffff"))


def test_places_are_counted_from_one() -> None:
    assert place_words(Place(0, 1, 2)) == "group 1, paragraph 2, sentence 3"
    assert place_words(Place(3)) == "group 4"
    assert place_words(Place(-1)) == "the whole draft"


def test_each_registered_format_knows_its_suffix() -> None:
    assert {name: fmt.suffix for name, fmt in FORMATS.items()} == {
        "md": ".md", "tex": ".tex", "html": ".html", "json": ".json", "docx": ".docx", "odt": ".odt",
        "typst": ".typst", "plain-html": ".plain-html",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["md", "tex", "html", "json"])
def test_a_format_of_text_is_told_the_bibliography_it_cites_and_follows_its_look(name: str) -> None:
    fmt = FORMATS[name]
    text = fmt.render(DRAFT, CORPUS, Look("mine.bib"))
    assert isinstance(text, str)
    assert "okafor2021scaling" in text
    assert ("mine" in text) == fmt.cites_bibliography
    carded = fmt.render(DRAFT, CORPUS, Look("mine.bib", card=True, changes=Changes(3, 1, 0, 0)))
    assert isinstance(carded, str)
    assert ("3 sentences kept as drafted" in carded) == (name != "json")


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="'pdf'") as caught:
        format_named("pdf")
    assert caught.value.hint == "choose one of: md, tex, html, json, docx, odt, typst, plain-html"
