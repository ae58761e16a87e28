from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from evidence_sample import CORPUS, DRAFT, KINDS, NO_YEAR, UNUSED, VERDICTS, WHOLE, claim, corpus_of, long_draft, quote
from hypothesis import given, settings
from payloads import ALL, HTML
from test_rendering_sample import CORPUS as OTHER
from test_rendering_sample import DRAFTS

from writer.draft import Draft, Evidence, Group, LeftOut, Place, Problem, Sentence
from writer.entry import Author, Corpus, Entry, Source
from writer.rendering import Changes, to_html, to_json
from writer.rendering.html import MEANINGS, SIGNS, reference, short_reference
from writer.rendering.language import language_code
from writer.rendering.picture import Dot, picture
from writer.report import Alike, Coverage

_EMPTY = {"meta", "link", "input", "br", "circle", "line"}
_OURS = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "h1", "h2", "h3", "h4", "p", "ul", "li", "span",
    "div", "fieldset", "legend", "label", "input", "main", "section", "aside", "button", "kbd", "article", "code",
    "blockquote", "mark", "strong", "em", "svg", "text", "line", "circle", "details", "summary", "table", "thead",
    "tbody", "tr", "th", "td", "dl", "dt", "dd", "script",
}  # fmt: skip


class Reader(HTMLParser):
    """The elements of a page with their attributes, and its text without script and style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.raw: dict[str, str] = {"script": "", "style": "", "data": ""}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.raw:
            # The draft itself lies in the page as data, which no browser runs.
            inert = self.open[-1] == "script" and self.elements[-1][1].get("type") == "application/json"
            self.raw["data" if inert else self.open[-1]] += data
        else:
            self.text += data

    def attributes(self, tag: str, name: str) -> list[str]:
        return [str(attrs[name]) for found, attrs in self.elements if found == tag and name in attrs]


def words(page: str) -> str:
    return " ".join(Reader(page).text.split())


def draft_of(*sentences: Sentence) -> Draft:
    return replace(DRAFT, groups=(Group("Told", (sentences,)),), problems=(), left_out=(), retrieved=())


# What the page says ---------------------------------------------------------------------------------------------


def test_each_claim_is_a_link_to_its_evidence_and_each_evidence_leads_back() -> None:
    read = Reader(to_html(DRAFT, CORPUS))
    claims = [attrs for tag, attrs in read.elements if tag == "a" and str(attrs.get("class", "")).startswith("claim")]
    assert [attrs["href"] for attrs in claims] == [f"#c{number}" for number in range(1, 10)]
    assert read.attributes("article", "id") == [f"c{number}" for number in range(1, 10)]
    assert {f"#s{number}" for number in range(1, 10)} <= set(read.attributes("a", "href"))


@pytest.mark.parametrize("verdict", VERDICTS)
def test_each_verdict_is_told_by_its_word_a_shape_of_its_own_and_what_it_means(verdict: str) -> None:
    page = words(to_html(DRAFT, CORPUS))
    assert f"{SIGNS[verdict]}{verdict}" in page  # type: ignore[index]
    assert MEANINGS[verdict] in page  # type: ignore[index]
    assert len(set(SIGNS.values())) == len(SIGNS)


@pytest.mark.parametrize("kind", KINDS)
def test_each_problem_is_told_in_words_with_what_was_found(kind: str) -> None:
    found = "an entry that had to be cited is not cited" if kind == "not-cited" else f"what the rule {kind} found here"
    assert re.search(rf"{kind} (\w+ )?\([^)]*\): {found}\.", words(to_html(DRAFT, CORPUS)))


def test_the_quoted_words_are_marked_in_the_abstract_and_only_they() -> None:
    page = to_html(
        draft_of(claim("It is.", "quoted", WHOLE.key, evidence=(quote(WHOLE, "The gap is widest"),))), CORPUS
    )
    assert re.findall("<mark>(.*?)</mark>", page) == ["The gap is widest"]
    assert "best system answers 19%. <mark>The gap is widest</mark> where dates" in page


def test_overlapping_quotes_make_one_mark_and_a_quote_of_the_title_is_marked_there() -> None:
    pieces = (
        quote(WHOLE, "840 questions that"),
        quote(WHOLE, "questions that need"),
        Evidence(WHOLE.key, "slow", 22, 26, "title"),
    )
    page = to_html(draft_of(claim("It is.", "quoted", WHOLE.key, evidence=pieces)), CORPUS)
    assert re.findall("<mark>(.*?)</mark>", page) == ["slow", "840 questions that need"]


def test_a_quote_that_does_not_stand_there_is_told_and_not_marked() -> None:
    pieces = (Evidence(WHOLE.key, "Rules always help.", 0, 18), Evidence(WHOLE.key, "Never said."))
    page = to_html(draft_of(claim("It is.", "quoted", WHOLE.key, evidence=pieces)), CORPUS)
    assert "<mark>" not in page
    assert "Not found in this entry: “Rules always help.”" in page
    assert "Not found in this entry: “Never said.”" in page


def test_what_an_entry_lacks_is_said() -> None:
    page = words(to_html(DRAFT, CORPUS))
    assert "The corpus holds no entry under this key." in page
    assert "No abstract in the corpus." in page
    assert "No title in the corpus." in page
    assert "None" not in page


def test_evidence_from_an_entry_that_is_not_cited_says_so() -> None:
    page = words(to_html(draft_of(claim("It is.", "quoted", WHOLE.key, evidence=(quote(NO_YEAR, "Topics"),))), CORPUS))
    assert "okonjoCurrents (evidence was given, but the sentence does not cite it)" in page


def test_a_framing_sentence_is_no_link_unless_something_is_wrong_with_it() -> None:
    draft = draft_of(Sentence("A frame.", "framing"), Sentence("As Lee (2020) says.", "framing"))
    assert 'class="claim' not in to_html(draft, CORPUS)
    troubled = replace(draft, problems=(Problem("stray-reference", Place(0, 0, 1), "Lee (2020) is not cited"),))
    page = to_html(troubled, CORPUS)
    assert page.count('class="claim framing"') == 1
    assert MEANINGS["framing"] in words(page)


def test_entries_left_out_stand_with_their_reasons() -> None:
    page = words(to_html(DRAFT, CORPUS))
    assert "Retrieved and left out (2)" in page
    assert "unusedPier (2018). An unused pier. about piers, not about notes." in page


def test_coverage_counts_what_is_cited_and_names_what_only_a_look_at_the_entries_tells() -> None:
    assert (
        "8 of the 9 entries of the corpus are cited. 7 entries were retrieved for the theme, and 6 of them are cited."
        " Cited, but in no file of the corpus: ghost2020." in words(to_html(DRAFT, CORPUS))
    )
    told = Coverage(in_passing=(WHOLE.key,), alike=(Alike((WHOLE.key, NO_YEAR.key), "the same title"),))
    page = words(to_html(DRAFT, CORPUS, coverage=told))
    assert "among several others abara2021tides: Tides: a benchmark of slow questions" in page
    assert "abara2021tides and okonjoCurrents: the same title" in page


def test_the_card_is_on_the_page_with_what_a_person_changed() -> None:
    page = words(to_html(DRAFT, CORPUS, changes=Changes(7, 2, 1, 0)))
    assert "Draft card" in page
    assert "7 sentences kept as drafted, 2 edited, 1 added, 0 removed" in page
    assert f"digest of the promptssha256:{'cd' * 32}" in page


def test_the_filters_say_how_many_they_keep() -> None:
    page = words(to_html(DRAFT, CORPUS))
    assert "everything (9) not verified (6) with problems (5)" in page


def test_the_language_of_the_draft_is_that_of_its_text_and_not_of_the_page() -> None:
    german = replace(DRAFT, settings=(("language", "German"),))
    read = Reader(to_html(german, CORPUS))
    assert read.attributes("html", "lang") == ["en"]
    assert read.attributes("main", "lang") == ["de"]
    assert language_code("Portuguese (Brazil)") == "pt"
    assert language_code("British English") == "en"
    assert language_code("Klingon") == ""


def test_a_draft_of_nothing_is_still_a_page() -> None:
    page = to_html(replace(DRAFT, theme="", groups=(), problems=(), left_out=(), retrieved=()), corpus_of())
    assert "<h1" in page
    assert "No entry is cited." in page
    assert "The rules found none." in page


def test_the_same_draft_gives_the_same_bytes() -> None:
    assert to_html(DRAFT, CORPUS) == to_html(DRAFT, CORPUS)


# How it is built ------------------------------------------------------------------------------------------------


def test_ids_are_unique_links_within_the_page_lead_somewhere_and_headings_skip_no_level() -> None:
    read = Reader(to_html(*long_draft(40, 30)))
    ids = [attrs["id"] for _, attrs in read.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    inner = {href[1:] for href in read.attributes("a", "href") if href.startswith("#")}
    assert inner <= set(ids)
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_policy_names_our_script_and_style_by_their_hashes_and_allows_nothing_else() -> None:
    read = Reader(to_html(DRAFT, CORPUS))
    (policy,) = [str(a["content"]) for t, a in read.elements if a.get("http-equiv") == "Content-Security-Policy"]

    def digest(text: str) -> str:
        return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    assert policy.startswith("default-src 'none'; ")
    assert f"script-src '{digest(read.raw['script'])}'" in policy
    assert f"style-src '{digest(read.raw['style'])}'" in policy
    assert "unsafe" not in policy


def test_the_page_needs_no_other_file() -> None:
    read = Reader(to_html(DRAFT, CORPUS))
    assert not [attrs for _, attrs in read.elements if "src" in attrs]
    assert "url(" not in read.raw["style"]
    assert "@import" not in read.raw["style"]
    assert all(href.startswith(("#", "https://")) for href in read.attributes("a", "href"))


# What is not trusted --------------------------------------------------------------------------------------------


def everywhere(raw: str) -> tuple[Draft, Corpus]:
    """A draft and a corpus with this text in every place that takes one."""
    entry = Entry(
        raw, raw, raw, Source(raw, 1, raw), (Author(raw, raw),), year=2020, venue=raw, doi=raw, arxiv=raw, url=raw
    )
    sentence = claim(raw, "quoted", raw, raw + "2", evidence=(Evidence(raw, raw, 0, len(raw)), Evidence(raw, raw)))
    draft = replace(
        DRAFT,
        theme=raw,
        groups=(Group(raw, ((sentence, Sentence(raw, "framing")),)),),
        corpus_digest=raw,
        corpus_sources=(raw,),
        settings=(("language", raw), ("must_cite", [raw]), ("prompts", raw)),
        drafter=raw,
        left_out=(LeftOut(raw, raw),),
        problems=(Problem("judged", Place(0, 0, 0), raw, raw, raw),),
    )
    return draft, replace(corpus_of(entry), digest=raw)


def test_there_are_a_hundred_payloads() -> None:
    assert len(set(HTML)) >= 100


@pytest.mark.parametrize("raw", ALL, ids=range(len(ALL)))
def test_untrusted_text_adds_no_element_no_attribute_and_no_address(raw: str) -> None:
    read = Reader(to_html(*everywhere(raw)))
    assert {tag for tag, _ in read.elements} <= _OURS
    assert [attrs.get("type") for tag, attrs in read.elements if tag == "script"] == ["application/json", None]
    assert json.loads(read.raw["data"]) == json.loads(to_json(*everywhere(raw)))
    names = {name for _, attrs in read.elements for name in attrs}
    assert not [name for name in names if name.startswith("on") or name in ("style", "src", "srcdoc", "action")]
    assert all(re.match(r"#[a-z0-9-]+$|https?://", href) for href in read.attributes("a", "href"))
    assert "harmed" not in read.raw["script"]


@settings(deadline=None, max_examples=60)
@given(DRAFTS)
def test_any_draft_is_a_page_of_our_elements_alone(draft: Draft) -> None:
    read = Reader(to_html(draft, OTHER))
    assert {tag for tag, _ in read.elements} <= _OURS
    assert read.open == []


# Its parts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("authors", "year", "more", "short"),
    [
        (("Abara",), 2020, False, "Abara 2020"),
        (("Abara", "Lind"), None, False, "Abara and Lind"),
        (("Abara", "Lind", "Eze"), 2020, False, "Abara et al. 2020"),
        (("Abara",), 2020, True, "Abara et al. 2020"),
        ((), 2020, False, "unusedPier"),
    ],
)
def test_a_citation_is_told_by_names_and_year_and_else_by_its_key(
    authors: tuple[str, ...], year: int | None, more: bool, short: str
) -> None:
    entry = replace(UNUSED, authors=tuple(map(Author, authors)), year=year, more_authors=more)
    assert short_reference(entry.key, entry) == short
    assert short_reference("ghost", None) == "ghost: no such entry"


def test_a_reference_leaves_out_what_is_not_known() -> None:
    assert reference(NO_YEAR) == "Okonjo, Uche. Currents in long conversations."
    assert reference(replace(UNUSED, year=None)) == "An unused pier."
    assert reference(None) == "No such entry in the corpus."


def test_the_picture_has_a_dot_for_each_entry_in_each_group_and_tells_hollow_ones_apart() -> None:
    dots = [
        Dot(0, 2020, "a", "1"),
        Dot(0, 2020, "b", "2"),
        Dot(1, None, "c", "3"),
        Dot(1, 2023, "d", "4", exists=False),
    ]
    drawn = picture(["One", "Two"], dots)
    assert drawn.count("<circle") == 4
    assert drawn.count("hollow") == 1
    assert re.findall(r'middle">([^<]+)<', drawn) == ["no year", "2020", "2021", "2022", "2023"]
    places = re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', drawn)
    assert len(set(places)) == 4


def test_years_far_apart_have_a_column_each_and_no_others() -> None:
    drawn = picture(["One"], [Dot(0, year, str(year), "1") for year in (1780, 1950, 2024)])
    assert re.findall(r'middle">([^<]+)<', drawn) == ["1780", "1950", "2024"]
