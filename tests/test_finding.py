"""Finding with a model's help: further queries fused, the first hits ordered anew, and all of it off by default."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from small import small_corpus

import writer
from writer.cli import main
from writer.draft import Usage
from writer.drafting.finding import Asked, find
from writer.drafting.prompts import load_prompts
from writer.errors import RateLimited, SettingsError
from writer.models import Completion, FunctionModel, Request
from writer.retrieval import open_index
from writer.settings import Settings

CORPUS = small_corpus()
INDEX = open_index(CORPUS)
THEME = "bias of judges"


def asking(answer: Callable[[Request], str]) -> tuple[Asked, FunctionModel]:
    def complete(request: Request) -> Completion:
        return Completion(answer(request), "stop", Usage(1, 100, 10), "m")

    model = FunctionModel(complete)
    return Asked(model, load_prompts(), lambda text: len(text) // 3), model


def queries(*subtopics: str) -> Callable[[Request], str]:
    return lambda request: json.dumps({"subtopics": list(subtopics), "synonyms": []})


def test_nothing_is_asked_by_default() -> None:
    asked, model = asking(queries("citations"))
    found = find(THEME, CORPUS, INDEX, 5, Settings(), asked=asked)
    assert model.requests == []
    assert found.usage == Usage()
    assert found.retrieval == find(THEME, CORPUS, INDEX, 5, Settings()).retrieval


def test_a_further_query_brings_entries_that_the_theme_does_not_name() -> None:
    asked, model = asking(queries("fabricated references"))
    plain = find(THEME, CORPUS, INDEX, 5, Settings())
    found = find(THEME, CORPUS, INDEX, 5, Settings(expand=True), asked=asked)
    assert "whenCitationsLie" not in {hit.key for hit in plain.retrieval.hits}
    assert "whenCitationsLie" in {hit.key for hit in found.retrieval.hits}
    assert found.retrieval.hits[0].key == plain.retrieval.hits[0].key, "the theme's own ranking weighs most"
    assert [hit.rank for hit in found.retrieval.hits] == list(range(1, len(found.retrieval.hits) + 1))
    assert found.usage == Usage(1, 100, 10)
    assert [request.prompt for request in model.requests] == ["expand"]


def test_a_theme_known_by_another_name_is_not_nothing() -> None:
    asked, _ = asking(queries("retrieval for citation recommendation"))
    theme = "proposing bibliography items"
    assert find(theme, CORPUS, INDEX, 5, Settings()).retrieval.nothing
    assert not find(theme, CORPUS, INDEX, 5, Settings(expand=True), asked=asked).retrieval.nothing


def test_an_expansion_of_no_use_leaves_the_hits_and_a_note() -> None:
    asked, model = asking(lambda request: "no idea")
    found = find(THEME, CORPUS, INDEX, 5, Settings(expand=True), asked=asked)
    assert found.retrieval == find(THEME, CORPUS, INDEX, 5, Settings()).retrieval
    assert found.notes
    assert found.usage.calls == len(model.requests) == 2


def test_reranking_puts_first_what_the_model_puts_first() -> None:
    plain = find(THEME, CORPUS, INDEX, 5, Settings()).retrieval.hits
    last = CORPUS[plain[-1].key].title

    def order(request: Request) -> str:
        shown = request.messages[-1].content
        line = next(line for line in shown.splitlines() if last in line)
        return json.dumps({"order": [line.partition("]")[0].strip("[ ")]})

    asked, model = asking(order)
    found = find(THEME, CORPUS, INDEX, 5, Settings(rerank=True), asked=asked)
    assert found.retrieval.hits[0].key == plain[-1].key
    assert {hit.key for hit in found.retrieval.hits} == {hit.key for hit in plain}
    assert found.usage.calls == len(model.requests) == 2


def test_what_finding_took_is_counted_with_the_draft() -> None:
    def answer(request: Request) -> str:
        return queries("panels")(request) if request.prompt == "expand" else "not an answer"

    model = FunctionModel(lambda request: Completion(answer(request), "stop", Usage(1, 100, 10), "m"))
    draft = writer.draft_section(THEME, CORPUS, model=model, settings=Settings(expand=True, max_repairs=0))
    assert draft.usage.calls == len(model.requests)
    assert model.requests[0].prompt == "expand"


def test_a_servers_failure_is_not_swallowed() -> None:
    def fail(request: Request) -> str:
        raise RateLimited("slow down")

    asked, _ = asking(fail)
    with pytest.raises(RateLimited):
        find(THEME, CORPUS, INDEX, 5, Settings(expand=True), asked=asked)


@pytest.mark.parametrize("name", ["expand", "rerank"])
def test_a_models_help_needs_a_model(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SettingsError, match=f"--{name} needs --model"):
        writer.draft_section(THEME, CORPUS, settings=replace(Settings(), **{name: True}))
    assert main(["search", THEME, "--corpus", "x.bib", f"--{name}"]) == 2
    assert "--model" in capsys.readouterr().err


def test_unknown_embeddings_are_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", THEME, "--corpus", "examples/corpus.bib", "--no-cache", "--embeddings", "word2vec"]) == 2
    assert "choose none, minilm or api:MODEL" in capsys.readouterr().err
    with pytest.raises(SettingsError, match="word2vec"):
        Settings(embeddings="word2vec")
