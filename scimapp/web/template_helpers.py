"""What templates may ask for: words for moments, initials, addresses of static files, and what the sidebar shows."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import current_app, g, url_for
from flask_login import current_user

from ..auth.guards import current_scope
from ..directory import clock, outbox, scim_tokens
from ..directory.roles import Permission

_DAY = 86_400
_UNITS = ((60, "min"), (3600, "hour"), (_DAY, "day"))
_STATES = {"off": ("", "Off"), "waiting": ("info", "Waiting"), "on": ("ok", "On")}


def init_app(app):
    """Add filters and the context of the layouts."""
    app.add_template_filter(ago)
    app.add_template_filter(exact)
    app.add_template_filter(long_date)
    app.add_template_filter(initials)
    app.add_template_filter(avatar_class)
    app.context_processor(_context)


def ago(moment):
    """ "2 min ago" up to 7 days, then "4 Sep 2026"."""
    seconds = (clock.now() - moment).total_seconds()
    if -60 < seconds < 60:
        return "just now"
    if abs(seconds) >= 7 * _DAY:
        return _day(moment)
    size, unit = max((pair for pair in _UNITS if pair[0] <= abs(seconds)), key=lambda pair: pair[0])
    number = int(abs(seconds) // size)
    words = f"{number} {unit}{'s' if number > 1 and unit != 'min' else ''}"
    return f"{words} ago" if seconds > 0 else f"in {words}"


def exact(moment):
    """ "23 Nov 2026, 09:41 UTC"."""
    return f"{_day(moment)}, {moment:%H:%M} UTC"


def long_date(moment):
    """ "Monday 30 November 2026, 09:12 UTC"."""
    return f"{moment:%A} {moment.day} {moment:%B %Y}, {moment:%H:%M} UTC"


def initials(name):
    """Up to two letters for the circle beside a name."""
    parts = [part for part in name.replace("@", " ").replace(".", " ").split() if part[0].isalnum()]
    if not parts:
        return "?"
    letters = parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")
    return letters.upper()


def avatar_class(key):
    """One of five quiet colours, always the same for the same person."""
    return f"a{hashlib.sha256(str(key).encode()).digest()[0] % 5}"


def static_url(name):
    """The address of a static file; it changes with the content, so that browsers may keep it for good."""
    return url_for("static", filename=name, v=_digest(current_app.static_folder, name))


@lru_cache(maxsize=128)
def _digest(folder, name):
    return hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:12]


def _day(moment):
    return f"{moment.day} {moment:%b %Y}"


def _context():
    settings = current_app.config["SETTINGS"]
    common = {"product_name": settings.product_name, "external_url": settings.external_url, "static_url": static_url}
    if not current_user.is_authenticated:
        return common | {"me": None, "nav": None, "account_name": None}
    return common | {"me": current_user, "account_name": current_user.account_name, "nav": _nav()}


def _nav():
    """What the sidebar shows of the account's state, read once a request; None for people without a sidebar."""
    if "nav" not in g:
        scope = current_scope()
        g.nav = None
        if scope.allows(Permission.VIEW_DIRECTORY):
            g.nav = {"connection": _STATES[scim_tokens.connection_state(scope)], "mails": outbox.waiting_count(scope)}
    return g.nav
