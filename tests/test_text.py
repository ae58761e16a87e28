"""Text: cleaning with offsets, sentences, numbers and quotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer.text import clean, clean_with_origin, find_quote, fold, pieces, sentences
from writer.text.numbers import digit_names, numbers


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (r"over 90\% of them", "over 90% of them"),
        (r"T\"ULU 3", "TÜLU 3"),
        (r"M\"{u}ller and Ren\'{e}", "Müller and René"),
        (r"the policy V^{star}.", "the policy V*."),
        ("S^3c-Math and H^{2}", "S³c-Math and H²"),
        ("researchhttps://example.org/a_b", "research https://example.org/a_b"),
        (r"soon on \url{https://example.org/a}.", "soon on https://example.org/a."),
        ("at https://example.org/x{here}.", "at https://example.org/x."),
        ("a ``doubled quote''", "a “doubled quote”"),
        (r"{\em kept} and \textbf{bold {BERT}}", r"\em kept and bold BERT"),
        (r"$\alpha$ and $x_{ij}$", "α and x_ij"),
        ("from $5 to $10", "from $5 to $10"),
        ("a &amp; b <i>c</i> 3 < 4", "a & b c 3 < 4"),
        ("models~(LLMs)", "models (LLMs)"),
        ("  two   spaces\n and a line ", "two spaces and a line"),
        ("gpt_4 and a_b stay", "gpt_4 and a_b stay"),
    ],
)
def test_remains_of_latex_and_html_are_shown_clean(raw: str, shown: str) -> None:
    assert clean(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("10<sup>5</sup> cells", "10⁵ cells"),
        ("10&lt;sup&gt;-5&lt;/sup&gt;", "10⁻⁵"),
        ("10&amp;lt;sup&amp;gt;5&amp;lt;/sup&amp;gt;", "10⁵"),
        ("10<jats:sup> − 5 </jats:sup> CO<jats:sub>2</jats:sub>", "10⁻⁵ CO₂"),
        ("10<SUP>&minus;<i>n</i></SUP> of Ca<sup>2+</sup>", "10⁻ⁿ of Ca²⁺"),
        (r"$10^{5}$, 10\textsuperscript{5}, 10$^5$", "10⁵, 10⁵, 10⁵"),
        (r"CO\textsubscript{2}, CO$_2$", "CO₂, CO₂"),
        (r"10^{0.5}, 2^{k-1}, 10<sup>1 2</sup>", "10^(0.5), 2^(k-1), 10^(1 2)"),
        ("V<sub>max</sub> and x<sup>abc</sup>", "V_(max) and x^(abc)"),
        (r"90^{\circ}, the 19<sup>th</sup>, Kelp<sup>®</sup>", "90°, the 19th, Kelp®"),
        ("10<sup>5 is cut, <sup></sup> holds nothing", "10^5 is cut, holds nothing"),
    ],
)
def test_what_is_set_high_or_low_never_runs_into_what_it_stands_at(raw: str, shown: str) -> None:
    assert clean(raw) == clean_with_origin(raw).text == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (r"\frac{1}{2} or \frac12", "1/2 or 1/2"),
        (r"1\frac{1}{2}, \dfrac{n+1}{2}", "1 1/2, (n+1)/2"),
        (r"$O(\sqrt{n \log n})$, \sqrt[3]{x}, \sqrt{2}", "O(√(n log n)), ³√x, √2"),
        (r"\log{n}", "log n"),
        (r"The {\TeX}book", "The TeXbook"),
        (r"\SI{5}{\milli\gram}, \qty{5}{mg}, \num{5}", "5 mg, 5 mg, 5"),
        (r"\SIrange{1}{2}{\kilo\gram\per\square\metre}, \ang{90}", "1–2 kg/m², 90°"),
        (r"\num{5 \pm 1}, \SI{5}{\micro m}, \SI{3}{\gram\furlong}", "5 ± 1, 5 µm, 3 g furlong"),
        (r"\foo{1}{2}, \foo[x]{a}{\textbf{b}}", r"\foo 1 2, \foo[x] a b"),
    ],
)
def test_arguments_of_commands_are_neither_glued_nor_lost(raw: str, shown: str) -> None:
    assert clean(raw) == clean_with_origin(raw).text == shown


def test_a_raised_number_and_a_fraction_know_the_raw_span_they_came_from() -> None:
    raw = r"in 10<sup>12</sup> cells, \frac{1}{2} of them"
    cleaned = clean_with_origin(raw)
    start = cleaned.text.index("10¹²")
    assert raw[slice(*cleaned.raw_span(start, start + 4))] == "10<sup>12</sup>"
    assert raw[slice(*cleaned.raw_span(start, start + 2))] == "10"
    start = cleaned.text.index("cells")
    assert raw[slice(*cleaned.raw_span(start, start + 5))] == "cells"


@pytest.mark.parametrize("raw", ["10<sup>5</sup>", "$10^{5}$", "10^5", r"10\textsuperscript{5}", r"\num{1e5}"])
def test_a_power_is_the_same_number_however_it_was_written(raw: str) -> None:
    assert [number.value for number in numbers(clean(raw))] == ["100000"]


@given(
    st.lists(
        st.sampled_from(
            [
                *r"ab \{}[]$%^_~<>&;'`1ü",
                *("\\%", "``", "''", '\\"u', "^{2}", "https://x", "<sup>", "</sup>", "&lt;sub&gt;", "</sub>"),
                *(r"\frac", "{1}", r"\sqrt", r"\SI", r"\foo{", r"\textsuperscript{", "\u0301"),
            ]
        ),
        max_size=40,
    ).map("".join)
)
def test_cleaning_never_fails_and_maps_every_character_into_the_raw_text(raw: str) -> None:
    cleaned = clean_with_origin(raw)
    assert cleaned.text == clean(raw)
    assert len(cleaned.text) == len(cleaned.origin)
    assert all(0 <= place < max(1, len(raw)) for place in cleaned.origin)
    assert list(cleaned.origin) == sorted(cleaned.origin)


def test_a_clean_span_names_the_raw_span_it_came_from() -> None:
    raw = r"It reaches 90\% on T\"ULU."
    cleaned = clean_with_origin(raw)
    start = cleaned.text.index("90%")
    assert raw[slice(*cleaned.raw_span(start, start + 3))] == r"90\%"
    start = cleaned.text.index("TÜLU")
    assert raw[slice(*cleaned.raw_span(start, start + 4))] == r"T\"ULU"


@given(st.text(alphabet="abc XY.,5%()\n", max_size=200))
def test_plain_prose_takes_the_short_way_to_the_same_text(raw: str) -> None:
    assert clean(raw) == clean_with_origin(raw).text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We use e.g. GPT-3.5. It fails (see Fig. 2). Why?", 3),
        ("Smith et al. show it. A. Jones disagrees.", 2),
        ("It gains 3.5 points. 2) The second one does not.", 2),
        ("Results hold (cf. Sec. 3. and others) throughout.", 1),
        ("Models vs. people, i.e. raters. mTurk is used.", 2),
        ("“Is it so?” we ask.", 1),
        ("", 0),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@given(st.text(max_size=200))
def test_sentences_are_spans_in_order_that_lose_nothing_but_spaces(text: str) -> None:
    spans = sentences(text)
    assert all(text[span.start : span.end] == span.text for span in spans)
    assert "".join(span.text for span in spans).split() == "".join(text[a.start : a.end] for a in spans).split()
    left = text
    for span in reversed(spans):
        left = left[: span.start] + left[span.end :]
    assert not left.strip()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4,800 and 4.8k and 4.8 thousand", [("4800", ""), ("4800", ""), ("4800", "")]),
        ("3.7%-7.3% and 9-41%", [("3.7", "%"), ("7.3", "%"), ("9", "%"), ("41", "%")]),
        ("66 of 80", [("66", ""), ("80", "")]),
        ("a 175B model, 7 billion", [("175000000000", ""), ("7000000000", "")]),
        ("8 percentage points, 2 points", [("8", "point"), ("2", "point")]),
        ("35x and three times", [("35", "times"), ("3", "")]),
        ("GPT-4, LLaMA2-13b, GSM8K, Qwen2.5-Math", []),
        ("twenty-five papers and half of them", [("25", ""), ("1/2", "")]),
        ("a 52.34-point gain", [("52.34", "point")]),
        ("1.50 is 1.5", [("1.5", ""), ("1.5", "")]),
        ("one paper", []),
        ("two thirds, three-quarters, a third of it, the third one", [("2/3", ""), ("3/4", ""), ("1/3", "")]),
        ("two hundred and six, twenty five thousand, two dozen", [("206", ""), ("25000", ""), ("24", "")]),
        ("twice as many, doubled, double-blind, half-life", [("2x", ""), ("2x", "")]),
        ("3.2 × 10^-5, 10⁻⁵, 1e-4", [("0.000032", ""), ("0.00001", ""), ("0.0001", "")]),
        ("one in five, 1 in 20", [("1/5", ""), ("1/20", "")]),
        ("from 3 to 7%, 1, 2 or 3 months", [("3", "%"), ("7", "%"), ("1", "month"), ("2", "month"), ("3", "month")]),
        ("5mg, 5 mg, a 3-day trial", [("5", "mg"), ("5", "mg"), ("3", "day")]),
        ("in 2019, 45%", [("2019", ""), ("45", "%")]),
        ("the 9th, the 21st, the twenty-third, zero-shot", []),
    ],
)
def test_numbers_are_read_as_they_are_meant(text: str, found: list[tuple[str, str]]) -> None:
    assert [(number.value, number.unit) for number in numbers(text)] == found


@given(st.text(max_size=100))
def test_numbers_are_spans_of_the_text(text: str) -> None:
    for number in numbers(text):
        assert text[number.start : number.end] == number.text
    for name, start, end in digit_names(text):
        assert text[start:end] == name


@given(st.text(min_size=1, max_size=60), st.text(max_size=30), st.text(max_size=30))
def test_a_span_between_spaces_is_always_found_in_its_text(quote: str, before: str, after: str) -> None:
    quote = clean(quote)
    # A quote is cleaned before it is sought. `0\\$0$` is clean as `0$0$`, in which the signs of dollars now hold a
    # formula: what reads otherwise when it is cleaned again is not promised to be found.
    if clean(quote) != quote:
        return
    # Marks around a quote and characters without width are folded away: what is left of them is no quote.
    if not quote.strip("\"'`“”‘’„«»‚ \u200b\u00ad") or quote != " ".join(quote.split()):
        return
    text = f"{before} {quote} {after}"
    span = find_quote(text, quote)
    assert span is not None
    assert fold(text[slice(*span)]) == fold(quote)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("It gains 13.5 points.", "3.5 points"),
        ("It gains 13.5 points.", "gains 13"),
        ("unsupported claims", "supported claims"),
        ("It does not fail.", "It does fail."),
        ("anything", ""),
        ("anything", "“”"),
    ],
)
def test_what_a_text_does_not_say_is_not_found(text: str, quote: str) -> None:
    assert find_quote(text, quote) is None


def test_a_quote_with_an_ellipsis_is_several_quotes() -> None:
    assert pieces("We train … and test (...) models") == ["We train", "and test", "models"]


def test_an_exponent_is_not_quoted_as_a_digit() -> None:
    assert find_quote("about 10⁵ cells", "105 cells") is None
    assert find_quote("about 10⁵ cells", "10⁵ cells") == (6, 15)
