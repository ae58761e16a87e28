"""Why an entry of a corpus is one work, and which others it was not joined with although they are like it.

It looks at a corpus as it was merged and changes nothing; what should be otherwise is said with `Decisions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from writer.corpus import likeness
from writer.corpus.candidates import shared
from writer.corpus.decisions import record_digest
from writer.corpus.marks import Marks, contradiction, other_piece
from writer.entry import Corpus, Entry, Merge, Source


@dataclass(frozen=True, slots=True)
class Apart:
    """Another entry that shares something with the one explained, what they share, and what kept them apart."""

    key: str
    source: Source
    shared: str
    against: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Of one entry: the merge that made it, if any, and the entries that are like it and were kept apart."""

    key: str
    records: tuple[tuple[str, Source], ...]
    """The records it was made of, each by the digest that a decision can name."""
    merge: Merge | None
    apart: tuple[Apart, ...]

    def as_text(self) -> str:
        """The explanation in lines, for a terminal."""
        lines = [f"{self.key}: {self.merge.because if self.merge else 'read once'}"]
        lines += ["  records", *(f"    {name}  {place}" for name, place in self.records)]
        if self.merge is not None:
            lines += ["  joined by", *(f"    {m.one} and {m.other}: {m.because}" for m in self.merge.matches)]
            lines += ["  fields", *(f"    {name} from {place}" for name, place in self.merge.fields)]
        if self.apart:
            lines.append("  kept apart from")
            lines += [f"    {one.key} ({one.source}): {one.shared}, but {one.against}" for one in self.apart]
        return "\n".join(lines) + "\n"


def explain(corpus: Corpus, key: str) -> Explanation:
    """Why the entry under this key or alias is one work and others are not. Raises KeyError for an unknown key.

    The reasons against are those of the entries as they are now; each may have been read from several records.
    """
    entry = corpus[key]
    merge = next((merge for merge in corpus.merged if merge.kept == entry.key), None)
    records = merge.records if merge else ((record_digest(entry), entry.source),)
    apart = sorted(_kept_apart(corpus, entry), key=lambda one: one.key)
    return Explanation(entry.key, records, merge, tuple(apart))


def _kept_apart(corpus: Corpus, entry: Entry) -> Iterator[Apart]:
    entries = [entry, *(other for other in corpus if other is not entry)]
    # The entry stands first, so whoever shares a bucket with place 0 shares something with it.
    others = {place for buckets in shared(entries) for places in buckets if 0 in places for place in places} - {0}
    own = Marks(entry)
    for place in others:
        mark = Marks(entries[place])
        if common := _common(own, mark):
            yield Apart(mark.entry.key, mark.entry.source, common, _against(own, mark))


def _common(one: Marks, other: Marks) -> str:
    if one.doi and one.doi == other.doi:
        return f"the same DOI {one.doi}"
    if one.pmid and one.pmid == other.pmid:
        return f"the same PMID {one.pmid}"
    if one.arxiv and one.arxiv == other.arxiv:
        return f"the same arXiv id {one.arxiv}"
    if one.title and one.title == other.title:
        return "the same title"
    found = likeness.likeness(one, other)
    return f"abstracts alike by {found:.2f}" if found >= likeness.NEAR else ""


def _against(one: Marks, other: Marks) -> str:
    by_id = (one.doi and one.doi == other.doi) or (one.pmid and one.pmid == other.pmid)
    if by_id or (one.arxiv and one.arxiv == other.arxiv):
        return other_piece(one, other) or "the titles have too little in common"
    if found := contradiction(one, other):
        return found
    if one.title != other.title:
        return likeness.opposed(one, other) or "authors and titles say too little for it"
    if likeness.is_generic(one):
        return "the title is one that many works bear"
    if not likeness.same_by_title(one, other):
        return "the abstracts say other things"
    return "it could as well be the same work as another that this one contradicts, or a decision keeps it apart"
