"""Reading a model's answer: whatever it is, a value or an `AnswerError`, and nothing lost in silence."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from writer.draft import Evidence, LeftOut, Sentence
from writer.drafting.parse import PLAN_SCHEMA, WRITE_SCHEMA, read_group, read_object, read_plan, salvage_group
from writer.errors import AnswerError

KEYS = {"P1": "li2024mirror", "P2": "okafor2023panel", "P3": "stein2022retrieval"}


def sentence(text: str = "Panels vote.", role: str = "claim", citations: Any = ("P2",), **more: Any) -> dict[str, Any]:
    quote = {"key": "P2", "quote": "vote"}
    return {"text": text, "role": role, "citations": list(citations), "evidence": [quote], **more}


def group(*sentences: Any) -> str:
    return json.dumps({"paragraphs": [{"sentences": list(sentences)}]})


def plan(*groups: tuple[str, list[str]], left_out: Any = ()) -> str:
    told = [{"heading": heading, "angle": "an angle", "keys": keys} for heading, keys in groups]
    return json.dumps({"groups": told, "left_out": list(left_out)})


def only(answer: str) -> tuple[Sentence, list[str]]:
    """The one sentence of an answer, and the notes on it."""
    (paragraph,), notes = read_group(answer, KEYS)
    (found,) = paragraph
    return found, notes


# The object ---------------------------------------------------------------------------------------------------

WHOLE = '{"groups": [], "more": {"a": "}"}}'


@pytest.mark.parametrize(
    "answer",
    [
        WHOLE,
        f"\n  {WHOLE}\n",
        f"```json\n{WHOLE}\n```",
        f"```\n{WHOLE}\n```",
        f"Here is the plan.\n```json\n{WHOLE}\n```\nDoes it help?",
        f"Here is the plan: {WHOLE} I left nothing out.",
        f"For the theme {{judging}} I propose {WHOLE}",
        f"{{}} was my first thought. {WHOLE}",
        f"```python\nprint({{1}})\n```\n```json\n{WHOLE}\n```",
        f"[{WHOLE}]",
        f"```json\n{WHOLE}",
    ],
)
def test_an_object_is_found_bare_fenced_and_with_talk_around_it(answer: str) -> None:
    assert read_object(answer, "groups") == json.loads(WHOLE)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("", "no JSON object"),
        ("I would rather not.", "no JSON object"),
        ('["groups"]', "no JSON object"),
        ("null", "no JSON object"),
        ('{"groups": [],}', "not valid JSON"),
        ("{'groups': []}", "not valid JSON"),
        ('{"groups": [', "not valid JSON"),
        ('{"paragraphs": []}', "has no 'groups'"),
        ('{"groups": ' + "[" * 100_000, "nested too deeply"),
        ('{"groups": ' + "9" * 10_000 + "}", "not valid JSON"),
    ],
)
def test_what_is_no_such_object_is_an_error_that_says_why_and_keeps_the_answer(answer: str, told: str) -> None:
    with pytest.raises(AnswerError, match=told) as caught:
        read_object(answer, "groups")
    assert caught.value.answer == answer


def test_a_raw_line_break_inside_a_string_is_forgiven() -> None:
    found, _ = only(group(sentence("Panels vote.")).replace("Panels vote", "Panels\nvote"))
    assert found.text == "Panels vote."


# Groups -------------------------------------------------------------------------------------------------------


def test_short_keys_become_citation_keys_in_citations_and_evidence() -> None:
    found, notes = only(group(sentence(citations=["P2", "P1", "P2"])))
    assert found.citations == ("okafor2023panel", "li2024mirror")
    assert found.evidence == (Evidence("okafor2023panel", "vote"),)
    assert (found.role, notes) == ("claim", [])


@pytest.mark.parametrize("key", ["P9", "p2", "smith2020", "Smith et al. (2020)", "[12]", "10.1000/x(1)", "P2x"])
def test_a_key_that_was_never_given_stays_as_it_came(key: str) -> None:
    found, _ = only(group(sentence(citations=[key], evidence=[{"key": key, "quote": "vote"}])))
    assert found.citations == (key,)
    assert found.evidence[0].key == key


@pytest.mark.parametrize("key", ["[P2]", "@P2", "[@P2]", " P2 ", "(P2)"])
def test_a_given_key_is_known_in_its_brackets(key: str) -> None:
    assert only(group(sentence(citations=[key])))[0].citations == ("okafor2023panel",)


def test_given_keys_in_one_string_are_told_apart_and_others_are_not() -> None:
    assert only(group(sentence(citations=["P1, P3"])))[0].citations == ("li2024mirror", "stein2022retrieval")
    assert only(group(sentence(citations=["P1, Smith"])))[0].citations == ("P1, Smith",)


@pytest.mark.parametrize(
    ("text", "clean", "cited"),
    [
        ("Judges are biased [P1].", "Judges are biased.", ("li2024mirror",)),
        ("Judges are biased [P1, P2].", "Judges are biased.", ("li2024mirror", "okafor2023panel")),
        ("Judges are biased [P1; @P2].", "Judges are biased.", ("li2024mirror", "okafor2023panel")),
        ("Judges are biased (P1).", "Judges are biased.", ("li2024mirror",)),
        ("Judges are biased [P1][P2].", "Judges are biased.", ("li2024mirror", "okafor2023panel")),
        ("Judges [P1] are biased. [P2]", "Judges are biased.", ("li2024mirror", "okafor2023panel")),
        ("Judges are biased [P77].", "Judges are biased.", ("P77",)),
    ],
)
def test_a_key_in_brackets_inside_the_text_becomes_a_citation(text: str, clean: str, cited: tuple[str, ...]) -> None:
    found, notes = only(group(sentence(text, citations=[])))
    assert (found.text, found.citations, found.role, notes) == (clean, cited, "claim", [])


def test_a_framing_sentence_that_cites_is_a_claim() -> None:
    assert only(group(sentence("Others vote [P2].", "framing", [])))[0].role == "claim"
    assert only(group(sentence(role="framing")))[0].role == "claim"
    assert only(group(sentence(role="framing", citations=[], evidence=[])))[0].role == "framing"
    assert only(group(sentence(role="remark", citations=[])))[0].role == "claim"


def test_a_key_named_in_prose_stays_and_is_noted() -> None:
    found, notes = only(group(sentence("Unlike P1, P2 votes, and P53 is a protein.")))
    assert found.text == "Unlike P1, P2 votes, and P53 is a protein."
    assert [note.split("'")[1] for note in notes] == ["P1", "P2"]


def test_a_quote_with_ellipses_becomes_several() -> None:
    evidence = [{"key": "P2", "quote": "We propose … by a panel [...] that vote."}]
    found, _ = only(group(sentence(evidence=evidence)))
    assert [item.quote for item in found.evidence] == ["We propose", "by a panel", "that vote."]
    assert {item.key for item in found.evidence} == {"okafor2023panel"}


def test_a_sentence_gets_its_full_stop_and_loses_stray_spaces() -> None:
    assert only(group(sentence(" Panels \n vote ")))[0].text == "Panels vote."
    assert only(group(sentence("Do panels vote?")))[0].text == "Do panels vote?"


def test_what_no_file_can_hold_is_shown_as_such() -> None:
    found, _ = only(group(sentence("Half \ud83d of a pair\x00.", citations=["P\ud800"])))
    assert found.text == "Half \ufffd of a pair\ufffd."
    assert found.citations == ("P\ufffd",)


def test_paragraphs_are_kept_and_empty_ones_are_not() -> None:
    answer = {"paragraphs": [{"sentences": []}, {"sentences": [sentence("A.")]}, {"sentences": [{}, sentence("B.")]}]}
    paragraphs, _ = read_group(json.dumps(answer), KEYS)
    assert [[found.text for found in paragraph] for paragraph in paragraphs] == [["A."], ["B."]]


@pytest.mark.parametrize("text", ["", "  ", ".", "[P1]", "[P1]."])
def test_a_citation_without_a_sentence_is_not_dropped_in_silence(text: str) -> None:
    with pytest.raises(AnswerError, match=r"a sentence has no text \(it cites"):
        read_group(group(sentence(), sentence(text)), KEYS)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"paragraphs": {}}, "'paragraphs' is not a list of objects"),
        ({"paragraphs": ["Panels vote."]}, "'paragraphs' is not a list of objects"),
        ({"paragraphs": [{}]}, "'sentences' is not a list of objects"),
        ({"paragraphs": [{"sentences": "Panels vote."}]}, "'sentences' is not a list of objects"),
        ({"paragraphs": [{"sentences": [sentence(text=5)]}]}, "'text' is not a string"),  # type: ignore[arg-type]
        ({"paragraphs": [{"sentences": [sentence(citations=[1])]}]}, "'citations' is not a list of strings"),
        ({"paragraphs": [{"sentences": [sentence() | {"citations": "P1"}]}]}, "'citations' is not a list of strings"),
        ({"paragraphs": [{"sentences": [sentence(evidence={"P1": "vote"})]}]}, "'evidence' is not a list of objects"),
        ({"paragraphs": [{"sentences": [sentence(evidence=[{"key": 1}])]}]}, "'key' is not a string"),
        ({"paragraphs": [{"sentences": [sentence(evidence=[{"quote": None}])]}]}, "'quote' is not a string"),
        ({"paragraphs": []}, "no sentence"),
        ({"paragraphs": [{"sentences": []}]}, "no sentence"),
    ],
)
def test_a_wrong_type_is_told_by_the_name_of_its_field(answer: object, told: str) -> None:
    with pytest.raises(AnswerError, match=told):
        read_group(json.dumps(answer), KEYS)


# Plans --------------------------------------------------------------------------------------------------------


def test_a_plan_has_the_keys_of_the_corpus() -> None:
    answer = plan(("Panels:", ["P2", "P1"]), left_out=[{"key": "P3", "reason": " off the\ntheme "}])
    found, notes = read_plan(answer, KEYS, 5)
    assert [(g.heading, g.angle, g.keys) for g in found.groups] == [
        ("Panels", "an angle", ("okafor2023panel", "li2024mirror"))
    ]
    assert found.left_out == (LeftOut("stein2022retrieval", "off the theme"),)
    assert notes == []


def test_a_plan_says_what_it_forgot() -> None:
    found, _ = read_plan(plan(("Panels", ["P2"]), left_out=[{"key": "P1"}]), KEYS, 5)
    assert found.left_out == (
        LeftOut("li2024mirror", "no reason given"),
        LeftOut("stein2022retrieval", "the plan did not mention it"),
    )


def test_a_key_named_twice_is_told_where_it_stands_first() -> None:
    answer = plan(("A", ["P1", "P2", "P1"]), ("B", ["P2", "P3"]), left_out=[{"key": "P3", "reason": "r"}])
    found, _ = read_plan(answer, KEYS, 5)
    assert [g.keys for g in found.groups] == [("li2024mirror", "okafor2023panel"), ("stein2022retrieval",)]
    assert found.left_out == ()


def test_keys_that_were_not_given_are_noted_wherever_they_stand() -> None:
    answer = plan(("A", ["P1", "P9"]), ("B", ["P8"]), left_out=[{"key": "P7", "reason": "r"}])
    found, notes = read_plan(answer, KEYS, 5)
    assert [g.heading for g in found.groups] == ["A"]
    assert [note.split("'")[1] for note in notes] == ["P9", "P8", "P7"]


def test_a_heading_is_one_line_and_a_key_in_it_is_noted() -> None:
    found, notes = read_plan(plan(("Votes\n of P2", ["P1"]), ("", ["P2"])), KEYS, 5)
    assert [g.heading for g in found.groups] == ["Votes of P2", "Related work"]
    assert notes == ["a heading names the entry 'P2': 'Votes of P2'"]


def test_too_many_groups_are_told_with_both_numbers() -> None:
    answer = plan(("A", ["P1"]), ("B", ["P2"]), ("C", ["P3"]))
    assert len(read_plan(answer, KEYS, 3)[0].groups) == 3
    with pytest.raises(AnswerError, match="the plan has 3 groups, at most 2"):
        read_plan(answer, KEYS, 2)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (plan(), "no group with a key"),
        (plan(("A", [])), "no group with a key"),
        (plan(("A", ["P9"])), "no group with a key"),
        ('{"groups": "A"}', "'groups' is not a list of objects"),
        ('{"groups": [{"heading": 1, "keys": ["P1"]}]}', "'heading' is not a string"),
        ('{"groups": [{"heading": "A", "keys": "P1"}]}', "'keys' is not a list of strings"),
        ('{"groups": [{"heading": "A", "keys": ["P1"]}], "left_out": ["P2"]}', "'left_out' is not a list of objects"),
        ('{"groups": [{"heading": "A", "keys": ["P1"]}], "left_out": null}', "'left_out' is not a list of objects"),
    ],
)
def test_a_plan_of_another_shape_is_told(answer: str, told: str) -> None:
    with pytest.raises(AnswerError, match=told):
        read_plan(answer, KEYS, 5)


def test_a_plan_may_leave_left_out_away() -> None:
    found, _ = read_plan('{"groups": [{"heading": "A", "keys": ["P1", "P2", "P3"]}]}', KEYS, 5)
    assert found.left_out == ()


# Answers that were cut ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["text", "role", "citations", "evidence"])
def test_the_whole_sentences_of_a_cut_answer_are_kept_in_any_order_of_fields(first: str) -> None:
    told = [sentence("One."), sentence("Two."), sentence("Three.")]
    told = [{first: item[first], **item} for item in told]
    whole = group(*told)
    for end in (whole.index("Three"), whole.index("Three") + 30, len(whole) - 5):
        (paragraph,), notes = salvage_group(whole[:end], KEYS)
        assert [found.text for found in paragraph] == ["One.", "Two."]
        assert notes == []


def test_a_cut_answer_without_a_whole_sentence_is_an_error() -> None:
    for answer in ("", '{"paragraphs": [{"sentences": [{"text": "Pan', "no"):
        with pytest.raises(AnswerError, match="cut off before its first sentence"):
            salvage_group(answer, KEYS)


def test_a_whole_sentence_of_a_wrong_shape_in_a_cut_answer_is_noted() -> None:
    whole = group(sentence("One."), sentence("", citations=["P3"]), sentence("Three."), sentence("Four."))
    (paragraph,), notes = salvage_group(whole[: whole.index("Four")], KEYS)
    assert [found.text for found in paragraph] == ["One.", "Three."]
    assert notes == ["a sentence of the cut answer could not be read: a sentence has no text (it cites P3)"]


# Whatever comes -----------------------------------------------------------------------------------------------

words = st.sampled_from(["P1", "P2", "P9", "[P3]", "x", "", " ", ".", "…", "claim", "framing", "a [P1] b", "\ud800"])
names = st.sampled_from(
    """groups left_out heading angle keys key reason paragraphs sentences text role citations evidence quote
    other""".split()
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)
answers = (
    st.text(max_size=60)
    | values.map(json.dumps)
    | st.builds(lambda value, cut: json.dumps(value)[:cut], values, st.integers(0, 200))
    | st.builds(lambda value: f"Here:\n```json\n{json.dumps(value)}\n```", values)
    | st.builds(lambda value: json.dumps({"groups": value, "paragraphs": value}), values)
)
READERS: dict[str, Callable[[str], object]] = {
    "plan": lambda text: read_plan(text, KEYS, 5),
    "group": lambda text: read_group(text, KEYS),
    "salvage": lambda text: salvage_group(text, KEYS),
}


@pytest.mark.parametrize("reader", sorted(READERS))
@settings(deadline=None)
@given(answer=answers)
def test_any_text_gives_a_value_or_an_answer_error(reader: str, answer: str) -> None:
    with contextlib.suppress(AnswerError):  # any other error fails the test
        assert READERS[reader](answer)


keys = words | st.text(min_size=1, max_size=6)
sentences = st.fixed_dictionaries(
    {"text": words | st.text(max_size=12)},
    optional={
        "role": st.sampled_from(["claim", "framing"]),
        "citations": st.lists(keys, max_size=4),
        "evidence": st.lists(st.fixed_dictionaries({"key": keys, "quote": words}), max_size=2),
    },
)


@settings(deadline=None)
@given(told=st.lists(st.lists(sentences, max_size=3), max_size=3))
def test_no_citation_of_an_answer_disappears(told: list[list[dict[str, Any]]]) -> None:
    answer = json.dumps({"paragraphs": [{"sentences": paragraph} for paragraph in told]})
    try:
        paragraphs, _ = read_group(answer, KEYS)
    except AnswerError:
        return  # the model is told, and the draft says so: nothing is lost in silence
    says = ("text", "citations", "evidence")
    wrote = [item for paragraph in told for item in paragraph if any(map(item.get, says))]
    found = [item for paragraph in paragraphs for item in paragraph]
    assert len(found) == len(wrote)
    for before, after in zip(wrote, found, strict=True):
        for key in before.get("citations", []):
            assert _shown(key) <= set(after.citations)
        for short in KEYS:
            if f"[{short}]" in before["text"]:
                assert KEYS[short] in after.citations
        assert not (after.citations and after.role == "framing")


def _shown(key: str) -> set[str]:
    """What a citation must be seen as: a citation key for each key given, or itself where it was not."""
    whole = " ".join(re.sub("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]", "\ufffd", key).split())
    parts = [part.strip("[]()@ ") for part in re.split("[,;]", whole)]
    return {KEYS[part] for part in parts} if all(part in KEYS for part in parts) else {whole} - {""}


def _limits(schema: Any, path: str = "") -> list[str]:
    """Paths at which a schema is not closed: an object that allows more, or a text without an end."""
    if schema.get("type") == "object":
        closed = schema["additionalProperties"] is False and set(schema["required"]) == set(schema["properties"])
        inner = [found for name, part in schema["properties"].items() for found in _limits(part, f"{path}/{name}")]
        return inner if closed else [path, *inner]
    if schema.get("type") == "array":
        return _limits(schema["items"], f"{path}[]")
    return [] if "maxLength" in schema or "enum" in schema else [path]


@pytest.mark.parametrize("schema", [PLAN_SCHEMA, WRITE_SCHEMA])
def test_the_schemas_are_closed_and_bound_every_text(schema: dict[str, object]) -> None:
    assert _limits(schema) == []
