"""The evidence page: a draft as one HTML file that shows beside every claim what it rests on.

Self-contained: no network, no other file; the draft itself is in it once more as JSON, so that a page can be checked
again. Without scripts, and on paper, all evidence stands below the text and the
links lead to it; the script only shows one piece at a time. Every text is escaped by Jinja; beside that the page's own
policy lets no script or style run but ours, told by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from writer.draft import Draft, Evidence, Problem, Sentence, Verdict
from writer.entry import Corpus, Entry
from writer.rendering.card import Card, Changes, card_of
from writer.rendering.claims import account, fold, place_words, split_final, stopped, verdict_counts
from writer.rendering.covered import Covered, covered
from writer.rendering.draft_json import to_json
from writer.rendering.language import language_code
from writer.rendering.picture import Dot, picture
from writer.report import Coverage

if TYPE_CHECKING:
    from jinja2 import Template

_PAGE = Path(__file__).parent / "page"
SIGNS: dict[Verdict | Literal["framing"], str] = {
    "supported": "✓", "quoted": "“”", "unverified": "?", "partly": "◐", "not-in-abstract": "∅", "contradicted": "✗",
    "uncited": "○", "fabricated": "!", "framing": "–",
}  # fmt: skip
"""A shape for each verdict, so that none is told by colour alone."""
MEANINGS: dict[Verdict | Literal["framing"], str] = {
    "supported": "A judge read the claim against the quoted words and found it supported.",
    "quoted": "The words marked below stand in the entry, and the rules found nothing against the claim. Nobody judged"
    " whether the claim means the same.",
    "unverified": "Nothing verified this claim: evidence is missing, or something speaks against it.",
    "partly": "A judge found only a part of the claim in the entry.",
    "not-in-abstract": "A judge did not find the claim in title or abstract; the full text may hold it.",
    "contradicted": "A judge found that the entry says otherwise.",
    "uncited": "The claim cites no entry of the corpus.",
    "fabricated": "The claim cites an entry that does not exist in the corpus.",
    "framing": "The author's own connecting sentence; it must state no finding.",
}
_GOOD = ("quoted", "supported")


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a longer text: its heading, how many groups stand in it, and words before and behind these."""

    heading: str
    groups: int
    note: str = ""
    see_also: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a title or abstract, quoted by the claim or not."""

    text: str
    marked: bool


def to_html(
    draft: Draft,
    corpus: Corpus,
    *,
    changes: Changes | None = None,
    coverage: Coverage | Covered | None = None,
    parts: Sequence[Part] = (),
    card: Card | None = None,
) -> str:
    """The draft as an evidence page; `changes` are those that a person made to it since.

    `coverage` is what it makes of its corpus; without it the page counts what the draft alone tells. A survey divides
    its groups into `parts` and brings a `card` of its own.
    """
    script, style = _file("page.js"), _file("page.css")
    claims, groups = _sentences(draft, corpus)
    language = str(dict(draft.settings).get("language") or "")
    cited = draft.cited()
    anchors = {key: f"{number}" for number, key in enumerate(cited, 1)}
    dots, rows = _places(draft, corpus, anchors)
    return _template().render(
        language=language_code(language),
        theme=fold(draft.theme) or "Draft",
        policy=f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none';"
        " form-action 'none'",
        # Our own two files: nothing in them varies.
        style=_unescaped(style),
        script=_unescaped(script),
        data=_unescaped(_inert(to_json(draft, corpus))),
        account=account(draft, corpus),
        verdicts=[{"name": name, "count": count} for name, count in verdict_counts(draft).items()],
        signs=SIGNS,
        meanings=MEANINGS,
        parts=_divided(groups, parts or (Part("", len(groups)),)),
        claims=claims,
        unverified=sum(claim["marked"] for claim in claims),
        troubled=sum(bool(claim["problems"]) for claim in claims),
        picture=_unescaped(picture([group["heading"] or "(no heading)" for group in groups], dots)),
        rows=rows,
        problems=_problems(draft, {claim["place"]: claim["number"] for claim in claims}),
        entries=[_entry_line(key, corpus.get(key), anchors[key], claims) for key in cited],
        left_out=[
            {"key": left.key, "reference": reference(corpus.get(left.key)), "reason": stopped(left.reason)}
            for left in draft.left_out
        ],
        covered=coverage if isinstance(coverage, Covered) else covered(draft, corpus, coverage),
        card=card or card_of(draft, changes),
    ) + "\n"  # fmt: skip


def _sentences(draft: Draft, corpus: Corpus) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The claims in order, numbered from 1, and the groups of paragraphs in which they stand."""
    problems: dict[object, list[Problem]] = defaultdict(list)
    for problem in draft.problems:
        problems[problem.place].append(problem)
    claims: list[dict[str, Any]] = []
    groups: list[dict[str, Any]] = [
        {"heading": fold(group.heading), "paragraphs": [[] for _ in group.paragraphs]} for group in draft.groups
    ]
    for place, sentence in draft.sentences():
        shown: dict[str, Any] = {"text": fold(sentence.text), "number": 0}
        # A framing sentence is told beside the claims where something is wrong with it.
        if sentence.role == "claim" or problems[place] or sentence.citations:
            shown |= _claim(sentence, corpus) | {
                "number": len(claims) + 1,
                "place": place,
                "problems": [_problem(problem) for problem in problems[place]],
            }
            claims.append(shown)
        groups[place.group]["paragraphs"][place.paragraph].append(shown)
    return claims, groups


def _divided(groups: list[dict[str, Any]], parts: Sequence[Part]) -> list[dict[str, Any]]:
    """The parts of the text, each with its groups."""
    rest = iter(groups)
    return [
        {
            "heading": fold(part.heading),
            "note": fold(part.note),
            "see_also": fold(part.see_also),
            "groups": list(islice(rest, part.groups)),
        }
        for part in parts
    ]


def _claim(sentence: Sentence, corpus: Corpus) -> dict[str, Any]:
    keys = list(dict.fromkeys(sentence.citations))
    body, final = split_final(sentence.text)
    labels = "; ".join(short_reference(key, corpus.get(key)) for key in keys)
    others = dict.fromkeys(piece.key for piece in sentence.evidence if piece.key not in keys)
    return {
        "whole": fold(sentence.text),
        "text": body if keys else body + final,
        "cites": f"[{labels}]{final}" if keys else "",
        "verdict": sentence.verdict if sentence.role == "claim" else "framing",
        "marked": sentence.role == "claim" and sentence.verdict not in _GOOD,
        "citations": keys,
        "cited": [_cited(key, sentence.evidence, corpus.get(key)) for key in keys]
        + [_cited(key, sentence.evidence, corpus.get(key), cited=False) for key in others],
    }


def _cited(key: str, evidence: tuple[Evidence, ...], entry: Entry | None, *, cited: bool = True) -> dict[str, Any]:
    """One entry beside a claim: its title and abstract with the quoted words marked."""
    label = "" if cited else "(evidence was given, but the sentence does not cite it)"
    if entry is None:
        return {"key": key, "label": label, "missing": "The corpus holds no entry under this key."}
    own = [piece for piece in evidence if piece.key == key or piece.key in entry.aliases]
    return {
        "key": key,
        "label": label,
        "missing": "",
        "title": _pieces(entry.title, [piece for piece in own if piece.field == "title"]),
        "abstract": _pieces(entry.abstract, [piece for piece in own if piece.field == "abstract"]),
        "not_found": [fold(piece.quote) for piece in own if not _stands(piece, entry)],
        "where": reference(entry, title=False) + f" Read in {entry.source.label}.",
        "links": _links(entry),
    }


def _stands(piece: Evidence, entry: Entry) -> bool:
    text = entry.title if piece.field == "title" else entry.abstract
    return piece.start >= 0 and text[piece.start : piece.end] == piece.quote


def _pieces(text: str, evidence: list[Evidence]) -> list[Piece]:
    """The text cut where quotes begin and end; quotes that do not stand where they say are not marked."""
    marked = [False] * len(text)
    for piece in evidence:
        if piece.start >= 0 and text[piece.start : piece.end] == piece.quote:
            marked[piece.start : piece.end] = [True] * len(piece.quote)
    cuts = [at for at in range(1, len(text)) if marked[at] != marked[at - 1]]
    edges = [0, *cuts, len(text)]
    return [Piece(text[a:b], marked[a]) for a, b in pairwise(edges) if b > a]


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "kind": problem.kind,
        "key": problem.key,
        "detail": stopped(problem.detail),
        "suggestion": stopped(problem.suggestion) if problem.suggestion else "",
        "place": place_words(problem.place),
    }


def _problems(draft: Draft, numbers: dict[object, int]) -> list[dict[str, Any]]:
    return [_problem(problem) | {"number": numbers.get(problem.place)} for problem in draft.problems]


def _places(draft: Draft, corpus: Corpus, anchors: dict[str, str]) -> tuple[list[Dot], list[dict[str, str]]]:
    """Every entry once for each group that cites it."""
    dots: list[Dot] = []
    rows: list[dict[str, str]] = []
    for number, group in enumerate(draft.groups):
        keys = (key for paragraph in group.paragraphs for sentence in paragraph for key in sentence.citations)
        for key in dict.fromkeys(keys):
            entry = corpus.get(key)
            year = entry.year if entry is not None else None
            title = "no such entry in the corpus" if entry is None else fold(entry.title) or "no title"
            dots.append(Dot(number, year, f"{fold(key)}: {title}", anchors[key], exists=entry is not None))
            rows.append(
                {
                    "group": fold(group.heading) or "(no heading)",
                    "year": str(year or "not known"),
                    "key": key,
                    "anchor": anchors[key],
                }
            )
    return dots, rows


def _entry_line(key: str, entry: Entry | None, anchor: str, claims: list[dict[str, Any]]) -> dict[str, Any]:
    where = ", ".join(source.label for source in entry.sources or (entry.source,)) if entry is not None else ""
    return {
        "key": key,
        "anchor": anchor,
        "reference": reference(entry),
        "where": f"Read in {where}." if where else "",
        "claims": [claim["number"] for claim in claims if key in claim["citations"]],
    }


def reference(entry: Entry | None, *, title: bool = True) -> str:
    """An entry in words: authors, year, title, venue; what is not known is left out."""
    if entry is None:
        return "No such entry in the corpus."
    names = "; ".join(str(author) for author in entry.authors) + (" and others" if entry.more_authors else "")
    year = f"({entry.year})" if entry.year else ""
    parts = [stopped(f"{names} {year}") if names or year else ""]
    if title:
        parts.append(stopped(entry.title) if fold(entry.title) else "No title in the corpus.")
    if entry.venue:
        parts.append(stopped(entry.venue))
    return " ".join(part for part in parts if part)


def short_reference(key: str, entry: Entry | None) -> str:
    """How a citation reads within the text: family names and year; the key where there is no author."""
    if entry is None:
        return f"{key}: no such entry"
    names = [author.family for author in entry.authors]
    if not names:
        return key
    many = len(names) > 2 or entry.more_authors
    who = f"{names[0]} et al." if many else " and ".join(names)
    return f"{who} {entry.year}" if entry.year else who


def _links(entry: Entry) -> list[dict[str, str]]:
    """Addresses that a browser may follow: only http and https."""
    found = []
    if entry.doi:
        found.append({"text": f"doi:{entry.doi}", "url": f"https://doi.org/{entry.doi}"})
    if entry.arxiv:
        found.append({"text": f"arXiv:{entry.arxiv}", "url": f"https://arxiv.org/abs/{entry.arxiv}"})
    if entry.url and re.match(r"https?://", entry.url):
        found.append({"text": entry.url, "url": entry.url})
    return found


@lru_cache(maxsize=1)
def _template() -> Template:
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return environment.from_string(_file("page.jinja"))


def _unescaped(text: str) -> str:
    from markupsafe import Markup

    return Markup(text)


@lru_cache(maxsize=4)
def _file(name: str) -> str:
    return (_PAGE / name).read_text("utf-8")


def _inert(data: str) -> str:
    """JSON that no HTML parser can take for anything else: what could end its element is written by number."""
    return re.sub("[<>&\u2028\u2029]", lambda match: f"\\u{ord(match[0]):04x}", data)


_DATA = re.compile(r'<script type="application/json" id="draft-json">\n?(.*?)</script>', re.DOTALL)


def draft_within(page: str) -> str | None:
    """The Draft JSON that an evidence page carries, or None where the text is no such page."""
    match = _DATA.search(page)
    return match[1] if match else None


def not_shown(draft: Draft, page: str) -> str:
    """The first sentence of a draft that the text of its page does not show; empty where it shows them all."""
    main = re.search(r"<main\b.*?</main>", page, re.DOTALL)
    shown = _bare(unescape(re.sub(r"<[^>]*>", " ", main[0] if main else page)))
    sentences = (split_final(sentence.text)[0] for _, sentence in draft.sentences())
    return next((said for said in sentences if _bare(said) not in shown), "")


def _bare(text: str) -> str:
    return "".join(text.split())


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
