"""Chooses the language of texts: the person's own, else the account's, else what the browser prefers.

``LANGUAGES`` lists the available languages by their own names. ``make translations`` makes the catalogues in
``translations/``; the code holds the English texts. All these languages are written from left to right.
"""

import re
from datetime import datetime
from functools import lru_cache

from babel.lists import format_list
from flask import g, has_request_context, request
from flask_babel import Domain, force_locale, format_date, format_decimal, get_locale, refresh
from flask_babel import ngettext as _ngettext
from flask_login import current_user

from .extensions import babel
from .local_time import local

LANGUAGES = {"en": "English", "de": "Deutsch"}
FALLBACK = "en"
# How each writes a day: without the year, in figures and words, and in full.
_DAYS = {
    "en": {"short": "d MMM", "medium": "d MMM yyyy", "long": "EEEE d MMMM yyyy"},
    "de": {"short": "d. MMM", "medium": "d. MMM yyyy", "long": "EEEE, d. MMMM yyyy"},
}
# Hebrew, Arabic, Syriac, Thaana and others, with the forms that letters take.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_LEFT_TO_RIGHT_MARK = "\u200e"  # nobody sees it
__all__ = [
    "FALLBACK", "LANGUAGES", "Count", "day", "enumerated", "force_locale", "in_order", "language", "mark_after", "ngettext", "of_browser",
    "speak_now", "spoken",
]  # fmt: skip


def init_app(app):
    """Choose the language of every request."""
    babel.init_app(
        app, default_locale=FALLBACK, default_translation_directories="translations", locale_selector=_of_request
    )


def language():
    """The code of the language in use, such as ``de``."""
    locale = _locale()
    return locale.language if locale else FALLBACK


def _locale():
    """As ``get_locale``, which looks up the request four times: once it is chosen, it is known after one time."""
    try:
        chosen = g._get_current_object().get("_flask_babel")
    except RuntimeError:  # outside of a request
        return get_locale()
    return getattr(chosen, "babel_locale", None) or get_locale()


def day(moment, length="medium"):
    """The day of a moment in the language and zone in use: "23 Nov" (short), "23 Nov 2026", "Monday 23 November 2026" (long)."""
    return _written(local(moment).date() if isinstance(moment, datetime) else moment, language(), length)


@lru_cache(maxsize=4_096)
def _written(date, code, length):
    """A page of a list says the same few days in every row."""
    return format_date(date, _DAYS[code][length], rebase=False)  # ``code`` is the language in use


def speak_now(code):
    """Switch to a language that this request has just chosen; None leaves the choice to ``_of_request``."""
    if code is not None:
        g.language = code
        refresh()


def spoken(text):
    """A text of the directory in the language in use: a ``Sentence`` by its template, anything else as it stands."""
    template = getattr(text, "template", None)
    if template is None:
        return text
    values = {name: _spoken_value(value) for name, value in text.values.items()}
    return _catalogues.gettext(template, **values)


def _spoken_value(value):
    return Count(value) if getattr(value, "is_grouped", False) else spoken(value)


def in_order(values):
    """The values of a sentence, each with what keeps it in its place."""
    return {name: value + mark_after(value) if isinstance(value, str) else value for name, value in values.items()}


def enumerated(texts):
    """Names in the language in use, as "Okta, Entra and Acme"."""
    return format_list([text + mark_after(text) for text in texts], locale=language())


def mark_after(text):
    """What to write after a text within a sentence: "", or an invisible mark after a name in a right-to-left script.

    Without it a number or a bracket after such a name is drawn before it: "Sales: 3 added" reads "3 :Sales added"
    (docs/decisions/0108).
    """
    return _LEFT_TO_RIGHT_MARK if not text.isascii() and _RIGHT_TO_LEFT.search(text) else ""


class _Catalogues(Domain):
    """The translations, found by language: a page asks for several hundred texts, and each asks for them."""

    def gettext(self, string, **values):
        told = _translated(string, language())
        return told % in_order(values) if values else told

    def ngettext(self, singular, plural, num, **values):
        return super().ngettext(singular, plural, num, **in_order(values))

    def get_translations(self):
        locale = _locale()
        kept = self.cache.get(locale.language) if locale else None
        if kept is None:
            kept = super().get_translations()
            if locale:
                self.cache[locale.language] = kept
        return kept


@lru_cache(maxsize=4_096)
def _translated(text, code):
    """Pages say the same few hundred texts. ``code`` is the language in use."""
    return _catalogues.get_translations().ugettext(text)


_catalogues = babel.domain_instance = _Catalogues()


class Count(int):
    """A number that writes itself as the language in use groups it, so that sentences say "1,433 people"."""

    def __str__(self):
        return format_decimal(int(self))


def ngettext(singular, plural, num, **values):
    """One or many, in the language in use; ``%(num)s`` is grouped."""
    return _ngettext(singular, plural, Count(num), **values)


def of_browser():
    """The language that the browser prefers, whoever is signed in."""
    return request.accept_languages.best_match(LANGUAGES) or FALLBACK


def _of_request():
    if not has_request_context():
        return FALLBACK
    if "language" in g:  # chosen a moment ago, see ``web.views.me``
        return g.language
    chosen = current_user.language if current_user and current_user.is_authenticated else None
    return chosen or of_browser()
