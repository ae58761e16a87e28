"""What is printed around an abstract, how a cut one is told, and in which language it is."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer.corpus import digest, load
from writer.corpus.language import guessed, told
from writer.corpus.record import Record, to_entry
from writer.corpus.tails import is_truncated, trimmed
from writer.entry import Entry, Source
from writer.text.clean import clean, clean_with_origin

BODY = "We count the kelp of the harbor and find more of it than in the delta. It grows in amber basins."


def entry(abstract: str, title: str = "Kelp", **values: object) -> Entry:
    return to_entry(Record(Source("f", 1), title=title, abstract=abstract, **values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "prefix",
    ["Abstract: ", "ABSTRACT — ", "Abstract\n", "ABSTRACT ", "Abstract. ", "Summary: ", "SUMMARY\n", "summary -- ",
     "Zusammenfassung: ", "Résumé : ", "  Abstract – "],
)  # fmt: skip
def test_a_printed_heading_is_no_part_of_the_abstract(prefix: str) -> None:
    assert entry(prefix + BODY).abstract == BODY


@pytest.mark.parametrize(
    "tail",
    [
        "© 2020 Elsevier Ltd. All rights reserved.",
        " © 2019 The Author(s). Published by Elsevier B.V. This is an open access article under the CC BY license.",
        " (c) 2019 Authors",
        " (C) 2004 IEEE.",
        " Copyright © 2015 John Wiley & Sons, Ltd.",
        " Copyright 2011 Roe et al. Published under license by AIP Publishing.",
        " This article is protected by copyright. All rights reserved.",
        " Crown Copyright © 2012 Published by Elsevier Ltd.",
        " &copy; 2008 The Kelp Society",
        " All rights reserved.",
        "\n© The Author 2016. Published by Oxford University Press.",
        " 2003 Elsevier Science Ltd. All rights reserved.",
    ],
)
def test_a_copyright_line_is_no_part_of_the_abstract(tail: str) -> None:
    assert entry(BODY + tail).abstract == BODY


@pytest.mark.parametrize(
    "text",
    [
        "Summary statistics of kelp mislead readers.",
        "Abstract-level reasoning on kelp is hard.",
        "Abstract meaning is kept by all of the kelp.",
        "Abstracts are short.",
        "We show (a) kelp, (b) amber and (c) 2020 basins. They differ.",
        "Who owns the text of a model? Copyright law of 2020 says little. We ask authors.",
        "Copyright protects works. All rights of kelp are studied.",
        "We study papers published by Elsevier and find bias in their reviews of kelp.",
    ],
)
def test_sentences_of_the_authors_stay(text: str) -> None:
    assert entry(text).abstract == text


def test_an_abstract_that_is_but_its_copyright_line_is_none() -> None:
    assert entry("© 2020 Elsevier Ltd. All rights reserved.").abstract == ""
    assert entry("Abstract: No abstract available.").abstract == ""


pieces = st.sampled_from(
    ["Abstract: ", "Summary: ", BODY, " ", "\n", "$\\alpha$", "90\\%", "<i>", "é", "…", "© 2020 Elsevier Ltd.",
     " All rights reserved.", "the", ".", "No abstract available."]
)  # fmt: skip


@given(st.lists(pieces, max_size=8).map("".join))
def test_an_abstract_is_a_piece_of_what_the_file_says_and_maps_back_to_it(raw: str) -> None:
    made = entry(raw)
    assert made.raw_abstract in raw
    assert made.abstract == clean(made.raw_abstract) == clean_with_origin(made.raw_abstract).text
    assert trimmed(made.raw_abstract) in made.raw_abstract


def test_a_text_that_is_clean_is_held_once() -> None:
    made = entry(BODY)
    assert made.raw_abstract is made.abstract


# Cut abstracts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "end",
    ["…", "...", " [...]", "[truncated]", " (ABSTRACT TRUNCATED AT 250 WORDS)", " Read more", " [more]", " and the",
     ", ", " that we", " of", " ("],
)  # fmt: skip
def test_an_abstract_that_was_cut_is_marked_and_kept(end: str) -> None:
    made = entry("We count the kelp of the harbor and find more than in amber" + end)
    assert made.truncated
    assert made.abstract.startswith("We count the kelp")


@pytest.mark.parametrize(
    "text",
    ["", BODY, BODY[:-1], "We find kelp (and amber)", "Code is at https://example.org/kelp", "It grows by 3.5%",
     "What is kelp?", "The rest... is kelp.", "We ask “why”", "Kelp grows in (a)", "see [3]"],
)  # fmt: skip
def test_a_whole_abstract_is_not_marked(text: str) -> None:
    assert not is_truncated(text)


def test_a_text_as_wide_as_a_column_of_a_database_and_without_an_end_was_cut() -> None:
    text = (BODY + " ") * 20
    assert is_truncated(text[:255].rstrip() + "x" * (255 - len(text[:255].rstrip())))
    assert not is_truncated(text[:257].rstrip(" .") + "xx")


# Languages ----------------------------------------------------------------------------------------------------------

OTHERS = {
    "de": "Die Ergebnisse zeigen, dass der Tang nicht nur im Hafen wächst und durch das Licht auch in der Tiefe.",
    "fr": "Nous montrons que les algues sont plus nombreuses dans le port et que cette hausse est due aux courants.",
    "es": "Los resultados muestran que las algas crecen más en el puerto y que esta diferencia no se debe a los ríos, "
    "sino también a las corrientes para las que hay datos.",
    "pt": "Os resultados mostram que as algas não crescem mais no porto e que são também levadas pela corrente "
    "dos rios com uma força maior.",
    "it": "I risultati mostrano che le alghe sono più numerose nella baia e che questo è dovuto anche alla corrente "
    "degli stretti della costa.",
    "nl": "Het blijkt dat de algen niet alleen in de haven groeien, maar ook door het licht worden beïnvloed en dat "
    "een deel van de planten naar de zee drijft.",
    "ru": "Мы показываем, что водоросли растут быстрее в гавани и что этот рост связан с течениями.",
    "uk": "Ми показуємо, що водорості ростуть швидше в гавані і що їхній ріст пов’язаний з течіями.",
    "zh": "我们研究港口的海藻，发现其生长速度比三角洲更快。",
    "ja": "港の海藻を調べ、三角州よりも速く成長することを示す。",
    "ko": "우리는 항구의 해조류를 조사하여 삼각주보다 빠르게 자란다는 것을 보인다.",
    "ar": "ندرس الأعشاب البحرية في الميناء ونجد أنها تنمو أسرع من الدلتا.",
    "el": "Μελετάμε τα φύκια του λιμανιού και δείχνουμε ότι μεγαλώνουν γρήγορα.",
}


@pytest.mark.parametrize("code", OTHERS)
def test_a_text_in_another_language_is_kept_and_marked(code: str) -> None:
    made = entry(OTHERS[code])
    assert (made.language, made.abstract) == (code, OTHERS[code])


@pytest.mark.parametrize(
    "text",
    [
        "", "Kelp", BODY, "Die hard: a son of man", "Las Vegas and Los Angeles: a comparison of two cities",
        "Une étude", "Kant's Kritik der reinen Vernunft und die Folgen", "αβγ: fast decoding", "On 東京 stations",
        "Te Deum laudamus: te Dominum confitemur", "LLMs, GANs, CNNs, SVMs: AI in IT, NLP, CV, RL for AR, VR, IoT",
        "Reading Les Misérables anew: on a novel, its reception dans le monde, and what readers say of it today",
    ],
)  # fmt: skip
def test_english_and_doubtful_texts_are_not_marked(text: str) -> None:
    assert guessed(text) is None


@pytest.mark.parametrize("code", OTHERS)
def test_an_english_abstract_that_quotes_another_language_is_not_marked(code: str) -> None:
    assert guessed(f"{BODY} {OTHERS[code][:40]}") is None


@pytest.mark.parametrize(
    ("value", "code"),
    [("en", "en"), ("en-US", "en"), ("eng", "en"), ("English", "en"), ("zh_CN", "zh"), ("French; English", "fr"),
     ("", None), ("und", None), ("xx", None), ("the", None)],
)  # fmt: skip
def test_a_language_that_the_record_tells(value: str, code: str | None) -> None:
    assert told(value) == code


def test_what_the_record_says_stands_over_what_the_text_looks_like(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"title": "Kelp", "abstract": OTHERS["de"], "language": "dan", "pmid": "PMID: 123"}]))
    (made,) = load([path])
    assert (made.language, made.pmid) == ("da", "123")


def test_the_digest_covers_marks_only_where_they_are_set() -> None:
    plain = entry(BODY)
    assert digest([replace(plain, language="en")]) == digest([plain])
    for change in ({"language": "de"}, {"truncated": True}, {"pmid": "1"}):
        assert digest([replace(plain, **change)]) != digest([plain])  # type: ignore[arg-type]


def test_the_digest_is_that_of_all_entries_as_one_json_list() -> None:
    # Drafts and reports name this digest: it must not change with the way it is computed.
    two, one = replace(entry("Two é."), key="b"), replace(entry("One."), key="a", aliases=("z", "y"))
    listed = [
        {"key": made.key, "aliases": sorted(made.aliases), "title": "Kelp", "abstract": made.abstract, "authors": [],
         "more_authors": False, "year": None, "venue": None, "doi": None, "arxiv": None, "url": None, "kind": "misc"}
        for made in (one, two)
    ]  # fmt: skip
    text = json.dumps(listed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert digest([two, one]) == digest([one, two]) == "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    assert digest([]) == "sha256:" + hashlib.sha256(b"[]").hexdigest()


signs = st.sampled_from(
    ["a", "the", " ", "  ", "\n", "\t", "\u2003", "\xa0", "\x1c", "\\alpha", "{", "}", "$", "&amp;", "<i>", "~", "^2",
     "_{x}", "``", "''", "'", "http://a.b/c", "xhttps://a.b", "e\u0301", '\\"u', "\\textit{", "h", ",", "\ufb01"]
)  # fmt: skip


@given(st.lists(signs, max_size=60).map("".join))
def test_cleaning_without_the_map_gives_what_cleaning_with_it_gives(raw: str) -> None:
    mapped = clean_with_origin(raw).text
    # In plain prose a lone space of another width stays what it is.
    assert clean(raw) == mapped or (clean(raw).split() == mapped.split() and not set(raw) & set("\\{}$&<~^_\n\t\xa0"))
