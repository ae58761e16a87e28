"""BM25 over title and abstract as one field, with tantivy: the reading side, and the cached index of a corpus.

One combined field ranks better than two with boosts (measured: nDCG@10 .687 against .621 on SciFact). What an entry is
to the index stands in `writer.retrieval.fields`; an index that changes is `writer.retrieval.growing`.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from writer.entry import Corpus, Entry
from writer.errors import UserError
from writer.retrieval import soundness
from writer.retrieval.fields import all_marks, damaged, document, is_damage, make, mark, opened, query_for, writer_of
from writer.retrieval.index import Filters

VERSION = 3
"""Changes with the fields, their order or how terms are made; an index of another version is built anew."""

TOLD = "writer.json"
_MORE = 20
_WORTH_GROWING = 2_000
"""Below so many entries an index is built sooner than an older one is looked through."""
_Found = TypeVar("_Found")


class TantivyIndex:
    """One version of an index, as it was when it was opened; see `open_index` and `GrowingIndex.snapshot`."""

    def __init__(
        self,
        index: Any,
        digest: str,
        *,
        searcher: Any = None,
        entries: int | None = None,
        version: int = 0,
        mend: Callable[[], Any] | None = None,
    ) -> None:
        self._index = index
        self._searcher = index.searcher() if searcher is None else searcher
        self._entries = int(self._searcher.num_docs) if entries is None else entries
        self._mend = mend
        self.digest = digest
        self.version = version
        """The number of the commit in an index that grows; 0 for that of a corpus."""

    def __len__(self) -> int:
        return self._entries

    def document_frequency(self, term: str) -> int:
        """In how many entries a stem occurs."""
        return self._sound(lambda: int(self._searcher.doc_freq("text", term)))

    def search(self, terms: Mapping[str, float], k: int, filters: Filters | None = None) -> list[tuple[str, float]]:
        """The best `k` (citation key, BM25 score), best first; equal scores in the order of the keys.

        Filters choose among the hits and leave the scores as they are.
        """
        if k <= 0 or not len(self):
            return []
        return self._sound(lambda: self._search(terms, k, filters))

    def _search(self, terms: Mapping[str, float], k: int, filters: Filters | None) -> list[tuple[str, float]]:
        query = query_for(self._index.schema, terms, filters)
        if query is None:
            return []
        search, document, all_of_them = self._searcher.search, self._searcher.doc, self._searcher.num_docs
        # A few more than asked for, so that a tie at the end is cut by key and not by chance.
        limit = min(k + _MORE, all_of_them)
        found = search(query, limit, count=False).hits
        # Within one segment ties come in the order of the keys; across several the whole tie must be seen.
        while self._searcher.num_segments > 1 and len(found) == limit < all_of_them and _alike(found[k - 1], found[-1]):
            limit = min(limit * 4, all_of_them)
            found = search(query, limit, count=False).hits
        last = round(found[k - 1][0], 6) if len(found) > k else float("-inf")
        hits = [
            (-rounded, str(document(address)["key"][0]))
            for score, address in found
            if (rounded := round(score, 6)) >= last
        ]
        hits.sort()
        return [(key, -score) for score, key in hits[:k]]

    def _sound(self, ask: Callable[[], _Found]) -> _Found:
        """What is asked for; where the files turn out to be damaged, from an index that was built anew."""
        try:
            return ask()
        except BaseException as error:
            if not is_damage(error):
                raise
            if self._mend is None:
                raise damaged(str(error)) from error
            mend, self._mend = self._mend, None
            self._index = mend()
            self._searcher = self._index.searcher()
            return ask()


def _alike(one: tuple[float, Any], other: tuple[float, Any]) -> bool:
    return round(float(one[0]), 6) == round(float(other[0]), 6)


# The index of a corpus, kept in a cache --------------------------------------------------------------------------


def open_index(corpus: Corpus, cache: Path | None = None) -> TantivyIndex:
    """The index of a corpus: from `cache` when it is there and whole, else built (and kept there).

    An index lies in a folder named by the corpus digest: another corpus is another folder, and a folder is moved into
    place only when it is whole. Where the cache holds the index of a corpus to which entries were only added, that one
    is copied and the new entries join it, with the very scores of an index built anew. (Where entries changed or went,
    an index built on the old one would rank by words that are no longer there, and by what the cache happened to hold;
    so it is built anew.) A damaged folder, or one that another version wrote, is built anew, also where the damage
    shows in the middle of a search. A cache that cannot be written costs nothing but the time to build: the index is
    then held in memory.
    """
    if cache is None:
        return _build(corpus, None)
    folder = cache / "index" / f"v{VERSION}-{corpus.digest.removeprefix('sha256:')[:32]}"
    found = _open(folder, corpus)
    if found is not None:
        return found
    import tempfile

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix="building-", dir=folder.parent))
    except OSError:
        return _build(corpus, None)
    try:
        if not _grown(corpus, folder.parent, building):
            _build(corpus, building)
        soundness.note(building)
        (building / TOLD).write_text(json.dumps(_told(corpus)), "utf-8")
        return _moved(building, folder, corpus) or _build(corpus, None)
    except (OSError, ValueError):  # ValueError: what tantivy raises where it cannot write
        return _build(corpus, None)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _told(corpus: Corpus) -> dict[str, object]:
    return {"digest": corpus.digest, "version": VERSION, "entries": len(corpus)}


def _moved(building: Path, folder: Path, corpus: Corpus) -> TantivyIndex | None:
    """The index opened in its place. What stands there already is kept if it is whole: another was quicker."""
    for _ in range(2):
        with contextlib.suppress(OSError):  # a folder that is there and not empty is not replaced
            building.replace(folder)
        found = _open(folder, corpus)
        if found is not None:
            return found
        shutil.rmtree(folder, ignore_errors=True)
    return None


def _open(folder: Path, corpus: Corpus) -> TantivyIndex | None:
    try:
        if json.loads((folder / TOLD).read_text("utf-8")) != _told(corpus) or not soundness.is_sound(folder):
            return None
        index = TantivyIndex(opened(folder), corpus.digest, mend=lambda: _mended(folder, corpus))
    except (OSError, ValueError, UserError):
        return None
    return index if len(index) == len(corpus) else None


def _mended(folder: Path, corpus: Corpus) -> Any:
    shutil.rmtree(folder, ignore_errors=True)
    again = _build(corpus, None) if folder.exists() else open_index(corpus, folder.parent.parent)
    return again._index


def _build(corpus: Corpus, folder: Path | None) -> TantivyIndex:
    index = make(folder)
    # In the order of the keys: tantivy cuts ties by position, and one digest may stand for several orders.
    _add(index, (entry for _, entry in sorted(corpus.entries.items())))
    return TantivyIndex(index, corpus.digest)


def _add(index: Any, entries: Iterable[Entry]) -> None:
    writer = writer_of(index)
    for entry in entries:
        writer.add_document(document(entry, mark(entry)))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()


def _grown(corpus: Corpus, indexes: Path, building: Path) -> bool:
    """Whether an index beside this one was made part of it: one whose entries are all in the corpus, unchanged."""
    candidates = _smaller(indexes, len(corpus)) if len(corpus) >= _WORTH_GROWING else []
    marks = {mark(entry): entry for entry in corpus} if candidates else {}
    for folder in candidates:
        try:
            held = all_marks(opened(folder)) if soundness.is_sound(folder) else set()
            if not held or not held <= marks.keys():
                continue
            for path in folder.iterdir():
                if path.name not in (TOLD, soundness.NOTE) and path.suffix != ".lock":
                    _link(path, building / path.name)
            added = [entry for its_mark, entry in marks.items() if its_mark not in held]
            _add(opened(building), sorted(added, key=lambda entry: entry.key))
        except (OSError, ValueError, UserError):
            _emptied(building)
        else:
            return True
    return False


def _smaller(indexes: Path, entries: int) -> list[Path]:
    """The folders of indexes with at most so many entries and at least half of them, the two fullest first."""
    found = []
    for told in indexes.glob(f"v{VERSION}-*/{TOLD}"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            held = int(json.loads(told.read_text("utf-8"))["entries"])
            if entries / 2 <= held <= entries:
                found.append((held, told.parent))
    return [folder for _, folder in sorted(found, reverse=True)[:2]]


def _link(source: Path, target: Path) -> None:
    # No file of an index is ever changed in its place, so two folders can share one.
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)


def _emptied(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink(missing_ok=True)
