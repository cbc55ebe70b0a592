"""Templates mark nothing safe by hand, hold no style or script, which the content security policy would block, and import what
they use.
"""

import re

import pytest

from .source import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Mail programs know no stylesheets; everything they show is inline.
SCREENS = [path for path in TEMPLATES if "mail" not in path.relative_to(ROOT / "templates").parts[:1]]
UNSAFE = {
    "marked safe by hand": re.compile(r"\|\s*safe\b|\bMarkup\(|\{%-?\s*autoescape\s+false"),
}
INLINE = {
    "inline style": re.compile(r"\sstyle\s*=|<style\b"),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"']|javascript:"),
}


IMPORTED = re.compile(r'\{%-? from "[^"]+" import (.+?)(?: with context)? -?%\}')


def _id(path):
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=_id)
def test_nothing_is_marked_safe(path):
    assert not _found(path, UNSAFE)


@pytest.mark.parametrize("path", SCREENS, ids=_id)
def test_no_style_and_no_script_stand_in_a_screen(path):
    assert not _found(path, INLINE)


def test_what_a_template_imports_is_used_there():
    unused = []
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        names = [name.split(" as ")[-1] for found in IMPORTED.findall(text) for name in found.split(", ")]
        unused += [(_id(path), name) for name in names if len(re.findall(rf"\b{name}\b", text)) < 2]
    assert unused == []


def _found(path, patterns):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [f"{name}: {match[0]}" for name, pattern in patterns.items() for match in pattern.finditer(text)]
