"""Small `.bib` texts and what the tests of libraries share."""

from __future__ import annotations

from pathlib import Path

from writer.corpus.library import Library

BIB = """@string{jml = "Journal of Made-up Learning"}
% my own notes

@article{smith2020,
\ttitle = {A {Study} of Judges},
  author = {Smith, Jane and M{\\"u}ller, J.}, journal = jml, year = 2020,
  abstract = {We study judges and find that 50\\% of them are biased towards long answers.},
  file = {:C\\:/x.pdf:PDF}, keywords={one,  two}
}

@preamble{"\\newcommand{\\x}{y}"}
@misc{roe2021, title="Panels of small judges", year=2021, abstract="Panels of three judges vote on each answer."}

% about retrieval
@inproceedings(doe2019, title = {Retrieval for citing}, abstract = {We retrieve papers for a sentence.}, year={2019})
"""
LINE = '{"title": "Beacons of Amber", "abstract": "About the beacons of amber in the delta.", "key": "beacons"}\n'


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def entry(key: str, title: str, abstract: str = "") -> str:
    return f"@misc{{{key}, title = {{{title}}}, abstract = {{{abstract or f'About {title}.'}}}}}\n"


def library(folder: Path, *paths: Path) -> Library:
    made = Library.open(folder, make=True)
    if paths:
        made.add(paths)
    return made
