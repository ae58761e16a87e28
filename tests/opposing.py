"""One claim against one entry of our own words, for the tests of the rules that compare words."""

from __future__ import annotations

from collections.abc import Callable

from writer.checking.case import Case
from writer.checking.facts import Known
from writer.corpus import digest
from writer.draft import Group, Place, Problem, Sentence
from writer.entry import Corpus, Entry, Source


def case(claim: str, abstract: str, title: str = "", in_english: bool = True) -> Case:
    """A claim that cites the entry `a2024` with this abstract."""
    entry = Entry("a2024", title, abstract, Source("own.bib", 1))
    corpus = Corpus({"a2024": entry}, digest([entry]))
    sentence = Sentence(claim, "claim", ("a2024",))
    return Case(sentence, Place(0, 0, 0), Group("", ()), Known(corpus), quoted=False, in_english=in_english)


def words(rule: Callable[[Case], list[Problem]], claim: str, abstract: str, title: str = "") -> list[str]:
    """The words of the claim at which the rule's problems point."""
    return [claim[slice(*problem.span)] for problem in rule(case(claim, abstract, title)) if problem.span]
