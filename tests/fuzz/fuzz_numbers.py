"""Fuzz the number parser and what reads its numbers with atheris; not collected by pytest.

    pip install atheris PyStemmer
    python tests/fuzz/fuzz_numbers.py -max_total_time=600 -max_len=400

Any text must be read without an error; numbers are spans of it in order, none over another, with values that can be
compared; and reading is quick, however long a run of digits is.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

with atheris.instrument_imports(include=["writer.text.numbers", "writer.checking.amounts", "writer.checking.naming"]):
    from writer.checking.amounts import amount, hedge, same, significant
    from writer.checking.naming import expands, forms, names, stands_for
    from writer.text.numbers import digit_names, numbers

PIECES = (
    "one in ", "two thirds", "half of", " hundred and ", "×10^-5", "10⁻⁵", "1e-9", "4.8k", "3.7%-7.3%", " to ", " and ",
    "-fold", " percentage points", "1,000,000", ".5", "−", "–", "twenty-", "million", " dozen", "(1)", "GPT-4", "5 mg",
    "9th", "٣", "²", "about ", "over ", "(", ")", "RL", "IL-2", "α", " of magnitude", "zero-shot", "999", "/",
)  # fmt: skip
"""Pieces that a run of bytes is seldom, so that the grammar is reached."""
SLOW = 2.0
"""Seconds for a text of a few hundred characters: hundreds of times what it takes."""


def text_from(data: bytes) -> str:
    """Bytes as pieces, digits and other characters."""
    provider = atheris.FuzzedDataProvider(data)
    parts = []
    while provider.remaining_bytes():
        kind = provider.ConsumeIntInRange(0, 3)
        if kind < 2:
            parts.append(PIECES[provider.ConsumeIntInRange(0, len(PIECES) - 1)])
        elif kind == 2:
            parts.append(str(provider.ConsumeIntInRange(0, 10**6)))
        else:
            parts.append(provider.ConsumeUnicodeNoSurrogates(4))
    return "".join(parts)


def read(data: bytes) -> None:
    """One text, read in every way."""
    text = text_from(data)
    began = time.process_time()
    found = numbers(text)
    end = 0
    for number in found:
        assert text[number.start : number.end] == number.text, number
        assert end <= number.start < number.end, number
        end = number.end
        assert same(number, number, hedge(text, number.start)), number
        amount(number)
        significant(number.value)
    for one, other in itertools.pairwise(found):
        same(one, other, hedge(text, one.start), strict=True)
    for name, start, stop in digit_names(text):
        assert text[start:stop] == name
    for named in names(text):
        assert text[named.start : named.end] == named.text
        assert named.core
        stands_for(named.core, (text,))
        expands(named.core, text[: named.start])
    forms(text)
    assert time.process_time() - began < SLOW, "slow"


if __name__ == "__main__":
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()
