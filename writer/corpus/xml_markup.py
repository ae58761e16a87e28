"""The text of an element whose words stand in italics, in styles, or raised and lowered."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

_SCRIPTS = {"sup": "^", "superscript": "^", "sub": "_", "subscript": "_"}
_FIGURES = re.compile(r"[0-9+=()-]{1,20}")


def marked_text(element: Element | None) -> str:
    """All text within an element, its raised and lowered figures in the signs that `clean` knows.

    10<sup>3</sup> must not become 103.

    >>> from xml.etree.ElementTree import fromstring
    >>> marked_text(fromstring("<a>10<sup>−3</sup> <i>g</i> of CO<style face='subscript'>2</style></a>"))
    '10^{-3} g of CO_{2}'
    """
    return "" if element is None else "".join(_parts(element)).strip()


def _parts(element: Element) -> list[str]:
    parts = [element.text or ""]
    for child in element:
        inner = "".join(_parts(child))
        sign = _SCRIPTS.get(child.tag.lower()) or next(
            (_SCRIPTS[face] for face in child.get("face", "").split() if face in _SCRIPTS), ""
        )
        figures = inner.strip().replace("−", "-")
        parts += [f"{sign}{{{figures}}}" if sign and _FIGURES.fullmatch(figures) else inner, child.tail or ""]
    return parts
