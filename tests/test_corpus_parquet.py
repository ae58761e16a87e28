"""Parquet tables: columns by their names, rows in batches, and what happens without the package."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path
from typing import Any

import pytest

from writer.corpus import load, parquet
from writer.errors import CorpusError


def written(path: Path, columns: dict[str, list[Any]], **options: Any) -> Path:
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from pyarrow import parquet as tables

    tables.write_table(pyarrow.table(columns), path, **options)
    return path


def test_a_table_is_read_by_the_names_of_its_columns(tmp_path: Path) -> None:
    path = written(
        tmp_path / "papers.parquet",
        {
            "Title": ["One", None, "Three"],
            "abstract": ["About it.", None, None],
            "authors": [["Jane Roe"], [], None],
            "year": [2020, 2021, None],
            "embedding": [[0.1, 0.2]] * 3,
        },
    )
    corpus = load([path])
    assert [(entry.title, entry.year, entry.source.line) for entry in corpus] == [("One", 2020, 1), ("Three", None, 3)]
    assert [str(author) for author in next(iter(corpus)).authors] == ["Roe, Jane"]
    assert [skip.line for skip in corpus.skipped] == [2]


def test_a_packed_table_is_read_too(tmp_path: Path) -> None:
    path = written(tmp_path / "papers.parquet", {"title": ["One"]})
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert [entry.title for entry in load([packed])] == ["One"]


def test_of_a_table_with_a_broken_part_what_came_before_is_kept(tmp_path: Path) -> None:
    count = 5000
    path = written(
        tmp_path / "papers.parquet",
        {"title": [f"Title {n} of {n * 7919}" for n in range(count)]},
        row_group_size=1000,
        use_dictionary=False,
    )
    from pyarrow.parquet import read_metadata

    start = read_metadata(path).row_group(3).column(0).data_page_offset
    raw = bytearray(path.read_bytes())
    raw[start : start + 20] = b"\xff" * 20
    path.write_bytes(raw)
    corpus = load([path])
    assert 1000 <= len(corpus) <= 3000
    assert "broken Parquet" in corpus.skipped[-1].reason


@pytest.mark.parametrize("content", [b"PAR1", b"PAR1 and nothing more PAR1"])
def test_a_table_that_is_none_is_an_error(tmp_path: Path, content: bytes) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    path = tmp_path / "papers.parquet"
    path.write_bytes(content)
    with pytest.raises(CorpusError, match="broken Parquet"):
        load([path])


def test_a_table_without_texts_is_an_error(tmp_path: Path) -> None:
    path = written(tmp_path / "papers.parquet", {"name": ["One"]})
    with pytest.raises(CorpusError, match="no column is named title or abstract"):
        load([path])


def test_without_the_package_a_table_is_an_error_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = tmp_path / "papers.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(CorpusError, match="package is missing") as caught:
        load([path])
    assert "writer[parquet]" in caught.value.hint
    assert parquet.READER.recognises("PAR1", "x")
