"""Finding the entries on a theme."""

from writer.retrieval.floor import FLOOR
from writer.retrieval.index import Filters, Index
from writer.retrieval.retrieve import Retrieval, Vectors, retrieve, share, term_weights
from writer.retrieval.tantivy_index import TantivyIndex, open_index

__all__ = [
    "FLOOR",
    "Filters",
    "Index",
    "Retrieval",
    "TantivyIndex",
    "Vectors",
    "open_index",
    "retrieve",
    "share",
    "term_weights",
]
