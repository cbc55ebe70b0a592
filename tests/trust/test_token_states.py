"""Every SCIM address for every state of a token, and whom each state reaches (security T5–T7, T11, T14, R6).

The addresses come from the URL map, the states from the tables below. What a token that works may do to whom is decided by
the weaker of the role that its maker had and the one that its maker has; a maker who left takes nothing away, so that
provisioning does not stop with somebody's last day.
"""

import pytest

from scimapp.directory.changes import UserChanges
from scimapp.directory.connection import connection, scim_tokens, token_changes
from scimapp.directory.erasure import erasure
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope
from tests.support.doors import ScimClient

from .routes import routes
from .rows import fingerprint
from .test_isolation_scim import CALLS, body

ANSWERED, REFUSED, ASKED_TO_WAIT = "answered", 401, 503
OPEN = "scim_api.service_provider_config"  # says of nobody anything, and needs no token
MEMBER, USER_ADMIN, SUPER_ADMIN, OWNER = Role.MEMBER, Role.USER_ADMIN, Role.SUPER_ADMIN, Role.OWNER


class Token:
    """A token that works, and what can happen to it. ``secret`` is the one that calls come with."""

    def __init__(self, account, clock, maker_role="super_admin"):
        self.scope, self.account, self.clock = account.scope, account, clock
        self.maker = account.make_user(maker_role)
        self.row, self.secret = scim_tokens.generate(person_scope(self.maker), "T", "generic", activate=True)

    def work(self):
        pass

    def be_rotated(self):
        return token_changes.rotate(self.scope, self.row.id, "day")

    def be_rotated_and_new(self):
        _, self.secret = self.be_rotated()

    def be_rotated_and_outlived(self):
        self.be_rotated()
        self.clock.advance(hours=24)

    def be_rotated_and_outlived_by_its_successor(self):
        self.be_rotated_and_new()
        self.clock.advance(hours=24)

    def expire(self):
        self.clock.advance_to(self.row.expires_at)

    def be_revoked(self):
        scim_tokens.revoke(self.scope, self.row.id)

    def be_revoked_after_its_rotation(self):
        _, secret = self.be_rotated()
        self.be_revoked()
        self.secret = secret

    def not_be_saved(self):
        _, self.secret = scim_tokens.generate(self.scope, "Draft", "generic")

    def be_of_another_account(self):
        self.secret = self.account.elsewhere.make_token()

    def be_missing(self):
        self.secret = None

    def be_paused(self):
        connection.pause(self.scope)

    def be_paused_and_revoked(self):
        self.be_paused()
        self.be_revoked()

    def be_paused_and_resumed(self):
        self.be_paused()
        connection.resume(self.scope)

    def have_a_maker_who_is_a(self, role):
        users.update(self.scope, self.maker.id, UserChanges(role=role))

    def have_a_maker_without_a_role(self):
        self.have_a_maker_who_is_a(MEMBER)

    def have_a_maker_who_left(self):
        users.deactivate(self.scope, self.maker.id)

    def have_a_maker_who_was_erased(self):
        self.have_a_maker_who_left()
        erasure.erase(self.scope, self.maker.id)


OUTCOMES = {
    Token.work: ANSWERED,
    Token.be_rotated: ANSWERED,
    Token.be_rotated_and_new: ANSWERED,
    Token.be_rotated_and_outlived: REFUSED,
    Token.be_rotated_and_outlived_by_its_successor: ANSWERED,
    Token.expire: REFUSED,
    Token.be_revoked: REFUSED,
    Token.be_revoked_after_its_rotation: ANSWERED,
    Token.not_be_saved: REFUSED,
    Token.be_of_another_account: REFUSED,
    Token.be_missing: REFUSED,
    Token.be_paused: ASKED_TO_WAIT,
    Token.be_paused_and_revoked: REFUSED,
    Token.be_paused_and_resumed: ANSWERED,
    Token.have_a_maker_without_a_role: ANSWERED,
    Token.have_a_maker_who_left: ANSWERED,
    Token.have_a_maker_who_was_erased: ANSWERED,
}
# (the maker's role when the token was made, what happened then) → whom the token deactivates
REACHES = {
    (USER_ADMIN, "work"): {MEMBER, USER_ADMIN},
    (SUPER_ADMIN, "work"): {MEMBER, USER_ADMIN, SUPER_ADMIN},
    (OWNER, "work"): {MEMBER, USER_ADMIN, SUPER_ADMIN},
    (SUPER_ADMIN, USER_ADMIN): {MEMBER, USER_ADMIN},
    (SUPER_ADMIN, MEMBER): {MEMBER},
    (USER_ADMIN, SUPER_ADMIN): {MEMBER, USER_ADMIN},  # it does not grow with its maker
    (SUPER_ADMIN, "have_a_maker_who_left"): {MEMBER, USER_ADMIN, SUPER_ADMIN},
    (SUPER_ADMIN, "have_a_maker_who_was_erased"): {MEMBER},  # nobody is there any more who had the role
    (SUPER_ADMIN, "be_rotated_and_new"): {MEMBER, USER_ADMIN, SUPER_ADMIN},
}


@pytest.fixture
def token(account, make_account, clock):
    account.elsewhere = make_account("Globex")
    return lambda role="super_admin": Token(account, clock, role)


def knock(token, route):
    """One call, each from a network of its own: nobody tries wrong tokens for long."""
    account = token.account
    client = ScimClient(account.app, account.id, token.secret)
    path = route.address(None, account.id)
    return client.open(route.method, path[path.index("/v2") + 3 :], body(route, "nobody"))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("happen", OUTCOMES, ids=lambda happen: happen.__name__)
def test_every_address_is_answered_as_the_state_of_the_token_says(app, token, happen):
    token, outcome = token(), OUTCOMES[happen]
    happen(token)
    before = fingerprint(token.account.id, leaving_out=(*CALLS, "scim_tokens"))

    for route in routes(app, "scim_api"):
        answer = knock(token, route)
        if route.endpoint == OPEN:
            assert answer.status_code == 200, route
        elif outcome == ANSWERED:
            assert answer.status_code not in (401, 403, 429, 500, 503), (route, answer.text)
        else:
            assert answer.status_code == outcome, (route, answer.text)
            assert ("WWW-Authenticate" in answer.headers, "Retry-After" in answer.headers) == (
                outcome == REFUSED, outcome == ASKED_TO_WAIT
            ), route  # fmt: skip
    assert (fingerprint(token.account.id, leaving_out=(*CALLS, "scim_tokens")) == before) is (outcome != ANSWERED)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("made_by", "then"), REACHES)
def test_a_token_reaches_whom_its_maker_reaches_then_and_now(account, make_user, token, made_by, then):
    token = token(made_by.value)
    token.have_a_maker_who_is_a(then) if isinstance(then, Role) else getattr(token, then)()
    client = ScimClient(account.app, account.id, token.secret)
    people = {role: account.owner if role is OWNER else make_user(role.value) for role in Role}

    answers = {
        role: client.patch(f"/Users/{them.scim_id}", replace={"active": False}).status_code
        for role, them in people.items()
    }

    assert answers == {role: 200 if role in REACHES[made_by, then] else 403 for role in Role}
