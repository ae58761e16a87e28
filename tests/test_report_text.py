"""What the checker tells people: places, caret lines, evidence, counts."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspected import PANEL, at, inspection_of
from small import small_corpus

from writer.checking.kinds import KINDS, explanation
from writer.draft import Place, Problem
from writer.manuscript import Ignore
from writer.rendering import to_text
from writer.rendering.excerpt import WIDTH, excerpt, width
from writer.report import Alike, Coverage, Inspection, Part, Vote

CORPUS = small_corpus()
EXPLAINED = {kind: explanation(kind) for kind in KINDS}
LINE = "Bias stays below 9% [@okafor2023panel]."
WRONG = at(0, key="okafor2023panel", detail="'9%' is not in the quotes shown", span=(17, 19))


def told(inspection: Inspection, **options: bool) -> str:
    return to_text(inspection, CORPUS, EXPLAINED, **options)


def test_a_problem_is_told_with_place_line_carets_evidence_and_hint() -> None:
    problem = replace(WRONG, suggestion="it says 4%")
    severity = inspection_of(LINE, problem).findings[0].severity
    lines = told(inspection_of(LINE, problem, evidence=(PANEL,))).splitlines()
    assert lines[:6] == [
        f"paper.md:1:18: {severity} number-mismatch: '9%' is not in the quotes shown",
        "    1 | Bias stays below 9% [@okafor2023panel].",
        "      |                  ^~",
        "      = okafor2023panel, abstract (small.bib:12): “Position bias of the panel stays below 4%.”",
        "      = hint: it says 4%",
        "",
    ]


def test_a_problem_of_a_key_points_at_the_key() -> None:
    text = told(inspection_of("Well said [@nobody2020].", at(0, "unknown-key", key="nobody2020")))
    assert "paper.md:1:13: error unknown-key" in text
    assert "    1 | Well said [@nobody2020].\n      |             ^~~~~~~~~~\n" in text


def test_beside_a_problem_that_names_another_entry_stands_what_is_cited() -> None:
    problem = at(0, "misattributed", key="stein2022retrieval")
    assert "= okafor2023panel, abstract" in told(inspection_of(LINE, problem, evidence=(PANEL,)))
    unknown = at(0, "unknown-key", key="nobody2020")
    assert "= okafor2023panel, abstract" not in told(inspection_of(LINE, unknown, evidence=(PANEL,)))


def test_a_span_over_a_citation_ends_behind_its_last_character() -> None:
    found = inspection_of("It is [@okafor2023panel] bad.", at(0, span=(0, 5))).findings[0]
    assert (found.region.column, found.region.end_column) == (1, 6)


def test_a_problem_without_span_or_key_points_at_its_sentence() -> None:
    found = inspection_of("\nIt is bad.", at(0)).findings[0]
    assert (found.region.line, found.region.column, found.region.end_column) == (2, 1, 11)


def test_a_problem_of_an_entry_stands_at_the_entry() -> None:
    problem = Problem("incomplete-entry", Place(0, -1, -1), "no year", key="whenCitationsLie")
    assert "small.bib:31:1: note incomplete-entry: no year\n\n" in told(inspection_of(LINE, problem))


def test_a_problem_of_the_whole_stands_at_the_top() -> None:
    assert "paper.md:1:1: error truncated: cut" in told(inspection_of(LINE, Problem("truncated", Place(0), "cut")))


def test_findings_stand_in_the_order_of_the_file() -> None:
    found = inspection_of("One.\nTwo.\nThree.", at(2), at(0), at(1)).findings
    assert [finding.region.line for finding in found] == [1, 2, 3]


def test_nothing_steers_the_terminal() -> None:
    problem = at(0, detail="a\x1b[31m\nb", suggestion="c\x07")
    text = told(inspection_of("It \x1b[2J\u202eis\x85 bad.", problem))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)


def test_colour_only_where_asked_for_and_only_around_the_words() -> None:
    plain, colored = (told(inspection_of(LINE, WRONG), color=color) for color in (False, True))
    assert "\x1b[" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain
    assert colored != plain


def test_every_claim_is_told_with_its_evidence_where_asked_for() -> None:
    inspection = inspection_of(LINE, evidence=(PANEL,))
    assert "“Position bias" not in told(inspection)
    text = told(inspection, evidence=True)
    assert "paper.md:1:1: quoted: Bias stays below 9%.\n      = okafor2023panel, abstract (small.bib:12): “Pos" in text


def test_parts_of_a_claim_are_told_with_their_verdicts() -> None:
    inspection = inspection_of(LINE)
    claim = inspection.claims[0]
    parts = (Part("Bias stays", ((0, 10),), (), "quoted"), Part("below 9%", ((11, 19),), (), "contradicted"))
    votes = tuple(Vote("m", said, "quoted", part=1) for said in ("supported", "supported", "partly"))
    divided = replace(claim, verdict=replace(claim.verdict, parts=parts, votes=votes))
    text = told(replace(inspection, claims=(divided,)), evidence=True)
    assert "quoted (part 2: 2 of 3 votes: supported, 1: partly): " in text
    assert "      = part, contradicted: below 9%" in text


def test_the_summary_counts_verdicts_levels_kinds_and_what_is_not_told() -> None:
    text = "Good [@okafor2023panel].\nBad [@li2024mirror].\nWorse [@nobody2020]."
    inspection = inspection_of(text, at(1, "overstated"), at(2, "unknown-key"), at(2, "unknown-key"))
    summary = told(replace(inspection, known=4, silenced=1, stale=("direction in a.md: x",))).split("\n\n")[-1]
    lines = summary.splitlines()
    assert lines[0] == "3 claims: 2 with problems; 1 quoted"
    assert lines[1].startswith("3 problems: 2 errors, 1 ")
    assert lines[1].endswith("; 4 known from the baseline; 1 silenced")
    assert [line.partition(":")[0] for line in lines[2:4]] == ["  2 unknown-key", "  1 overstated"]
    assert "in the baseline, and gone: direction in a.md: x" in lines


def test_the_summary_says_what_was_found_against_claims_that_nobody_could_verify() -> None:
    text = "Good [@okafor2023panel].\nBad [@li2024mirror].\nWorse [@nobody2020]."
    inspection = inspection_of(text, at(1, "name-mismatch", rule="name-absent"), at(2, "unknown-key"))
    unverified = tuple(
        replace(claim, verdict=replace(claim.verdict, verdict="unverified")) for claim in inspection.claims
    )

    def first_line(count: int) -> str:
        return told(replace(inspection, claims=unverified[:count])).split("\n\n")[-1].splitlines()[0]

    none = "; none is verified, since a manuscript brings no quotes (see --judge)"
    assert first_line(3) == "3 claims: nothing found against 1; 1 with notes only; 1 with problems" + none
    assert first_line(1) == "1 claim: nothing found against 1" + none
    quoted = (unverified[0], *inspection.claims[:1])
    summary = told(replace(inspection, claims=quoted)).split("\n\n")[-1]
    assert summary.splitlines()[0] == "2 claims: nothing found against 1; 1 quoted"


def test_measured_rates_are_told_and_others_are_not_made_up() -> None:
    measured = {**EXPLAINED, "overstated": replace(EXPLAINED["overstated"], precision=0.873)}
    unmeasured = {**EXPLAINED, "overstated": replace(EXPLAINED["overstated"], precision=None)}
    inspection = inspection_of(LINE, at(0, "overstated"))
    assert "  1 overstated: of 100 such alarms 87 were real\n" in to_text(inspection, CORPUS, measured)
    assert "  1 overstated\n" in to_text(inspection, CORPUS, unmeasured)


def test_coverage_names_the_first_keys_and_counts_the_rest() -> None:
    never = tuple(f"key{n}" for n in range(10))
    alike = (Alike(("a", "b"), "the same title"),)
    inspection = replace(inspection_of(LINE), coverage=Coverage(("r",), 1, never, ("p",), alike))
    lines = told(inspection).splitlines()
    named = ", ".join(never[:8])
    assert f"1 of 5 entries of the corpus cited; never: {named} and 2 more" in lines
    assert "retrieved for the draft and not cited: r" in lines
    assert "cited once only, in one sentence with three or more others: p" in lines
    assert "cited side by side and alike (the same title): a and b" in lines


def test_nothing_found_is_told_as_such() -> None:
    first = "0 claims: nothing is cited by a key or a number\n"
    assert told(inspection_of("")).startswith(first + "0 problems\n0 of 5 entries of the corpus cited\n")


# What need not be told twice ----------------------------------------------------------------------------------------


def test_a_quote_that_stands_below_is_not_in_the_detail_as_well() -> None:
    detail = f"the claim denies it ('x'): “{PANEL.quote}”"
    text = told(inspection_of(LINE, replace(WRONG, detail=detail), evidence=(PANEL,)))
    assert ": the claim denies it ('x')\n" in text
    assert text.count(PANEL.quote) == 1
    assert f"('x'): “{PANEL.quote}”" in told(inspection_of(LINE, replace(WRONG, detail=detail)))


def test_an_excerpt_of_what_stands_below_is_left_out_and_any_other_is_kept() -> None:
    own = replace(WRONG, detail="it says '4%' (“…the panel stays below 4%.…”)")
    assert ": it says '4%'\n" in told(inspection_of(LINE, own, evidence=(PANEL,)))
    other = replace(WRONG, detail="it says '4%' (“…somebody else said so…”)")
    assert ": it says '4%' (“…somebody else said so…”)\n" in told(inspection_of(LINE, other, evidence=(PANEL,)))


def test_evidence_is_shown_once_for_the_problems_of_one_sentence() -> None:
    twice = f"{LINE}\n{LINE}"
    problems = [replace(at(n, detail=d), span=(17, 19)) for n in (0, 1) for d in ("one", "two")]
    text = told(inspection_of(LINE, *problems[:2], evidence=(PANEL,)))
    assert text.count(PANEL.quote) == 1
    assert "      = okafor2023panel: as above\n" in text
    assert told(inspection_of(twice.replace("9%", "8%", 1), *problems, evidence=(PANEL,))).count(PANEL.quote) == 2


def lacking(key: str, what: str, rule: str = "") -> Problem:
    return Problem("incomplete-entry", Place(0, -1, -1), f"the entry {key!r} has {what}", key=key, rule=rule)


def test_entries_that_lack_the_same_are_one_line_at_the_end() -> None:
    keys = ("okafor2023panel", "whenCitationsLie")
    problems = [lacking(key, "no author") for key in keys] + [lacking("li2024mirror", "no year")]
    inspection = inspection_of(LINE, *problems, replace(WRONG, detail="wrong"))
    paragraphs = told(inspection).split("\n\n")
    assert "note incomplete-entry: the entry 'li2024mirror' has no year" in "\n".join(paragraphs[:-2])
    assert paragraphs[-2] == f"small.bib: note incomplete-entry: 2 cited entries have no author: {', '.join(keys)}"
    assert "  3 incomplete-entry\n" in paragraphs[-1]


def test_a_claim_on_an_entry_without_abstract_has_that_problem_and_says_so() -> None:
    bare = small_corpus()
    bare = replace(bare, entries={**bare.entries, "okafor2023panel": replace(bare["okafor2023panel"], abstract="")})
    problem = lacking("okafor2023panel", "no abstract, so nothing that is said of it can be verified", "no-abstract")
    inspection = inspection_of(LINE, problem)
    assert inspection.claims[0].problems == ("incomplete-entry",)
    text = to_text(inspection, bare, EXPLAINED, evidence=True)
    assert "= okafor2023panel: has no abstract, so nothing that is said of it can be verified" in text


def test_a_manuscript_that_cites_by_name_alone_is_told_so_once_and_what_it_names_in_one_line() -> None:
    text = "Okafor et al. (2023) find that it helps by 5%.\nSo do Li et al. (2024)."
    stray = [at(n, "stray-reference", suggestion=f"cite '{key}'") for n, key in enumerate(("a", "b"))]
    inspection = inspection_of(text, *stray, at(0, "uncited-claim"), at(1, "uncited-claim"))
    assert [finding.problem.kind for finding in inspection.findings] == ["unread", "stray-reference", "stray-reference"]
    shown = told(inspection)
    assert "paper.md:1:1: warning unread: no citation key and no numbered reference is found" in shown
    assert "the prose names 2 entries without a citation key (2 times): a, b\n" in shown
    keyed = inspection_of(text + "\nX [@okafor2023panel].", *stray, at(0, "uncited-claim"))
    assert "unread" not in [finding.problem.kind for finding in keyed.findings]
    assert len(keyed.findings) == 3


# What is silenced -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ignore",
    [
        Ignore("paper.md", 2, ("number-mismatch",)),
        Ignore("paper.md", 2),
        Ignore("paper.md", 9, ("overstated", "number-mismatch"), whole=True),
    ],
)
def test_a_comment_silences_its_line_or_its_file(ignore: Ignore) -> None:
    inspection = inspection_of("Good.\nBad [@okafor2023panel].", at(1), ignores=(ignore,))
    assert inspection.findings == ()
    assert inspection.silenced == 1
    assert inspection.claims[0].problems == ()


@pytest.mark.parametrize(
    "ignore",
    [
        Ignore("paper.md", 1),
        Ignore("other.md", 2),
        Ignore("paper.md", 2, ("direction",)),
        Ignore("paper.md", 1, ("direction",), whole=True),
    ],
)
def test_a_comment_silences_no_other_line_file_or_kind(ignore: Ignore) -> None:
    assert len(inspection_of("Good.\nBad.", at(1), ignores=(ignore,)).findings) == 1


@pytest.mark.parametrize(("level", "left"), [("note", 2), ("warning", 1), ("error", 0)])
def test_an_ignored_level_silences_what_is_no_louder(level: str, left: int) -> None:
    problems = at(0, "unknown-key"), at(0, "overstated"), at(0, "name-mismatch", rule="name-absent")
    inspection = inspection_of("Bad.", *problems, ignored=(level,))
    assert len(inspection.findings) == left
    assert inspection.silenced == 3 - left


def test_a_comment_that_names_no_kind_is_told_with_the_nearest() -> None:
    comment = Ignore("paper.md", 2, ("numbermismatch",), at=1)
    inspection = inspection_of("Good.\nBad.", at(1), ignores=(comment,))
    assert [finding.problem.kind for finding in inspection.findings] == ["unread", "number-mismatch"]
    assert inspection.findings[0].region.line == 1
    assert inspection.findings[0].problem.suggestion == "did you mean 'number-mismatch'?"


@pytest.mark.parametrize("kinds", [(), ("number-mismatch",), ("note",), ("number-mismatch", "see", "page")])
def test_a_comment_may_name_kinds_levels_and_say_why(kinds: tuple[str, ...]) -> None:
    assert inspection_of("Good.", ignores=(Ignore("paper.md", 1, kinds),)).findings == ()


def test_an_ignored_kind_is_silenced_everywhere() -> None:
    inspection = inspection_of("Bad.\nWorse.", at(0), at(1, "overstated"), ignored=("number-mismatch",))
    assert [finding.problem.kind for finding in inspection.findings] == ["overstated"]
    assert inspection.silenced == 1


# Excerpts ---------------------------------------------------------------------------------------------------------


def test_tabs_and_wide_characters_take_their_columns() -> None:
    assert excerpt("\t漢字 12%", 4, 7) == [("    漢字 12%", " " * 9 + "^~~")]
    assert excerpt("漢字", 0, 2) == [("漢字", "^~~~")]
    assert excerpt("e\u0301 12%", 3, 6)[0][1] == "  ^~~"


def test_of_a_long_line_the_sentence_is_shown_whole_in_two_rows() -> None:
    before, sentence = "It is so. " * 20, "The panel agrees " + "with people " * 10 + "in 81% of the cases."
    line = f"{before}{sentence} And so on."
    [(first, none), (second, carets)] = excerpt(line, line.index("81%"), line.index("81%") + 3)
    assert f"{first} {second}" == f"… {sentence} …"
    assert none == ""
    assert second[carets.index("^") :].startswith("81% ")
    assert carets.endswith("^~~")


def test_a_place_over_two_rows_is_marked_in_both_with_one_caret() -> None:
    line = "word " * 30 + "end."
    [(_, first), (_, second)] = excerpt(line, 0, len(line))
    assert first == "^" + "~" * (WIDTH - 1)
    assert set(second) == {"~"}


def test_a_sentence_too_long_for_two_rows_is_cut_around_the_place() -> None:
    line = "word " * 100 + "12%" + " word" * 100
    rows = excerpt(line, 500, 503)
    assert len(rows) == 2
    assert rows[0][0].startswith("… word")
    assert rows[-1][0].endswith("word …")
    [(shown, carets)] = [row for row in rows if row[1]]
    assert shown[carets.index("^") :].startswith("12%")


def test_a_line_of_fifty_million_characters_is_not_gone_through() -> None:
    rows = excerpt("a" * 50_000_000, 25_000_000, 50_000_000)
    assert len(rows) <= 3
    assert all(len(part) <= WIDTH for row in rows for part in row)


def test_a_place_behind_the_end_of_the_line_gets_one_caret() -> None:
    assert excerpt("", 0, 0) == [("", "^")]
    assert excerpt("ab", 7, 9) == [("ab", "  ^")]


@given(st.text(st.characters(exclude_characters="\n"), max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_line_and_carets_fit_the_window_and_the_carets_stand_under_the_place(
    line: str, start: int, length: int
) -> None:
    rows = excerpt(line, start, start + length)
    assert len(rows) <= 3
    assert "".join(carets for _, carets in rows).count("^") == 1
    for shown, carets in rows:
        assert width(shown) <= WIDTH
        assert len(carets) <= WIDTH + 1
        assert re.fullmatch(r"(?: *[\^~]~*)?", carets)
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]", shown)
