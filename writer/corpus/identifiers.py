"""What identifies a work wherever it is written: DOI, arXiv id, PubMed id, year.

Each function takes what a field says and gives the bare value, or None when the field holds no such thing.
"""

from __future__ import annotations

import re

_DOI = re.compile(r"(?:https?://)?(?:(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_ARXIV_ID = r"(?P<id>\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}(?!\d)|[a-z][a-z-]+(?:\.[A-Z]{2})?/\d{7}(?!\d))(?:v\d+)?"
_ARXIV_BARE = re.compile(rf"(?:arxiv:\s*)?{_ARXIV_ID}(?:\s*\[[\w.-]+\])?", re.IGNORECASE)
_ARXIV_WITHIN = re.compile(rf"(?:arxiv\.org/(?:abs|pdf|html)/|arxiv[:.]\s*|\babs/){_ARXIV_ID}", re.IGNORECASE)
_ESCAPES = re.compile(r"[\\{}]")
_PMID = re.compile(
    r"(?:(?:https?://)?(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/|pmid:?\s*)?"
    r"0*([1-9]\d{0,8})(?:\.0)?/?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")


def doi(text: str) -> str | None:
    """The bare DOI of `https://doi.org/10.…`, `doi:10.…` or `10.…`, in the case it was written in."""
    if "10." not in text:
        return None
    bare = _ESCAPES.sub("", text) if "\\" in text or "{" in text or "}" in text else text
    match = _DOI.fullmatch(bare.strip())
    return match[1].rstrip(".,;") if match else None


def arxiv(text: str) -> str | None:
    """The id of a field that holds nothing else: `2203.02155v2` gives `2203.02155`."""
    if not text:
        return None
    match = _ARXIV_BARE.fullmatch(text.strip().strip("{}"))
    return _bare(match) if match else arxiv_within(text)


def arxiv_within(text: str) -> str | None:
    """The id in an address or a journal: `https://arxiv.org/pdf/2203.02155v2`, `arXiv preprint arXiv:2203.02155`."""
    if "arxiv" not in (lower := text.lower()) and "abs/" not in lower:
        return None
    match = _ARXIV_WITHIN.search(text)
    return _bare(match) if match else None


def pmid(text: str) -> str | None:
    """The number of `12345678`, `PMID: 12345678` or PubMed's address; `.0` is what tables make of it."""
    match = _PMID.fullmatch(text.strip()) if text else None
    return match[1] if match else None


def year(text: str) -> int | None:
    """The first year from 1500 to 2099 in a year or date."""
    match = _YEAR.search(text)
    return int(match[1]) if match else None


def _bare(match: re.Match[str]) -> str:
    # The old ids name a class (`cs.CL/0301001`) that is not part of what identifies the paper.
    return re.sub(r"\.[A-Za-z]{2}/", "/", match["id"])
