"""The shipped test double."""

from __future__ import annotations

import pytest

from writer.draft import Usage
from writer.errors import AnswerError
from writer.models import Completion, FunctionModel, Message, Model, Request

ASKED = Request("plan", (Message("system", "abc"), Message("user", "def")), max_tokens=5)


def test_text_becomes_a_completion_with_estimated_usage() -> None:
    model = FunctionModel(lambda request: request.messages[-1].content.upper(), id="loud")
    answer = model.complete(ASKED)
    assert answer == Completion("DEF", "stop", Usage(1, 3, 1, estimated=True), "loud")
    assert model.requests == [ASKED]
    assert isinstance(model, Model)


def test_a_completion_is_handed_on_as_it_is() -> None:
    cut = Completion("half", "length", Usage(calls=1), "m", reasoning="hm")
    assert FunctionModel(lambda request: cut).complete(ASKED) is cut


def test_answers_that_run_out_are_an_error_that_says_so() -> None:
    answers = iter(["only one"])
    model = FunctionModel(lambda request: next(answers))
    model.complete(ASKED)
    with pytest.raises(AnswerError, match="no answer left for its request number 2"):
        model.complete(ASKED)


def test_what_the_function_raises_names_the_prompt() -> None:
    def broken(request: Request) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        FunctionModel(broken).complete(ASKED)
    assert caught.value.__notes__ == ["while asking with the prompt 'plan'"]
