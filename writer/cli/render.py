"""`writer render FILE --corpus PATH…`: a draft, as it was kept or as a person edited it, in any format."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from writer.cli.drafting import add_output, output_of, tell_problem, verdicts_told
from writer.cli.options import add_corpus, read_corpus, say

if TYPE_CHECKING:
    from writer.draft import Draft
    from writer.entry import Corpus


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `writer render`."""
    parser.add_argument(
        "file", metavar="FILE", help="a Draft JSON, an evidence page, or an edited .md, .tex, .docx … of a draft"
    )
    add_corpus(parser)
    parser.add_argument(
        "--draft", type=Path, metavar="FILE", help="the Draft JSON that was edited: keeps its settings, counts changes"
    )
    parser.add_argument(
        "--lossy", action="store_true", help="render although tables, figures or formulas will be lost (they are told)"
    )
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Check and write; 1 where something would be lost and --lossy is not given."""
    from dataclasses import replace

    from writer.drafting.edited import changes, draft_of, lost
    from writer.manuscripts import read_manuscript
    from writer.rendering import card_of, format_named, to_bibtex

    output = output_of(args)
    corpus = read_corpus(args.corpus)
    original = kept_draft(args.draft) if args.draft is not None else None
    draft = _kept_or_none(Path(args.file), corpus)
    if draft is None:
        manuscript = read_manuscript([args.file])
        gone = lost(manuscript)
        for what, place in gone:
            say(f"{place}: a draft cannot hold {what}: it would be lost")
        if gone and not args.lossy:
            say("nothing was written; --lossy renders all the same")
            return 1
        draft = draft_of(manuscript, corpus, _over(original, corpus) if original is not None else None)
    made = changes(original, draft) if original is not None else None
    look = replace(output.look, changes=made)
    result = format_named(output.format).render(draft, corpus, look)
    output.write(result, lambda: to_bibtex(draft, corpus), lambda: card_of(draft, made))
    say(verdicts_told(draft) + (f"; {made.told()}" if made is not None else ""))
    for problem in draft.problems:
        tell_problem(problem)
    return 0


def _kept_or_none(path: Path, corpus: Corpus) -> Draft | None:
    """The draft that a Draft JSON or an evidence page holds, checked anew; None for any other file."""
    from writer.checking import checked

    if path.suffix.lower() not in (".json", ".html", ".htm"):
        return None
    if path.suffix.lower() != ".json" and draft_text(path) is None:
        return None
    return checked(_over(kept_draft(path), corpus), corpus)


def _over(draft: Draft, corpus: Corpus) -> Draft:
    """The draft as one over the corpus at hand, whose verdicts it will carry; told where that is another one."""
    from dataclasses import replace

    if draft.corpus_digest == corpus.digest:
        return draft
    say("the corpus at hand is not the one that was drafted from: verdicts and entries are those of the one at hand")
    return replace(draft, corpus_digest=corpus.digest, corpus_entries=len(corpus), corpus_sources=corpus.sources)


def draft_text(path: Path) -> str | None:
    """The Draft JSON in a file: all of a `.json`, the data of an evidence page; None for a page without it."""
    return _within(path, _text(path))


def _text(path: Path) -> str:
    from writer.manuscripts.source import decode, read_bytes

    return decode(read_bytes(path), str(path))


def _within(path: Path, text: str) -> str | None:
    from writer.rendering.html import draft_within

    return text if path.suffix.lower() == ".json" else draft_within(text)


def kept_draft(path: Path) -> Draft:
    """The draft that a file holds. Raises UserError, naming the file, where it holds none, or not the one it shows."""
    from writer.errors import UserError
    from writer.rendering import from_json
    from writer.rendering.html import not_shown

    text = _text(path)
    data = _within(path, text)
    if data is None:
        raise UserError(f"{path} holds no draft", hint="give a Draft JSON (--format json) or an evidence page")
    try:
        draft = from_json(data)
    except UserError as error:
        error.add_note(f"in {path}")
        raise
    if path.suffix.lower() != ".json" and (missing := not_shown(draft, text)):
        raise UserError(
            f"{path} was edited: it does not show “{missing}”, which the draft in it says",
            hint="edit the Markdown, LaTeX or document of a draft; an evidence page is for reading",
        )
    return draft
