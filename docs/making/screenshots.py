"""Screenshots of evidence pages, by headless Chromium, and a manifest that tells without a browser when they are stale.

The manifest keeps the digest of each page that was pictured and of the picture itself: `stale` renders the pages anew
and compares. Chromium is the system's own (Debian's package `chromium`); Playwright brings none.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from making import runs

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "docs" / "pictures"
MANIFEST = FOLDER / "manifest.json"
COMMAND = "python docs/make.py --pictures"

PAGES = {
    "draft": 'writer draft "whether citations support generated text" --corpus examples/corpus.bib --out page.html',
    "manuscript": "writer render examples/manuscript.md --corpus examples/corpus.bib --out page.html",
}
"""The evidence pages, and the commands that make them; each writes `page.html`."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a page: window, scheme, which claim is clicked before, and where the picture begins."""

    page: str
    width: int
    height: int
    scheme: str = "light"
    click: str = ""
    top: str = ""
    """What is scrolled to the top of the window; empty for the top of the page."""
    scale: float = 1.0


SHOTS = {
    "page-light": Shot("draft", 1280, 1000, click="#s3"),
    "page-dark": Shot("draft", 1280, 1000, "dark", click="#s3"),
    "problems-light": Shot("manuscript", 1280, 1000, click="#s6"),
    "problems-dark": Shot("manuscript", 1280, 1000, "dark", click="#s6"),
    "phone-light": Shot("draft", 390, 844, click="#s3", scale=1.5),
    "phone-dark": Shot("draft", 390, 844, "dark", click="#s3", scale=1.5),
    "places-light": Shot("draft", 720, 380, top="svg"),
    "places-dark": Shot("draft", 720, 380, "dark", top="svg"),
}


@lru_cache(maxsize=4)
def html(page: str) -> str:
    """A page, made anew."""
    with runs.Session() as session:
        session.printed(PAGES[page])
        return (session.folder / "page.html").read_text("utf-8")


def stale() -> list[str]:
    """Which pictures are missing, or show what is no longer so; a line each."""
    kept = json.loads(MANIFEST.read_text("utf-8")) if MANIFEST.is_file() else {}
    told = []
    for name, shot in SHOTS.items():
        path = FOLDER / f"{name}.png"
        if not path.is_file():
            told.append(f"{path.name} is missing: {COMMAND}")
        elif kept.get(name) != _told(shot, path):
            told.append(f"{path.name} shows another page than is made today: {COMMAND}")
    wanted = {f"{name}.png" for name in SHOTS}
    return told + [f"{path.name} is pictured by nothing" for path in FOLDER.glob("*.png") if path.name not in wanted]


def _told(shot: Shot, path: Path) -> dict[str, Any]:
    window = {"width": shot.width, "height": shot.height, "scheme": shot.scheme, "click": shot.click, "top": shot.top}
    return {
        "made by": PAGES[shot.page],
        "page": "sha256:" + hashlib.sha256(html(shot.page).encode()).hexdigest(),
        "picture": "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest(),
        "window": window,
    }


def take(names: Sequence[str] = tuple(SHOTS)) -> None:
    """Take the pictures, and write down of what. Raises SystemExit where Playwright or Chromium is missing."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise SystemExit("pictures need playwright: pip install -e '.[docs,browser]'") from error
    if chromium is None:
        raise SystemExit("pictures need Chromium: apt-get install chromium")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        # No sandbox, since this may run as root in a container; the page opened is our own.
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name in names:
            _take(browser, Path(folder), name, SHOTS[name])
        browser.close()
    kept = {name: _told(shot, FOLDER / f"{name}.png") for name, shot in SHOTS.items()}
    MANIFEST.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", "utf-8")


def _take(browser: Any, folder: Path, name: str, shot: Shot) -> None:
    file = folder / f"{shot.page}.html"
    file.write_text(html(shot.page), "utf-8")
    window = {"width": shot.width, "height": shot.height}
    context = browser.new_context(
        viewport=window, color_scheme=shot.scheme, device_scale_factor=shot.scale, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(file.as_uri())
    if shot.click:
        page.click(shot.click)
    if shot.top:
        page.locator(shot.top).first.evaluate("element => element.scrollIntoView({block: 'center'})")
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    context.close()
    _smaller(path)
    sys.stdout.write(f"wrote {path.relative_to(ROOT)} ({path.stat().st_size:,} bytes)\n")


def _smaller(path: Path) -> None:
    """The picture in 128 colours, a third of its size, where Pillow is there to do it."""
    try:
        from PIL import Image
    except ImportError:
        return
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
