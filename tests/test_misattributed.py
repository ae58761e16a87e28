"""Claims that another entry fits better, claims that nothing cited comes near, and all that must be left in peace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small import ENTRIES, draft_of, quote, small_corpus

import writer
from writer.checking import check, check_manuscript
from writer.checking.case import Case
from writer.checking.facts import Known
from writer.checking.far import nearness
from writer.checking.kinds import severity
from writer.checking.misattributed import check_misattributed, names, written_otherwise
from writer.draft import Draft, Group, Place, Problem, Sentence
from writer.entry import Corpus, Entry, Source
from writer.manuscript import Manuscript, Passage

FIELDS = (
    Entry(
        "bees",
        "Waggle dances of honey bees",
        "Honey bees tell each other where flowers are. Foragers that return from a rich meadow dance longer. Rain "
        "shortens the dances of all foragers. Young bees follow the turns of a dancer before they leave the hive. "
        "A comb of wax carries the tremble of each step to those that wait in darkness.",
        Source("fields.bib", 1),
    ),
    Entry(
        "bees2",
        "How foragers dance",
        "Foragers of honey bees dance for a rich meadow. The longer the dance, the richer the meadow. We count the "
        "turns of the waggle dances on film.",
        Source("fields.bib", 5),
    ),
    Entry(
        "glaciers",
        "Retreat of alpine glaciers",
        "Alpine glaciers lost a third of their ice. Dark dust on the surface speeds the melting in summer. Snow in "
        "spring delays it.",
        Source("fields.bib", 9),
    ),
)
CORPUS = Corpus({entry.key: entry for entry in (*ENTRIES, *FIELDS)}, "")
KNOWN = Known(CORPUS)


def problems(text: str, *keys: str, known: Known = KNOWN, **more: bool) -> list[Problem]:
    sentence = Sentence(text, "claim", keys)
    return check_misattributed(Case(sentence, Place(0, 0, 0), Group("", ()), known, quoted=False, **more))


def rules(text: str, *keys: str, known: Known = KNOWN) -> list[str]:
    return [problem.rule for problem in problems(text, *keys, known=known)]


def test_another_entry_that_says_it_is_named_with_its_sentence() -> None:
    text = "Dark dust on the surface speeds the melting of glaciers."
    [problem] = problems(text, "bees")
    assert (problem.kind, problem.key, problem.rule) == ("misattributed", "bees", "misattributed")
    assert problem.suggestion == "cite 'glaciers' if that is the work meant"
    assert "“Dark dust on the surface speeds the melting in summer.”" in problem.detail
    assert problem.span == (0, len(text))
    assert severity(problem) == "warning"


def test_the_cited_entry_that_says_it_is_left_in_peace() -> None:
    assert rules("Dark dust on the surface speeds the melting of glaciers.", "glaciers") == []


def test_two_entries_on_one_subject_fit_about_equally() -> None:
    assert rules("Foragers of honey bees dance longer for a rich meadow.", "bees") == []
    assert rules("Foragers of honey bees dance longer for a rich meadow.", "bees2") == []


def test_several_cited_entries_speak_together() -> None:
    text = "Dark dust speeds the melting of glaciers, as rain shortens the dances of bees."
    assert rules(text, "bees", "glaciers") == []


def test_the_entry_that_fits_is_not_suggested_where_the_sentence_cites_it_already() -> None:
    sentence = Sentence(
        "Rain shortens the dances of bees, whereas dark dust speeds the melting of alpine glaciers.",
        "claim",
        ("glaciers", "bees"),
        cited_at=(32, 89),
    )
    known = Known(CORPUS, among=("bees", "glaciers"))
    found = check_misattributed(Case(sentence, Place(0, 0, 0), Group("", ()), known, quoted=False))
    assert all(problem.kind != "misattributed" for problem in found)


def test_a_sentence_that_names_the_authors_or_the_system_means_the_cited_work() -> None:
    said = "watch how dark dust on the surface speeds the melting of glaciers"
    assert "misattributed" not in rules(f"Li and Okafor {said}.", "li2024mirror")
    assert "misattributed" not in rules(f"The authors of MirrorBench {said}.", "li2024mirror")
    assert "misattributed" in rules(f"The authors of others {said}.", "li2024mirror")


@pytest.mark.parametrize(
    ("title", "text", "named"),
    [
        ("MirrorBench: Judges", "MirrorBench is used.", True),
        ("MirrorBench: Judges", "MirrorBenches are used.", False),
        ("T5: Text to text", "T5 is used.", True),
        ("Judges: a survey", "Judges are used.", False),
        ("", "Anything.", False),
    ],
)
def test_a_system_is_what_stands_before_the_colon_and_is_written_like_a_name(
    title: str, text: str, named: bool
) -> None:
    known = Known(Corpus({"x": Entry("x", title, "About.", Source("x", 1))}, ""))
    facts = known.facts("x")
    assert facts is not None
    assert names(facts, text) is named


def test_the_same_work_under_another_key_is_no_better_source() -> None:
    cut = replace(FIELDS[2], key="glaciersShort", abstract="Alpine glaciers lost a third of their ice.")
    known = Known(Corpus({**CORPUS.entries, cut.key: cut}, ""))
    assert "misattributed" not in rules("Dark dust speeds the melting of snow in spring.", "glaciersShort", known=known)


def test_a_clause_added_from_another_paper_is_found_alone() -> None:
    text = (
        "Foragers of honey bees dance for a rich meadow, and dark dust on the surface speeds the melting of glaciers."
    )
    [problem] = problems(text, "bees")
    assert problem.rule == "misattributed-part"
    assert problem.span is not None
    assert text[slice(*problem.span)] == "dark dust on the surface speeds the melting of glaciers."


def test_an_addition_without_a_verb_is_found_too() -> None:
    text = "Foragers of honey bees dance for a rich meadow, and a film of dark dust on melting alpine glaciers."
    [problem] = problems(text, "bees2")
    assert problem.rule == "misattributed-part"
    assert problem.span is not None
    assert text[slice(*problem.span)].startswith("a film of dark dust")


def test_an_addition_of_few_words_that_no_entry_has_is_noted() -> None:
    text = "Foragers of honey bees dance for a rich meadow, and violins please a hungry tourist."
    [problem] = problems(text, "bees")
    assert (problem.kind, problem.rule) == ("no-evidence", "no-evidence-part")
    assert severity(problem) == "note"


VIOLINS = "Violins improve the digestion of hungry tourists in Parisian restaurants after sunset"
"""Many telling words, none of them of any entry."""


def test_a_claim_of_many_telling_words_none_of_which_is_shared_is_far_from_the_entry() -> None:
    [problem] = problems(VIOLINS, "bees")
    assert (problem.kind, problem.rule) == ("no-evidence", "no-evidence-far")
    assert severity(problem) == "warning"


@pytest.mark.parametrize(
    "text",
    [
        VIOLINS + " where rain and dances are.",  # two words are shared
        "Violins improve the digestion of tourists.",  # too few to tell
    ],
)
def test_with_fewer_words_or_more_of_them_shared_it_is_noted(text: str) -> None:
    [problem] = problems(text, "bees")
    assert problem.rule == "no-evidence"
    assert severity(problem) == "note"


@pytest.mark.parametrize(
    "text",
    [
        "Insects are now routinely watched by hobbyists with cameras, violins and bees.",
        "Recent work has set lonely violins beside crowded apiaries of bees on roofs.",
    ],
)
def test_a_statement_about_a_field_need_only_touch_the_subject(text: str) -> None:
    assert rules(text, "bees") == []
    assert rules(text.replace("bees", "wasps"), "bees") != []


def test_a_claim_for_which_three_entries_are_cited_need_only_touch_their_subject() -> None:
    text = "Violins please hungry tourists in restaurants with bees."
    assert rules(text, "bees", "bees2", "glaciers") == []
    assert rules(text, "bees") == ["no-evidence"]


def test_numbers_tell_no_subject_and_names_count_wherever_the_entry_has_them() -> None:
    entry = Entry("x", "Trials of ZETA7", "Rain delays all flowers. Foragers dance for a meadow.", Source("x", 1))
    known = Known(Corpus({"x": entry}, ""))
    facts = known.facts("x")
    assert facts is not None

    def best(text: str) -> float:
        return nearness(text, known.weights(text), [facts], known.rivals.common).best

    without = best("A meadow makes wasps vanish.")
    assert 0 < without < 0.5
    assert best("A meadow makes forty-two of 17,345 wasps vanish, or 88.5%.") == pytest.approx(without)
    assert best("A meadow makes ZETA7 wasps vanish.") > without  # in the title, the meadow in another sentence


def test_synonyms_bring_a_sentence_nearer() -> None:
    entry = Entry("x", "Renal harm", "Physicians fabricated tumours of rodents online in the trial.", Source("x", 1))
    known = Known(Corpus({"x": entry}, ""))
    text = "Doctors invented cancer in mice on the web, quarrelled lazily and wept."
    assert rules(text, "x", known=known) == []
    unlike = "Tourists invented violins in gardens on the roof, quarrelled lazily and wept."
    assert rules(unlike, "x", known=known) == ["no-evidence"]


def test_an_entry_cited_directly_behind_its_name_is_the_one_meant() -> None:
    text = "Watch how dark dust on the surface speeds the melting of glaciers, by WaggleNet instead of snow."
    known = Known(Corpus({**CORPUS.entries, "w": replace(FIELDS[0], key="w", abstract="We made WaggleNet dance.")}, ""))
    for at, told in ((text.index(" instead"), False), (len(text) - 1, True)):
        sentence = Sentence(text, "claim", ("w",), cited_at=(at,))
        found = check_misattributed(Case(sentence, Place(0, 0, 0), Group("", ()), known, quoted=False))
        assert any(problem.kind == "misattributed" for problem in found) is told


def test_a_system_named_in_another_clause_does_not_excuse_this_one() -> None:
    text = "Dark dust on the surface increases the melting of glaciers, while MirrorBench shows that judges vote."
    keys = ("li2024mirror", "li2024mirror")
    sentence = Sentence(text, "claim", keys, cited_at=(text.index(", while"), text.index(" shows")))
    [problem] = check_misattributed(Case(sentence, Place(0, 0, 0), Group("", ()), KNOWN, quoted=False))
    assert problem.kind == "misattributed"
    assert problem.span == (0, text.index(", while"))


@pytest.mark.parametrize(
    "entry",
    [
        replace(FIELDS[0], key="piece", title=""),
        replace(FIELDS[0], key="piece", abstract=""),
        replace(FIELDS[0], key="piece", abstract="Honey bees dance."),
    ],
    ids=["no title", "no abstract", "one short sentence"],
)
def test_what_a_mere_piece_of_a_work_does_not_say_is_noted_and_no_more(entry: Entry) -> None:
    known = Known(Corpus({**CORPUS.entries, entry.key: entry}, ""))
    [problem] = problems(VIOLINS, "piece", known=known)
    assert (problem.kind, problem.rule) == ("no-evidence", "no-evidence")
    assert severity(problem) == "note"


def test_a_claim_with_a_rare_word_of_the_cited_title_is_on_its_subject() -> None:
    text = "Dark dust on the surface speeds the melting in zigzag."
    titled = replace(FIELDS[0], key="zig", title="A zigzag", abstract=FIELDS[0].abstract)
    other = replace(FIELDS[0], key="zig", abstract=FIELDS[0].abstract + " We film a zigzag.")
    for entry, told in ((titled, False), (other, True)):
        known = Known(Corpus({**CORPUS.entries, entry.key: entry}, ""))
        assert ("misattributed" in rules(text, "zig", known=known)) is told


def test_a_part_that_refers_back_is_compared_with_the_whole_sentence() -> None:
    opening = "Foragers of honey bees dance for a rich meadow"
    assert rules(f"{opening}, and dark dust on the surface speeds the melting.", "bees") == ["misattributed-part"]
    assert "misattributed-part" not in rules(f"{opening}, and dark dust on its surface speeds their melting.", "bees")


@pytest.mark.parametrize(
    ("text", "abstract", "found"),
    [
        ("High birth-weight matters.", "Birthweight is measured.", {"birth", "weight"}),
        ("High birthweight matters.", "Birth weight is measured.", {"birthweight"}),
        ("Reactive oxygen species form.", "ROS are formed.", {"reactiv", "oxygen", "speci"}),
        ("The DNNs form.", "Deep neural networks are formed.", {"dnns"}),
        ("The AI forms.", "Anna inspects it.", set()),
        ("Nothing alike.", "Something else.", set()),
        ("", "", set()),
    ],
)
def test_a_word_may_be_written_otherwise_in_the_entry(text: str, abstract: str, found: set[str]) -> None:
    assert written_otherwise(text, [Entry("x", "", abstract, Source("x", 1))]) == found


def test_a_claim_that_no_sentence_comes_near_is_noted() -> None:
    [problem] = problems("Meadow flowers surprise hungry wasps after rain with violins.", "bees")
    assert (problem.kind, problem.rule) == ("no-evidence", "no-evidence")
    assert severity(problem) == "note"


def test_a_short_claim_cannot_be_placed_by_its_words() -> None:
    assert rules("Dust melts glaciers.", "bees") == []


def test_a_claim_in_another_language_than_its_entries_is_not_compared() -> None:
    assert problems("Dunkler Staub beschleunigt das Schmelzen alpiner Gletscher.", "glaciers", in_english=False) == []


def test_unknown_keys_are_no_business_of_this_rule() -> None:
    assert rules("Dark dust on the surface speeds the melting of glaciers.", "nobody") == []
    assert rules("Dark dust on the surface speeds the melting of glaciers.", "nobody", "glaciers") == []


def test_a_draft_is_compared_with_what_its_author_could_see() -> None:
    words = "We find that judges prefer their own answers"
    stray = Sentence(
        "Checking each reference against a catalogue removes all fabricated ones.",
        "claim",
        ("li2024mirror",),
        (quote("li2024mirror", words),),
    )
    kinds = {
        p.kind for p in check(draft_of(stray, shown=("li2024mirror", "whenCitationsLie")), small_corpus()).problems
    }
    assert "misattributed" in kinds
    kinds = {p.kind for p in check(draft_of(stray, shown=("li2024mirror",)), small_corpus()).problems}
    assert "misattributed" not in kinds


def test_a_sentence_is_as_good_as_its_worst_claim_and_its_parts_are_told_apart() -> None:
    words = "the panel agrees with people in 81% of the cases"
    good = "The panel agrees with people in 81% of the cases"
    sentence = Sentence(
        f"{good}, and violins improve the digestion of hungry tourists in Parisian restaurants.",
        "claim",
        ("okafor2023panel",),
        (quote("okafor2023panel", words),),
    )
    [verdict] = check(draft_of(sentence), small_corpus()).verdicts
    assert [part.verdict for part in verdict.parts] == ["quoted", "unverified"]
    assert verdict.verdict == "unverified"


def test_a_part_that_cites_an_unknown_key_alone_is_fabricated() -> None:
    text = "The panel agrees with people, whereas the judge prefers its own answers."
    sentence = Sentence(text, "claim", ("okafor2023panel", "nobody2020"), cited_at=(28, len(text) - 1))
    manuscript = Manuscript((Passage(sentence, "a.md", tuple(range(len(text) + 1))),), {"a.md": text})
    [verdict] = check_manuscript(manuscript, small_corpus()).verdicts
    assert [part.verdict for part in verdict.parts] == ["unverified", "fabricated"]
    assert [part.citations for part in verdict.parts] == [("okafor2023panel",), ("nobody2020",)]
    assert verdict.verdict == "fabricated"


def test_a_note_does_not_spoil_a_verdict() -> None:
    words = "We find that judges prefer their own answers"
    sentence = Sentence(
        "Judges prefer their own breakfast after raw answers by cooks.",
        "claim",
        ("li2024mirror",),
        (quote("li2024mirror", words),),
    )
    report = check(draft_of(sentence), small_corpus())
    assert {severity(problem) for problem in report.problems} <= {"note"}
    assert report.verdicts[0].verdict == "quoted"


def drafts(corpus: Corpus, themes: tuple[str, ...]) -> list[Draft]:
    found = []
    for theme in themes:
        try:
            found.append(writer.draft_section(theme, corpus, settings=writer.Settings(words=800)))
        except writer.NothingFound:
            continue
    assert found
    return found


def complaints(draft: Draft, corpus: Corpus) -> list[Problem]:
    return [problem for problem in check(draft, corpus).problems if problem.kind in {"misattributed", "no-evidence"}]


def test_drafts_of_the_example_corpus_are_left_in_peace() -> None:
    corpus = writer.load([Path(__file__).resolve().parent.parent / "examples" / "corpus.bib"])
    for draft in drafts(corpus, ("language models as judges", "citations in generated text", "benchmarks")):
        assert complaints(draft, corpus) == []


def test_drafts_of_real_pages_are_left_in_peace() -> None:
    seeds = Path(__file__).resolve().parent.parent.parent / "shared" / "seeds"
    if not seeds.is_dir():
        pytest.skip("the seed pages are not beside the project")
    corpus = writer.load([seeds])
    for draft in drafts(corpus, ("language models as judges", "reward models", "scaling laws")):
        assert complaints(draft, corpus) == []
