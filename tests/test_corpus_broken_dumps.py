"""Broken records of every format that streams: none stops the reading, each is told where it stands, and all good
neighbours are read. Records are made up; what is done to them is seeded.

`python tests/test_corpus_broken_dumps.py 1000` breaks a thousand records of each format.
"""

from __future__ import annotations

import csv
import io
import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from writer.corpus.opening import Opened, Unusable
from writer.corpus.readers import reader_of
from writer.corpus.record import Record
from writer.entry import Skipped

WORDS = "amber basin cedar delta ember fjord glade harbor islet kelp lagoon meadow nectar orchard".split()


def said(number: int, count: int) -> str:
    choose = random.Random(number)
    return " ".join(choose.choices(WORDS, k=count)).capitalize() + "."


def title(number: int) -> str:
    return f"Paper {number} on {said(number, 5)[:-1]}"


def plain(number: int) -> dict[str, Any]:
    return {
        "title": title(number), "abstract": said(number, 60), "authors": ["Jane Roe", "Hans van Berg"],
        "year": 2000 + number % 20, "doi": f"10.5555/{number}",
    }  # fmt: skip


def snapshot(number: int) -> dict[str, Any]:
    return {
        "id": f"2001.{number:05}", "title": title(number), "abstract": "  " + said(number, 60) + "\n",
        "authors_parsed": [["Roe", "Jane", ""], ["Berg", "Hans", "Jr."]], "update_date": "2020-01-01",
        "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}], "journal-ref": None,
    }  # fmt: skip


def work(number: int) -> dict[str, Any]:
    return {
        "id": f"https://openalex.org/W{number + 1}", "title": title(number), "publication_year": 2020,
        "abstract_inverted_index": {word: [n] for n, word in enumerate(dict.fromkeys(said(number, 30).split()))},
        "authorships": [{"author": {"id": "https://openalex.org/A1", "display_name": "Jane Roe"}}],
        "concepts": [{"id": "https://openalex.org/C1", "display_name": "Kelp"}, {"id": "C2", "display_name": "Amber"}],
    }  # fmt: skip


def paper(number: int) -> dict[str, Any]:
    return {
        "corpusid": number, "externalids": {"DOI": f"10.5555/{number}"}, "title": title(number),
        "abstract": said(number, 50), "authors": [{"authorId": "1", "name": "Jane Roe"}], "year": 2020,
    }  # fmt: skip


def message(number: int) -> dict[str, Any]:
    return {
        "DOI": f"10.5555/{number}", "title": [title(number)], "reference-count": 1,
        "abstract": f"<jats:p>{said(number, 50)}</jats:p>", "author": [{"given": "Jane", "family": "Roe"}],
        "issued": {"date-parts": [[2020, 1]]}, "reference": [{"key": "a", "DOI": "10.5555/x"}, {"key": "b"}],
    }  # fmt: skip


def row(number: int) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([title(number), said(number, 40) + ' A "kelp", said.', "2020"])
    return out.getvalue()


def element(number: int) -> str:
    return (
        f'<article mdate="2020-01-01" key="journals/k/{number}">\n'
        "<author>Jane Roe</author><author>J&ouml;rg Berg</author>\n"
        f"<title>{title(number)}.</title>\n<year>2020</year>\n</article>"
    )


def atom(number: int) -> str:
    return (
        f"<entry>\n<id>http://arxiv.org/abs/2001.{number:05}v1</id>\n<title>{title(number)}</title>\n"
        f"<summary>{said(number, 50)}</summary>\n<author><name>Jane Roe</name></author>\n</entry>"
    )


def lines(make: Callable[[int], dict[str, Any]]) -> Callable[[int], str]:
    return lambda number: json.dumps(make(number))


def indented(make: Callable[[int], dict[str, Any]]) -> Callable[[int], str]:
    return lambda number: json.dumps(make(number), indent=1).replace("\n", "\n  ")


@dataclass(frozen=True)
class Form:
    """How a file of one format is put together."""

    make: Callable[[int], str]
    head: str = ""
    between: str = "\n"
    tail: str = "\n"


FORMS = {
    "json lines": Form(lines(plain)),
    "json array": Form(indented(plain), "[\n  ", ",\n  ", "\n]\n"),
    "json array in one line": Form(lines(plain), "[", ", ", "]"),
    "arxiv snapshot": Form(lines(snapshot)),
    "arxiv atom": Form(
        atom,
        '<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n<id>http://arxiv.org/api/x</id>\n',
        tail="\n</feed>\n",
    ),
    "openalex lines": Form(lines(work)),
    "openalex page": Form(lines(work), '{"meta":{"count":9},"results":[', ",", "]}"),
    "semantic scholar": Form(lines(paper)),
    "crossref page": Form(
        indented(message),
        '{"status": "ok", "message-type": "work-list", "message": {"items": [\n  ',
        ",\n  ",
        "\n]}}\n",
    ),
    "dblp": Form(element, '<?xml version="1.0"?>\n<!DOCTYPE dblp SYSTEM "dblp.dtd">\n<dblp>\n', tail="\n</dblp>\n"),
    "table": Form(row, "title,abstract,year\n"),
}


def broken(text: str, choose: random.Random) -> str:
    """A record to which something happened that happens to files."""
    for _ in range(choose.randint(1, 3)):
        at = choose.randrange(1, max(2, len(text)))
        until = min(len(text), at + choose.randint(1, 30))
        kind = choose.randrange(8)
        if kind == 0:
            text = text[:at]
        elif kind == 1:
            text = text[:at] + text[until:]
        elif kind == 2:
            text = text[:at] + choose.choice("\"'{}[]<>&,:;\\\x00\x01\t\u2028") + text[at:]
        elif kind == 3:
            text = text[:at] + choose.choice(["\udce9", "\udcff\udcfe"]) + text[at:]
        elif kind == 4:
            text = text.replace('"', choose.choice(["'", "“", ""]), choose.randint(1, 4))
        elif kind == 5:
            text = text[:at] + text[at:until] * 3 + text[until:]
        elif kind == 6:
            text = text[:at] + text[at:until][::-1] + text[until:]
        else:
            value = choose.choice(["null", "1e999", "[[[]]]", '{"a": {"b": []}}', "NaN", "true", "-1", '""'])
            text = text.replace(choose.choice(['"Jane Roe"', "2020", "[", '{"']), value, 1)
    return text or "x"


def dump(name: str, count: int, seed: int) -> tuple[str, dict[str, int], list[tuple[int, int]]]:
    """A file of 2 * count + 1 records of which every second is broken; where the good ones begin, and the broken ones
    begin and end."""
    form, choose = FORMS[name], random.Random(seed)
    parts, good, bad = [form.head], {}, []
    line = form.head.count("\n") + 1
    for number in range(2 * count + 1):
        made = form.make(number)
        if number % 2:
            made = broken(made, choose)
            bad.append((line, line + made.count("\n")))
        else:
            good[title(number)] = line
        parts += [made, form.between if number < 2 * count else form.tail]
        line += made.count("\n") + form.between.count("\n")
    return "".join(parts), good, bad


def check(name: str, count: int, seed: int = 1) -> int:
    """Break so many records; how many of them were told. The others could be read all the same."""
    text, good, bad = dump(name, count, seed)
    opened = Opened.of_text(text, "dump")
    reader = reader_of(opened.head, opened.filename)
    assert reader is not None
    assert reader.stream is not None
    found = list(reader.stream(opened))
    read = {record.title.removesuffix("."): record.source.line for record in found if isinstance(record, Record)}
    missing = [(kept, at) for kept, at in good.items() if read.get(kept) != at]
    assert not missing, f"{len(missing)} good neighbours were not read, the first: {missing[:3]}"
    places = {record.source.line if isinstance(record, Record) else record.line for record in found}
    silent = [span for span in bad if not any(at in places for at in range(span[0], span[1] + 1))]
    assert not silent, f"{len(silent)} broken records that nobody tells of, the first in lines {silent[:3]}"
    told = {skip.line for skip in found if isinstance(skip, Skipped)}
    return sum(any(at in told for at in range(start, end + 1)) for start, end in bad)


@pytest.mark.parametrize("name", [name for name in FORMS if name != "table"])
def test_broken_records_are_told_and_their_neighbours_read(name: str) -> None:
    assert check(name, 60) > 20


def test_broken_rows_of_a_table_are_told_and_their_neighbours_read() -> None:
    told = 0
    for seed in range(40):
        try:
            told += check("table", 6, seed)
        except Unusable:
            # One byte that is no UTF-8 makes the encoding of the whole table doubtful.
            assert any("\udc80" <= char <= "\udcff" for char in dump("table", 6, seed)[0])
    assert told > 20


def test_odd_rows_of_a_parquet_table_are_told_and_their_neighbours_read(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from pyarrow import parquet as tables

    from writer.corpus.reading import entries

    choose = random.Random(3)
    odd = [None, "", "\x00", "{}", "ÿþ", "<i>"]
    path = tmp_path / "papers.parquet"
    tables.write_table(pyarrow.table({"title": [choose.choice(odd) if n % 2 else title(n) for n in range(1000)]}), path)
    found = list(entries([path]))
    assert len(found) == 1000
    assert {entry.source.line for entry in found if not isinstance(entry, Skipped)} >= set(range(1, 1000, 2))


if __name__ == "__main__":
    for form_name in FORMS:
        if form_name != "table":
            records = int(sys.argv[1])
            reported = check(form_name, records, seed=7)
            print(f"{form_name:24} {records} broken: {reported} told, the others read all the same, no neighbour lost")
