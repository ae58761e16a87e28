"""Prompt templates: their contract, their purity, and the ways in which a user's own can be wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from writer.drafting import prompts
from writer.drafting.prompts import VARIABLES, Prompts, load_prompts
from writer.errors import PromptError

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "prompts"
PAPER = {"key": "P1", "title": "Judges", "who": "Li et al.", "year": 2024, "sentences": ["One."], "abstract": "One."}
DEFAULTS: dict[str, Any] = {"own_abstract": "", "language": "", "must_cite": []}
FAILING = {
    "number": 1,
    "text": "Panels vote.",
    "role": "claim",
    "citations": ["P1"],
    "evidence": [{"key": "P1", "quote": "One."}],
    "problems": [{"kind": "quote-not-found", "detail": "too short", "suggestion": "quote more"}],
    "earlier": [{"text": "Panels.", "why": "it says nothing"}],
}
GIVEN: dict[str, dict[str, Any]] = {
    "plan": {"theme": "judging", "papers": [PAPER], "max_groups": 3, "letter": "P", **DEFAULTS, "group_by": "topic"},
    "write": {
        "theme": "judging",
        "heading": "Panels",
        "angle": "what they cost",
        "others": ["Bias", "Order"],
        "papers": [PAPER],
        "words": 120,
        "letter": "P",
        **DEFAULTS,
    },
    "again": {"failure": "it holds no JSON object"},
    "continue": {"kept": 2},
    "repair": {
        "theme": "judging",
        "heading": "Panels",
        "letter": "P",
        "language": "",
        "failing": [FAILING],
        "papers": [PAPER],
    },
    "expand": {"theme": "judging"},
    "rerank": {"theme": "judging", "papers": [PAPER]},
    "judge": {"claim": "Panels vote.", "sentence": "Panels vote.", "papers": [PAPER], "points": ["numbers"]},
}


def own(folder: Path, **templates: str) -> Path:
    """A folder with templates of these names."""
    for name, text in templates.items():
        (folder / f"{name}.jinja").write_text(text, "utf-8")
    return folder


def test_there_is_one_file_for_each_declared_prompt_and_no_other() -> None:
    assert {path.name for path in SHIPPED.iterdir()} == {f"{name}.jinja" for name in VARIABLES}


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_a_shipped_template_uses_exactly_the_variables_that_it_and_the_code_declare(name: str) -> None:
    import jinja2
    from jinja2 import meta

    source = (SHIPPED / f"{name}.jinja").read_text("utf-8")
    assert meta.find_undeclared_variables(jinja2.Environment().parse(source)) == VARIABLES[name]
    comment = source[: source.index("#}")]
    assert all(variable in comment.split("Variables:")[1] for variable in VARIABLES[name])


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_the_same_variables_give_the_same_bytes(name: str) -> None:
    assert load_prompts().render(name, **GIVEN[name]) == load_prompts().render(name, **GIVEN[name])


def test_a_prompt_is_the_same_in_another_process_with_other_hashes_and_another_folder(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path[:0] = {[str(ROOT), str(ROOT / 'tests')]!r}\n"
        "from test_prompts import GIVEN, load_prompts\n"
        "shown = load_prompts()\n"
        "text = repr([shown.digest] + [shown.render(name, **GIVEN[name]) for name in sorted(GIVEN)])\n"
        "sys.stdout.buffer.write(text.encode())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            cwd=cwd,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
        ).stdout
        for seed, cwd, zone in (("1", tmp_path, "UTC"), ("2", ROOT, "Asia/Tokyo"))
    }
    assert len(told) == 1
    text = told.pop().decode()
    assert str(ROOT) not in text
    assert str(tmp_path) not in text


def test_the_parts_that_repeat_come_first() -> None:
    shown = load_prompts()
    one = shown.render("write", **GIVEN["write"])
    other = shown.render("write", **{**GIVEN["write"], "heading": "Bias", "angle": "", "others": []})
    assert one.system == other.system
    assert one.user != other.user
    assert "What to bring out" in one.user
    assert "What to bring out" not in other.user
    assert "Told in other groups" not in other.user


@pytest.mark.parametrize(
    "abstract",
    [
        "a {{ theme }} of {{ 7 * 7 }}",
        "{% for x in y %}{% endif %} {# gone #}",
        r"the set $\{x \mid \frac{1}{2}\}$ of {Z}",
        "<b>&amp;</b> \"quoted\" 'so'",
        "# not a line comment\n## nor this",
    ],
)
@pytest.mark.parametrize("name", ["plan", "write"])
def test_a_text_of_the_corpus_arrives_verbatim(name: str, abstract: str) -> None:
    paper = {**PAPER, "title": abstract, "abstract": abstract, "sentences": [abstract]}
    shown = load_prompts().render(name, **{**GIVEN[name], "papers": [paper]})
    assert shown.user.count(abstract) == 2


def test_an_entry_without_title_or_year_says_so() -> None:
    shown = load_prompts().render("write", **{**GIVEN["write"], "papers": [{**PAPER, "title": "", "year": None}]})
    assert "[P1] (title not known). Li et al.\n" in shown.user
    assert "None" not in shown.user


def test_a_variable_that_is_missing_or_not_declared_is_an_error() -> None:
    with pytest.raises(PromptError, match="other variables than it declares: failure"):
        load_prompts().render("again")
    with pytest.raises(PromptError, match="other variables than it declares: theme"):
        load_prompts().render("again", failure="f", theme="t")


# Templates of the user ---------------------------------------------------------------------------------------


def test_one_own_template_replaces_only_that_one_and_changes_the_digest(tmp_path: Path) -> None:
    shipped = load_prompts()
    mine = load_prompts(own(tmp_path, again="{% block user %}No: {{ failure }}{% endblock %}"))
    assert mine.render("again", failure="cut").user == "No: cut"
    assert mine.render("again", failure="cut").system == ""
    assert mine.render("plan", **GIVEN["plan"]) == shipped.render("plan", **GIVEN["plan"])
    assert mine.render("write", **GIVEN["write"]) == shipped.render("write", **GIVEN["write"])
    assert mine.digest != shipped.digest
    assert shipped.digest == load_prompts().digest


def test_a_copy_of_the_shipped_templates_has_their_digest_whatever_its_line_ends(tmp_path: Path) -> None:
    for path in SHIPPED.glob("*.jinja"):
        text = "\ufeff" + path.read_text("utf-8").replace("\n", "\r\n")
        (tmp_path / path.name).write_bytes(text.encode())
    assert load_prompts(tmp_path).digest == load_prompts().digest


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{% block user %}\n{{ failure }\n{% endblock %}", r"again\.jinja:2: "),
        ("{% block user %}\n\n{{ failure | shouted }}{% endblock %}", r"again\.jinja:3: .*shouted"),
        ("{% block user %}{{ failure | random }}{% endblock %}", r"again\.jinja:1: .*random"),
        ("{% block user %}{{ faliure }}{% endblock %}", r"again\.jinja: it uses variables it is not given: faliure"),
        ("{% block user %}{{ lipsum() }}{% endblock %}", r"again\.jinja: .*not given: lipsum"),
        ("{% block user %}{{ failure.words }}{% endblock %}", r"again\.jinja: .*no attribute 'words'"),
        ("{% block user %}{{ failure[99] }}{% endblock %}", r"again\.jinja: .*could not be rendered"),
        ("{% block user %}{{ '%(x)s' % {} }}{% endblock %}", r"again\.jinja: .*could not be rendered"),
        ("{% block user %}{{ 1 / 0 }}{% endblock %}", r"again\.jinja: .*could not be rendered"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{% block user %}{{ m() }}{% endblock %}", r"again\.jinja: "),
        ("{% block user %}{% include 'plan.jinja' %}{% endblock %}", r"again\.jinja: .*loader"),
        ("{% block system %}{{ failure }}{% endblock %}", r"again\.jinja: it has no block named user"),
        ("{{ failure }}", r"again\.jinja: it has no block named user"),
        ("", r"again\.jinja: it has no block named user"),
        ("{% block user %}u{% endblock %}\n{% block sytem %}s{% endblock %}", r"again\.jinja:2: .*sytem is never sent"),
        ("{% block user %}u{% endblock %}\nand {{ failure }}", r"again\.jinja:\d: text outside"),
    ],
)
def test_a_broken_template_names_its_file(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(PromptError, match=message) as caught:
        load_prompts(own(tmp_path, again=source))
    assert str(tmp_path / "again.jinja") in caught.value.message
    assert caught.value.hint


def test_a_wrong_attribute_of_a_paper_is_told_at_loading(tmp_path: Path) -> None:
    mine = own(tmp_path, write="{% block user %}{% for p in papers %}{{ p.abstact }}{% endfor %}{% endblock %}")
    with pytest.raises(PromptError, match=r"write\.jinja: .*abstact"):
        load_prompts(mine)


@pytest.mark.parametrize(
    "expression",
    [
        "''.__class__.__mro__",
        "''['__class__']",
        "failure|attr('__class__')",
        "self.__init__.__globals__",
        "failure.format.__globals__",
        "'{0.__class__.__mro__}'.format(failure)",
        "range(10 ** 9) | list",
    ],
)
def test_the_sandbox_keeps_a_template_inside(tmp_path: Path, expression: str) -> None:
    with pytest.raises(PromptError):
        load_prompts(own(tmp_path, again="{% block user %}{{ " + expression + " }}{% endblock %}"))


def test_a_template_cannot_change_what_it_is_given() -> None:
    papers = [dict(PAPER)]
    mine = Prompts({"plan": "{% block user %}{{ papers.clear() }}{% endblock %}"})
    with pytest.raises(PromptError, match="could not be rendered"):
        mine.render("plan", **{**GIVEN["plan"], "papers": papers})
    assert papers == [PAPER]


def test_a_file_of_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"writing\.jinja: no prompt has this name") as caught:
        load_prompts(own(tmp_path, writing="{% block user %}{% endblock %}"))
    assert "write.jinja" in caught.value.hint


def test_a_folder_without_templates_or_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"holds no \*\.jinja file"):
        load_prompts(tmp_path)
    with pytest.raises(PromptError, match="is not a folder"):
        load_prompts(tmp_path / "none")
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(PromptError, match="is not a folder"):
        load_prompts(tmp_path / "file")


def test_a_template_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "again.jinja").write_bytes(b"{% block user %}\xff{% endblock %}")
    with pytest.raises(PromptError, match=r"again\.jinja cannot be read"):
        load_prompts(tmp_path)
    (tmp_path / "again.jinja").unlink()
    (tmp_path / "again.jinja").mkdir()
    with pytest.raises(PromptError, match=r"again\.jinja cannot be read"):
        load_prompts(tmp_path)


# Where the shipped ones are found -----------------------------------------------------------------------------


def test_an_installed_package_takes_its_own_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = tmp_path / "writer" / "shipped_prompts"
    packed.mkdir(parents=True)
    for path in SHIPPED.glob("*.jinja"):
        (packed / path.name).write_bytes(path.read_bytes())
    own(packed, again="{% block user %}packed: {{ failure }}{% endblock %}")
    monkeypatch.setattr(prompts.resources, "files", lambda package: tmp_path / package)
    assert load_prompts().render("again", failure="x").user == "packed: x"


def test_prompts_that_are_not_there_are_an_error_that_names_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompts.resources, "files", lambda package: tmp_path)
    monkeypatch.setattr(prompts, "__file__", str(tmp_path / "a" / "b" / "prompts.py"))
    with pytest.raises(PromptError, match=r"again\.jinja|plan\.jinja|write\.jinja"):
        load_prompts()


def test_the_wheel_holds_the_prompts_inside_the_package(tmp_path: Path) -> None:
    if util.find_spec("hatchling") is None:
        pytest.skip("hatchling, which builds the wheel, is not installed")
    command = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(tmp_path), str(ROOT)]
    subprocess.run([sys.executable, "-m", "pip", *command], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        held = {name: packed.read(name) for name in packed.namelist() if name.endswith(".jinja")}
    assert held == {f"writer/shipped_prompts/{path.name}": path.read_bytes() for path in SHIPPED.glob("*.jinja")}
