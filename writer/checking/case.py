"""One sentence under examination, with all that a rule may look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from writer.checking.claims import Claim, claims
from writer.checking.evidence import Near, nearest
from writer.checking.facts import Facts, Known, Said, telling_stems
from writer.checking.verified import verified
from writer.draft import Evidence, Group, Place, Sentence
from writer.entry import Corpus, Entry


@dataclass(frozen=True)
class Case:
    """A sentence, where it stands, and what the corpus says about it.

    `quoted` tells who must bring the evidence: a draft gives a quote for every citation and is held to it; of a
    manuscript nobody asked for quotes, so the whole of the cited entries speaks for it.
    """

    sentence: Sentence
    place: Place
    group: Group
    known: Known
    quoted: bool = True
    in_english: bool = True
    """Whether words may be compared: a draft in another language than its abstracts shares numbers with them only."""

    @property
    def corpus(self) -> Corpus:
        """The corpus that is checked against."""
        return self.known.corpus

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The atomic claims of the sentence."""
        return claims(self.sentence)

    @cached_property
    def cited(self) -> tuple[Facts, ...]:
        """The facts of the cited entries that exist, each once."""
        found = (self.known.facts(key) for key in dict.fromkeys(self.sentence.citations))
        return tuple(facts for facts in found if facts is not None)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The cited entries that exist, each once."""
        return tuple(facts.entry for facts in self.cited)

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """The given quotes that their cited entries really say, each once."""
        found = (
            verified(evidence, self.corpus)
            for evidence in self.sentence.evidence
            if evidence.key in self.sentence.citations
        )
        return tuple(dict.fromkeys(evidence for evidence in found if evidence is not None))

    def said(self, claim: Claim) -> tuple[Said, ...]:
        """What may speak for a claim: the verified quotes for its citations, else all that the entries say.

        An entry of which a manuscript gives no quote speaks whole, beside the quotes of others.
        """
        found: list[Said] = []
        for key in claim.citations:
            quotes = [evidence for evidence in self.evidence if evidence.key == key]
            facts = self.known.facts(key)
            if quotes:
                found += (
                    Said(key, quote.field, quote.quote, quote.start, quote.end, telling_stems(quote.quote))
                    for quote in quotes
                )
            elif facts is not None and not self.quoted:
                found += facts.said
        return tuple(found)

    def nearest(self, claim: Claim) -> list[Near]:
        """What may speak for a claim, the nearest to it first."""
        return nearest(claim, self.said(claim))
