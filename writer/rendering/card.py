"""The draft card: how a draft came to be, what was checked, and what nobody checked.

After *Model Cards for Model Reporting* (Mitchell et al., 2019): who made it, from what, with which settings, how good
it is by measured counts, its known limits. Made from the draft alone, so the same draft has the same card. It is
written as an appendix of a draft, as a side file, and as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from writer.draft import Draft
from writer.rendering import latex_text as tex
from writer.rendering import markdown_text as md
from writer.rendering.claims import stopped, verdict_counts
from writer.rendering.draft_json import as_text
from writer.settings import in_english

SCHEMA = 1
_LONG_WORD = 20
_RETRIEVAL = ("k", "embeddings", "expand", "rerank", "must_cite", "exclude")
_WRITING = ("words", "max_groups", "group_by", "language", "temperature", "seed", "max_tokens", "context")
_CHECKING = ("max_repairs", "strict")

Value = str | int | float | bool | None | list[str]
"""What a row of the card holds; None is what is not known, or not set."""
Rows = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a person did to a draft after it was made, counted in sentences."""

    kept: int = 0
    edited: int = 0
    added: int = 0
    removed: int = 0

    def told(self) -> str:
        """The counts in words."""
        if not self.edited + self.added + self.removed:
            return "nothing: every sentence is as it was drafted"
        many = "1 sentence" if self.kept == 1 else f"{self.kept} sentences"
        return f"{many} kept as drafted, {self.edited} edited, {self.added} added, {self.removed} removed"


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a reader of a draft should know about its making. `sections` are tables with their headings."""

    theme: str
    sections: tuple[tuple[str, Rows], ...]
    limits: tuple[str, ...]
    changes: Changes | None = None
    """What a person changed since; None where nothing is known of it."""

    @property
    def edits(self) -> str:
        """What a person changed, in words."""
        return self.changes.told() if self.changes is not None else "not known: this card was made with the draft"

    def told(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """The tables in words."""
        return tuple((heading, tuple((name, _told(value)) for name, value in rows)) for heading, rows in self.sections)


def card_of(draft: Draft, changes: Changes | None = None) -> Card:
    """The card of a draft; `changes` are those that a person made since, where they are known."""
    settings = dict(draft.settings)
    return Card(
        theme=draft.theme,
        sections=(
            ("Drafter", _drafter(draft, settings)),
            (
                "Corpus",
                (
                    ("entries", draft.corpus_entries),
                    ("files", list(draft.corpus_sources)),
                    ("digest", draft.corpus_digest),
                ),
            ),
            ("Retrieval", (*_set(settings, _RETRIEVAL), ("retrieved", len(draft.retrieved)))),
            ("Settings", _settings(settings)),
            ("Calls and cost", _cost(draft)),
            ("Verdicts", (("claims", sum(verdict_counts(draft).values())), *verdict_counts(draft).items())),
            ("Problems", _problems(draft)),
            ("Use of the corpus", (("cited", len(draft.cited())), ("left out", len(draft.left_out)))),
        ),
        limits=tuple(_limits(draft, settings)),
        changes=changes,
    )


def _drafter(draft: Draft, settings: dict[str, Any]) -> Rows:
    if draft.drafter == "extractive":
        return (
            ("model", None),
            ("written by", "rules: sentences are taken from the abstracts and told in the third person"),
        )
    # The digest is over all templates: planning, writing, repairing.
    return (("model", draft.drafter), ("digest of the prompts", str(settings.get("prompts") or "") or None))


def _set(settings: dict[str, Any], names: tuple[str, ...]) -> Rows:
    told = {**settings, "language": settings.get("language") or "English"}
    return tuple((name, _plain(told[name])) for name in names if name in settings)


def _settings(settings: dict[str, Any]) -> Rows:
    # The author's own abstract may be unpublished: the card tells only that there was one.
    own = (("own_abstract", bool(settings["own_abstract"])),) if "own_abstract" in settings else ()
    return (*_set(settings, _WRITING), *own, *_set(settings, (*_CHECKING, "digest")))


def _plain(value: Any) -> Value:
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value) or None


def _told(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return str(value) if value is not None else "none"


def _cost(draft: Draft) -> Rows:
    usage = draft.usage
    if not usage.calls:
        return (("calls", 0),)
    return (
        ("calls", usage.calls),
        ("prompt tokens", usage.prompt_tokens),
        ("completion tokens", usage.completion_tokens),
        ("tokens counted by", "estimate, where the server did not count" if usage.estimated else "the server"),
        ("cost in USD", round(usage.cost_usd, 6) if usage.cost_usd is not None else "not known"),
    )


def _problems(draft: Draft) -> Rows:
    kinds: dict[str, int] = {}
    for problem in draft.problems:
        kinds[problem.kind] = kinds.get(problem.kind, 0) + 1
    repairs = draft.repairs.told()
    return (("found", len(draft.problems)), *sorted(kinds.items()), *((("repair", repairs),) if repairs else ()))


def _limits(draft: Draft, settings: dict[str, Any]) -> list[str]:
    counts = verdict_counts(draft)
    limits = ["Only titles and abstracts were read: what stands in the full texts is unknown to the drafter."]
    if not counts.get("supported"):
        limits.append(
            "No judge read the claims: a quote shows where a claim comes from, not that the claim means the same."
        )
    if draft.drafter == "extractive":
        limits.append("Without a model nothing is compared or concluded across papers: each sentence tells one entry.")
    else:
        limits.append("A language model wrote the sentences: the rules find what they know of, and not every error.")
    if unsure := sum(count for verdict, count in counts.items() if verdict not in ("quoted", "supported")):
        limits.append(f"{unsure} of {sum(counts.values())} claims could not be verified; each is marked in the text.")
    if not in_english(str(settings.get("language") or "")):
        limits.append("The draft is not in English: rules that compare words did not apply to it.")
    limits.append("What the corpus lacks, the draft lacks: nothing was searched for outside of it.")
    return limits


def card_json(card: Card) -> str:
    """The card as JSON, keys sorted, a newline at the end; what is not known is null."""
    tables = {_field(heading): {_field(name): value for name, value in rows} for heading, rows in card.sections}
    changes = card.changes
    counts = None
    if changes is not None:
        counts = {"kept": changes.kept, "edited": changes.edited, "added": changes.added, "removed": changes.removed}
    return as_text(
        {
            "schema": SCHEMA,
            "theme": card.theme,
            **tables,
            "known_limits": list(card.limits),
            "changed_by_a_person": counts,
        }
    )


def _field(name: str) -> str:
    return name.casefold().replace(" ", "_")


def card_markdown(card: Card) -> str:
    """The card as an appendix of a Markdown draft."""
    blocks = ["## Draft card"]
    for heading, rows in card.told():
        blocks += [f"### {heading}", "\n".join(f"- {md.text(name)}: {md.text(value)}" for name, value in rows)]
    blocks += ["### Known limits", "\n".join(f"- {md.text(limit)}" for limit in card.limits)]
    blocks += ["### Changed by a person", md.text(stopped(card.edits), starts_line=True)]
    return "\n\n".join(blocks) + "\n"


def card_latex(card: Card) -> tuple[str, ...]:
    """The card as lines of LaTeX, an appendix of a draft."""
    # Ragged, since digests and file names leave gaps in lines that are stretched.
    lines = ["", r"\subsection*{Draft card}", r"{\raggedright"]
    for heading, rows in card.told():
        told = "; ".join(f"{_breaking(name)}: {_breaking(value)}" for name, value in rows)
        lines += [f"\\paragraph{{{heading}.}} {told}."]
    limits = " ".join(tex.text(limit) for limit in card.limits)
    lines += [f"\\paragraph{{Known limits.}} {limits}"]
    lines += [f"\\paragraph{{Changed by a person.}} {tex.text(stopped(card.edits))}", r"\par}"]
    return tuple(lines)


def _breaking(value: str) -> str:
    """The value as LaTeX; a word longer than a line should be (a digest, a file name) may break every eight signs."""
    words = []
    for word in value.split():
        parts = [word[at : at + 8] for at in range(0, len(word), 8)] if len(word) > _LONG_WORD else [word]
        words.append(r"\discretionary{}{}{}".join(map(tex.text, parts)))
    return " ".join(words)
