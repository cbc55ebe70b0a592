"""Whoever runs the server finds every setting in the README, and the README names none that does not exist."""

import re

from .source import ROOT

NAME = re.compile(r"\bSCIMAPP_[A-Z_]+\b")
PLAIN = ("PORT", "WEB_CONCURRENCY")


def test_every_setting_stands_in_the_readme():
    read = set(NAME.findall((ROOT / "scimapp" / "settings.py").read_text(encoding="utf-8")))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert read == set(NAME.findall(readme))
    assert all(f"`{name}`" in readme for name in PLAIN)
