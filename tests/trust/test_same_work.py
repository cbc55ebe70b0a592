"""Nobody learns who has an account: the same words and the same work for everybody (security L6, L7, L8).

Work is counted and not timed: password hashes, which are slow on purpose, and statements. Time on a shared machine tells
nothing that could be relied on.
"""

import re

import pytest

from scimapp.auth import passwords
from scimapp.directory.changes import UserChanges
from scimapp.directory.people import users
from scimapp.directory.sign_in import sign_in
from tests.support.doors import Screens
from tests.support.people import PASSWORD

MEMBER = "wilhelmina@acme.example"
WRONG = "not the password of anybody"


@pytest.fixture
def everybody(account, scope, make_user, make_account):
    """``{who: e-mail address}`` of everybody whom a stranger may wonder about."""
    make_user(given_name="Wilhelmina", family_name="Member", email=MEMBER)
    inactive, removed, moved = make_user(), make_user(), make_user()
    users.deactivate(scope, inactive.id)
    users.remove(scope, removed.scim_id)
    users.update(scope, moved.id, UserChanges(email=f"new-{moved.email}"))
    return {
        "unknown": "nobody@acme.example",
        "member": MEMBER,
        "owner": account.owner.email,
        "invited": make_user(state="invited").email,
        "inactive": inactive.email,
        "removed": removed.email,
        "unconfirmed": users.get(scope, moved.id).email,
        "of another account": make_account("Globex").make_user().email,
        "odd": "x" * 200 + "@acme.example",
    }


@pytest.fixture
def hashes(monkeypatch):
    """The pairs that password hashes were worked out for; the real work is done."""
    done, work_out = [], passwords.work_out

    def counted(password_hash, password):
        done.append(password_hash)
        return work_out(password_hash, password)

    monkeypatch.setattr(passwords, "work_out", counted)
    return done


def told(answer, email):
    text = answer.get_data(as_text=True).replace(email, "ADDRESS")
    return answer.status_code, re.sub(r'name="csrf_token" [^>]*value="[^"]*"', "", text)


def ask(app, path, fields):
    """Somebody at a browser of their own sends a form of a page."""
    stranger = Screens(app)
    token = stranger(path).form(path).values["csrf_token"][0]
    return lambda: stranger.visitor.open(path, method="POST", data=fields | {"csrf_token": token})


def test_a_wrong_password_costs_and_tells_the_same_for_everybody(app, everybody, hashes, statements):
    answers, work = {}, {}
    for who, email in everybody.items():
        send = ask(app, "/sign-in", {"email": email, "password": WRONG})
        hashes.clear()
        with statements() as log:
            answers[who] = told(send(), email)
        work[who] = (len(hashes), len(log))

    assert len(set(answers.values())) == 1
    assert {count for count, _ in work.values()} == {1}, work
    assert len({count for _, count in work.values()}) == 1, work


@pytest.mark.parametrize("path", ["/password/forgot", "/invitations/renew"])
def test_asking_for_a_link_costs_and_tells_the_same_for_everybody(app, account, everybody, hashes, statements, path):
    """Also while the mail server is away: the request leaves one row, and a worker answers it later."""
    answers, work = {}, {}
    for who, email in everybody.items():
        send = ask(app, path, {"email": email})
        with statements() as log:
            answers[who] = told(send(), email)
        work[who] = [re.sub(r"\s+", " ", line)[:60] for line in log]

    assert len(set(answers.values())) == 1
    assert len({tuple(lines) for lines in work.values()}) == 1, work
    assert hashes == []


def test_a_stranger_learns_of_nobody_by_adding_or_moving(app, account, everybody, make_user):
    """An address in use is told inside the own account alone; that of another account is free here."""
    screens = account.screens(make_user("user_admin"))
    own, anothers = everybody["member"], everybody["of another account"]
    for email, is_taken in ((own, True), (anothers, False), (everybody["unknown"], False)):
        fields = {"given_name": "Ann", "family_name": "Bo", "email": email, "role": "member"}
        answer = screens("/users/new").form("/users/new").fill(fields).submit()
        assert ("belongs to" in answer.text) == is_taken, email
    member = account.screens(make_user())
    form = member("/me").form("/me/email").fill(new_email=own)
    shown = form.submit()
    assert "belongs to another person" in shown.text
    assert "Wilhelmina Member" not in shown.text  # a member is not told whose it is


def test_a_right_password_opens_whoever_else_has_the_address(app, make_account):
    """In two accounts one address is two people: each has a password of their own, and one opens nothing of the other."""
    first, second = make_account("First"), make_account("Second")
    mine, other = first.make_user(email="one@corp.example"), second.make_user(email="one@corp.example")
    users.deactivate(second.scope, other.id)

    landed = Screens(app).sign_in("one@corp.example", PASSWORD)

    assert landed.url == "/me"
    assert mine.display_name in landed.text


def test_an_address_in_many_accounts_costs_as_much_as_one_once_its_people_have_signed_in(app, make_account, hashes):
    """Each account costs a hash until then, which tells how many there are, and lets a guess take as long."""
    email, own = (
        "many@corp.example",
        ["a long walk over one hill", "a long walk over two hills", "a long walk over two hills"],
    )
    there = [make_account(name).make_user(email=email) for name in ("First", "Second", "Third")]
    for user, password in zip(there, own, strict=True):
        sign_in.replace_password_hash(user, passwords.hash_password(password))

    def guess(password):
        hashes.clear()
        shown = Screens(app).sign_in(email, password)
        return len(hashes), shown.url

    assert guess(WRONG) == (3, "/sign-in")
    assert guess(own[1]) == (3, "/sign-in/account")
    assert guess(own[0]) == (1, "/me")
    assert guess(own[2]) == (1, "/sign-in/account")
    assert guess(WRONG) == (1, "/sign-in")
