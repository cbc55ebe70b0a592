"""Functions for templates: words for numbers and actors, initials, and addresses; ``moment_words`` has those for moments."""

import hashlib
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from babel import numbers
from flask import current_app, url_for
from flask_babel import get_locale
from flask_login import current_user
from jinja2 import pass_eval_context
from markupsafe import Markup

from ..directory.connection import providers
from ..directory.scope import SERVER_LABELS
from ..extensions import babel
from ..languages import Count, day, enumerated, in_order, language, spoken
from ..local_time import is_utc, time_of
from .moment_words import ago, as_title, exact, in_utc, logged, time_heading, to_the_second
from .sidebar import nav

_SOMEBODY = "00000000-0000-0000-0000-000000000000"  # stands for the id of a person in an address


def init_app(app):
    """Add filters and the context of the layouts."""
    helpers = (
        ago,
        day,
        exact,
        in_utc,
        as_title,
        to_the_second,
        logged,
        time_of,
        number,
        compact,
        initials,
        avatar_class,
        enumerated,
        spoken,
        token_words,
        actor_words,
        doer_words,
    )
    for helper in helpers:
        app.add_template_filter(helper)
    app.context_processor(_context)
    app.add_template_global(person_url)
    app.add_template_global(time_heading)
    app.add_template_global(is_utc)
    texts = app.jinja_env.globals
    texts["url_for"] = page_url
    texts["ngettext"] = _counted
    texts["gettext"] = texts["_"] = _translated


def number(value):
    """ "1,433", grouped as in the language in use."""
    return _grouped(value, language())


@lru_cache(maxsize=4_096)
def _grouped(value, code):
    return numbers.format_decimal(value, locale=code)


def compact(value):
    """ "20K" for 20,000, short enough for the scale of a drawing."""
    return numbers.format_compact_decimal(value, locale=get_locale())


@pass_eval_context
def _counted(eval_ctx, singular, plural, num, /, **values):
    """The ngettext of templates, with ``%(num)s`` grouped and every value in its place."""
    num = Count(num)
    told = babel.domain_instance.get_translations().ungettext(singular, plural, num)
    if eval_ctx.autoescape:
        told = Markup(told)
    return told % ({"num": num} | in_order(values))


@pass_eval_context
def _translated(eval_ctx, text, /, **values):
    """The gettext of templates, with every value in its place. A page asks hundreds of times, so this takes fewer steps than
    Jinja's own.
    """
    told = _told(text, eval_ctx.autoescape, language())
    return told % in_order(values) if values or "%" in told else told


@lru_cache(maxsize=4_096)
def _told(text, is_html, code):
    told = babel.domain_instance.gettext(text)  # ``code`` is the language in use
    return Markup(told) if is_html else told


def token_words(label):
    """The label of a token; for a token without one, the name of its directory in the language in use."""
    return spoken(providers.worded(label))


def actor_words(label):
    """An actor as stored in rows: names unchanged, the server's labels in the language in use."""
    return spoken(SERVER_LABELS.get(label, label))


def doer_words(label):
    """As ``actor_words``, for rows that do not say whether the actor was a token."""
    return actor_words(label) if label in SERVER_LABELS else token_words(label)


def initials(name):
    """Up to two letters for the circle beside a name.

    As titles begin: Georgian has capitals for whole words in capitals only, and few fonts have them.
    """
    parts = [part for part in name.replace("@", " ").replace(".", " ").split() if part[0].isalnum()]
    if not parts:
        return "?"
    letters = parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")
    return "".join(letter.title()[0] for letter in letters)


def avatar_class(key):
    """One of five quiet colours, always the same for the same person."""
    return f"a{hashlib.sha256(str(key).encode()).digest()[0] % 5}"


def page_url(endpoint, **values):
    """As ``url_for``, but built once where the address has no values: every page leads to the same ten.

    Addresses are the same in every request, because the application answers at the root of a host.
    """
    return url_for(endpoint, **values) if values else _fixed_url(endpoint)


@lru_cache(maxsize=256)
def _fixed_url(endpoint):
    return url_for(endpoint)


def person_url(endpoint, user_id, **values):
    """As ``url_for`` with a ``user_id``, but built once, because tables have several addresses in each row."""
    before, after = _around_person(endpoint, **values)
    return f"{before}{_quoted(user_id)}{after}"


@lru_cache(maxsize=256)
def _around_person(endpoint, **values):
    return url_for(endpoint, user_id=_SOMEBODY, **values).split(_SOMEBODY)


@lru_cache(maxsize=1_024)
def _quoted(user_id):
    return quote(user_id, safe="")


def static_url(name):
    """The address of a static file; it changes with the content, so browsers may cache it forever."""
    return _static_url(name, current_app.static_folder)


@lru_cache(maxsize=128)
def _static_url(name, folder):
    return url_for("static", filename=name, v=_digest(folder, name))


@lru_cache(maxsize=128)
def _digest(folder, name):
    return hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:12]


def _context():
    settings = current_app.config["SETTINGS"]
    common = {"product_name": settings.product_name, "external_url": settings.external_url, "static_url": static_url}
    common["language"] = language
    if not current_user.is_authenticated:
        return common | {"me": None, "nav": None, "account_name": None}
    return common | {"me": current_user, "account_name": current_user.account_name, "nav": nav()}
