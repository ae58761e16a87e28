"""The evidence page in a real browser; skipped where Playwright or Chromium is not installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from evidence_sample import CORPUS, DRAFT, claim, corpus_of, long_draft
from payloads import HTML

from writer.draft import Evidence, Group, LeftOut, Place, Problem
from writer.entry import Author, Entry, Source
from writer.rendering import to_html

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
WIDE, PHONE, ZOOMED = (1280, 900), (320, 640), (320, 256)
"""A window, the narrowest phone, and 1280 × 1024 at 400 %."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        # No sandbox, since tests may run as root in a container; the page opened is our own.
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "draft.html"
    path.write_text(to_html(DRAFT, CORPUS), "utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    yield from _opened(browser, address, WIDE)


@pytest.fixture
def phone(browser: Any, address: str) -> Iterator[Any]:
    yield from _opened(browser, address, PHONE)


def _opened(browser: Any, address: str, size: tuple[int, int], **more: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **more)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(message.text))
    opened.goto(address)
    yield opened
    context.close()
    assert faults == []


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id"))


def shown(page: Any) -> list[str]:
    """The ids of the evidence that can be seen."""
    found = "[...document.querySelectorAll('.evidence')].filter(e => e.checkVisibility()).map(e => e.id)"
    return list(page.evaluate(found))


# Choosing -------------------------------------------------------------------------------------------------------


def test_a_click_shows_the_evidence_of_that_sentence_alone_with_quote_verdict_and_problems(page: Any) -> None:
    assert shown(page) == []
    page.click("#s3")
    assert shown(page) == ["c3"]
    assert focused(page) == "c3"
    told = page.inner_text("#c3")
    for words in ("unverified", "okonjoCurrents", "number-mismatch", "Suggestion: harbourGroup2022."):
        assert words in told
    assert page.inner_text("#c3 mark") == "Topics return after about 40 turns."
    assert page.get_attribute("#s3", "aria-current") == "true"
    page.click("#s6")
    assert shown(page) == ["c6"]
    assert page.get_attribute("#s3", "aria-current") is None


def test_the_keyboard_alone_opens_goes_on_and_comes_back(page: Any) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "s1"
    page.keyboard.press("Enter")
    assert (shown(page), focused(page)) == (["c1"], "c1")
    page.keyboard.press("Escape")
    assert (shown(page), focused(page)) == ([], "s1")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert (shown(page), focused(page)) == (["c3"], "s3")
    page.keyboard.press("k")
    assert (shown(page), focused(page)) == (["c2"], "s2")


def test_the_first_and_the_last_sentence_are_ends(page: Any) -> None:
    page.focus("#s9")
    page.keyboard.press("j")
    assert focused(page) == "s9"
    page.focus("#s1")
    page.keyboard.press("k")
    assert focused(page) == "s1"


def test_letters_are_no_keys_outside_of_text_and_evidence(page: Any) -> None:
    page.focus("input[value=all]")
    page.keyboard.press("j")
    assert shown(page) == []


def test_a_button_keeps_the_focus_and_tells_where_it_led(page: Any) -> None:
    page.click("#s8")
    page.focus("#next")
    page.keyboard.press("Enter")
    assert (shown(page), focused(page)) == (["c9"], "next")
    assert page.inner_text("#told") == "9 of 9 “”quoted"
    page.keyboard.press("Enter")
    assert page.inner_text("#told").startswith("No further sentence")
    page.click("#close")
    assert (shown(page), focused(page)) == ([], "s9")


def test_every_link_and_button_is_reached_by_tab_and_shows_its_focus(page: Any) -> None:
    page.click("#s4")
    page.click("summary")
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href], button, summary, [tabindex=\"0\"], input:checked')]"
        ".filter(e => e.checkVisibility()).length"
    )
    page.evaluate("document.activeElement.blur(); getSelection().collapse(document.body, 0)")
    page.evaluate("window.reached = new Set()")
    for _ in range(wanted + 3):
        page.keyboard.press("Tab")
        width = page.evaluate(
            "(() => { const e = document.activeElement; if (e === document.body) return 3; window.reached.add(e);"
            " return parseFloat(getComputedStyle(e).outlineWidth); })()"
        )
        assert width >= 2
    assert page.evaluate("window.reached.size") == wanted


def test_a_problem_in_the_list_leads_to_its_sentence_even_where_a_filter_hid_it(page: Any) -> None:
    page.check("input[value=marked]")
    page.click('.appendix .entries a[href="#s9"]')
    assert (shown(page), focused(page)) == (["c9"], "s9")
    assert page.is_checked("input[value=all]")


def test_an_address_with_a_fragment_opens_its_evidence(browser: Any, address: str) -> None:
    for opened in _opened(browser, address + "#c5", WIDE):
        assert (shown(opened), focused(opened)) == (["c5"], "c5")


# Filters --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "numbers"), [("all", range(1, 10)), ("marked", range(3, 9)), ("problems", range(3, 9))]
)
def test_a_filter_hides_all_others_and_says_how_many_it_shows(page: Any, value: str, numbers: range) -> None:
    page.check(f"input[value={value}]")
    seen = page.evaluate("[...document.querySelectorAll('.claim')].filter(e => e.checkVisibility()).map(e => e.id)")
    left = [f"s{number}" for number in numbers if value != "problems" or number != 5]
    assert seen == (left if value != "problems" else ["s3", "s4", "s6", "s7", "s8"])
    assert page.is_visible("text=What these works share") == (value == "all")
    told = page.inner_text("#shown")
    assert told == ("9 sentences with evidence or problems" if value == "all" else f"{len(seen)} of 9 shown")


def test_keys_go_only_to_what_the_filter_shows_and_hidden_evidence_closes(page: Any) -> None:
    page.click("#s5")
    page.check("input[value=problems]")
    assert shown(page) == []
    page.focus("#s4")
    page.keyboard.press("j")
    assert focused(page) == "s6"


# Where it is read -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [WIDE, PHONE, ZOOMED])
@pytest.mark.parametrize("opened", [False, True])
def test_text_flows_into_any_width(browser: Any, address: str, size: tuple[int, int], opened: bool) -> None:
    for page in _opened(browser, address, size):
        if opened:
            page.click("#s4")
        assert page.evaluate("document.documentElement.scrollWidth") == size[0]


def test_names_without_a_space_do_not_widen_the_page(browser: Any, tmp_path: Path) -> None:
    long = "x" * 400
    entry = Entry(long, long, long, Source(long, 1), (Author(long),), venue=long, url=f"https://example.org/{long}")
    draft = replace(DRAFT, theme=long, groups=(Group(long, ((claim(long, "unverified", long),),)),), problems=())
    (tmp_path / "long.html").write_text(to_html(draft, corpus_of(entry)), "utf-8")
    for page in _opened(browser, (tmp_path / "long.html").as_uri(), PHONE):
        page.click("#s1")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_on_a_phone_the_sentence_and_what_has_the_focus_stay_above_the_evidence(phone: Any) -> None:
    below = "(id) => document.getElementById(id).getBoundingClientRect().bottom"
    top = "document.querySelector('aside').getBoundingClientRect().top"
    for number in (1, 4, 9):
        phone.click(f"#s{number}")
        assert phone.evaluate(below, f"s{number}") <= phone.evaluate(top)
        phone.keyboard.press("Escape")
    phone.click("#s1")
    phone.focus("#s1")
    for _ in range(8):
        phone.keyboard.press("Tab")
        assert phone.evaluate(below, focused(phone)) <= phone.evaluate(top)


def test_zoomed_in_the_evidence_is_gone_to(browser: Any, address: str) -> None:
    for page in _opened(browser, address, ZOOMED):
        page.click("#s4")
        top = page.evaluate("document.getElementById('c4').getBoundingClientRect().top")
        assert 0 <= top < ZOOMED[1]


def test_without_script_all_evidence_stands_there_and_links_lead_to_it(browser: Any, address: str) -> None:
    for page in _opened(browser, address, WIDE, java_script_enabled=False):
        assert [page.is_visible(f"#c{number}") for number in range(1, 10)] == [True] * 9
        assert not page.is_visible(".filters")
        assert not page.is_visible("#next")
        assert page.is_visible("#c1 .back a")


def test_on_paper_all_text_and_evidence_stand_there_whatever_was_chosen_or_filtered(page: Any) -> None:
    page.click("#s3")
    page.check("input[value=problems]")
    page.emulate_media(media="print")
    assert shown(page) == [f"c{number}" for number in range(1, 10)]
    assert page.is_visible("text=What these works share")
    assert page.is_visible("table")
    assert page.evaluate("getComputedStyle(document.querySelector('aside')).position") == "static"
    assert not page.is_visible(".filters")


def test_names_and_landmarks_are_those_a_screen_reader_needs(page: Any) -> None:
    page.click("#s3")
    for role, name in (
        ("search", "Filter the draft"), ("complementary", "Evidence"), ("region", f"Problems ({len(DRAFT.problems)})"),
        ("region", "Draft card"), ("button", "Next"), ("radio", "not verified (6)"), ("group", "Show"),
        ("article", "3 of 9 unverified"),
    ):  # fmt: skip
        assert page.get_by_role(role, name=name, exact=True).count() == 1
    assert page.get_by_role("main").count() == page.get_by_role("banner").count() == 1
    assert page.locator("#shown").get_attribute("role") == "status"
    assert page.get_by_role("link", name="Topics return after about 30 turns, and nobody recognises them").count() == 1


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", WIDE), ("light", PHONE)])
def test_axe_finds_no_violation(browser: Any, address: str, scheme: str, size: tuple[int, int]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    for page in _opened(browser, address, size, color_scheme=scheme):
        for chosen in (None, "#s4"):
            if chosen:
                page.click(chosen)
            found = axe.run(page).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


# What is not trusted --------------------------------------------------------------------------------------------


def test_a_hundred_payloads_run_nothing_ask_nothing_and_load_nothing(browser: Any, tmp_path: Path) -> None:
    entries = [
        Entry(raw, raw, raw, Source(raw, 1), (Author(raw, raw),), year=2020, venue=raw, doi=raw, arxiv=raw, url=raw)
        for raw in HTML
    ]
    groups = [
        Group(raw, ((claim(raw, "unverified", raw, f"{raw}!", evidence=(Evidence(raw, raw, 0, len(raw)),)),),))
        for raw in HTML
    ]
    draft = replace(
        DRAFT,
        theme=" ".join(HTML),
        groups=tuple(groups),
        corpus_sources=HTML,
        drafter=HTML[0],
        left_out=tuple(LeftOut(raw, raw) for raw in HTML),
        problems=tuple(Problem("judged", Place(at, 0, 0), raw, raw, raw) for at, raw in enumerate(HTML)),
    )
    path = tmp_path / "harm.html"
    path.write_text(to_html(draft, corpus_of(*entries)), "utf-8")
    asked: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: asked.append(message.text))
    page.on("pageerror", lambda error: asked.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.evaluate("for (const sentence of document.querySelectorAll('.claim')) sentence.click()")
    page.hover("#s1")
    page.check("input[value=problems]")
    assert page.locator(".claim").count() == len(HTML) >= 100
    assert page.evaluate("window.harmed") is None
    assert asked == [path.as_uri()]
    # Our style, our script, and the draft as data, which no browser runs.
    assert page.evaluate("document.querySelectorAll('style').length") == 1
    assert page.evaluate("[...document.scripts].map(script => script.type)") == ["application/json", ""]
    assert page.evaluate("document.querySelectorAll('iframe, object, embed, img, form, link, base').length") == 0
    protocols = page.evaluate("[...new Set([...document.links].map(link => link.protocol))].sort()")
    assert set(protocols) <= {"file:", "http:", "https:"}
    inner = page.evaluate("[...document.links].filter(l => l.protocol === 'file:').map(l => l.getAttribute('href')[0])")
    assert set(inner) == {"#"}
    context.close()


def test_a_script_put_into_the_page_is_stopped_by_its_policy(browser: Any, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(address)
    page.evaluate(
        "(() => { const s = document.createElement('script'); s.textContent = 'window.harmed = 1';"
        " document.body.append(s);"
        " document.body.insertAdjacentHTML('beforeend', '<p onclick=\"window.harmed = 1\" id=put>x</p>'); })()"
    )
    page.click("#put")
    assert page.evaluate("window.harmed") is None
    assert told
    assert all("Content Security Policy" in line for line in told)
    context.close()


def test_a_long_draft_shows_every_sentence(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "long.html").write_text(to_html(*long_draft()), "utf-8")
    for page in _opened(browser, (tmp_path / "long.html").as_uri(), WIDE):
        page.click("#s200")
        assert shown(page) == ["c200"]
        assert page.locator(".entries > li[id]").count() == 150
