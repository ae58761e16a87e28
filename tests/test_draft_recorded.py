"""The main job with a model, replayed: one whole draft over the example corpus, through the real command.

Its replies were written through the relay (`writer relay`); see cassettes/README.md.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from writer.cli import main

ROOT = Path(__file__).resolve().parent.parent
THEME = "language models as judges: agreement with people and biases"


def draft(out: Path, base_url: str) -> int:
    arguments = ["draft", THEME, "--corpus", str(ROOT / "examples" / "corpus.bib"), "--model", "relay"]
    options = ["--base-url", base_url, "-k", "20", "--groups", "3", "--words", "350", "--no-cache", "--out", str(out)]
    return main([*arguments, *options])


@pytest.mark.vcr
@pytest.mark.recorded_with("relay")
def test_a_whole_draft_over_the_examples(recorded_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert draft(tmp_path / "draft.json", recorded_url) == 0
    told = json.loads((tmp_path / "draft.json").read_text("utf-8"))
    assert told["drafter"] == "relay"
    assert told["usage"]["calls"] == 1 + len(told["groups"])
    keys = set(re.findall(r"^@\w+\{([^,]+),", (ROOT / "examples" / "corpus.bib").read_text("utf-8"), re.MULTILINE))
    claims = [
        s for group in told["groups"] for paragraph in group["paragraphs"] for s in paragraph if s["role"] == "claim"
    ]
    assert len(claims) >= 6
    for claim in claims:
        assert claim["citations"]
        assert set(claim["citations"]) <= keys
        for evidence in claim["evidence"]:
            text = told["entries"][evidence["key"]][evidence["field"]]
            assert text[evidence["start"] : evidence["end"]] == evidence["quote"]
    assert f"{len(claims)} claims" in capsys.readouterr().err
