"""Links in mails: one use, one purpose, one person, until their moment (security V1–V8, V12).

The three kinds of links that people get are put through the same cases.
"""

import pytest

from scimapp.database import db
from scimapp.directory.changes import UserChanges
from scimapp.directory.erasure import erasure
from scimapp.directory.links import invitations, link_requests, one_time_links, own_email, password_resets
from scimapp.directory.people import users
from scimapp.directory.scope import person_scope
from tests.support.doors import Screens
from tests.support.mails import newest_mails
from tests.support.people import PASSWORD

NEW_PASSWORD = "six green kettles on a shelf"
DOORS = {"invitation": "/invitations/", "reset": "/password/reset/", "address": "/email/confirm/"}
LIVES = {"invitation": {"days": 7}, "reset": {"hours": 1}, "address": {"hours": 24}}


class Link:
    """An open link of a kind to a person of their own: ``path`` is its address, ``use`` presses its button."""

    def __init__(self, account, kind):
        self.account, self.kind = account, kind
        self.person = account.make_user(state="invited" if kind == "invitation" else "active")
        if kind == "invitation":
            self.token = invitations.link_token(invitations.latest(account.scope, self.person))
        elif kind == "reset":
            password_resets.request_for(account.scope, self.person.id)
            self.token = self._newest("password")
        else:
            own_email.ask(person_scope(self.person), f"new-{self.person.email}")
            self.token = self._newest("email")
        db.session.close()
        self.path = DOORS[kind] + self.token

    def _newest(self, kind):
        return one_time_links.link_token(one_time_links.newest(self.account.scope, self.person, kind))

    def form(self, screens):
        return next((form for form in screens(self.path).forms if form.action == self.path), None)

    def use(self, screens=None):
        """The screen after pressing the button; None where there is none."""
        form = self.form(screens or Screens(self.account.app))
        if form is None:
            return None
        return (form if self.kind == "address" else form.fill(password=NEW_PASSWORD)).submit()

    @property
    def opens(self):
        return Screens(self.account.app)(self.path).status_code == 200


@pytest.fixture(params=DOORS)
def link(request, account):
    return Link(account, request.param)


def test_a_link_is_used_once_and_by_its_form_alone(link):
    """Mail scanners open links, again and again; only the person presses the button."""
    for _ in range(3):
        for method in ("GET", "HEAD"):
            assert Screens(link.account.app).visitor.open(link.path, method=method).status_code == 200
    twice = [Screens(link.account.app) for _ in range(2)]
    forms = [link.form(screens) for screens in twice]
    assert link.use().status_code == 200
    assert not link.opens
    for form in forms:  # opened before, pressed after
        again = (form if link.kind == "address" else form.fill(password=NEW_PASSWORD)).submit()
        assert again.status_code == 410, again


def test_a_link_opens_its_own_door_alone(link):
    for kind, door in {**DOORS, "setup": "/setup/"}.items():
        answer = Screens(link.account.app)(door + link.token)
        assert answer.status_code == (200 if kind == link.kind else 410), kind
        assert link.person.display_name not in answer.text or kind == link.kind


def test_a_link_ends_at_its_moment(link, clock):
    clock.advance(**LIVES[link.kind])
    clock.advance(seconds=-20)
    assert link.opens
    clock.advance(seconds=20)
    assert not link.opens
    assert link.use() is None


def test_a_link_that_was_refused_for_its_age_stays_refused_when_the_clock_is_set_back(link, clock):
    clock.advance(**LIVES[link.kind])
    assert not link.opens

    clock.advance(**{unit: -number for unit, number in LIVES[link.kind].items()})
    assert not link.opens
    assert link.use() is None
    clock.advance(days=-300)
    assert not link.opens


def test_a_newer_link_opens_after_one_was_refused_for_its_age(link, scope, clock):
    clock.advance(**LIVES[link.kind])
    assert not link.opens

    if link.kind == "invitation":
        newer = invitations.link_token(invitations.resend(scope, link.person.id))
    elif link.kind == "reset":
        password_resets.request_for(scope, link.person.id)
        newer = link._newest("password")
    else:
        own_email.ask(person_scope(link.person), f"newer-{link.person.email}")
        newer = link._newest("email")

    assert Screens(link.account.app)(DOORS[link.kind] + newer).status_code == 200


def deactivated(scope, person):
    users.deactivate(scope, person.id)


def gone(scope, person):
    users.remove(scope, person.scim_id)


def erased(scope, person):
    users.deactivate(scope, person.id)
    erasure.erase(scope, person.id)


def moved(scope, person):
    users.update(scope, person.id, UserChanges(email=f"elsewhere-{person.email}"))


def sent_again(scope, person):
    if person.state == "invited":
        invitations.resend(scope, person.id)
    else:
        password_resets.request_for(scope, person.id)
        own_email.ask(person_scope(person), f"newer-{person.email}")


@pytest.mark.parametrize("end", [deactivated, gone, erased, moved, sent_again])
def test_whatever_ends_access_or_moves_the_mailbox_ends_the_link(link, scope, end):
    end(scope, link.person)
    db.session.close()

    assert not link.opens
    assert link.use() is None


def test_coming_back_revives_no_link(link, scope):
    users.deactivate(scope, link.person.id)
    users.activate(scope, link.person.id)

    assert not link.opens


def test_a_forgotten_password_revives_no_invitation_and_opens_no_door_to_the_inactive(app, account, scope, clock):
    """What goes out to somebody who never accepted is an invitation to the stored address, never a reset (V4)."""
    invited, stopped = account.make_user(state="invited"), account.make_user()
    old = Link(account, "invitation")
    users.deactivate(scope, stopped.id)
    clock.advance(days=8)
    for person in (invited, stopped, old.person):
        asked = Screens(app)("/password/forgot").form("/password/forgot").fill(email=person.email).submit()
        assert asked.status_code == 200
    link_requests.answer()
    db.session.close()
    assert not old.opens
    assert one_time_links.newest(scope, invited, "password") is None
    assert one_time_links.newest(scope, stopped, "password") is None
    assert users.get(scope, invited.id).password_hash is None


@pytest.mark.parametrize("spelling", [
    "{0}", " {0} ", "{1}", "{0}\r\nBcc: x@evil.example", "{0},x@evil.example", "x@evil.example,{0}", "{2}", "{0}\x00@evil.example",
    "<{0}>", "{0} <x@evil.example>",
])  # fmt: skip
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_link_goes_to_the_stored_address_and_to_one(app, account, spelling):
    """Not to what was typed: look-alikes, lists and lines of headers send nothing elsewhere (V10, V12)."""
    person = account.make_user(email=f"reader{abs(hash(spelling)) % 10**8}@acme.example")
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isalpha() else letter for letter in person.email)
    typed = spelling.format(person.email, person.email.upper(), wide)
    stranger = Screens(app)
    token = stranger("/password/forgot").form("/password/forgot").values["csrf_token"][0]
    for email in (typed, [typed, "x@evil.example"]):
        fields = {"email": email, "csrf_token": token}
        query = {"email": "x@evil.example"}
        stranger.visitor.open("/password/forgot", method="POST", data=fields, query_string=query)
    link_requests.answer()
    db.session.close()

    mails = [mail for mail in newest_mails(account.scope, per_page=100).items if mail.kind == "password_reset"]
    assert {mail.to_address for mail in mails} <= {person.email}  # none, for an address that is nobody's
    assert all("evil" not in mail.to_address for mail in newest_mails(account.scope, per_page=100).items)


def test_a_choice_of_accounts_ends_with_the_password_that_led_to_it(app, account, make_account):
    """The password was right, the choice stands open in a browser; a new password ends it as it ends sessions (L13)."""
    twin = make_account("Twin")
    people = [each.make_user(email="both@corp.example") for each in (account, twin)]
    window = Screens(app)
    choice = window.sign_in("both@corp.example", PASSWORD)
    assert choice.url.startswith("/sign-in/account")
    for each, person in zip((account, twin), people, strict=True):
        password_resets.request_for(each.scope, person.id)
        token = one_time_links.link_token(one_time_links.newest(each.scope, person, "password"))
        password_resets.complete(token, "another hash")

    form = choice.forms[0]
    landed = form.fill(account=people[0].id).submit()
    assert landed.url.startswith("/sign-in")
    assert window("/me").url.startswith("/sign-in")
