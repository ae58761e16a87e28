"""The language of a text, as a record says it or as its script and function words leave no doubt.

English is the rule in a corpus and is never guessed: None stands for English and for not knowing. Not a language
identifier; short texts and close kin (Norwegian and Danish, Serbian and Bulgarian) give None.
"""

from __future__ import annotations

import re
from functools import lru_cache

# ISO 639-2 codes and English names, as catalogues write them, for the languages that have a code of two letters.
_NAMES = {
    "ar": "ara arabic", "bg": "bul bulgarian", "ca": "cat catalan", "cs": "cze ces czech", "da": "dan danish",
    "de": "ger deu german deutsch", "el": "gre ell greek", "en": "eng english", "es": "spa spanish español castilian",
    "et": "est estonian", "fa": "per fas persian farsi", "fi": "fin finnish", "fr": "fre fra french français",
    "he": "heb hebrew", "hi": "hin hindi", "hr": "hrv croatian", "hu": "hun hungarian", "id": "ind indonesian",
    "it": "ita italian italiano", "ja": "jpn japanese", "ko": "kor korean", "lt": "lit lithuanian",
    "lv": "lav latvian", "ms": "may msa malay", "nl": "dut nld dutch", "no": "nor nob nno norwegian",
    "pl": "pol polish", "pt": "por portuguese português", "ro": "rum ron romanian", "ru": "rus russian",
    "sk": "slo slk slovak", "sl": "slv slovenian", "sr": "srp serbian", "sv": "swe swedish", "th": "tha thai",
    "tr": "tur turkish", "uk": "ukr ukrainian", "vi": "vie vietnamese", "zh": "chi zho chinese",
}  # fmt: skip
_CODE_OF = {name: code for code, names in _NAMES.items() for name in names.split()}
_CODE = re.compile(r"[a-z]{2}")

# Function words of each language that are no English words and no words of the others here.
_WORDS = {
    "af": "vir nie hierdie wat deur wees",
    "ca": "els amb més aquest aquesta són dels mitjançant seva",
    "cs": "pro jsou byl byla této tato který které při nebo",
    "de": "der und ist nicht mit wird werden für auf eine einer durch sich auch oder sind wurde dass zur zum",
    "es": "los las para por como más este esta sobre entre fueron han muy estos estas",
    "fr": "est dans une sur pour avec nous cette ces aux sont qui ont été cet leur leurs",
    "it": "gli della delle dei che sono nella nelle questo questa anche degli stato stati alla",
    "nl": "het een van voor niet wordt worden zijn deze bij naar ook werd dat aan uit",
    "pl": "się jest oraz nie został przez który które dla są była",
    "pt": "uma com são não foi dos das pelo pela mais também foram à ao aos num",
    "sv": "och att är för inte detta till dessa",
    "tr": "ve bir bu için ile olarak olan çok daha gibi göre",
}
_LANGUAGE_OF: dict[str, str] = {}
for _language, _listed in _WORDS.items():
    for _word in _listed.split():
        # A word of two languages speaks for neither.
        _LANGUAGE_OF[_word] = "" if _word in _LANGUAGE_OF else _language
_LATIN = re.compile(r"[a-zà-ɏ]+")
_ENGLISH = frozenset("the of and to is we this that for with are by from in on as an".split())
_ENGLISH_ALONE = frozenset("the and this that with from which these are our their has been".split())
_SAMPLE = 500
_FEWEST_WORDS, _FEWEST_HITS, _SHARE = 12, 4, 0.15

_SCRIPTS = {
    "kana": re.compile("[\u3041-\u30fa]"), "hangul": re.compile("[\uac00-\ud7a3]"),
    "han": re.compile("[\u4e00-\u9fff]"),
    "cyrillic": re.compile("[\u0400-\u04ff]"), "greek": re.compile("[\u0386-\u03ce]"),
    "hebrew": re.compile("[\u05d0-\u05ea]"), "arabic": re.compile("[\u0620-\u06d3]"),
    "thai": re.compile("[\u0e01-\u0e3a]"),
}  # fmt: skip
_BEYOND_LATIN = re.compile("[\u0370-\u1fff\u3040-\ud7ff]")
_LETTER = re.compile(r"[^\W\d_]")
_FEWEST_LETTERS = 6


@lru_cache(maxsize=1024)
def told(value: str) -> str | None:
    """The ISO 639-1 code of what a record says: `en`, `en-US`, `eng`, `English`.

    >>> told("pt_BR"), told("ger"), told("Klingon")
    ('pt', 'de', None)
    """
    name = re.split(r"[-_;,\s]", value.strip().casefold(), maxsplit=1)[0]
    if name in _CODE_OF:
        return _CODE_OF[name]
    return name if name in _NAMES else None


def guessed(text: str) -> str | None:
    """The language of a text that is certainly not English, else None.

    >>> guessed("Die Ergebnisse zeigen, dass der Ansatz nicht für alle Daten gut ist und durch das Rauschen leidet.")
    'de'
    """
    # Nearly every abstract ends here.
    if " the " in text and (" of " in text or " and " in text):
        return None
    if not text.isascii() and _BEYOND_LATIN.search(text):
        return _by_script(text[:_SAMPLE])
    sample = text[:_SAMPLE].lower()
    if len(_ENGLISH_ALONE.intersection(sample.split())) > 2:
        return None
    words = _LATIN.findall(sample)
    if len(words) < _FEWEST_WORDS:
        return None
    hits: dict[str, int] = {}
    for word in words:
        if language := _LANGUAGE_OF.get(word):
            hits[language] = hits.get(language, 0) + 1
    if not hits:
        return None
    best = max(hits, key=lambda language: hits[language])
    others = sum(hits.values()) - hits[best] + sum(word in _ENGLISH for word in words)
    sure = hits[best] >= max(_FEWEST_HITS, _SHARE * len(words)) and hits[best] > 2 * others
    return best if sure else None


def _by_script(text: str) -> str | None:
    letters = len(_LETTER.findall(text))
    counts = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS.items()}
    if letters < _FEWEST_LETTERS:
        return None
    # Japanese is written with both; a Chinese text holds no kana, a Korean one may hold a few Chinese signs.
    if counts["kana"] and 2 * (counts["kana"] + counts["han"]) > letters:
        return "ja" if 10 * counts["kana"] > counts["han"] else None
    script = max(counts, key=lambda name: counts[name])
    if 2 * counts[script] <= letters:
        return None
    if script == "cyrillic":
        return _cyrillic(text.casefold())
    if script == "arabic":
        return "fa" if re.search("[\u067e\u0686\u06af\u06cc]", text) else "ar"
    return {"hangul": "ko", "han": "zh", "greek": "el", "hebrew": "he", "thai": "th"}.get(script)


def _cyrillic(text: str) -> str | None:
    """Russian and Ukrainian by letters that only they have; the other languages of the script stay open."""
    if re.search("[єїґ]", text):
        return "uk"
    return "ru" if re.search("[ыэ]", text) and not re.search("[іўәөүқңһғ]", text) else None
