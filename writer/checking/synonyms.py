"""Words of scientific prose that say the same thing: what an abstract calls `fabricated`, a review calls `made up`.

Our own list, and a short one: only what writers swap without changing what is found. It quiets the rule that finds
nothing near a claim, and is never used to say that an entry supports one.
"""

from __future__ import annotations

from functools import lru_cache

from writer.text import stem

_GROUPS = """
annotator rater assessor crowdworker labeller labeler
human people person participant volunteer
judge evaluator grader rater assessor
reference citation cite bibliography source
cite citation quote attribute attribution
fabricate invent hallucinate exist fictitious fake spurious
hallucination fabrication confabulation
prefer favour favor lean bias
bias preference partial lean
raise increase improve boost lift grow gain higher rise
lower reduce decrease cut drop fall decline shrink lessen
exceed beat outperform surpass ahead top better
trail lag behind worse underperform
match par comparable equal similar
cost price cheap expensive costly affordable inexpensive
fast quick rapid speed swift
hard difficult challenge tough
easy simple straightforward
abstain decline refuse reject withhold
unsure uncertain doubt hesitate
sure certain confident confidence
answer response reply respond
question query prompt
true correct truthful accurate factual right
false wrong incorrect inaccurate untrue
error mistake slip fault failure
detect find spot identify recognise recognize discover
check verify validate confirm test examine
train finetune tune teach learn
write generate produce author compose create
text writing passage document article
paper article publication study work
review survey overview synthesis
dataset corpus collection benchmark data
large big strong powerful
small compact little tiny
medical clinical health biomedical
doctor physician clinician
patient case individual
drug medication medicine pharmaceutical
illness disease disorder condition
child children paediatric pediatric
mouse mice murine rodent
death mortality die fatal lethal
cancer tumour tumor neoplasm carcinoma malignancy
heart cardiac cardiovascular
kidney renal
liver hepatic
brain cerebral neural
blood haematological hematological serum plasma
show demonstrate reveal find report
use employ apply utilise utilize rely
build construct develop create assemble collect
look search retrieve seek find
support back evidence corroborate ground
attach accompany belong
sentence statement claim assertion
alter modify change edit revise corrupt mutate manipulate
keep preserve retain leave intact maintain
remove delete discard drop
order position rank placement
swap exchange permute reorder
agree concur consistent consensus agreement
disagree differ dispute disagreement
mix combine merge join fuse unify integrate
divide split decompose break
step stage phase
word token term
web internet online
picture image photo visual figure
video film clip
language linguistic lingual
machine automatic artificial automated model
autonomous automatic unaided
teacher instructor tutor
pupil student learner
decade year
yearly annual
earlier previous prior preceding former
later subsequent afterwards
standard standardise standardize norm
scale scalable
""".strip().splitlines()


def _read() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _GROUPS:
        group = {stem(word) for word in line.split()}
        for word in group:
            found.setdefault(word, set()).update(group - {word})
    return {word: frozenset(others) for word, others in found.items()}


_ALIKE = _read()


@lru_cache(maxsize=1 << 13)
def with_synonyms(stems: frozenset[str]) -> frozenset[str]:
    """Stems with those of the words that say the same.

    >>> sorted(with_synonyms(frozenset({"renal"})))
    ['kidney', 'renal']
    """
    return stems.union(*[_ALIKE[word] for word in stems & _ALIKE.keys()])
