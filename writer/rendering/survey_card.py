"""A survey as one draft with all that its sections share, and the draft card made of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from writer.draft import Draft
from writer.rendering.card import Card, Changes, card_of
from writer.rendering.claims import fold
from writer.survey import Survey


def survey_card(survey: Survey, changes: Changes | None = None) -> Card:
    """The draft card of all sections; a setting in which they differ is told as a list, in their order."""
    return card_of(joined(survey), changes)


def joined(survey: Survey) -> Draft:
    """All sections as one draft, with their settings, and with what each of them retrieved and left out."""
    drafted = [(section, section.draft) for section in survey.sections if section.draft is not None]
    settings = [dict(draft.settings) for _, draft in drafted]
    names = dict.fromkeys(name for pairs in settings for name in pairs)
    whole = survey.whole()
    own = {name: _together([pairs.get(name) for pairs in settings]) for name in names}
    hits = {hit.key: hit for _, draft in drafted for hit in draft.retrieved}
    return replace(
        whole,
        settings=tuple((own | dict(whole.settings) | {"digest": survey.digest}).items()),
        retrieved=tuple(hits.values()),
        left_out=tuple(
            replace(left, reason=f"“{fold(section.heading)}”: {left.reason}")
            for section, draft in drafted
            for left in draft.left_out
        ),
    )


def _together(values: list[Any]) -> Any:
    """What all sections say, where they say the same; lists as one list, other values one after the other."""
    if all(value == values[0] for value in values):
        return values[0]
    if all(isinstance(value, list | tuple) for value in values):
        return list(dict.fromkeys(item for value in values for item in value))
    return [str(value) for value in values]
