"""What error pages say: what happened, why, and one way on."""

from datetime import timedelta

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from msgspec import Struct

from ...directory.accounts import accounts
from ...directory.errors import AboveYourRole, RoleNeeded
from ...directory.roles import Permission, Role, permissions_of
from ...languages import spoken
from ..addresses import way_back
from ..moment_words import second
from ..sent_forms import MOST_INPUTS
from ..template_helpers import number

_RELOAD, _SIGN_IN = _l("Reload"), _l("Sign in")
TITLES = {
    400: _l("This request cannot be read"),
    403: _l("You need another role for this page"),
    404: _l("This page does not exist here"),
    405: _l("This page does not exist here"),
    409: _l("Somebody changed this in the meantime"),
    413: _l("This is too large"),
    414: _l("This address is too long"),
    429: _l("A little too fast"),
    500: _l("We could not finish this"),
    503: _l("Back in a moment"),
}
TEXTS = {
    400: _l("The browser sent something that no form here sends. Go back and try again."),
    404: _l("The address may be mistyped, or the person or group was removed, or it belongs to another account."),
    405: _l("This address only takes what its form sends. Go back and use the button."),
    409: _l("Nothing was saved. Reload the page and make your change again."),
    414: _l("Nothing was saved. Search for less, or with fewer filters."),
}
REFUSED = _l("This cannot be done")
# The purpose of the pages and buttons behind a permission; %(roles)s are the roles that have it.
_PURPOSES = {
    Permission.VIEW_DIRECTORY: _l("User management is for %(roles)s."),
    Permission.MANAGE_USERS: _l("Changing people is for %(roles)s."),
    Permission.MANAGE_GROUPS: _l("Changing groups is for %(roles)s."),
    Permission.MANAGE_FIELDS: _l("Custom fields are for %(roles)s."),
    Permission.CONFIGURE_SCIM: _l("Configure SCIM is for %(roles)s."),
    Permission.CHANGE_OPTIONS: _l("Options of the SCIM connection are for %(roles)s."),
    Permission.VIEW_OUTBOX: _l("The mail outbox is for %(roles)s."),
    Permission.VIEW_LOG: _l("The provisioning log is for %(roles)s."),
    Permission.VIEW_AUDIT: _l("The audit log is for %(roles)s."),
    Permission.ERASE: _l("Erasing people is for %(roles)s."),
    Permission.RULE_ROLES: _l("Group rules are for %(roles)s."),
    Permission.CHANGE_SECURITY: _l("Security settings are for %(roles)s."),
    Permission.TRANSFER_OWNERSHIP: _l("Transferring the ownership is for %(roles)s."),
}
_ANY_PAGE = _l("This page is for %(roles)s.")
# Permissions that open pages of several kinds: (permission, beginning of the endpoint).
_OF_ENDPOINTS = {
    (Permission.VIEW_DIRECTORY, "web.group"): _l("Groups are for %(roles)s."),
    (Permission.CHANGE_OPTIONS, "web.settings"): _l("Account settings are for %(roles)s."),
    (Permission.CHANGE_SECURITY, "web.user_invitation_link"): _l("Links of invitations are for %(roles)s."),
}
_HOLDERS = {
    Role.MEMBER: _l("Members"),
    Role.USER_ADMIN: _l("User Admins"),
    Role.SUPER_ADMIN: _l("Super Admins"),
    Role.OWNER: _l("the Account Owner"),
}
_SIGNED_IN_AS = {
    Role.MEMBER: _l("You are signed in as a Member."),
    Role.USER_ADMIN: _l("You are signed in as a User Admin."),
    Role.SUPER_ADMIN: _l("You are signed in as a Super Admin."),
    Role.OWNER: _l("You are signed in as the Account Owner."),
}


class ErrorPage(Struct, frozen=True):
    """``way_on`` is the address of the one button, ``button`` its text."""

    status: int
    title: str
    text: str
    way_on: str
    button: str


def plain(status):
    """The page of a status that needs no further words; an unknown status gets the page of 400."""
    known = status if status in TEXTS else 400
    return ErrorPage(status, TITLES[known], TEXTS[known], *(_again() if known == 409 else _home()))


def role_needed(error):
    """Which roles may do it, which role the viewer has, and whom to ask. ``error`` is a RoleNeeded or AboveYourRole."""
    purpose = _purpose(error.permission) if isinstance(error, RoleNeeded) else spoken(error.message)
    return ErrorPage(403, TITLES[403], " ".join((purpose, *_who_asks())), url_for("web.me"), _("Go to my profile"))


def refused(status, message):
    """A rule of the directory that holds for every role; ``message`` names it."""
    return ErrorPage(status, REFUSED, spoken(message), *_again())


def needs_role(error):
    return isinstance(error, RoleNeeded | AboveYourRole)


def too_large(limit, is_import=False):
    """``limit`` is the most bytes that the address accepts, None where unknown."""
    text = _("Nothing was saved.")
    if is_import:
        text = _("A file may have up to 10,000 rows and 2 MiB. Split it into several. Nothing was saved.")
    elif limit:
        text = _(
            "A form may send %(size)s MiB and %(num)s inputs here at most. Nothing was saved.",
            size=f"{limit / 1024 / 1024:g}", num=number(MOST_INPUTS),
        )  # fmt: skip
    back = way_back()
    return ErrorPage(413, TITLES[413], text, *((back, _("Start over")) if back else _home()))


def too_fast(until):
    """``until`` is the moment from which a try is possible; the page rounds it up to a whole second."""
    text = _("You can go on at %(time)s.", time=second(until + timedelta(seconds=1)))
    return ErrorPage(429, TITLES[429], text, _again()[0], _("Try again"))


def failed(request_id):
    """An unexpected error."""
    text = _(
        "Nothing was saved. The problem is recorded as request %(id)s; tell your operator this number.", id=request_id
    )
    return ErrorPage(500, TITLES[500], text, way_back() or _address(), _RELOAD)


def away(is_busy):
    """The database does not answer, or is too busy."""
    text = (
        _("The server is busy. Nothing was saved.") if is_busy else _("The server is being updated. Nothing was saved.")
    )
    return ErrorPage(503, TITLES[503], text, way_back() or _address(), _RELOAD)


def stuck(request_id):
    """The database takes no changes, and waiting alone does not mend that."""
    text = _(
        "Something is wrong with its database. Nothing was saved. Tell your operator request %(id)s: the server’s log "
        "says why.",
        id=request_id,
    )
    return ErrorPage(503, _("The server needs its operator"), text, way_back() or _address(), _RELOAD)


def _purpose(permission):
    roles = [str(words) for role, words in _HOLDERS.items() if permission in permissions_of(role)]
    template = _PURPOSES.get(permission, _ANY_PAGE)
    for (opened_by, beginning), of_these in _OF_ENDPOINTS.items():
        if permission is opened_by and (request.endpoint or "").startswith(beginning):
            template = of_these
    if len(roles) > 1:
        roles = [_("%(roles)s and %(role)s", roles=", ".join(roles[:-1]), role=roles[-1])]
    return str(template) % {"roles": roles[0]}


def _who_asks():
    if not current_user.is_authenticated:
        return ()
    told = (str(_SIGNED_IN_AS[current_user.role]),)
    if current_user.role is Role.OWNER:
        return told
    owner = accounts.owner_of(current_user.account_id)
    return (*told, _("Ask %(owner)s (Account Owner) if you need it.", owner=owner.display_name))


def _home():
    if not current_user.is_authenticated:
        return url_for("web.sign_in"), _SIGN_IN
    if Permission.VIEW_DIRECTORY in permissions_of(current_user.role):
        return url_for("web.users"), _("User management")
    return url_for("web.me"), _("Go to my profile")


def _again():
    """Back to the page of the form, or to the same address; home where neither can be shown."""
    back = way_back() if request.method != "GET" else request.full_path.rstrip("?")
    return (back, _RELOAD) if back else _home()


def _address():
    return request.full_path.rstrip("?") if request.method == "GET" else "/"
