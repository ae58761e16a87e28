"""Tables in Parquet, read batch by batch. A record's line is the number of its row.

Which columns hold a title or an abstract is told as in any table. Only columns with a known name are read, so that
embeddings and full texts beside them cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from writer.corpus import columns
from writer.corpus.opening import Opened
from writer.corpus.record import Found, Reader, Record, streamed
from writer.entry import Skipped, Source

if TYPE_CHECKING:
    from pyarrow import RecordBatch

_ROWS = 1000


def _stream(opened: Opened) -> Found:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        hint = "pip install 'writer[parquet]', or save the table as .csv or .jsonl"
        raise opened.unusable("is a Parquet file, for which a package is missing", hint=hint) from error
    row = 0
    with opened.binary() as file:
        try:
            table = parquet.ParquetFile(file)
            names = [name for name in table.schema_arrow.names if columns.is_known(name)]
            if not columns.names_papers(names):
                yield Skipped(opened.name, 1, "no column is named title or abstract")
                return
            for batch in table.iter_batches(batch_size=_ROWS, columns=names):
                for values in _rows(batch):
                    row += 1
                    yield _found(values, Source(opened.name, row))
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            yield Skipped(opened.name, row + 1, f"broken Parquet: {str(error).splitlines()[0]}; the rest is not read")


def _rows(batch: RecordBatch) -> Iterator[dict[str, Any] | str]:
    """The rows of a batch, or why one is none: a text in it may be none."""
    try:
        yield from batch.to_pylist()
        return
    except (UnicodeDecodeError, ValueError, OverflowError):
        pass
    for number in range(batch.num_rows):
        try:
            yield batch.slice(number, 1).to_pylist()[0]
        except (UnicodeDecodeError, ValueError, OverflowError) as error:
            yield f"a value cannot be read: {error}"


def _found(values: dict[str, Any] | str, source: Source) -> Record | Skipped:
    made = values if isinstance(values, str) else columns.record(values, source)
    return made if isinstance(made, Record) else Skipped(source.file, source.line, made)


READER = Reader(
    "parquet",
    "a Parquet table with a column `title` or `abstract`",
    lambda text, _: text.startswith("PAR1"),
    streamed(_stream),
    _stream,
)
