"""What each kind of problem means, in words for whoever meets one. Text only; rates and severities are in `kinds`."""

from __future__ import annotations

from dataclasses import dataclass

from writer.draft import Kind


@dataclass(frozen=True, slots=True)
class Meaning:
    """One kind in words."""

    meaning: str
    looks_at: str
    example: str
    advice: str
    sure: str = ""
    """How sure it is, where that follows from what it does and needs no sample."""


_EXACT = "This is a comparison of what is written, not of meaning: it is right whenever the corpus is the right one."

MEANINGS: dict[Kind, Meaning] = {
    "unknown-key": Meaning(
        "The text cites a key that the corpus does not hold, so there is nothing that could back the claim.",
        "Every citation key, against the keys of the corpus and their aliases. The nearest real keys are named; none is"
        " ever put in its place.",
        "[@smith2020jugde] where the corpus holds smith2020judge.",
        "Correct the key, or add the entry to the corpus. If the entry exists nowhere, the reference was invented.",
        _EXACT,
    ),
    "not-shown": Meaning(
        "The entry exists, but the model was not shown it when it wrote the sentence: it cites from memory.",
        "The keys of a drafted sentence, against those shown for its group.",
        "A sentence of the second group cites an entry that only the first group was given.",
        "Read the entry before you keep the citation.",
        _EXACT,
    ),
    "uncited-claim": Meaning(
        "A sentence states a finding, or leans on an unknown key alone, and no entry of the corpus is cited for it.",
        "Words of finding and figures in sentences without a citation that exists.",
        "“Panels of judges outperform single ones by 7 points.”",
        "Cite what says so, mark it as your own result, or drop it.",
    ),
    "stray-reference": Meaning(
        "A reference stands in the prose (an author with a year, a DOI, an arXiv id, an address, a number in brackets)"
        " that no citation carries.",
        "Patterns of references in the text around the citations, and the authors of the cited entries.",
        "“Smith et al. (2020) show …” in a sentence that cites nothing of Smith.",
        "Turn it into a citation, or take it out.",
    ),
    "quote-not-found": Meaning(
        "The evidence given for a claim does not stand in the entry it is given for.",
        "Each quote against title and abstract, after folding spaces, quotation marks and LaTeX.",
        "“reduces bias” quoted from an abstract that says “reveals bias”.",
        "Take the words from the entry, or take the citation out.",
        _EXACT,
    ),
    "number-mismatch": Meaning(
        "The claim states a number, with its unit, that the cited entries do not state, or state of something else.",
        "Every number of the claim (digits, words, ranges, scale words, units) against the sentences of the cited"
        " entries, and the words around both.",
        "“agrees with people in 18% of the cases” where the abstract says 81%.",
        "Correct the number. If it comes from the full text and not from the abstract, silence this line.",
    ),
    "name-mismatch": Meaning(
        "The claim names a system, dataset, method or person that the cited entries do not name.",
        "Names of the claim against title and abstract of the cited entries, with acronyms and their expansions.",
        "“on SQuAD” where the abstract reports results on HotpotQA.",
        "Correct the name. If the full text names it and the abstract does not, silence this line.",
    ),
    "direction": Meaning(
        "The claim says the opposite of the evidence: better for worse, more for less, with for without, or a negation"
        " too many or too few.",
        "Words of direction and negation in the claim and in the nearest sentence of the cited entry.",
        "“retrieval lowers accuracy” where the abstract says that it raises it.",
        "Read the evidence beside the claim. Rules see words, not meaning: two negations can agree.",
    ),
    "overstated": Meaning(
        "The claim is stronger than the evidence: “proves”, “always”, “first”, “state of the art” where the entry"
        " hedges or says less.",
        "Strong words of the claim that the nearest sentence of the entry lacks, and its hedges that the claim drops.",
        "“proves that judges are biased” where the abstract says “suggests”.",
        "Say as much as the entry says.",
    ),
    "misattributed": Meaning(
        "Another entry of the corpus fits the claim clearly better than the cited one.",
        "The words that matter of the claim (those that say what it is about) against every entry of the corpus.",
        "A claim about ALCE that cites the paper on AlpacaEval.",
        "Look at the entry that is suggested; cite it instead or as well.",
    ),
    "no-evidence": Meaning(
        "No sentence of the cited entry comes near the claim, so nothing can be shown beside it.",
        "How many of the words that matter of the claim each sentence of the cited entry covers.",
        "A claim about cost that cites an abstract without a word on it.",
        "Often the claim rests on the full text. Check that it is the right entry.",
    ),
    "author-year": Meaning(
        "The prose names an author or a year that the cited entry does not have.",
        "Names and years next to a citation, against authors and year of its entry.",
        "“Li et al. (2021) [@li2024mirror]”, an entry of 2024.",
        "Correct name or year, or the key.",
    ),
    "duplicate-key": Meaning(
        "One work is cited under two keys, so that it will stand twice in the list of references.",
        "Identifiers and titles of the cited entries.",
        "[@vaswani2017, @vaswani2017attention]",
        "Keep one key, and merge the entries in the corpus.",
    ),
    "incomplete-entry": Meaning(
        "A cited entry lacks what a reference needs: a title, authors, a year, a place of publication.",
        "The fields of every cited entry. It is told of the entry, at its place in the corpus.",
        "An @article without a journal.",
        "Complete the record.",
        _EXACT,
    ),
    "judged": Meaning(
        "A judge (a model that was asked with --judge) read the claim beside its evidence and did not find it"
        " supported, or found it supported without a quote of every cited entry.",
        "The votes and reasons of the judge, and the quotes it gave, which are verified.",
        "“partly: the abstract says so of English texts only”.",
        "Read claim and evidence yourself; the judge's reason says where to look.",
    ),
    "truncated": Meaning(
        "The model's answer was cut off, so the draft may lack its end.",
        "What the server says about how the answer ended, while drafting.",
        "A paragraph that stops in mid-sentence.",
        "Draft again with a larger --max-answer.",
        _EXACT,
    ),
    "malformed": Meaning(
        "The model's answer could not be read as what was asked for, so a part of the draft is missing.",
        "The form of the answer, while drafting.",
        "Prose where JSON was asked for.",
        "Draft again, with another seed or model.",
        _EXACT,
    ),
    "not-cited": Meaning(
        "An entry that had to be cited is not.",
        "The entries that the author's own position asked for, while drafting.",
        "The paper that the section positions itself against is left out.",
        "Add a sentence on it, or give up the wish.",
        _EXACT,
    ),
    "unread": Meaning(
        "A part of the manuscript was not read as it was meant: a file that it takes in is not there, a comment names"
        " no kind to silence, or nothing is cited by a key or a number.",
        "What stands at the line: the command that names a file, the comment. For a whole file, whether any citation"
        " was found in it.",
        "\\input{results} where there is no results.tex, or % writer: ignore numbermismatch.",
        "Mend what the line names: what it is about was not checked, and no alarm there says nothing.",
        _EXACT,
    ),
}
