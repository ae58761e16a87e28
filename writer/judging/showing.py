"""What a judge is shown for one vote: the claim, the entries it cites, and the points to take it through.

Models favour what stands at some places of a prompt (Wang et al., *Large Language Models are not Fair Evaluators*,
2023), so both the entries and the points change their order from vote to vote, by the number of the vote alone. That
also keeps two votes apart where a server takes no seed: no two prompts of a claim are the same.
"""

from __future__ import annotations

from typing import TypeVar

from writer.drafting.prompts import Prompts, Rendered
from writer.drafting.subject import subject_of
from writer.entry import Entry
from writer.judging.open_claims import OpenClaim
from writer.text import sentences

POINTS = ("direction", "target", "scope", "numbers", "names")
"""What a judge is asked about apart."""

T = TypeVar("T")


def shown(claim: OpenClaim, number: int, prompts: Prompts) -> tuple[Rendered, dict[str, str]]:
    """The prompt of a claim's vote (counted from 0), and the citation keys of its short keys.

    Short keys count places: they must not tell what stood first in another vote.
    """
    cited = turned(claim.cited, number)
    keys = {f"P{place}": key for place, (key, _) in enumerate(cited, 1)}
    prompt = prompts.render(
        "judge",
        claim=claim.text,
        sentence=claim.sentence if claim.sentence != claim.text else "",
        papers=[_paper(short, entry) for short, (_, entry) in zip(keys, cited, strict=True)],
        points=list(points(number)),
    )
    return prompt, keys


def points(number: int) -> tuple[str, ...]:
    """The points in their order for a vote: each stands first in turn, then the same backwards; ten orders in all."""
    return turned(POINTS if number // len(POINTS) % 2 == 0 else POINTS[::-1], number)


def turned(items: tuple[T, ...], number: int) -> tuple[T, ...]:
    """The items from another one on: each comes first, and at every other place, equally often."""
    at = number % len(items)
    return items[at:] + items[:at]


def _paper(short: str, entry: Entry) -> dict[str, object]:
    who = subject_of(entry).text if entry.authors else ""
    told = [span.text for span in sentences(entry.abstract)]
    return {"key": short, "title": entry.title, "who": who, "year": entry.year, "sentences": told}
