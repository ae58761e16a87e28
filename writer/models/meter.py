"""What calls take, in tokens, money and time: counted, kept below a limit, and told before anything is asked.

No packing of prompts here (`budget.py`) and no prices (`prices.py`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Condition, Lock

from writer.draft import Usage
from writer.errors import AnswerError, BudgetExceeded, SettingsError
from writer.models.base import Completion, Model, Request
from writer.models.budget import Count, count, upper_bound
from writer.models.call_log import CallLog
from writer.models.calls import key_of, request_value
from writer.models.prices import Price

Counter = Callable[[str], Count]
"""Counts the tokens of a text."""

_PER_MESSAGE = 4
"""Tokens that mark the beginning and the end of a message."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the calls of a run may take in all: tokens of prompts and answers together, US dollars, and seconds."""

    tokens: int | None = None
    cost_usd: float | None = None
    seconds: float | None = None
    """No call begins later than this after the first; what is under way is let finish."""

    def __post_init__(self) -> None:
        for name, value in (("tokens", self.tokens), ("cost", self.cost_usd), ("time", self.seconds)):
            if value is not None and not value > 0:
                raise SettingsError(f"the limit on {name} is {value}", hint="give one above 0, or none")


def at_most(request: Request, counter: Counter) -> Usage:
    """The most that a call can take: its prompt as counted, and an answer of the length that is allowed.

    Where the count is only an estimate, the larger of it and of the bound for prose is taken.
    """
    parts = [message.content for message in request.messages]
    parts += [json.dumps(request.schema)] if request.schema is not None else []
    text = "\n".join(parts)
    found = counter(text)
    tokens = max(found.tokens, upper_bound(text).tokens) if found.estimated else found.tokens
    return Usage(1, tokens + _PER_MESSAGE * len(request.messages), request.max_tokens, estimated=True)


class MeteredModel:
    """A model that knows what its calls cost, and stops before a limit is passed. Safe to use from several threads.

    A call that might pass the limit waits for those under way, which mostly take less than was set aside for them; if
    it still might when none is left, it is not made. `counter` counts the tokens of a text (default: `budget.count`).
    Raises SettingsError for a limit in money where the model has no known price.
    """

    def __init__(
        self,
        model: Model,
        *,
        price: Price = lambda _model, _usage: None,
        limits: Limits | None = None,
        counter: Counter | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.id = model.id
        self.spent = Usage()
        self._now = now
        self._began: float | None = None
        self._model = model
        self._price = price
        self._limits = limits or Limits()
        self._counter = counter or (lambda text: count(text, self.id))
        self._held: list[Usage] = []
        self._ratio = 1.0  # how far the server's counts have exceeded the estimates of prompts
        self._changed = Condition(Lock())
        if self._limits.cost_usd is not None and price(model.id, Usage(1, 1, 1)) is None:
            raise SettingsError(
                f"no price is known for the model {model.id!r} at this server, so no cost can be kept to",
                hint="limit its tokens with --max-tokens",
            )

    def complete(self, request: Request) -> Completion:
        """The model's answer, with its cost where it is known. Raises BudgetExceeded before it would be asked."""
        limited = self._limits != Limits()
        most = at_most(request, self._counter) if limited else Usage()
        with self._set_aside(most, request.prompt):
            try:
                completion = self._model.complete(request)
            except AnswerError as error:
                if error.usage is not None:
                    error.usage = self._priced(error.usage, "")
                    self._spend(error.usage, most)
                raise
            usage = self._priced(completion.usage, completion.model)
            self._spend(usage, most)
        return replace(completion, usage=usage)

    @contextmanager
    def _set_aside(self, most: Usage, prompt: str) -> Iterator[None]:
        """Hold the most that a call can take until it has ended."""
        with self._changed:
            self._check_time(prompt)
            most = replace(most, prompt_tokens=round(most.prompt_tokens * self._ratio))
            most = replace(most, cost_usd=self._price(self.id, most)) if self._limits.cost_usd is not None else most
            self._changed.wait_for(lambda: not self._held or self._passed(most) is None)
            passed = self._passed(most)
            if passed is not None:
                size = f"{most.prompt_tokens:,} + {most.completion_tokens:,} tokens"
                raise BudgetExceeded(
                    f"the next call (prompt {prompt!r}, up to {size}) might pass {passed}",
                    hint="what was answered is kept in the call log: raise the limit and run the same command again",
                )
            self._held.append(most)
        try:
            yield
        finally:
            with self._changed:
                self._held.remove(most)
                self._changed.notify_all()

    def _check_time(self, prompt: str) -> None:
        now = self._now()
        self._began = now if self._began is None else self._began
        limit = self._limits.seconds
        if limit is not None and now - self._began > limit:
            raise BudgetExceeded(
                f"the next call (prompt {prompt!r}) comes {now - self._began:.0f} s after the first,"
                f" later than the limit of {limit:g} s",
                hint="what was answered is kept in the call log: run the same command again to go on",
            )

    def _passed(self, most: Usage) -> str | None:
        """The limit that would be passed if every call under way, and this one, took the most it can."""
        total = sum(self._held, start=self.spent) + most
        limits = self._limits
        tokens = total.prompt_tokens + total.completion_tokens
        if limits.tokens is not None and tokens > limits.tokens:
            used = self.spent.prompt_tokens + self.spent.completion_tokens
            return f"the limit of {limits.tokens:,} tokens, of which {used:,} are used"
        if limits.cost_usd is not None and (total.cost_usd or 0.0) > limits.cost_usd:
            return f"the limit of ${limits.cost_usd:g}, of which ${self.spent.cost_usd or 0.0:.4f} are spent"
        return None

    def _spend(self, usage: Usage, most: Usage) -> None:
        with self._changed:
            self.spent += usage
            if most.prompt_tokens:
                self._ratio = max(self._ratio, usage.prompt_tokens / most.prompt_tokens)

    def _priced(self, usage: Usage, answered_by: str) -> Usage:
        """The usage with its cost: as the server told it, else at the list price of what was asked, or answered."""
        if usage.cost_usd is not None:
            return usage
        price = self._price(self.id, usage)
        if price is None and answered_by not in ("", self.id):
            price = self._price(answered_by, usage)
        return replace(usage, cost_usd=price)


class Rehearsal:
    """Stands in for a model in a dry run: it answers from the log where that holds the answer, and asks nothing.

    Where the log holds none, `answers` may have one to go on with, by the prompt's name; any other request is declined.
    Whoever drafts then goes on without a model, so that the prompts of the groups are real but their grouping is a
    guess. `asked` are the most that the calls still to be made can take, `found` what the log already holds.
    """

    def __init__(
        self,
        id: str,
        log: CallLog | None = None,
        *,
        answers: Mapping[str, str] | None = None,
        price: Price = lambda _model, _usage: None,
        counter: Counter | None = None,
    ) -> None:
        self.id = id
        self._log = log
        self._answers = answers or {}
        self._price = price
        self._counter = counter or (lambda text: count(text, id))
        self._asked: dict[str, tuple[str, Usage]] = {}
        self._found: dict[str, tuple[str, Usage]] = {}
        self._lock = Lock()

    @property
    def asked(self) -> tuple[tuple[str, Usage], ...]:
        """The prompt's name and the most it can take, of each call that would be made, by name and size."""
        return _ordered(self._asked)

    @property
    def found(self) -> tuple[tuple[str, Usage], ...]:
        """The prompt's name, and what it once took, of each call that the log answers."""
        return _ordered(self._found)

    def complete(self, request: Request) -> Completion:
        """The answer in the log, or the one to go on with. Raises AnswerError where there is none."""
        value = request_value(self.id, request)
        key = key_of(value)
        call = self._log.find(key) if self._log is not None else None
        if call is not None and call.final:
            with self._lock:
                self._found[key] = (request.prompt, call.usage)
            return call.complete()
        most = at_most(request, self._counter)
        most = replace(most, cost_usd=self._price(self.id, most))
        with self._lock:
            self._asked[key] = (request.prompt, most)
        if request.prompt in self._answers:
            return Completion(self._answers[request.prompt], "stop", Usage(), self.id)
        raise AnswerError("a dry run asks nothing", hint="run it without --dry-run")

    def summary(self) -> str:
        """What the run would take, in lines for a person; it says that it is an estimate, and of what."""
        total = sum((usage for _, usage in self.asked), start=Usage())
        names = [name for name, _ in self.asked]
        kinds = ", ".join(f"{names.count(name)} {name}" for name in dict.fromkeys(names))
        price = "no price is known for this model at this server"
        if total.cost_usd is not None:
            price = f"at most ${total.cost_usd:.4f} at list price"
        lines = [
            f"calls    {total.calls}" + (f" ({kinds})" if kinds else "")
            + (f"; {len(self.found)} more are answered by the log" if self.found else ""),
            f"tokens   about {total.prompt_tokens:,} of prompts, at most {total.completion_tokens:,} of answers",
            f"cost     {price}" if total.calls else "cost     nothing",
        ]  # fmt: skip
        if total.calls:
            lines.append(
                "This is an estimate: nothing was asked. The first calls are known; those that depend on the answers "
                "to them are made up from the entries found, and an answer that cannot be read is asked for again."
            )
        return "\n".join(lines) + "\n"


def _ordered(calls: dict[str, tuple[str, Usage]]) -> tuple[tuple[str, Usage], ...]:
    return tuple(sorted(calls.values(), key=lambda call: (call[0], -call[1].prompt_tokens)))
