"""Every address of the screens for every role: who may, does; who may not, changes nothing (security R1, R2, R9, T10).

The addresses come from the URL map, who may from ``who_may``. An address that stands there for nobody fails.
"""

import pytest

from scimapp.directory.accounts import account_owner
from scimapp.directory.changes import UserChanges
from scimapp.directory.people import users
from scimapp.directory.roles import Role, permissions_of
from tests.support.doors import Screens

from .ground import Ground
from .routes import routes
from .rows import fingerprint
from .tour import proof
from .who_may import ANYBODY, WEAKEST, may

pytestmark = pytest.mark.usefixtures("writes_take_the_lock_first", "statements_name_the_account")

FORM = {"label": "x", "display_name": "x", "direction": "up", "provider": "okta"}
# What somebody leaves who only comes in and looks.
LOOKS = ("user_sessions",)
_ENDING = ("web.sign_out", "web.my_sessions_end_others", "web.transfer_ownership_to", "web.my_password_save")


def screens_of(app):
    """Every route of the screens: first what only looks, last what ends sessions or gives the account away."""
    return sorted(routes(app, "web"), key=lambda route: (route.endpoint in _ENDING, not route.is_safe))


def knock(screens, route, ground, token):
    fields = {} if route.is_safe else {"data": FORM | {"csrf_token": token}}
    thing = ground.one(route.kind) if route.kind else None
    return screens.visitor.open(route.address(thing), method=route.method, **fields)


def is_turned_away(answer):
    """Sent to the sign-in page, kept there with the form, or told that it is for another role."""
    text = answer.get_data(as_text=True)
    to_sign_in = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in?next=")
    signs_in_first = answer.status_code == 403 and 'action="/sign-in"' in text
    return to_sign_in or signs_in_first or (answer.status_code == 403 and "You need another role for this page" in text)


@pytest.fixture
def ground(app, account):
    ground = Ground(account)
    for route in screens_of(app):
        if route.kind:
            ground.one(route.kind)
    return ground


def test_every_address_says_whom_it_is_for(app):
    assert {route.endpoint for route in routes(app, "web")} == set(WEAKEST)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_who_may_not_is_turned_away_and_changes_nothing(app, account, ground, make_user):
    """Members and administrators, a stranger, and somebody who was a Super Admin until a moment ago."""
    pairs, left = 0, make_user("super_admin")
    window = account.screens(left)
    users.deactivate(account.scope, left.id)
    for role, screens in (
        (None, Screens(app)),
        (None, window),
        *((role, account.screens(make_user(role))) for role in (Role.MEMBER, Role.USER_ADMIN, Role.SUPER_ADMIN)),
    ):
        token = csrf_of_a_stranger(screens) if role is None else proof(screens)
        before = fingerprint(account.id, LOOKS)
        for route in screens_of(app):
            if not may(role, route.endpoint):
                assert is_turned_away(knock(screens, route, ground, token)), f"{route} for {role}"
                pairs += 1
        assert fingerprint(account.id, LOOKS) == before, role
    assert pairs > 330


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_who_may_gets_in(app, account, ground, make_user):
    """Everything for the weakest and the strongest; what lies between has all that the weaker one has."""
    assert permissions_of(Role.USER_ADMIN) < permissions_of(Role.SUPER_ADMIN) < permissions_of(Role.OWNER)
    pairs = 0
    for role in (Role.MEMBER, Role.USER_ADMIN, Role.SUPER_ADMIN, Role.OWNER):
        screens = account.screens(make_user(role))
        token = proof(screens)
        ground.forget()  # whoever came before has used much of it up
        for route in screens_of(app):
            weakest = WEAKEST[route.endpoint]
            is_implied = role is Role.SUPER_ADMIN and weakest != Role.SUPER_ADMIN
            if may(role, route.endpoint) and weakest != ANYBODY and route.endpoint not in _ENDING and not is_implied:
                if route.kind and not route.is_safe:
                    ground.renew(route.kind)
                answer = knock(screens, route, ground, token)
                assert not is_turned_away(answer), f"{route} for {role}"
                is_anothers = route.kind == "preview"  # a preview is its maker's alone, whatever the role
                assert answer.status_code < 500, f"{route} for {role}"
                assert answer.status_code != 404 or is_anothers, f"{route} for {role}"
                pairs += 1
    assert pairs > 260


def test_a_token_opens_no_screen(app, account, ground):
    stranger = Screens(app)
    before = fingerprint(account.id, LOOKS)

    for route in screens_of(app):
        if route.is_safe and WEAKEST[route.endpoint] != ANYBODY:
            thing = ground.one(route.kind) if route.kind else None
            headers = {"Authorization": f"Bearer {ground.scim.token}"}
            assert is_turned_away(stranger.visitor.open(route.address(thing), headers=headers)), route
    assert fingerprint(account.id, LOOKS) == before


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_lost_role_shuts_every_open_door_with_the_next_click(app, account, ground, make_user, scope):
    """A session that began with more is over: demoted, deactivated over SCIM, or owner no more."""
    demoted, fired = make_user("user_admin"), make_user("user_admin")
    heir = make_user("super_admin")
    windows = [account.screens(each) for each in (demoted, fired, account.owner)]
    users.update(scope, demoted.id, UserChanges(role=Role.MEMBER))
    assert ground.scim.patch(f"/Users/{fired.scim_id}", replace={"active": False}).status_code == 200
    account_owner.transfer(scope, heir.id)

    for window in windows:
        for route in screens_of(app):
            if route.is_safe and WEAKEST[route.endpoint] not in (ANYBODY, Role.MEMBER):
                assert is_turned_away(knock(window, route, ground, "")), route


def csrf_of_a_stranger(screens):
    return screens("/sign-in").form("/sign-in").values["csrf_token"][0]
