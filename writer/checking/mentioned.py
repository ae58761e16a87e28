"""Words that a sentence mentions and does not say: those in quotation marks, and the titles of what it cites."""

from __future__ import annotations

from writer.checking.case import Case
from writer.draft import Problem


def said_itself(case: Case, problems: list[Problem]) -> list[Problem]:
    """The problems whose words the sentence says itself; each span once."""
    found: dict[tuple[int, int] | None, Problem] = {}
    for problem in problems:
        if problem.span is None or not _mentioned(case, problem.span[0]):
            found.setdefault(problem.span, problem)
    return list(found.values())


def _mentioned(case: Case, at: int) -> bool:
    text = case.sentence.text
    before = text[:at]
    if before.rfind("“") > before.rfind("”") or (before.count('"') % 2 and '"' in text[at:]):
        return True
    for entry in case.entries:
        start = text.find(entry.title) if entry.title else -1
        if 0 <= start <= at < start + len(entry.title):
            return True
    return False
