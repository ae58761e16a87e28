"""Do the authors and years that the prose names agree with what is cited there.

`author-year`: the phrase stands at a citation, or names an author of a cited entry, and the entry is by others or of
another year. `stray-reference`: the phrase names a work that no citation carries. Where the record of a cited entry
has no authors, nobody can tell, and nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from writer.checking.case import Case
from writer.checking.catalogue import author_place, catalogue, folded, of_year, wrote
from writer.checking.mentions import Mention, mentions, named_before, reports
from writer.draft import Problem
from writer.entry import Entry
from writer.text import fold

_GAP = re.compile(r"[’']?s?[\s()\[,;~]*(?:(?:in|from)\s+)?[\s(\[]*")
"""What may stand between a phrase and its citation: `Jones et al. in [3]`."""
_FAR = 20
"""Characters of it."""
_MOST_MENTIONS = 200
"""A sentence that names more is a list that could not be split; each is held against all that the sentence cites."""
_MOST_BESIDE = 500
"""Citations of a paragraph that are looked at; a text without paragraphs has more, and each sentence would read all."""


def check_authors(case: Case) -> list[Problem]:
    """`author-year` and `stray-reference` for each phrase of the prose that cites by name."""
    text = case.sentence.text
    found = mentions(text)[:_MOST_MENTIONS]
    near = beside(case) if found else ()
    problems = [problem for mention in found for problem in _weighed(case, mention, near)]
    for at in list(dict.fromkeys(case.sentence.cited_at))[:_MOST_MENTIONS]:
        bare = named_before(text, at)
        if bare is not None and not any(bare.start < m.end and m.start < bare.end for m in found):
            problems += _bare(case, bare, _cited_between(case, at, at))
    return problems


def beside(case: Case) -> tuple[Entry, ...]:
    """What the sentence cites and, in a manuscript, what the paragraph around it does.

    A draft is held to its own citations: each of its claims has to bring them.
    """
    if case.quoted:
        return case.entries
    keys = (key for paragraph in case.group.paragraphs for sentence in paragraph for key in sentence.citations)
    found = {entry.key: entry for entry in case.entries}
    for key in dict.fromkeys(islice(keys, _MOST_BESIDE)):
        entry = case.known.entry(key)
        if entry is not None:
            found[entry.key] = entry
    return tuple(found.values())


def _weighed(case: Case, mention: Mention, near: Sequence[Entry]) -> list[Problem]:
    attached = _attached(case, mention)
    if attached is not None:
        return _at_citation(case, mention, attached)
    fitting = [entry for entry in near if _fits(entry, mention)]
    if fitting:
        return _of_another_clause(case, mention, fitting)
    elsewhere = _elsewhere(case, mention)
    named = next((entry for entry in case.entries if any(wrote(entry, name) for name in mention.names)), None)
    if named is not None and not elsewhere:
        return [_author_year(case, mention, named)]
    if not elsewhere and (any(not entry.authors for entry in near) or not _can_alarm(case, mention)):
        return []
    return [_stray(case, mention, elsewhere)]


def _of_another_clause(case: Case, mention: Mention, fitting: Sequence[Entry]) -> list[Problem]:
    """`Smith et al. show … [lee]` where Smith is cited in another clause of the sentence: the name belongs to `lee`.

    Told only of who reports the finding, and only where each entry cited for it is by others.
    """
    if not reports(case.sentence.text, mention.end) or not any(entry in case.entries for entry in fitting):
        return []
    around = [claim for claim in case.claims if claim.holds(mention.start) and not (claim.apart or claim.own)]
    found = (case.known.entry(key) for claim in around for key in claim.citations)
    cited = [entry for entry in found if entry is not None]
    if not cited or any(not e.authors or e.more_authors or wrote(e, mention.names[0]) for e in cited):
        return []
    suggestion = "; ".join(f"the entry {entry.key!r} is by {_signature(entry)}" for entry in fitting[:3])
    by = f"which is by {_authors(cited[0])}" + (f" ({cited[0].year})" if cited[0].year is not None else "")
    detail = f"{mention.text!r} stands for the entry {cited[0].key!r}, {by}"
    return [_problem(case, mention, detail, cited[0].key, suggestion, "")]


def _attached(case: Case, mention: Mention) -> list[Entry] | None:
    """The entries cited at the phrase; None where nothing is. Keys that the corpus does not hold give an empty list."""
    text = case.sentence.text
    places = [
        at
        for at in case.sentence.cited_at
        if mention.start <= at
        and (at <= mention.end or (at - mention.end < _FAR and _GAP.fullmatch(text, mention.end, at)))
    ]
    return _cited_between(case, min(places), max(places)) if places else None


def _cited_between(case: Case, start: int, end: int) -> list[Entry]:
    sentence = case.sentence
    keys = [key for key, at in zip(sentence.citations, sentence.cited_at, strict=False) if start <= at <= end]
    found = (case.known.entry(key) for key in dict.fromkeys(keys))
    return [entry for entry in found if entry is not None]


def _at_citation(case: Case, mention: Mention, attached: Sequence[Entry]) -> list[Problem]:
    if not attached:
        return []
    fitting = [entry for entry in attached if _fits(entry, mention)]
    if fitting:
        return _not_first(case, mention, fitting)
    named = [entry for entry in attached if all(wrote(entry, name) for name in mention.names)]
    if not named:
        unsigned = [entry for entry in attached if not entry.authors]
        named = [entry for entry in unsigned if not of_year(entry, mention.years)]
        if (unsigned and not named) or not _can_alarm(case, mention):
            return []
    return [_author_year(case, mention, named[0] if named else attached[0])]


def _not_first(case: Case, mention: Mention, fitting: Sequence[Entry]) -> list[Problem]:
    """`Lee et al.` for a work whose first author is another: a note, since senior authors are named so on purpose."""
    places = [author_place(entry, mention.names[0]) for entry in fitting]
    if not mention.others or any(not place for place in places):
        return []
    entry = fitting[0]
    detail = f"{mention.text!r} names the entry {entry.key!r} after a later author; its first is {entry.authors[0]}"
    return [_problem(case, mention, detail, entry.key, None, "first-author")]


def _bare(case: Case, mention: Mention, attached: Sequence[Entry]) -> list[Problem]:
    """`Smith and Lee [3]`: a name without a year may be a thing, so it must be that of an author of the corpus."""
    if not attached or any(_fits(entry, mention) for entry in attached) or not mention.plausible:
        return []
    told = len(mention.names) > 1 or mention.text.endswith(("'s", "’s")) or reports(case.sentence.text, mention.end)
    shelf = catalogue(case.known)
    if not told or not all(map(shelf.has_author, mention.names)) or not _can_alarm(case, mention):
        return []
    if any(not entry.authors or entry.more_authors for entry in attached):
        return []
    return [_author_year(case, mention, attached[0])]


def _fits(entry: Entry, mention: Mention) -> bool:
    """Whether the entry is of these people and years, as far as its record tells."""
    if not entry.authors or not of_year(entry, mention.years):
        return False
    missing = [name for name in mention.names if not wrote(entry, name)]
    # A record that ends in `and others` may hold any name but the first.
    return not missing or (entry.more_authors and missing != list(mention.names) and mention.names[0] not in missing)


def _can_alarm(case: Case, mention: Mention) -> bool:
    """Whether the names are people's: an author of the corpus, or written as one and no thing of a cited abstract."""
    shelf = catalogue(case.known)
    if mention.others or any(map(shelf.has_author, mention.names)):
        return True
    return mention.plausible and not any(
        f" {fold(name)} " in f" {folded(entry)} " for entry in case.entries for name in mention.names
    )


def _elsewhere(case: Case, mention: Mention) -> list[Entry]:
    """The entries, not cited here, that are of these people and years; without a year the first name must be first."""
    here = {entry.key for entry in case.entries}
    found = catalogue(case.known).signed(mention.names, mention.years)
    if mention.others:
        found = [entry for entry in found if author_place(entry, mention.names[0]) == 0]
    return [entry for entry in found if entry.key not in here]


def _author_year(case: Case, mention: Mention, entry: Entry) -> Problem:
    missing = [name for name in mention.names if entry.authors and not wrote(entry, name)]
    told = f"{mention.text!r} stands for the entry {entry.key!r}, which is "
    told += f"by {_authors(entry)}" if missing else f"of {entry.year}"
    if missing and entry.year is not None:
        told += f" ({entry.year})"
    others = _elsewhere(case, mention)
    suggestion = "; ".join(f"the entry {other.key!r} is by {_signature(other)}" for other in others[:3]) or None
    return _problem(case, mention, told, entry.key, suggestion, "")


def _stray(case: Case, mention: Mention, elsewhere: Sequence[Entry]) -> Problem:
    if len(elsewhere) == 1:
        key = elsewhere[0].key
        detail = f"{mention.text!r} is the entry {key!r}, which is not cited here"
        return Problem("stray-reference", case.place, detail, suggestion=f"cite {key!r}", span=_span(mention))
    if elsewhere:
        detail = f"{mention.text!r} names authors of several entries, none of which is cited here"
        keys = ", ".join(repr(entry.key) for entry in elsewhere[:5])
        return Problem("stray-reference", case.place, detail, suggestion=f"one of {keys}", span=_span(mention))
    who = "names authors that no entry cited here has; it is not in the corpus"
    return Problem("stray-reference", case.place, f"{mention.text!r} {who}", span=_span(mention))


def _problem(case: Case, mention: Mention, detail: str, key: str, suggestion: str | None, rule: str) -> Problem:
    return Problem("author-year", case.place, detail, key, suggestion, _span(mention), rule)


def _span(mention: Mention) -> tuple[int, int]:
    return mention.start, mention.end


def _authors(entry: Entry) -> str:
    families = [author.family for author in entry.authors]
    if len(families) > 3 or (entry.more_authors and families):
        return f"{families[0]} et al."
    return " and ".join([", ".join(families[:-1]), families[-1]] if len(families) > 1 else families)


def _signature(entry: Entry) -> str:
    return f"{_authors(entry)} ({entry.year})" if entry.year is not None else _authors(entry)
