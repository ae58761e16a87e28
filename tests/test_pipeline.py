"""From a theme to a checked draft: what is refused, and an outcome that never depends on timing."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from small import small_corpus

from writer.api import draft_section as draft_by_api
from writer.draft import Draft, Group, Hit, LeftOut, Place, Plan, PlanGroup, Problem, Sentence, Usage
from writer.drafting.drafter import Brief, Planned, Repaired, Written
from writer.drafting.extractive import ExtractiveDrafter
from writer.drafting.pipeline import draft_section
from writer.errors import NothingFound, PromptError, RateLimited, UserError
from writer.models import Completion, FunctionModel, Request
from writer.rendering.draft_json import to_json
from writer.retrieval import open_index, retrieve
from writer.settings import Settings

THEME = "judges and citations"
CORPUS = small_corpus()
PATIENCE = 20.0
"""Seconds after which a test that waits for another thread fails."""


def draft(theme: str = THEME, **more: object) -> Draft:
    return draft_section(theme, CORPUS, open_index(CORPUS), ExtractiveDrafter(), Settings(), **more)  # type: ignore[arg-type]


class Numbered:
    """A drafter of as many groups as there are hits, each of one sentence; `before` runs as a group is written."""

    name = "numbered"

    def __init__(self, before: object = None) -> None:
        self.begun: list[int] = []
        self.brief: Brief | None = None
        self._before = before

    def plan(self, brief: Brief) -> Planned:
        self.brief = brief
        groups = tuple(PlanGroup(f"Group {hit.rank}", "", (hit.key,)) for hit in brief.hits)
        noted = Problem("malformed", Place(0), "noted while planning")
        return Planned(Plan(groups, (LeftOut("x", "y"),)), Usage(1, 10, 1), (noted,))

    def write(self, brief: Brief, plan: Plan, at: int) -> Written:
        self.begun.append(at)
        if callable(self._before):
            self._before(at)
        entry = brief.corpus[plan.groups[at].keys[0]]
        sentence = Sentence(f"Sentence {at}.", citations=(entry.key,))
        noted = Problem("truncated", Place(at), f"noted in group {at}")
        return Written(Group(plan.groups[at].heading, ((sentence,),), (entry.key,)), Usage(1, 100, at), (noted,))

    def repair(self, brief: Brief, draft: Draft, at: int) -> Repaired:
        return Repaired()


def numbered(drafter: Numbered, **more: object) -> Draft:
    return draft_section(THEME, CORPUS, open_index(CORPUS), drafter, Settings(), **more)  # type: ignore[arg-type]


# What is refused ----------------------------------------------------------------------------------------------


def test_a_theme_of_another_field_is_an_error_that_says_why_and_what_to_do() -> None:
    with pytest.raises(NothingFound) as caught:
        draft("quantum error correction codes")
    assert caught.value.message.startswith("the corpus holds nothing on “quantum error correction codes”: ")
    assert "its 5 entries share" in caught.value.message
    assert "'quantum'" in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_code == 1


def test_a_theme_nobody_knows_is_refused_before_the_drafter_is_asked() -> None:
    drafter = Numbered()
    with pytest.raises(NothingFound):
        draft_section("superconducting cuprates", CORPUS, open_index(CORPUS), drafter, Settings())
    assert drafter.brief is None


@pytest.mark.parametrize("theme", ["", "  ", "\n\t \u00a0"])
def test_an_empty_theme_is_the_users_to_mend(theme: str) -> None:
    with pytest.raises(UserError, match="the theme is empty") as caught:
        draft(theme)
    assert caught.value.hint


@pytest.mark.parametrize("theme", ["of the and", "?!", "\0"])
def test_a_theme_without_a_telling_word_is_told_as_that(theme: str) -> None:
    with pytest.raises(NothingFound, match="has no telling word"):
        draft(theme)


def test_a_very_long_theme_is_not_repeated_whole() -> None:
    theme = " ".join(f"quark{number}" for number in range(12_000))
    with pytest.raises(NothingFound, match="holds nothing") as caught:
        draft(theme)
    assert len(caught.value.message) < 600
    assert "…” " not in caught.value.message
    assert "…”" in caught.value.message


def test_a_corpus_without_entries_holds_nothing() -> None:
    empty = replace(CORPUS, entries={}, digest="sha256:0")
    with pytest.raises(NothingFound, match="its 0 entries"):
        draft_section(THEME, empty, open_index(empty), ExtractiveDrafter(), Settings())


# What comes out -----------------------------------------------------------------------------------------------


def test_a_draft_records_what_it_was_made_from() -> None:
    made = draft("  judges \n and citations ")
    found = retrieve(THEME, CORPUS, open_index(CORPUS), Settings().k, feedback=True)
    assert made.theme == THEME
    assert made.retrieved == found.hits
    assert (made.corpus_digest, made.corpus_entries) == (CORPUS.digest, 5)
    assert made.corpus_sources == ("small.bib", "list.txt")
    assert made.settings == Settings().pairs()
    assert made.drafter == "extractive"
    assert made.usage == Usage()
    assert set(made.cited()) <= {hit.key for hit in made.retrieved}


def test_a_draft_is_checked() -> None:
    verdicts = {sentence.verdict for _, sentence in draft().sentences() if sentence.role == "claim"}
    assert verdicts == {"quoted"}
    invented = Numbered()
    made = numbered(invented)
    assert {sentence.verdict for _, sentence in made.sentences()} == {"unverified"}


def test_no_more_than_k_entries_are_given_to_the_drafter() -> None:
    drafter = Numbered()
    draft_section(THEME, CORPUS, open_index(CORPUS), drafter, Settings(k=2))
    assert drafter.brief is not None
    assert [hit.rank for hit in drafter.brief.hits] == [1, 2]
    assert set(drafter.brief.weights) == {"judg", "citat"}


@pytest.mark.parametrize("jobs", [0, 1, 2, 4, 50])
def test_usage_is_summed_and_problems_stand_in_the_order_of_the_groups(jobs: int) -> None:
    drafter = Numbered()
    made = numbered(drafter, jobs=jobs)
    count = len(made.groups)
    assert count == 4
    assert made.usage == Usage(1 + count, 10 + 100 * count, 1 + sum(range(count)))
    noted = [problem for problem in made.problems if problem.kind in ("malformed", "truncated")]
    assert [problem.place.group for problem in noted] == [0, *range(count)]
    assert made.left_out == (LeftOut("x", "y"),)
    assert sorted(drafter.begun) == list(range(count))


def test_the_order_of_the_groups_is_the_plans_when_the_last_is_written_first() -> None:
    done = [threading.Event() for _ in range(5)]

    def after_the_next(at: int) -> None:
        if at < 3:
            assert done[at + 1].wait(PATIENCE)
        done[at].set()

    turned = numbered(Numbered(after_the_next), jobs=4)
    assert [group.heading for group in turned.groups] == ["Group 1", "Group 2", "Group 3", "Group 4"]
    assert to_json(turned, CORPUS) == to_json(numbered(Numbered(), jobs=1), CORPUS)


def test_progress_is_told_in_words() -> None:
    for jobs in (1, 4):
        told: list[str] = []
        numbered(Numbered(), jobs=jobs, progress=told.append)
        assert told == [
            "4 entries retrieved",
            "4 groups planned",
            "1 of 4 groups written",
            "2 of 4 groups written",
            "3 of 4 groups written",
            "4 of 4 groups written",
        ]


# Errors -------------------------------------------------------------------------------------------------------


def test_an_error_in_one_group_ends_the_draft_and_what_has_not_begun_never_begins() -> None:
    def fails_in_the_second(at: int) -> None:
        if at == 1:
            raise RateLimited("too many requests")

    drafter = Numbered(fails_in_the_second)
    with pytest.raises(RateLimited):
        numbered(drafter, jobs=1)
    assert drafter.begun == [0, 1]


def test_no_group_begins_while_an_early_one_is_still_written_after_a_late_one_failed() -> None:
    begun, later = threading.Event(), threading.Event()

    def fails_beside_the_first(at: int) -> None:
        if at == 0:
            begun.set()
            later.wait(0.5)
        elif at == 1:
            assert begun.wait(PATIENCE)
            raise RateLimited("too many requests")
        else:
            later.set()

    drafter = Numbered(fails_beside_the_first)
    with pytest.raises(RateLimited):
        numbered(drafter, jobs=2)
    assert sorted(drafter.begun) == [0, 1]


def test_stopping_while_groups_are_written_stops_the_rest() -> None:
    def stops(words: str) -> None:
        if words.startswith("1 of"):
            raise KeyboardInterrupt

    drafter = Numbered(lambda at: threading.Event().wait(0.2))
    with pytest.raises(KeyboardInterrupt):
        numbered(drafter, jobs=1, progress=stops)
    assert 3 not in drafter.begun


def test_an_error_while_planning_ends_the_draft() -> None:
    class Failing(Numbered):
        def plan(self, brief: Brief) -> Planned:
            raise RateLimited("too many requests")

    with pytest.raises(RateLimited):
        numbered(Failing())


# The same inputs give the same draft --------------------------------------------------------------------------


def replies(request: Request) -> Completion:
    """A plan of one group per paper, and for each group its paper's first sentence; the first groups take longest."""
    text = request.messages[1].content
    keys = re.findall(r"^\[(P\d)\]", text, re.MULTILINE)
    usage = Usage(calls=1, prompt_tokens=len(text), completion_tokens=5)
    if request.prompt == "plan":
        groups = [{"heading": f"On {number}", "angle": "", "keys": [key]} for number, key in enumerate(keys)]
        return Completion(json.dumps({"groups": groups, "left_out": []}), "stop", usage, "double")
    threading.Event().wait(0.03 * (5 - int(keys[0][1:])))
    quote = text.split("\n")[-1].split(". ")[0] + "."
    told = {"text": quote, "role": "claim", "citations": keys, "evidence": [{"key": keys[0], "quote": quote}]}
    return Completion(json.dumps({"paragraphs": [{"sentences": [told]}]}), "stop", usage, "double")


def by_api(jobs: int, cache: Path | None = None, prompts: Path | None = None) -> Draft:
    model = FunctionModel(replies, id="double")
    return draft_by_api(THEME, CORPUS, model=model, cache=cache, jobs=jobs, prompts=prompts)


def test_the_same_inputs_give_the_same_bytes_with_one_job_and_with_four(tmp_path: Path) -> None:
    expected = to_json(by_api(1), CORPUS)
    assert expected.endswith("}\n")
    for jobs, cache in ((1, None), (4, None), (4, tmp_path), (2, tmp_path)):
        assert to_json(by_api(jobs, cache), CORPUS) == expected


def test_the_extractive_draft_is_the_same_bytes_every_time(tmp_path: Path) -> None:
    drafts = [
        draft_by_api(THEME, CORPUS),
        draft_by_api(THEME, CORPUS, jobs=1, cache=tmp_path),
        draft_by_api(THEME, CORPUS, cache=tmp_path),
        draft(),
    ]
    assert len({to_json(made, CORPUS) for made in drafts}) == 1


def test_a_draft_of_a_model_records_the_model_its_prompts_and_all_it_took() -> None:
    made = by_api(4)
    settings = dict(made.settings)
    assert (made.drafter, settings["model"]) == ("double", "double")
    assert str(settings["prompts"]).startswith("sha256:")
    assert settings["digest"] != Settings().digest
    assert made.usage.calls == 1 + len(made.groups)
    assert [sentence.verdict for _, sentence in made.sentences()] == ["quoted"] * len(made.groups)
    assert dict(draft().settings)["model"] is None


def test_own_prompts_change_the_record_and_a_broken_one_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "again.jinja").write_text("{% block user %}{{ failure }}{% endblock %}", "utf-8")
    assert dict(by_api(1, prompts=tmp_path).settings)["prompts"] != dict(by_api(1).settings)["prompts"]
    (tmp_path / "again.jinja").write_text("{% block user %}{{ failed }}{% endblock %}", "utf-8")
    model = FunctionModel(replies)
    with pytest.raises(PromptError, match="failed"):
        draft_by_api(THEME, CORPUS, model=model, prompts=tmp_path)
    assert model.requests == []


def test_hits_are_the_same_type_for_every_drafter() -> None:
    assert all(isinstance(hit, Hit) for hit in by_api(1).retrieved)
    assert by_api(1).retrieved == draft().retrieved
