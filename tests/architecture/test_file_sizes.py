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


def test_no_file_holds_the_marks_of_an_unfinished_merge():
    kinds = ("Makefile", "*.md", "*.cfg", "*.toml", "*.css", "*.js", "*.html", "*.po", "*.py")
    folders = [folder for folder in ROOT.iterdir() if folder.is_dir() and not folder.name.startswith((".", "var"))]
    files = [path for kind in kinds for path in ROOT.glob(kind)]
    files += [path for folder in folders for kind in kinds for path in folder.rglob(kind)]

    marked = [str(path.relative_to(ROOT)) for path in files if b"\n<<<<<<< " in path.read_bytes()]

    assert not marked, marked
