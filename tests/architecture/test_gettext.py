"""Every text of a screen can be said in another language: no bare English stands in a template or a view model.

Templates are read with Jinja's own parser, so what ``_()``, ``ngettext()`` and ``{% trans %}`` hold is told apart from what
is written beside them. Of Python only constants that read like a sentence or a label are looked at.
"""

import ast
import re
from html.parser import HTMLParser

import jinja2
import pytest

from .source import ROOT

SAID_BY = frozenset(("_", "_l", "gettext", "lazy_gettext", "ngettext", "pgettext", "npgettext", "say"))
READ_OUT = frozenset(("alt", "aria-label", "content", "placeholder", "title"))  # attributes that people read
UNSPOKEN = frozenset(("code", "script", "style"))
NAMES = frozenset(("UTC", "JSON", "CSV", "SCIM", "ID", "ms", "Bearer", "Authorization"))  # the same in every language
ATTRIBUTE = re.compile(r'[a-z-]+="|^(checked|disabled|selected)$')  # a macro for the inside of a tag
WORD = re.compile(r"[A-Za-z]{2,}")
LABEL = re.compile(r"[A-Z][a-z]+(?:[ ,.:?…].*)?", re.DOTALL)
SENTENCE = re.compile(r"[A-Z“][^\n]*[a-z)s] [^\n]*|[A-Z][a-z]{2,}")
PHRASE = re.compile(r"[a-z]{2,} | [a-z]{2,}")
# Keys of counters, and what to look for in the errors of an operating system.
UNSHOWN = ("scimapp/web/pauses.py", "scimapp/web/view_models/mail_answers.py")
LOGGED = frozenset(("debug", "info", "warning", "error", "exception"))
# What browsers, directories, their inputs and calendars are called is the same in every language; ``pr`` is a filter's.
PROPER = frozenset(
    "Okta|Microsoft Entra ID|Integer|Boolean|String|Ana|Ruiz|EEEE d MMMM yyyy|Edg|Edge|Opera|Firefox|Chrome|Safari|"
    "Android|Windows|Linux|Mac OS X|Mac|pr|Allow|"
    "Data type|Display name|Variable name|External name|External namespace".split("|")
)
HOLE = "\N{WHITE SQUARE}"  # stands where a template puts a value

ENVIRONMENT = jinja2.Environment(extensions=["jinja2.ext.i18n"])
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = sorted((ROOT / "scimapp" / "web").rglob("*.py"))


def _id(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=_id)
def test_a_template_has_no_bare_text(path):
    assert not offenders(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source, found",
    [
        ("<p>{{ _('Hello') }}</p>", []),
        ("<p>Hello {{ name }}</p>", ["Hello"]),
        ("<p>{% trans %}Hello <em>you</em>{% endtrans %}</p>", []),
        ('<a aria-label="Close" href="/fields">{{ icon("x") }}</a>', ["Close"]),
        ('{{ pill("ok", "Accepted") }}', ["Accepted"]),
        ('{{ pill("ok", ngettext("%(num)s day", "%(num)s days", 2)) }}', []),
        ("<code>userName</code> <span>UTC</span>", []),
    ],
)
def test_bare_text_is_told_from_what_is_translated(source, found):
    assert offenders(source) == found


def offenders(source):
    """The texts of a template that no translation reaches."""
    reader = _Reader()
    reader.feed("".join(_pieces(ENVIRONMENT.parse(source))))
    reader.close()
    return reader.found


def _pieces(node):
    """The template data of a tree in order; a hole for every expression, with the labels in it as text."""
    if isinstance(node, jinja2.nodes.TemplateData):
        yield node.data
    elif isinstance(node, jinja2.nodes.Const):
        if isinstance(node.value, str) and LABEL.fullmatch(node.value):
            yield f" {node.value} "
    elif isinstance(node, jinja2.nodes.Call) and getattr(node.node, "name", "") in SAID_BY:
        yield HOLE
    else:
        for child in node.iter_child_nodes():
            yield from _pieces(child)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found, self._silent = [], 0

    def handle_starttag(self, tag, attributes):
        self._silent += tag in UNSPOKEN
        for name, value in attributes:
            if name in READ_OUT and tag != "meta":
                self._note(value or "")

    def handle_endtag(self, tag):
        self._silent -= tag in UNSPOKEN

    def handle_data(self, text):
        if not self._silent:
            self._note(text)

    def _note(self, text):
        words = [word for word in WORD.findall(text) if word not in NAMES]
        if words and not ATTRIBUTE.search(text.replace(HOLE, "").strip()):
            self.found.append(" ".join(text.replace(HOLE, " ").split()))


@pytest.mark.parametrize("path", [path for path in MODULES if not _id(path).startswith(UNSHOWN)], ids=_id)
def test_a_module_of_the_screens_has_no_bare_sentence(path):
    assert not list(_sentences(ast.parse(path.read_text(encoding="utf-8"))))


def _sentences(node, is_said=False):
    """Constants that read like a label or a sentence, and words inside f-strings; docstrings are left aside."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.JoinedStr):
        texts = (part.value for part in node.values if isinstance(part, ast.Constant))
        yield from (text for text in texts if PHRASE.search(text) and ";" not in text and text.strip() not in PROPER)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if not is_said and node.value not in PROPER and SENTENCE.fullmatch(node.value):
            yield node.value
        return
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in LOGGED:
            return
        is_said = is_said or name in SAID_BY
    for child in ast.iter_child_nodes(node):
        yield from _sentences(child, is_said)
