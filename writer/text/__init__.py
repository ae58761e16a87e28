"""The one room that knows English and LaTeX: cleaning, sentences, words, numbers, quotes."""

from writer.text.clean import Cleaned, clean, clean_with_origin
from writer.text.quotes import find_quote, pieces
from writer.text.sentences import Span, sentences
from writer.text.words import STOP_WORDS, ascii_fold, fold, stem, stems, words

__all__ = [
    "STOP_WORDS",
    "Cleaned",
    "Span",
    "ascii_fold",
    "clean",
    "clean_with_origin",
    "find_quote",
    "fold",
    "pieces",
    "sentences",
    "stem",
    "stems",
    "words",
]
