"""One sentence under examination, with all that a rule may look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from writer.checking.claims import Claim, claims
from writer.checking.evidence import Near, covering, nearest
from writer.checking.facts import Facts, Known, Said, said, telling_stems
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
        cited = frozenset(self.sentence.citations)
        found = (verified(evidence, self.corpus) for evidence in self.sentence.evidence if evidence.key in cited)
        return tuple(dict.fromkeys(evidence for evidence in found if evidence is not None))

    @cached_property
    def backed(self) -> frozenset[str]:
        """The cited keys for which a verified quote is given."""
        return frozenset(evidence.key for evidence in self.evidence)

    @cached_property
    def _said(self) -> dict[Claim, tuple[Said, ...]]:
        return {}

    @cached_property
    def _nearest(self) -> dict[Claim, list[Near]]:
        return {}

    @cached_property
    def _weights(self) -> dict[Claim, dict[str, float]]:
        return {}

    def said(self, claim: Claim) -> tuple[Said, ...]:
        """What may speak for a claim: the verified quotes for its citations, else all that the entries say.

        An entry of which a manuscript gives no quote speaks whole, beside the quotes of others.
        """
        if claim not in self._said:
            self._said[claim] = self._gathered(claim)
        return self._said[claim]

    def _gathered(self, claim: Claim) -> tuple[Said, ...]:
        quotes: dict[str, list[Evidence]] = {}
        for evidence in self.evidence:
            quotes.setdefault(evidence.key, []).append(evidence)
        found: list[Said] = []
        for key in claim.citations:
            facts = self.known.facts(key)
            if key in quotes:
                found += (said(key, quote.field, quote.quote, quote.start, quote.end) for quote in quotes[key])
            elif facts is not None and not self.quoted:
                found += facts.said
        return tuple(found)

    def weights(self, claim: Claim) -> dict[str, float]:
        """The telling stems of a claim, in order, each with how much it tells; who is cited says nothing about what."""
        if claim not in self._weights:
            told = self.known.weights(claim.text)
            self._weights[claim] = {word: weight for word, weight in told.items() if word not in self._said_by}
        return self._weights[claim]

    @cached_property
    def _said_by(self) -> frozenset[str]:
        """The stems of `et al.` and of the cited entries' authors."""
        names = " ".join(author.family for entry in self.entries for author in entry.authors)
        return telling_stems(names) | {"et", "al"}

    def nearest(self, claim: Claim) -> list[Near]:
        """What may speak for a claim, the nearest to it first."""
        if claim not in self._nearest:
            self._nearest[claim] = nearest(claim, self.said(claim), self.weights(claim))
        return self._nearest[claim]

    def covering(self, claim: Claim) -> tuple[Near, ...]:
        """The sentence that covers most of a claim, or two neighbours that do so together."""
        return covering(claim, self.said(claim), self.weights(claim))
