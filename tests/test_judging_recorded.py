"""Recorded: a verdict's probability from a real server, and a judge over claims on the example corpus."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from writer.checking import check_manuscript
from writer.corpus import load
from writer.draft import Sentence
from writer.drafting.prompts import load_prompts
from writer.judging import JudgeSettings, judge
from writer.manuscript import Manuscript, Passage
from writer.models import ChatModel, Message, Request

pytestmark = pytest.mark.vcr

EXAMPLES = str(Path(__file__).resolve().parent.parent / "examples" / "corpus.bib")
CLAIMS = (
    ("Retrieval helps models that check facts, yet they still miss many errors.", ("chen2023felm",)),
    (
        "Both OpenScholar and Self-RAG fall behind ChatGPT or GPT-4o in correctness.",
        ("asai2024openscholar", "asai2024self"),
    ),
    ("Human judges and language models show marked bias, which careful training removes.", ("chen2024humans",)),
)
"""What an abstract says; what two say the other way round; and what one says in part."""
WORDS = ("supported", "partly", "contradicted")
ASKED = Request(
    prompt="judge",
    messages=(Message("user", "Is it so?"),),
    max_tokens=60,
    seed=1,
    schema={
        "type": "object",
        "properties": {
            "why": {"type": "string", "maxLength": 4},
            "verdict": {"type": "string", "enum": list(WORDS)},
        },
        "required": ["why", "verdict"],
        "additionalProperties": False,
    },
    weigh="verdict",
)


@pytest.mark.recorded_with("llama")
def test_a_real_server_tells_how_a_verdict_could_have_begun(recorded_url: str) -> None:
    with ChatModel("tiny", base_url=recorded_url) as model:
        whole = model.complete(ASKED)
    with ChatModel("tiny", base_url=recorded_url, stream=True) as model:
        streamed = model.complete(ASKED)
    said = json.loads(whole.text)["verdict"]
    assert said in WORDS
    assert whole.logprobs is not None
    # The grammar allows three words; the weights are random, so the likeliest beginnings need not be among them.
    assert any(said.startswith(text) for text, _ in whole.logprobs)
    values = [value for _, value in whole.logprobs]
    assert values == sorted(values, reverse=True)
    assert all(value < 0 for value in values)
    assert 5 <= len(values) <= 6
    assert streamed == whole
    assert model.dialect.logprobs


@pytest.mark.recorded_with("relay")
def test_a_judge_over_claims_about_the_examples(recorded_url: str) -> None:
    """Its replies were written through the relay; see cassettes/README.md."""
    passages = tuple(
        Passage(Sentence(text, "claim", keys), "claims.md", tuple(range(len(text) + 1)), paragraph=number)
        for number, (text, keys) in enumerate(CLAIMS)
    )
    manuscript = Manuscript(passages, {"claims.md": "\n\n".join(text for text, _ in CLAIMS)})
    corpus = load([EXAMPLES])
    rules = check_manuscript(manuscript, corpus)
    with ChatModel("relay", base_url=recorded_url, timeout=3600) as model:
        report = judge(rules, manuscript, corpus, [model], load_prompts(), JudgeSettings(polls=3), jobs=3)
    assert [claim.verdict for claim in report.verdicts] == ["supported", "contradicted", "partly"]
    for claim in report.verdicts:
        assert claim.by == "judge"
        assert claim.evidence
        for vote in claim.votes:
            assert vote.reason
            assert vote.probability is None  # the relay tells none
            for evidence in vote.evidence:
                entry = corpus[evidence.key]
                text = entry.title if evidence.field == "title" else entry.abstract
                assert text[evidence.start : evidence.end] == evidence.quote
    assert [problem.rule for problem in report.problems if problem.kind == "judged"] == [
        "judged-contradicted",
        "judged-partly",
    ]
    assert report.judging is not None
    assert report.judging.usage.calls == sum(len(claim.votes) for claim in report.verdicts)
