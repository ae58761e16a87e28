"""Who the prose names as the author of something: `Smith et al.`, `Smith and Lee (2021)`, `(Smith, 2020; Lee, 2021)`.

Only phrases that cite are looked for; a year that dates an event, and a name without a year, are none. Whether the
name is one of a cited entry is asked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from writer.text import STOP_WORDS, clean_with_origin

_PARTICLE = r"(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|ter|ten|el|bin|ibn|zu|zur|af|av)"
_CAPITAL = r"(?:[dDlL][’']|al-|el-)?[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:[’'‐‑-][^\W\d_]+)*"
_UNIT = rf"(?:{_CAPITAL}|{_PARTICLE})"
_NAME = rf"(?:[A-Z]\.[\s-]?){{0,3}}{_UNIT}(?:\s+(?:[A-Z]\.|{_UNIT})){{0,5}}(?:,\s+(?:[A-Z]\.[\s-]?){{1,3}})?"
_NAMES = re.compile(
    rf"(?<![\w’'.‐‑-])(?:(?P<list>{_NAME}(?:,\s+{_NAME}){{0,7}}),?\s+(?:and|&)\s+)?(?P<last>{_NAME})"
    r"(?:[’']s?)?(?P<gap>,?\s*)$"
)
_YEAR = r"(?:1[89]|20)\d\d[a-z]?"
_YEARS = rf"{_YEAR}(?:\s*[,;/&]\s*{_YEAR}|,\s?[a-z]\b)*"
_ANCHOR = re.compile(
    r"(?P<others>\bet\.?\s+al\b\.?|\b(?:and|&)\s+(?:colleagues|co-?workers|collaborators)\b)"
    rf"|(?<![\d.,\w–-])(?P<year>{_YEARS})(?=\s*(?:[;,:)\]]|$))"
)
_YEARS_AFTER = re.compile(rf"(?:[’']s?)?,?\s*(?P<open>\()?(?P<years>{_YEARS})(?=\s*(?:[;,:.)\]]|$))(?(open)\)?)")
_IN_YEAR = re.compile(rf"\b[Ii]n\s+({_YEAR}),?\s+$")
_LISTED = re.compile(r"(?<!\w)[^\W\d_a-zß-öø-ÿ][\w’'‐‑-]*,\s+$")
_LONGEST = 200
"""Characters before an anchor in which its names are looked for."""

_LEADS = STOP_WORDS | frozenset(
    """see cf compare following unlike besides despite recent earlier later prior previous notably similarly
    additionally recently specifically finally first second third next contrary according given when inspired""".split()
)
# Words that stand before a year in brackets, or before `and`, and are nobody's name.
NOT_NAMES = frozenset(
    """january february march april may june july august september october november december jan feb mar apr jun jul
    aug sep sept oct nov dec spring summer autumn fall winter monday tuesday wednesday thursday friday saturday sunday
    table tables figure figures fig section sections chapter chapters appendix equation equations theorem lemma
    algorithm part volume phase study studies experiment experiments version versions task tasks track wave round
    season act law bill directive treaty agreement convention conference workshop symposium proceedings challenge cup
    olympics games census survey report review protocol edition release update standard guideline guidelines criteria
    framework declaration resolution policy programme program project dataset datasets corpus benchmark benchmarks
    collection model models method methods test tests data results model system systems index score scale war crisis
    pandemic election elections revolution reform budget copyright press university journal transactions letters
    africa america asia europe australia austria belgium brazil canada chile china colombia cuba denmark egypt england
    ethiopia finland france germany ghana greece hungary india indonesia iran iraq ireland israel italy japan kenya
    korea kuwait malaysia mexico morocco nepal netherlands nigeria norway pakistan peru philippines poland portugal
    romania russia scotland singapore spain sudan sweden switzerland syria taiwan tanzania thailand turkey uganda
    ukraine vietnam wales zimbabwe london paris berlin beijing wuhan tokyo delhi york boston chicago washington geneva
    california texas florida kyoto copenhagen brexit wikipedia internet english chinese german french spanish arabic
    eq eqs vol no ref refs note notes example item page pages line step level stage group class category type""".split()
)
_ORGANISATION = frozenset(
    """organization organisation collaboration consortium team group institute university committee network foundation
    association agency ministry commission society council""".split()
)
_REPORTS = re.compile(
    r"\s*(?:also\s+|first\s+|further\s+|recently\s+)?(?:show|find|found|report|propos|introduc|present|argu|demonstrat"
    r"|suggest|observ|describ|stud(?:y|i)|investigat|examin|develop|use[sd]?\b|conclu|claim|not(?:e|ed|es)\b|evaluat"
    r"|compar|provid|identif|reveal|explor|analy|extend|review|point(?:s|ed)?\s+out|discuss|confirm|apply|applied)"
)
_BEFORE_BRACKETED = re.compile(r"(?:[(\[;,]|\b(?:see|e\.g\.,?|cf\.|also|and|by|in))\s*$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase that cites by name: `text[start:end]`."""

    text: str
    names: tuple[str, ...]
    others: bool
    """It says `et al.`: the name is the first author's."""
    years: tuple[int, ...]
    start: int
    end: int
    plausible: bool
    """Whether it can hardly be anything but people and a year, also where nobody knows the name."""


@lru_cache(maxsize=1 << 12)
def mentions(text: str) -> tuple[Mention, ...]:
    """The phrases of a text that cite by name, in order. Offsets count in the text as given, LaTeX and all."""
    if "\\" in text:
        cleaned = clean_with_origin(text)
        return tuple(_moved(found, *cleaned.raw_span(found.start, found.end)) for found in _mentions(cleaned.text))
    return tuple(_mentions(text))


def _moved(found: Mention, start: int, end: int) -> Mention:
    return Mention(found.text, found.names, found.others, found.years, start, end, found.plausible)


def _mentions(text: str) -> Iterator[Mention]:
    done = 0
    for anchor in _ANCHOR.finditer(text):
        if anchor.start() < done or not _after_capital(text, anchor.start()):
            continue
        found = _by_others(text, anchor, done) if anchor["others"] else _by_year(text, anchor, done)
        if found is not None:
            done = found.end
            yield found


def _after_capital(text: str, at: int) -> bool:
    """Whether the word before a place has a capital letter: a quick look, before names are read."""
    word = text[max(0, at - 40) : at].rstrip(" \t\n,([").rpartition(" ")[2]
    return word != word.lower()


def _by_others(text: str, anchor: re.Match[str], since: int) -> Mention | None:
    """`Smith et al.`, `Smith and Lee et al. (2020)`: the years are what follows at once, or `In 2018, ` before."""
    match = _NAMES.search(text, max(since, anchor.start() - _LONGEST), anchor.start())
    if match is None:
        return None
    names, start, _ = _names(match)
    if not names:
        return None
    after = _YEARS_AFTER.match(text, anchor.end())
    before = None if after else _IN_YEAR.search(text[max(0, start - 12) : start])
    years = _years(after["years"] if after else before[1] if before else "")
    end = after.end() if after else anchor.end()
    # `Smith, Lee, et al.`: what stands before the comma may be another author, so the name need not be the first.
    listed = before is None and _LISTED.search(text[max(0, start - 40) : start]) is not None
    return Mention(text[start:end], names, not listed, years, start, end, True)


def _by_year(text: str, anchor: re.Match[str], since: int) -> Mention | None:
    """`Smith (2020)`, `Smith's (2020)`, and within brackets `Smith and Lee, 2020`."""
    before = anchor.start()
    narrative = text[before - 1 : before] in ("(", "[") and before > 0
    match = _NAMES.search(text, max(since, before - _LONGEST), before - 1 if narrative else before)
    if match is None or (narrative and "," in match["gap"]) or not (narrative or match["gap"]):
        return None
    if not narrative and not _in_brackets(text, match.start(), before):
        return None
    names, start, lead = _names(match)
    if not names:
        return None
    end = anchor.end()
    if narrative:
        close = re.match(r"\s*(?:[,:;]\s*[^()\[\]]{0,40})?[)\]]", text[end : end + 50])
        if close is None:
            return None
        end += close.end()
    told = _plausible(names, text, start, end, narrative, lead)
    before_year = _years(anchor["year"])
    return Mention(text[start:end], names, False, before_year, start, end, told)


def _in_brackets(text: str, start: int, at: int) -> bool:
    opened = max(text.rfind("(", max(0, start - 600), start), text.rfind("[", max(0, start - 600), start))
    return opened >= 0 and not re.search(r"[)\]]", text[opened:at])


def _names(match: re.Match[str]) -> tuple[tuple[str, ...], int, str]:
    """The names of a match, where the first begins, and the words before it that belong to none (`In`, `Recently`)."""
    listed = re.split(r",\s+", match["list"]) if match["list"] else []
    listed = [piece for piece in listed if not re.fullmatch(r"(?:[A-Z]\.[\s-]?)+", piece)]
    pieces = [*listed, match["last"]]
    start, lead = match.start(), ""
    while pieces:
        name, dropped = _without_lead(pieces[0])
        if not dropped:
            break
        lead = dropped.split()[-1] if dropped.split() else lead
        if name and not (len(pieces) > 2):
            start += len(dropped)
            pieces[0] = name
            break
        # `In Wuhan, Kim and Lee (2020)`: what an opening word governs is no author.
        start = match.string.index(pieces[1], start + len(pieces[0])) if len(pieces) > 1 else match.end()
        pieces = pieces[1:]
    names = tuple(re.sub(r",\s+(?:[A-Z]\.[\s-]?)+$|[’']s?$", "", piece).strip() for piece in pieces)
    good = names and all(any(_is_name_word(word) for word in name.split()) for name in names)
    return (names if good else ()), start, lead


def _is_name_word(word: str) -> bool:
    return word != word.lower() and len(word) > 1 and not word.endswith(".")


def _without_lead(name: str) -> tuple[str, str]:
    """A name and what stands before it in capitals only because a sentence begins there."""
    rest = name
    while True:
        first, space, after = rest.partition(" ")
        lower = first.lower()
        if not space or not (lower in _LEADS or (lower.endswith("ly") and len(lower) > 5)):
            break
        rest = after.lstrip()
    return rest, name[: len(name) - len(rest)]


def _years(text: str) -> tuple[int, ...]:
    return tuple(int(year) for year in re.findall(r"\d{4}", text))


def _plausible(names: tuple[str, ...], text: str, start: int, end: int, narrative: bool, lead: str) -> bool:
    """Whether names before a year are people's: dated events, places and data sets are not."""
    words = [name.split() for name in names]
    if any(word.lower() in NOT_NAMES or word.lower() in _LEADS for name in words for word in name[-1:]):
        return False
    if not all(_plain(name[-1]) for name in words):
        return False
    if len(names) > 1:
        return True
    if not narrative and not _BEFORE_BRACKETED.search(text[max(0, start - 8) : start]):
        return False
    capitals = [word for word in words[0] if word[0].isupper() and not word.endswith(".")]
    if len(capitals) == 1:
        return True
    # Several words in capitals before a year name a law or an event as often as a person.
    return capitals[-1].lower() in _ORGANISATION or _REPORTS.match(text, end) is not None


def _plain(word: str) -> bool:
    """Whether a word is written as names are: one capital, or one in each part, and small letters."""
    parts = re.split(r"[’'‐‑-]", re.sub(r"^(?:Mc|Mac|De|Di|Van|La|Le|O[’'])(?=[A-Z])", "", word))
    return all(re.fullmatch(r"[^\W\d_][^\W\d_]*", part) and part[1:] == part[1:].lower() for part in parts) and (
        len(word) > 1
    )


def reports(text: str, at: int) -> bool:
    """Whether a verb of reporting follows, as behind the name of an author."""
    return _REPORTS.match(text, at) is not None


_BARE = re.compile(
    rf"(?<![\w’'.‐‑-])(?:(?P<list>{_NAME}(?:,\s+{_NAME}){{0,7}}),?\s+(?:and|&)\s+)?(?P<last>{_NAME})"
    r"(?P<of>[’']s?)?(?P<gap>)[\s(\[]*$"
)


def named_before(text: str, at: int) -> Mention | None:
    """Names that stand directly before a place, without year or `et al.`: `Smith and Lee` in `Smith and Lee [3]`."""
    match = _BARE.search(text, max(0, at - _LONGEST), at) if _after_capital(text, at) else None
    if match is None:
        return None
    names, start, _ = _names(match)
    end = match.end("last") + len(match["of"] or "")
    told = all(_plain(name.split()[-1]) and name.split()[-1].lower() not in NOT_NAMES | _LEADS for name in names)
    return Mention(text[start:end], names, False, (), start, end, told) if names else None
