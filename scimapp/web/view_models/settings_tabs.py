"""The tabs of the settings that the viewer may open."""

from flask import request, url_for
from flask_babel import gettext as _
from msgspec import Struct

from ...directory.roles import Permission


class Tab(Struct, frozen=True):
    label: str
    href: str
    is_present: bool


def settings_tabs(scope):
    """The tabs in order; the one of this request is marked."""
    tabs = (
        ("web.settings", _("Account"), Permission.CHANGE_OPTIONS),
        ("web.settings_security", _("Security"), Permission.CHANGE_SECURITY),
        ("web.settings_roles", _("Roles"), Permission.VIEW_DIRECTORY),
        ("web.settings_rules", _("Group rules"), Permission.RULE_ROLES),
    )
    return [
        Tab(label, url_for(endpoint), url_for(endpoint) == request.path)
        for endpoint, label, permission in tabs
        if scope.allows(permission)
    ]
