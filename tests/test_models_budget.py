"""Counting tokens: with a tokenizer file that is here, and never by fetching one."""

from __future__ import annotations

import sys
import tempfile
from base64 import b64encode
from pathlib import Path

import pytest

from writer.models import budget
from writer.models.budget import RANK_FILES, count, pack, upper_bound

packaged_folders = budget._packaged_folders


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without rank files; the folder that stands for the one of temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(budget, "_packaged_folders", tuple)
    budget._load.cache_clear()
    return tmp_path / "temporary"


@pytest.fixture
def bytewise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a rank file in which every byte is a token, taken for the official one."""
    folder = tmp_path / "ranks"
    folder.mkdir()
    lines = (b64encode(bytes([byte])) + b" " + str(byte).encode() for byte in range(256))
    (folder / RANK_FILES["o200k_base"]).write_bytes(b"\n".join(lines) + b"\n")
    official = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
    monkeypatch.setattr(budget, "_sha256", lambda content: official)
    return folder


def test_without_a_rank_file_nothing_is_fetched_and_the_bytes_are_counted() -> None:
    # The network of tests is blocked, so a download would raise here.
    counted = count("é" * 30, "gpt-4o")
    assert (counted.tokens, counted.estimated) == (20, True)
    assert "bytes/3" in counted.how


def test_the_block_is_real_where_tiktoken_itself_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    import tiktoken

    monkeypatch.setattr(tiktoken.registry, "ENCODINGS", {})
    for name in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(RuntimeError, match="a test tried to reach"):
        tiktoken.get_encoding("o200k_base")


def test_a_rank_file_in_a_given_folder_counts_exactly(bytewise: Path) -> None:
    counted = count("naïve", "gpt-4o", cache_dirs=[bytewise])
    assert (counted.tokens, counted.estimated, counted.how) == (6, False, "o200k_base")


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5-mini", "o3", "openai/gpt-4.1"])
def test_models_with_that_tokenizer_are_counted_exactly(model: str, bytewise: Path) -> None:
    assert not count("abc", model, cache_dirs=[bytewise]).estimated


@pytest.mark.parametrize("model", ["", "tiny", "llama-3.1-8b", "gpt-4"])
def test_another_models_count_is_an_estimate_that_says_so(model: str, bytewise: Path) -> None:
    counted = count("abc", model, cache_dirs=[bytewise])
    assert (counted.tokens, counted.estimated) == (3, True)
    assert "may not be this model's" in counted.how


def test_the_folder_for_temporary_files_is_looked_into(bytewise: Path, bare: Path) -> None:
    bare.mkdir()
    bytewise.rename(bare / "data-gym-cache")
    assert not count("abc", "gpt-4o").estimated


def test_an_installed_package_that_ships_rank_files_is_found_without_importing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "litellm").mkdir()
    (tmp_path / "litellm" / "__init__.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    packaged_folders.cache_clear()
    assert tmp_path / "litellm" / "litellm_core_utils" / "tokenizers" in packaged_folders()
    assert "litellm" not in sys.modules
    packaged_folders.cache_clear()


def test_a_rank_file_with_other_content_is_passed_over_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / RANK_FILES["o200k_base"]
    path.write_bytes(b"IQ== 0\n")
    assert "bytes/3" in count("abc", "gpt-4o", cache_dirs=[tmp_path]).how
    assert path.read_bytes() == b"IQ== 0\n"


def test_a_good_file_behind_a_broken_one_is_used(
    bytewise: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / RANK_FILES["o200k_base"]).write_bytes(b"")
    good = budget._sha256(b"")
    monkeypatch.setattr(budget, "_sha256", lambda content: good if content else "empty")
    assert count("abc", "gpt-4o", cache_dirs=[tmp_path, bytewise]).how == "o200k_base"


def test_special_tokens_in_an_abstract_are_plain_text(bytewise: Path) -> None:
    text = "models stop at <|endoftext|>"
    assert count(text, "gpt-4o", cache_dirs=[bytewise]).tokens == len(text)


def test_an_encoding_is_loaded_once(bytewise: Path) -> None:
    for text in ("a", "b", "c"):
        count(text, "gpt-4o", cache_dirs=[bytewise])
    (bytewise / RANK_FILES["o200k_base"]).write_bytes(b"")
    assert count("abcd", "gpt-4o", cache_dirs=[bytewise]).how == "o200k_base"


def test_the_bound_rounds_up_and_takes_any_text() -> None:
    assert [upper_bound(text).tokens for text in ("", "a", "abc", "abcd", "\ud800")] == [0, 1, 1, 2, 1]


def test_packing_takes_the_best_first_and_reports_what_did_not_fit() -> None:
    packed = pack(["a" * 30, "b" * 300, "c" * 30], room=20)
    assert (packed.kept, packed.left, packed.tokens) == ((0, 2), (1,), 20)
    assert pack([], room=0).kept == ()
