"""The sidebar: the present place, the state of the connection, and mails that need a look."""

from functools import cache

from flask import g, request, url_for
from flask_babel import lazy_gettext as _l

from ..auth.guards import current_scope
from ..directory.connection import connection
from ..directory.outbox import outbox_list
from ..directory.roles import Permission

# ``(kind of pill, word)`` of a connection.
CONNECTION = {
    "off": ("", _l("Off")),
    "draft": ("warn", _l("Not saved yet")),
    "paused": ("warn", _l("Paused")),
    "waiting": ("info", _l("Waiting")),
    "on": ("ok", _l("On")),
    "check": ("warn", _l("Check")),
}
# The entries. An address belongs to the entry with the longest address above it.
_PLACES = (
    "web.users", "web.groups", "web.fields", "web.provisioning", "web.guides", "web.provisioning_log", "web.audit",
    "web.outbox", "web.settings",
)  # fmt: skip


def nav():
    """The account's state for the layouts, read once per request; None for people without a sidebar."""
    if "nav" not in g:
        scope = current_scope()
        g.nav = None
        if scope.allows(Permission.VIEW_DIRECTORY):
            overview = connection_overview(scope)
            needs_a_look = overview.state == "on" and overview.needs_a_look
            g.nav = {
                "here": _here(),
                "connection": CONNECTION["check" if needs_a_look else overview.state],
                "paused": overview if overview.paused_at else None,
                "mails": outbox_list.waiting_count(scope),
            }
    return g.nav


def connection_overview(scope):
    """As ``connection.overview``, read once per request, because the sidebar shows it beside every list."""
    if "connection_overview" not in g:
        g.connection_overview = connection.overview(scope)
    return g.connection_overview


def _here():
    """The entry of the present address, None if it has none. Configure SCIM is a dialog over User management."""
    above = _entries()
    near = [place for place in above if request.path == place or request.path.startswith(f"{place}/")]
    return above[max(near, key=len)] if near else None


@cache
def _entries():
    """``{address: endpoint}`` of the entries and of pages that belong to one."""
    above = {url_for(endpoint): endpoint for endpoint in _PLACES}
    return above | dict.fromkeys((url_for("web.batches"), url_for("web.configure_scim")), "web.users")
