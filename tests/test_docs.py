"""The documentation says what the code does: reference, consoles, commands, examples, links."""

import doctest
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from docs.generate import ROOT, console, make, targets
from medloom.cli import app
from medloom.recipe import Recipe

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
GUIDES = [page for page in PAGES if {"how-to", "tutorials"} & {*page.parts}]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"# ([\w/-]+\.(?:py|yaml))\n")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def name_of(page):
    return page.relative_to(ROOT).as_posix()


def files_of(text):
    """The files that a page shows: blocks whose first line is a comment with a name."""
    blocks = (block[2] for block in FENCED.finditer(text))
    return {name[1]: body for body in blocks if (name := FILE.match(body))}


@pytest.mark.parametrize("target", targets())
def test_what_is_made_from_the_code_is_up_to_date(target):
    written = (ROOT / target).read_text(encoding="utf-8")
    assert written == make(target), f"{target} is out of date; run: python -m docs.generate"


def test_every_command_is_on_a_page():
    shown = " ".join(page.read_text(encoding="utf-8") for page in GUIDES)
    assert [name for name in app.commands if f"medloom {name}" not in shown] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_parse(page, tmp_path, monkeypatch):
    monkeypatch.chdir(with_files_of(page, tmp_path))
    for line in console.commands(page.read_text(encoding="utf-8")):
        for part in re.split(r" (?:&&|\|) ", line):
            words = shlex.split(part, comments=True)
            while words and "=" in words[0]:
                words.pop(0)
            if not words or Path(words[0]).name != "medloom":
                continue
            group = click.Context(app, info_name="medloom")
            try:
                name, command, rest = app.resolve_command(group, words[1:])
                command.make_context(name, list(rest), parent=group)
            except click.exceptions.Exit:  # --help
                continue
            except click.ClickException as error:
                pytest.fail(f"{part}: {error.format_message()}")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    for link in LINK.findall(text):
        if link.startswith(("http:", "https:", "mailto:")):
            continue
        path, _, heading = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), f"{link} leads nowhere"
        if heading:
            assert heading in headings(target), f"{link}: no such heading"


def headings(page):
    lines = FENCED.sub("", page.read_text(encoding="utf-8")).splitlines()
    titles = (line.lstrip("#").strip().lower() for line in lines if line.startswith("#"))
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


def with_files_of(page, folder):
    """Make the small files and folders that a page makes before it shows commands."""
    for command in console.commands(page.read_text(encoding="utf-8"), ("console",)):
        if command.startswith(("printf ", "echo ", "mkdir ")):
            subprocess.run(command, shell=True, check=True, cwd=folder)
    return folder


def shown_recipes():
    for page in PAGES:
        for block in FENCED.finditer(page.read_text(encoding="utf-8")):
            if block[1] == "yaml" and "wrong" not in block[2] and "chain" not in block[2]:
                yield pytest.param(page, block[2], id=f"{name_of(page)}-{block[2].split()[1]}")


@pytest.mark.parametrize(("page", "text"), list(shown_recipes()))
def test_recipes_have_no_problem(page, text, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    for name, body in files_of(page.read_text(encoding="utf-8")).items():
        (tmp_path / name).write_text(body)
        monkeypatch.delitem(sys.modules, name.removesuffix(".py"), raising=False)
    (tmp_path / "recipe.yaml").write_text(text)
    monkeypatch.chdir(with_files_of(page, tmp_path))
    assert Recipe.load(tmp_path / "recipe.yaml").tables


@pytest.mark.parametrize("name", ["write-a-step", "write-a-reader"])
def test_modules_on_a_page_keep_their_word(name, tmp_path, monkeypatch):
    text = (ROOT / f"docs/how-to/{name}.md").read_text(encoding="utf-8")
    ran = 0
    for file, body in files_of(text).items():
        if file.endswith(".py"):
            examples = doctest.DocTestFinder(exclude_empty=True).find(load(body), file)
            ran += sum(passed(one) for one in examples)
            text = text.replace(body, "")
    rest = doctest.DocTestParser().get_doctest(text, {"__name__": "page"}, name, None, 0)
    assert ran + passed(rest) > 0


def load(body):
    """A module of the page, as an import would make it."""
    module = type(sys)("shown")
    exec(compile(body, "shown.py", "exec"), vars(sys.modules.setdefault("shown", module)))
    return sys.modules["shown"]


def passed(examples):
    outcome = doctest.DocTestRunner().run(examples)
    assert outcome.failed == 0, f"{outcome.failed} examples of {examples.name} fail"
    return outcome.attempted


def test_the_examples_of_the_readme_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(console.demo_collection(), "medloom-demo")
    outcome = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert outcome.failed == 0
    assert outcome.attempted > 0
