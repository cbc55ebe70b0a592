"""The pictures that documents show are there, and no other is kept."""

import re

from .source import ROOT

SHOWN = re.compile(r"screenshots/([a-z0-9-]+\.png)")


def test_documents_and_kept_pictures_agree():
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = {name for document in documents for name in SHOWN.findall(document.read_text(encoding="utf-8"))}

    assert shown == {path.name for path in (ROOT / "docs" / "screenshots").glob("*.png")}
