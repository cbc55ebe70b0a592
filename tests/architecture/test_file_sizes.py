"""A file that has grown past 300 lines has a second noun or verb inside."""

from .source import PACKAGE, ROOT

LONGEST = 300


def test_no_file_of_the_package_is_too_long():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in PACKAGE.rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }

    assert not long, long


def test_every_module_says_why_it_exists():
    silent = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*.py")
        if not path.read_text(encoding="utf-8").lstrip().startswith('"""')
    ]

    assert not silent, silent
