"""Reading a corpus: files of many formats in, one `Corpus` of clean entries out.

`load` reads, merges and gives keys; `entries` streams and keeps nothing; `digest` says whether two corpora hold the
same. One file per format, listed in `writer.corpus.readers`; what they hand over is a `Record`, what leaves this room
is an `Entry`.
"""

from __future__ import annotations

from writer.corpus.canonical import digest
from writer.corpus.load import load
from writer.corpus.reading import entries

__all__ = ["digest", "entries", "load"]
