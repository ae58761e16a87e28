"""Reading manuscripts: Markdown, LaTeX, plain text and documents in, one `Manuscript` of sentences out.

One file per format, listed in `writer.manuscripts.read`; `prose` turns what they find into sentences that know where
they stand. Nothing is judged here: whether a key exists, and whether the sentence is right, is the checker's question.
"""

from __future__ import annotations

from writer.manuscripts.read import read_manuscript

__all__ = ["read_manuscript"]
