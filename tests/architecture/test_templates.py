"""Templates mark nothing safe by hand and hold no style or script: the content security policy would block them."""

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


def _id(path):
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=_id)
def test_nothing_is_marked_safe(path):
    assert not _found(path, UNSAFE)


@pytest.mark.parametrize("path", SCREENS, ids=_id)
def test_no_style_and_no_script_stand_in_a_screen(path):
    assert not _found(path, INLINE)


def _found(path, patterns):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [f"{name}: {match[0]}" for name, pattern in patterns.items() for match in pattern.finditer(text)]
