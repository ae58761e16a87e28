"""A draft as a document: docx, odt, typst or plain html through pandoc, with citations set by a CSL style.

Pandoc reads our own Markdown with everything switched off that could carry raw HTML or TeX, and the cited entries as
CSL-JSON; its `--sandbox` keeps it from opening any other file. The same draft gives the same bytes: dates inside of the
containers are fixed. Nothing here writes to the user's folders.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from writer.draft import Draft
from writer.entry import Corpus, Entry
from writer.errors import UserError
from writer.rendering.card import Card, card_markdown
from writer.rendering.claims import fold
from writer.rendering.csl import csl_item
from writer.rendering.language import language_code
from writer.rendering.markdown import to_markdown

DOCUMENTS = {"docx": "docx", "odt": "odt", "typst": "typst", "plain-html": "html5"}
"""Format names, and what pandoc calls them. `html` by itself is the evidence page, which is ours."""
STYLES = ("author-year", "numeric")
"""The styles that come with this package; any other is the path of a `.csl` file."""
REFERENCES = "references.json"
"""The name under which a document's own Markdown finds its references."""
_STYLES_FOLDER = Path(__file__).parent / "styles"
# Markdown as we write it: nothing that passes through unread.
_READ = "markdown-raw_html-raw_tex-raw_attribute-native_divs-native_spans-latex_macros-tex_math_dollars+fenced_divs"
# The key at the head of a footnote's reading. In brackets every style makes a link of it, by which it is read back.
_NOTED = re.compile(r"((?:^\[\^\d+\]: [\w-]+\.|;) )(@(?:\{[^{}\n]+\}|[^\s,{};]+))(?=, )", re.MULTILINE)
_SECONDS = 120
_FIRST_WORDS = 6
_ADDRESSES = {"URL": re.compile(r"https?://[^\s<>\"]+"), "DOI": re.compile(r"10\.[^\s<>\"]+")}
"""What may stand in a field that becomes a link."""
_HINT = "install pandoc, or: pip install 'writer[documents]'"


def to_document(
    draft: Draft, corpus: Corpus, form: str, *, style: str = "author-year", card: Card | None = None
) -> bytes:
    """The draft in one of the `DOCUMENTS` formats, its citations in one of `STYLES` or the `.csl` file named.

    With `card` that follows as an appendix.

    Raises UserError where pandoc is missing, fails or takes too long, and for a style that is not there.
    """
    text = to_markdown(draft, corpus, bibliography=REFERENCES)
    if card is not None:
        text += "\n" + card_markdown(card)
    language = str(dict(draft.settings).get("language") or "")
    return document_of(text, corpus, draft.cited(), form, style=style, language=language)


def document_of(
    markdown: str,
    corpus: Corpus,
    cited: Iterable[str],
    form: str,
    *,
    style: str = "author-year",
    language: str = "",
) -> bytes:
    """A document made of our own Markdown, which cites from the bibliography `REFERENCES`. For all else see above."""
    if form not in DOCUMENTS:
        raise UserError(f"there is no document format {form!r}", hint=f"choose one of: {', '.join(DOCUMENTS)}")
    csl = style_file(style)
    with tempfile.TemporaryDirectory(prefix="writer-") as name:
        folder = Path(name)
        (folder / REFERENCES).write_text(_references(cited, corpus), "utf-8")
        (folder / "draft.md").write_text(_NOTED.sub(r"\1[\2]", markdown), "utf-8")
        out = folder / f"draft.{form}"
        _run([
            pandoc(), "--from", _READ, "--to", DOCUMENTS[form], "--standalone", "--citeproc", "--sandbox",
            "--csl", str(csl), "--bibliography", REFERENCES, "--shift-heading-level-by", "-1",
            "--metadata", f"lang={language_code(language) or 'en'}", "--output", str(out), "draft.md",
        ], folder)  # fmt: skip
        return out.read_bytes()


def _references(cited: Iterable[str], corpus: Corpus) -> str:
    """The cited entries as CSL-JSON; where there is no author, a style names them by a short title."""
    items = []
    for key in cited:
        entry = corpus.get(key)
        if entry is not None:
            item = csl_item(key, replace(entry, abstract=""))
            item.setdefault("title", _untitled(entry))
            item["title-short"] = _short(item["title"])
            # Pandoc makes a link of any address it is given, also of one that runs a script.
            items.append({name: value for name, value in item.items() if _is_printable(name, value)})
    return json.dumps(items, ensure_ascii=False, sort_keys=True)


def _is_printable(name: str, value: Any) -> bool:
    form = _ADDRESSES.get(name)
    return form is None or form.fullmatch(str(value)) is not None


def _untitled(entry: Entry) -> str:
    """What names an entry without a title: the first words of its abstract, else its key."""
    words = fold(entry.abstract).split()
    return f"{' '.join(words[:_FIRST_WORDS])} … [untitled abstract]" if words else entry.key


def _short(title: str) -> str:
    """The title up to its colon where that is short, else its first words and an ellipsis."""
    name = title.partition(": ")[0]
    words = name.split()
    return name if len(words) <= _FIRST_WORDS else " ".join(words[:4]).rstrip(",;:-–—") + " …"


def style_file(style: str) -> Path:
    """The `.csl` file of a style's name or path. Raises UserError where there is none."""
    path = _STYLES_FOLDER / f"{style}.csl" if style in STYLES else Path(style)
    if not path.is_file():
        raise UserError(
            f"there is no citation style {style!r}",
            hint=f"choose {' or '.join(STYLES)}, or give the path of a .csl file",
        )
    return path.resolve()


@lru_cache(maxsize=1)
def pandoc() -> str:
    """The path of pandoc: the one of the extra `documents`, else the system's. Raises UserError where there is none."""
    try:
        import pypandoc  # type: ignore[import-untyped,import-not-found,unused-ignore]

        return str(pypandoc.get_pandoc_path())
    except (ImportError, OSError):
        found = shutil.which("pandoc")
    if found is None:
        raise UserError("pandoc is not on this machine, and documents are made by it", hint=_HINT)
    return found


def _run(command: list[str], folder: Path) -> None:
    # Fixed dates inside of docx and odt, and no configuration of the user's that would change the bytes.
    environment = {"SOURCE_DATE_EPOCH": "315532800", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise UserError(f"pandoc took longer than {_SECONDS} s", hint="try a smaller draft") from error
    except OSError as error:
        raise UserError(f"pandoc cannot be run: {error.strerror}", hint=_HINT) from error
    if done.returncode:
        told = " ".join(done.stderr.split())[:500] or f"exit code {done.returncode}"
        raise UserError(f"pandoc failed: {told}", hint=f"pandoc 3.1 or newer is needed: {_HINT}")
