"""Every text that the code can say has a German one that fits it, and what is compiled is what was written."""

import ast
import re

import pytest
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from scimapp.languages import FALLBACK, LANGUAGES

from .source import ROOT, modules, nodes

CATALOGUES = ROOT / "scimapp" / "translations"
SAID_BY = ("_", "_l", "gettext", "lazy_gettext", "say", "ngettext")
KEYWORDS = dict.fromkeys(SAID_BY) | {"ngettext": (1, 2)}
CALL = re.compile(rf"\b(?:{'|'.join(SAID_BY)})\s*\(".encode())
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|</?\w+")
TRANSLATED = sorted(set(LANGUAGES) - {FALLBACK})


@pytest.fixture(scope="module")
def said():
    """Every text in the code, in the singular: one entry of a catalogue serves both."""
    methods = [("scimapp/**.py", _of_python), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
    found = extract_from_dir(ROOT, method_map=methods, keywords=KEYWORDS, directory_filter=_is_ours)
    return {_parts(message)[0] for _, _, message, _, _ in found}


def _of_python(file, keywords, comment_tags, options):
    """As Babel reads a module, which takes long; two of three say nothing."""
    if not CALL.search(file.read()):
        return []
    file.seek(0)
    return extract_python(file, keywords, comment_tags, options)


def _is_ours(folder):
    return not any(
        part.startswith(".") or part in ("tests", "var", "benchmarks") for part in str(folder).split("/")[-1:]
    )


@pytest.fixture(params=TRANSLATED)
def catalogue(request):
    """The translations into one language."""
    with (CATALOGUES / request.param / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=request.param)


def test_every_text_is_translated_and_no_other(said, catalogue):
    translated = {_parts(message.id)[0] for message in catalogue if message.id and all(_parts(message.string))}

    assert said - translated == set(), "run make translations, then fill in what is empty"
    assert translated - said == set(), "run make translations"


def test_no_text_is_said_inside_an_f_string():
    """It is collected there on Python 3.12 and newer only; an older one would leave it without a translation."""
    hidden = [
        f"{path}:{call.lineno}"
        for path, _, tree in modules()
        for string in nodes(tree)
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and getattr(call.func, "id", None) in KEYWORDS
    ]

    assert hidden == []


def test_a_translation_keeps_what_is_filled_in(catalogue):
    wrong = []
    for message in catalogue:
        if not message.id:
            continue
        originals = _parts(message.id)
        expected = {part for original in originals for part in PLACEHOLDER.findall(original)}
        for original, text in zip(originals, _parts(message.string), strict=True):
            found = set(PLACEHOLDER.findall(text))
            if not set(PLACEHOLDER.findall(original)) <= found | {"%(num)s"} or not found <= expected | {"%(num)s"}:
                wrong.append((original, text))

    assert wrong == []


def test_what_is_compiled_is_what_was_written(catalogue):
    with (CATALOGUES / str(catalogue.locale) / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = read_mo(file)

    assert _texts(compiled) == _texts(catalogue), "run make translations"


def test_german_has_one_word_for_setting_a_password_or_a_manager(catalogue):
    """It is "festlegen"; mails said "setzen" as well."""
    texts = [text for message in catalogue for text in _parts(message.string) if catalogue.locale.language == "de"]
    about = [text for text in texts if re.search("Passwort|Führungskraft", text)]

    assert any("festlegen" in text for text in about)
    assert [text for text in about if re.search(r"\b(ge)?setz(en|t)?\b", text, re.IGNORECASE)] == []


def _texts(catalogue):
    return {_parts(message.id): _parts(message.string) for message in catalogue if message.id}


def _parts(text):
    return tuple(text) if isinstance(text, tuple | list) else (text,)
