"""People with roles, and people who may get one, as the settings show them."""

from flask_babel import gettext as _
from flask_babel import ngettext
from msgspec import Struct

from ...directory.accounts import role_holders
from ...directory.errors import AboveYourRole, PersonErased
from ...directory.people import permitted
from ...directory.roles import Permission, Role
from ...directory.user_list import search
from ...languages import spoken
from ..template_helpers import actor_words
from .listing import ListAddress, Pager, read_number
from .states import state_words

FOUND = 20  # most people to choose from


class HolderLine(Struct, frozen=True):
    """One person with a role. ``hint`` says why the viewer cannot change the role, "" where they can."""

    user: object
    role: str
    state: object  # shown unless "active"
    given: str
    given_at: object
    has_second_step: bool
    hint: str
    may_transfer: bool


class HolderList(Struct, frozen=True):
    q: str
    rows: list
    pager: Pager
    total: int


class Choice(Struct, frozen=True):
    """People who may get a role, as ``(user, state)``; the state is shown unless "active".

    ``found`` says in words how many more match.
    """

    q: str
    people: list
    found: str


def holder_list(scope, args):
    """The whole list for a query string."""
    q = args.get("q", "").strip()[:200]
    page = role_holders.find(scope, q, read_number(args.get("page", ""), 1))
    address = ListAddress("web.settings_roles", {"q": q})
    return HolderList(q, [_line(scope, item) for item in page.items], Pager.of(page, address), page.total)


def choice(scope, args):
    """Members who match the typed words; nobody while there are none."""
    q = args.get("q", "").strip()[:200]
    if not q:
        return Choice("", [], "")
    found = search.find_users(scope, search.UserSearch(q=q, role=Role.MEMBER.value, per_page=FOUND))
    more = found.total - len(found.items)
    words = ngettext("%(num)s more matches; type more of the name.", "%(num)s more match; type more of the name.", more)
    return Choice(q, [(row.user, _state(row.user)) for row in found.items], words if more else "")


def why_not(scope, user):
    """Why the viewer cannot change this person's role, "" if they can."""
    if permitted.roles_for(scope, user):
        return ""
    if user.erased_at is not None:
        return spoken(PersonErased.message)
    if user.role == Role.OWNER:
        return (
            _("Transfer ownership first.")
            if user.id == scope.actor.id
            else _("Only a transfer changes the Account Owner.")
        )
    if user.id == scope.actor.id:
        return _("You cannot change your own role.")
    return spoken(AboveYourRole.message)


def _state(user):
    return state_words(user) if user.state != "active" else None


def _line(scope, holder):
    user = holder.user
    given = actor_words(holder.given_by or "")
    if holder.group:
        given = _("Group %(name)s", name=holder.group)
    return HolderLine(
        user=user,
        role=spoken(holder.role.label),
        state=_state(user),
        given=given,
        given_at=holder.given_at,
        has_second_step=holder.has_second_step,
        hint=why_not(scope, user),
        may_transfer=holder.role is Role.OWNER and scope.allows(Permission.TRANSFER_OWNERSHIP),
    )
