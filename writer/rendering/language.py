"""The code of a draft's language, as documents and pages want it (BCP 47), from its English name."""

from __future__ import annotations

from writer.settings import in_english

_CODES = {
    "arabic": "ar", "chinese": "zh", "czech": "cs", "danish": "da", "dutch": "nl", "finnish": "fi", "french": "fr",
    "german": "de", "greek": "el", "hebrew": "he", "hindi": "hi", "hungarian": "hu", "indonesian": "id",
    "italian": "it", "japanese": "ja", "korean": "ko", "norwegian": "no", "persian": "fa", "polish": "pl",
    "portuguese": "pt", "romanian": "ro", "russian": "ru", "spanish": "es", "swedish": "sv", "turkish": "tr",
    "ukrainian": "uk", "vietnamese": "vi",
}  # fmt: skip


def language_code(language: str) -> str:
    """The code of a language named in English, `en` for none; empty for one that is not known here.

    >>> language_code("German"), language_code(""), language_code("Klingon")
    ('de', 'en', '')
    """
    if in_english(language):
        return "en"
    # "Portuguese (Brazil)" and "Swiss German" are told by their chief word.
    words = language.casefold().partition("(")[0].split()
    return next((_CODES[word] for word in reversed(words) if word in _CODES), "")
