"""Every error that leaves this package, and who must act on it.

    WriterError
    ├── UserError              the user must act (exit code 2)
    │   ├── CorpusError        a file could not be read as a corpus
    │   ├── SettingsError      a setting, flag or outline is wrong
    │   └── PromptError        a prompt template is missing, broken or asks for unknown variables
    ├── NothingFound           the corpus holds nothing on the theme (exit code 1)
    ├── ModelError             the model answered, but not usefully (exit code 3)
    │   ├── AnswerError        the answer could not be read as what was asked for
    │   └── ContextOverflow    the prompt is longer than the model's context
    ├── ServerError            the server, its operator or the network must act (exit code 3)
    │   ├── Unreachable        no connection, a dropped one, or a timeout; may pass
    │   ├── RateLimited        too many requests; may pass, `retry_after` says when
    │   ├── Overloaded         408, 409 or 5xx; may pass
    │   ├── Refused            401, 403, quota, billing, unknown model, other 4xx: asking again cannot help
    │   ├── OddAnswer          the server's reply is not the protocol (HTML, empty body, no choices)
    │   └── NotRecorded        a recording is replayed that holds no answer to this request
    └── BudgetExceeded         a limit set by the user was reached (exit code 4)

A message says what happened and where; `hint` says what to do next. A *problem* found in a draft is not an
error: it is a value (`writer.draft.Problem`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from writer.draft import Usage


class WriterError(Exception):
    """The root: a message, a hint on what to do next, and the exit code of the command line."""

    exit_code = 2
    retryable = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UserError(WriterError):
    """The user must act: a wrong argument or an unreadable input."""


class CorpusError(UserError):
    """A file could not be read as a corpus; the message names it and what was expected."""


class SettingsError(UserError):
    """A setting is out of range, unknown or contradicts another."""


class PromptError(UserError):
    """A prompt template is missing, does not parse, or asks for variables it is not given."""


class NothingFound(WriterError):
    """The corpus holds nothing on the theme, so there is nothing to draft from."""

    exit_code = 1


class ModelError(WriterError):
    """The model answered, but not usefully."""

    exit_code = 3


class AnswerError(ModelError):
    """The answer could not be read as what was asked for; `answer` is its text, `usage` what it took all the same."""

    def __init__(self, message: str, *, hint: str = "", answer: str = "") -> None:
        super().__init__(message, hint=hint)
        self.answer = answer
        self.usage: Usage | None = None


class ContextOverflow(ModelError):
    """The prompt is longer than the model's context; sizes in tokens where the server told them."""

    def __init__(
        self, message: str, *, hint: str = "", prompt_tokens: int | None = None, context: int | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.prompt_tokens = prompt_tokens
        self.context = context


class ServerError(WriterError):
    """The server, its operator or the network must act."""

    exit_code = 3


class Unreachable(ServerError):
    """No connection, a dropped one, or a timeout."""

    retryable = True


class RateLimited(ServerError):
    """Too many requests; `retry_after` is the wait in seconds that the server asked for, if it did."""

    retryable = True

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class Overloaded(ServerError):
    """The server failed (408, 409, 5xx) in a way that may pass."""

    retryable = True


class Refused(ServerError):
    """The server refused for good: key, quota, billing, unknown model, bad request."""


class OddAnswer(ServerError):
    """The reply does not follow the protocol: HTML with status 200, an empty body, no choices."""


class NotRecorded(ServerError):
    """A recording stands in for the server, and holds no answer to this request."""


class BudgetExceeded(WriterError):
    """A limit on tokens, cost or time set by the user was reached; what was done is kept."""

    exit_code = 4
