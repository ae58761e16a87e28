"""A model that is a function: the test double that ships with the package.

It needs no network and no client. A list of answers is a function too:

    >>> from writer.models.base import Message, Request
    >>> answers = iter(["first", "second"])
    >>> model = FunctionModel(lambda request: next(answers))
    >>> model.complete(Request("plan", (Message("user", "go"),), max_tokens=10)).text
    'first'
    >>> [request.prompt for request in model.requests]
    ['plan']
"""

from __future__ import annotations

from collections.abc import Callable

from writer.draft import Usage
from writer.errors import AnswerError
from writer.models.base import Completion, Request, asking
from writer.models.budget import upper_bound


class FunctionModel:
    """Answers with what `function` returns, and keeps every request in `requests`, in the order they came."""

    def __init__(self, function: Callable[[Request], str | Completion], id: str = "function") -> None:
        self.id = id
        self.requests: list[Request] = []
        self._function = function

    def complete(self, request: Request) -> Completion:
        """What the function makes of the request; plain text becomes a completion with estimated usage.

        An iterator that has run out inside the function is an `AnswerError` that says so, since a bare
        StopIteration would end somebody else's loop in silence.
        """
        self.requests.append(request)
        with asking(request):
            try:
                answer = self._function(request)
            except StopIteration as error:
                raise AnswerError(
                    f"the model {self.id!r} has no answer left for its request number {len(self.requests)}",
                    hint="give it as many answers as there are calls",
                ) from error
        return answer if isinstance(answer, Completion) else self._complete_with(answer, request)

    def _complete_with(self, text: str, request: Request) -> Completion:
        # Counted from bytes on every machine alike: what a double reports must not depend on rank files.
        usage = Usage(
            calls=1,
            prompt_tokens=upper_bound("\n".join(message.content for message in request.messages)).tokens,
            completion_tokens=upper_bound(text).tokens,
            estimated=True,
        )
        return Completion(text=text, finish_reason="stop", usage=usage, model=self.id)
