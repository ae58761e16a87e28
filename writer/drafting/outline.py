"""The outline of a survey, read from YAML: its title, and for each section a heading, a theme and what is asked of it.

Nothing of the file is run: its nodes are looked at one by one, with the line of each, so that every error says where
it is. What the corpus holds is not known here; `with_known_keys` asks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from writer.drafting.position import known_key
from writer.entry import Corpus
from writer.errors import SettingsError, UserError
from writer.settings import Settings

_NUMBERS = {"words": "words", "k": "k", "groups": "max_groups"}
_TEXTS = {"group_by": "group_by", "language": "language"}
_LISTS = ("must_cite", "exclude")
"""Fields of a section that are settings, by the name each has in `Settings`; the lists have the same."""
_FIELDS = ("heading", "theme", *_NUMBERS, *_TEXTS, *_LISTS, "prompts")
_TYPES = {"str": "a text", "int": "a number", "float": "a number", "bool": "true or false", "null": "nothing",
          "seq": "a list", "map": "fields", "timestamp": "a date"}  # fmt: skip
_ALIKE = 0.6
_EXAMPLE = "such as:\n    title: A survey\n    sections:\n      - heading: Judges\n        theme: LLM judges"


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """What an outline asks of a section. None and empty mean: as for the whole survey."""

    heading: str
    theme: str
    words: int | None = None
    k: int | None = None
    groups: int | None = None
    group_by: str | None = None
    language: str | None = None
    must_cite: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    prompts: Path | None = None
    """A folder of templates, relative to the folder of the outline."""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """The line of each field, counted from 1; of a key under `must_cite:KEY`."""

    def settings(self, given: Settings) -> Settings:
        """The settings given for the survey with those of this section in their place; keys to exclude add up.

        What must be cited is the section's own alone: what the survey must cite, one of its sections does.
        """
        own = {name: getattr(self, own) for own, name in {**_NUMBERS, **_TEXTS}.items()}
        return replace(
            given,
            must_cite=self.must_cite,
            exclude=tuple(dict.fromkeys((*given.exclude, *self.exclude))),
            **{name: value for name, value in own.items() if value is not None},
        )


@dataclass(frozen=True, slots=True)
class Outline:
    """A survey to be written: its title and sections, at least one, no two with the same heading."""

    title: str
    sections: tuple[SectionPlan, ...]
    file: str = "outline"
    """The path as the user gave it."""

    def place(self, section: SectionPlan, name: str = "heading") -> str:
        """Where a field of a section stands: `outline.yaml:7`, or the section's name where it was not read."""
        line = section.lines.get(name, section.lines.get("heading"))
        return f"{self.file}:{line}" if line is not None else f"section “{section.heading}”"


def read_outline(path: Path) -> Outline:
    """The outline in a YAML file.

    Raises UserError for a file that cannot be read, and SettingsError, naming file and line, where it is no outline:
    an unknown or missing field, one of the wrong type or out of range, or two sections with the same heading.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"the outline {path} cannot be read: {error}", hint="give a UTF-8 file in YAML") from error
    top = _composed(text, str(path)).fields(("title", "sections"), ("title", "sections"))
    sections = [_section(node, path.parent) for node in top["sections"].items()]
    if not sections:
        raise top["sections"].wrong("it has no section", _EXAMPLE)
    _check_headings(sections, str(path))
    return Outline(top["title"].text(), tuple(sections), str(path))


def with_known_keys(outline: Outline, corpus: Corpus) -> Outline:
    """The outline with the keys of the corpus, where aliases were given.

    Raises UserError, naming file and line, for a key that the corpus does not hold, and SettingsError for one that two
    sections must cite: nothing is told twice.
    """
    told: dict[str, str] = {}
    sections = []
    for section in outline.sections:
        keys: dict[str, tuple[str, ...]] = {}
        for name in _LISTS:
            places = {key: outline.place(section, f"{name}:{key}") for key in getattr(section, name)}
            known = {key: known_key(key, corpus, f"{place}: {name}") for key, place in places.items()}
            keys[name] = tuple(dict.fromkeys(known.values()))
            for key, real in known.items() if name == "must_cite" else ():
                if told.setdefault(real, section.heading) != section.heading:
                    raise SettingsError(
                        f"{places[key]}: {key!r} must already be cited in “{told[real]}”",
                        hint="an entry is told in one section: name it in one, the others refer to that",
                    )
        sections.append(replace(section, must_cite=keys["must_cite"], exclude=keys["exclude"]))
    return replace(outline, sections=tuple(sections))


def _section(node: _Node, folder: Path) -> SectionPlan:
    fields = node.fields(_FIELDS, ("heading",))
    values: dict[str, Any] = {name: fields[name].whole() for name in _NUMBERS if name in fields}
    values |= {name: fields[name].text() for name in _TEXTS if name in fields}
    values |= {name: fields[name].texts() for name in _LISTS if name in fields}
    lines = {name: value.line for name, value in fields.items()}
    for name in _LISTS:
        lines |= {f"{name}:{item.text()}": item.line for item in (fields[name].items() if name in fields else ())}
    for name, setting in {**_NUMBERS, **_TEXTS}.items():
        if name in fields:
            _check_setting(fields[name], setting, values[name])
    both = set(values.get("must_cite", ())) & set(values.get("exclude", ()))
    if both:
        raise fields["exclude"].wrong(f"{min(both)!r} is both to be cited and excluded", "take it out of one of them")
    heading = fields["heading"].text()
    if "prompts" in fields:
        values["prompts"] = folder / Path(fields["prompts"].text()).expanduser()
    theme = fields["theme"].text() if "theme" in fields else heading
    return SectionPlan(heading=heading, theme=theme, lines=lines, **values)


def _check_setting(node: _Node, name: str, value: object) -> None:
    """Say at its line what is wrong with a value that `Settings` refuses."""
    try:
        Settings(**{name: value})  # type: ignore[arg-type]
    except SettingsError as error:
        raise node.wrong(error.message, error.hint) from error


def _check_headings(sections: list[SectionPlan], file: str) -> None:
    lines: dict[str, int] = {}
    for section in sections:
        heading, line = section.heading.casefold(), section.lines["heading"]
        if heading in lines:
            raise SettingsError(
                f"{file}:{line}: the heading “{section.heading}” already stands in line {lines[heading]}",
                hint="give each section a heading of its own",
            )
        lines[heading] = line


# YAML, node by node -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Node:
    """A node of the file with its place; `name` says what it is, in a message."""

    raw: Any
    file: str
    name: str

    @property
    def line(self) -> int:
        return int(self.raw.start_mark.line) + 1

    @property
    def type(self) -> str:
        return str(self.raw.tag).rpartition(":")[2]

    def wrong(self, what: str, hint: str) -> SettingsError:
        return SettingsError(f"{self.file}:{self.line}: {what}", hint=hint)

    def _expected(self, expected: str, hint: str = "") -> SettingsError:
        found = _TYPES.get(self.type, f"a {self.type}")
        return self.wrong(f"{self.name} is {found}, where {expected} is expected", hint or f"give {expected}")

    def fields(self, known: tuple[str, ...], needed: tuple[str, ...]) -> dict[str, _Node]:
        if self.type != "map":
            raise self._expected("fields", f"give it {', '.join(known)}, {_EXAMPLE}")
        found: dict[str, _Node] = {}
        for key, value in self.raw.value:
            name = _Node(key, self.file, "the name of a field").text()
            at = _Node(key, self.file, name)
            if name not in known:
                near = get_close_matches(name.replace("-", "_"), known, 1, _ALIKE)
                hint = f"did you mean {near[0]}?" if near else f"its fields are {', '.join(known)}"
                raise at.wrong(f"{self.name} has no field {name!r}", hint)
            if name in found:
                raise at.wrong(f"{name} is given twice, first in line {found[name].line}", "keep one of them")
            found[name] = _Node(value, self.file, name)
        for name in needed:
            if name not in found:
                raise self.wrong(f"{self.name} has no {name}", f"give it a {name}, {_EXAMPLE}")
        return found

    def items(self) -> list[_Node]:
        if self.type != "seq":
            raise self._expected("a list", "give a list, one item a line with a hyphen before it")
        one = "a section" if self.name == "sections" else f"an item of {self.name}"
        return [_Node(item, self.file, one) for item in self.raw.value]

    def texts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item.text() for item in self.items()))

    def text(self) -> str:
        """A text on one line, not empty."""
        if self.type != "str":
            raise self._expected("a text", "put it into quotes" if self.type not in ("map", "seq", "null") else "")
        line = " ".join(str(self.raw.value).split())
        if not line:
            raise self.wrong(f"{self.name} is empty", "say it in a few words, or leave the field out")
        return line

    def whole(self) -> int:
        text = str(self.raw.value).replace("_", "") if self.type == "int" else ""
        # Only plain digits: YAML reads 0x10, 0o7 and 1:30 as numbers too.
        if not text.isascii() or not text.isdecimal():
            raise self._expected("a whole number")
        return int(text)


def _composed(text: str, file: str) -> _Node:
    """The nodes of the one document in the text."""
    import yaml

    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{file}:{mark.line + 1}" if mark is not None else file
        raise SettingsError(f"{place}: this is not YAML: {error.problem}", hint="correct the file") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise SettingsError(f"{file}: this is not YAML: {error}", hint="correct the file") from error
    if node is None:
        raise SettingsError(f"{file}:1: the outline is empty", hint=f"give it a title and sections, {_EXAMPLE}")
    return _Node(node, file, "the outline")
