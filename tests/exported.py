"""Entries of all shapes, and whether an export of them reads back the same."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import strategies as st

from writer.corpus.canonical import content
from writer.corpus.record import Reader, Record, to_entry
from writer.entry import Author, Entry, Source
from writer.text import clean

_WORDS = """amber & basin < cedar > 50% delta $x^2$ {Ember} \\alpha fjord &amp;lt; CO_2
    “glade” über kelp; don't # @x ~ --""".split()
_PROSE = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=8).map(" ".join)
# Names and venues are kept as they were cleaned, with nothing raw beside: those that cleaning leaves alone.
_PLAIN = st.lists(
    st.sampled_from("Roe Berg O'Neil Müller van the Kelp-Meadow Ada J.".split()), min_size=1, max_size=3
).map(" ".join)
_AUTHORS = st.lists(
    st.builds(Author, _PLAIN, st.one_of(st.just(""), _PLAIN, st.just("Hans, Jr.")))
    | st.just(Author("Cedar, Delta and Sons")),
    max_size=3,
)


@st.composite
def entries(draw: st.DrawFn, kinds: tuple[str, ...]) -> Entry:
    """An entry as some reader of ours made it."""
    title = draw(st.one_of(st.just(""), _PROSE))
    record = Record(
        Source("x", 1),
        title=title,
        abstract=draw(_PROSE if not title else st.one_of(st.just(""), _PROSE)),
        authors=tuple(draw(_AUTHORS)),
        more_authors=draw(st.booleans()),
        year=draw(st.none() | st.integers(1500, 2099)),
        venue=draw(st.none() | _PLAIN),
        doi=draw(st.sampled_from([None, "10.1000/Ab_1", "10.1000/x;y<z>"])),
        arxiv=draw(st.sampled_from([None, "2001.01234", "cs/0301001"])),
        url=draw(st.sampled_from([None, "https://example.org/a;b?c=1&d=2", "https://arxiv.org/abs/2001.01234"])),
        kind=draw(st.sampled_from(kinds)),
        pmid=draw(st.sampled_from([None, "123"])),
        language=draw(st.sampled_from([None, "en", "de"])),
    )
    entry = to_entry(record)
    # An address that names an arXiv id gives the entry one wherever it is read.
    if entry.url and "arxiv.org" in entry.url:
        entry = replace(entry, arxiv="2001.01234")
    return entry


def is_text(entry: Entry) -> bool:
    """Whether cleaning left a title or an abstract, each of which reading its raw text gives again."""
    return bool(entry.title or entry.abstract) and all(
        clean(text) == text or clean(raw) == text
        for text, raw in ((entry.title, entry.raw_title), (entry.abstract, entry.raw_abstract))
    )


def read_back(reader: Reader, text: str) -> list[Entry]:
    records, skipped = reader.read(text, "export")
    assert skipped == []
    return [to_entry(record) for record in records]


def told(entry: Entry) -> dict[str, object]:
    """What counts for the digest of a corpus."""
    found: dict[str, object] = json.loads(content(entry))
    return found
