"""The fields of an index in tantivy: how an entry, a query and a filter are said in them, and the folders they lie in.

Title and abstract are one field. Its terms are exactly those of `writer.text.stems`, so that what is counted and what
is found agree: ASCII words are cut, sifted and stemmed by tantivy by the same rules (a test compares them), the others
come ready-made. Year, venue, authors and key are fields of their own, for filters only.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from writer.entry import Entry
from writer.errors import UserError
from writer.retrieval.index import Filters
from writer.text import STOP_WORDS, fold
from writer.text.words import ascii_words_and_other_stems

STATE = "state"
_HEAP_BYTES = 50_000_000
_LONGEST = 40
_MASK = (1 << 128) - 1


# Documents --------------------------------------------------------------------------------------------------------


def mark(entry: Entry) -> int:
    """A number of 128 bits for what the index holds of an entry: its key, text, names, year and venue.

    The marks of a set of entries, added up, tell that set from others, in any order, and can be kept while entries
    come and go. That is safe against chance, not against someone who looks for two sets with one sum.
    """
    from hashlib import blake2b  # OpenSSL is loaded with it, which a reader need not wait for

    names = [part for author in entry.authors for part in (author.family, author.given)]
    parts = [entry.key, entry.title, entry.abstract, str(entry.year), entry.venue or "", *names]
    said = "".join([f"{len(part)}:{part}" for part in parts])
    return int.from_bytes(blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).digest(), "big")


def added_up(marks: Iterable[int]) -> int:
    """The sum of marks, within 128 bits."""
    return sum(marks) & _MASK


def digest_of(entries: Iterable[Entry]) -> str:
    """The digest that a growing index has when it holds these entries."""
    return digest_from(added_up(mark(entry) for entry in entries))


def digest_from(total: int) -> str:
    """The digest for a sum of marks."""
    return f"sum128:{total & _MASK:032x}"


def document(entry: Entry, its_mark: int) -> Any:
    """The entry as tantivy stores it."""
    import tantivy

    text, others = ascii_words_and_other_stems(entry.text)
    made = tantivy.Document(key=entry.key, text=text, mark_high=_signed(its_mark >> 64), mark_low=_signed(its_mark))
    if others:
        tokens = [tantivy.Token(term, at, 0, 0) for at, term in enumerate(others)]
        made.add_pre_tokenized_text("text", tantivy.PreTokenizedString("", tokens))
    if entry.year is not None:
        made.add_integer("year", entry.year)
    if entry.venue:
        made.add_text("venue", fold(entry.venue))
    if entry.authors:
        made.add_text("author", fold(" ".join([f"{author.family} {author.given}" for author in entry.authors])))
    return made


def state_document(state: bytes) -> Any:
    """What a growing index knows of itself, as a document that has no text."""
    import tantivy

    made = tantivy.Document(note=STATE)
    made.add_bytes(STATE, state)
    return made


def _signed(number: int) -> int:
    """The lower 64 bits as tantivy's integers have them."""
    number &= (1 << 64) - 1
    return number - (1 << 64) if number >> 63 else number


def marks_of(searcher: Any, addresses: list[Any]) -> list[int]:
    """The marks of documents, from two columns of numbers."""
    high = searcher.fast_field_values("mark_high", addresses)
    low = searcher.fast_field_values("mark_low", addresses)
    bits = (1 << 64) - 1
    return [(one & bits) << 64 | (other & bits) for one, other in zip(high, low, strict=True)]


def all_marks(index: Any) -> set[int]:
    """The marks of every entry of an index."""
    import tantivy

    searcher = index.searcher()
    hits = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs), count=False).hits
    return set(marks_of(searcher, [address for _, address in hits]))


# Folders ----------------------------------------------------------------------------------------------------------


def make(folder: Path | None) -> Any:
    """A new empty index, in a folder or in memory."""
    import tantivy

    return _ready(tantivy.Index(_schema(), path=None if folder is None else str(folder)))


def opened(folder: Path) -> Any:
    """The index in a folder. Raises UserError where tantivy cannot open it or the fields are not ours."""
    import tantivy

    try:
        index = tantivy.Index.open(str(folder))
        if index.schema != _schema():
            raise damaged("its fields are not those of this version")
        return _ready(index)
    except BaseException as error:
        if not is_damage(error):
            raise
        raise damaged(str(error)) from error


def writer_of(index: Any) -> Any:
    """The writer of an index; ValueError while there is another, in any process. One thread: the same on every run."""
    return index.writer(heap_size=_HEAP_BYTES, num_threads=1)


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", stored=False, tokenizer_name="stems", index_option="freq")
    builder.add_text_field("venue", stored=False, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("author", stored=False, tokenizer_name="whitespace", index_option="basic")
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_integer_field("mark_high", fast=True)
    builder.add_integer_field("mark_low", fast=True)
    # What a growing index knows of itself, in a document of its own, so that it changes with the entries or not at all.
    builder.add_text_field("note", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field(STATE, stored=True)
    return builder.build()


def _ready(index: Any) -> Any:
    index.register_tokenizer("stems", analyzer())
    # Nobody watches the folder: a version is read when it is asked for.
    index.config_reader("manual")
    index.reload()
    return index


def analyzer() -> Any:
    """What makes terms of ASCII text in tantivy, as `writer.text.stems` does."""
    import tantivy

    rule = tantivy.Filter
    built = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        rule.remove_long(_LONGEST + 1),
        rule.lowercase(),
        rule.custom_stopword(sorted(STOP_WORDS.union(string.ascii_lowercase, string.digits))),
        rule.stemmer("english"),
    ):
        built = built.filter(step)
    return built.build()


# Queries ----------------------------------------------------------------------------------------------------------


def query_for(schema: Any, terms: Mapping[str, float], filters: Filters | None) -> Any:
    """Any of the terms by its weight, and all of the filters for nothing; None where there is nothing to look for."""
    import tantivy

    query, occur = tantivy.Query, tantivy.Occur
    wanted = []
    for term, weight in terms.items():
        if weight > 0:
            one = query.term_query(schema, "text", term, "freq")
            wanted.append((occur.Should, one if weight == 1 else query.boost_query(one, float(weight))))
    if not wanted:
        return None
    lexical = query.boolean_query(wanted)
    conditions = _conditions(schema, filters) if filters is not None else []
    if not conditions:
        return lexical
    free = [(occur.Must, query.const_score_query(condition, 0.0)) for condition in conditions]
    return query.boolean_query([(occur.Must, lexical), *free])


def _conditions(schema: Any, filters: Filters) -> list[Any]:
    import tantivy

    query, integer = tantivy.Query, tantivy.FieldType.Integer
    found = []
    if filters.years is not None:
        first, last = filters.years
        low, high = (-(1 << 62) if first is None else first), (1 << 62 if last is None else last)
        found.append(query.range_query(schema, "year", integer, low, high) if low <= high else query.empty_query())
    for field, asked in (("venue", filters.venue), ("author", filters.author)):
        if asked is not None:
            words = fold(asked).split()
            found += [query.term_query(schema, field, word, "basic") for word in words] or [query.empty_query()]
    if filters.keys is not None:
        found.append(keys_query(schema, filters.keys))
    return found


def noted_query(schema: Any) -> Any:
    """The query for the `state_document`."""
    import tantivy

    return tantivy.Query.term_query(schema, "note", STATE, "basic")


def keys_query(schema: Any, keys: Iterable[str]) -> Any:
    """The query for entries by their keys."""
    import tantivy

    listed = sorted(keys)
    return tantivy.Query.term_set_query(schema, "key", listed) if listed else tantivy.Query.empty_query()


# Damage ---------------------------------------------------------------------------------------------------------


def is_damage(error: BaseException) -> bool:
    """Whether this is what tantivy raises for files it cannot read: also a panic, which is no `Exception`."""
    return isinstance(error, (ValueError, OSError)) or type(error).__name__ == "PanicException"


def damaged(what: str) -> UserError:
    """The error for an index that cannot be read and that nothing here can build anew."""
    return UserError(
        f"The index is damaged: {what.strip().splitlines()[0] if what.strip() else 'a file cannot be read'}",
        hint="Delete its folder and add the entries again.",
    )
