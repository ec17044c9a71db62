"""Every template compiles, uses what it imports, and holds nothing that our policy would block."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "templates"
NAMES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))

_IMPORT = re.compile(r"{%-?\s*import\s+'[^']+'\s+as\s+(\w+)")
_FROM = re.compile(r"{%-?\s*from\s+'[^']+'\s+import\s+([^%]+?)\s*(?:with context\s*)?-?%}")
_COMMENT = re.compile(r"{#.*?#}", re.DOTALL)
_FAULTS = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "safe filter": re.compile(r"\|\s*safe\b"),
    "needs eval": re.compile(r"\bhx-on\b|=[\"']js:"),
    "not htmx 4": re.compile(
        r"\bhx-(vars|params|prompt|ext|disinherit|request|history|disabled-elt)\b"
    ),
}


def source(name: str) -> str:
    return _COMMENT.sub("", (FOLDER / name).read_text(encoding="utf-8"))


def unused(text: str) -> list[str]:
    """Imported names that stand nowhere else."""
    names = _IMPORT.findall(text)
    for group in _FROM.findall(text):
        names += [part.split(" as ")[-1].strip() for part in group.split(",")]
    rest = _FROM.sub("", _IMPORT.sub("", text))
    return [name for name in names if not re.search(rf"\b{name}\b", rest)]


def faults(text: str) -> list[str]:
    return [what for what, pattern in _FAULTS.items() if pattern.search(text)]


@pytest.mark.parametrize("name", NAMES)
def test_a_template(whole_app: Flask, name: str) -> None:
    whole_app.jinja_env.get_template(name)
    assert unused(source(name)) == []
    assert faults(source(name)) == []


def test_no_idioms_of_htmx_2() -> None:
    command = [sys.executable, ".ci/htmx.py", "templates", "static/app.js"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<script>f()</script>", "inline script"),
        ('<p style="color:red">', "inline style"),
        ('<button onclick="f()">', "event attribute"),
        ('<a href="javascript:f()">', "script address"),
        ("{{ name|safe }}", "safe filter"),
        ('<p hx-on:click="f()">', "needs eval"),
        ('<p hx-disabled-elt="this">', "not htmx 4"),
    ],
)
def test_a_fault_is_seen(text: str, fault: str) -> None:
    assert fault in faults(text)


def test_an_unused_import_is_seen() -> None:
    assert unused("{%- import 'macros/ui.html' as ui -%}<p>") == ["ui"]
    assert unused("{% from 'a.html' import one, two as too %}{{ one() }}") == ["too"]


def test_no_file_is_left_half_merged() -> None:
    listed = subprocess.run(
        ["git", "grep", "-l", "-E", "^(<{7} |>{7} )", "--", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert listed.stdout == ""
