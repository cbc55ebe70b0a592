"""``flask people``: the way back in without phone and recovery codes."""

from scimapp.directory.people import users
from scimapp.directory.scope import server_scope
from scimapp.directory.sign_in import second_step
from tests.support import authenticator
from tests.support.databases import on_both
from tests.support.people import PASSWORD


def reset(flask, account, email):
    return flask("people", "reset-two-step", "--account", account.id, "--email", email, "--json")


@on_both
def test_an_owner_without_phone_and_codes_gets_in_again(flask, account, visitor):
    window = account.screens()
    authenticator.set_up(window)

    done = reset(flask, account, account.owner.email.upper())

    told = {"account_id": account.id, "person_id": account.owner.id, "email": account.owner.email}
    assert (done.code, done.json) == (0, told)
    assert window("/me").url.startswith("/sign-in")
    assert visitor.sign_in(account.owner.email, PASSWORD).url == "/users"


def test_who_is_not_there_or_has_it_off_is_told_in_a_line(flask, account, other_account):
    theirs = other_account.make_user()
    authenticator.switch_on(theirs)

    refused = reset(flask, account, theirs.email)
    assert (refused.code, refused.out, refused.err) == (2, "", "Error: This person does not exist here.\n")
    off = reset(flask, account, account.owner.email)
    assert (off.code, off.err) == (1, "Error: Two-step sign-in of this person is off.\n")
    scope = server_scope(other_account.id)
    assert second_step.state(scope, users.get(scope, theirs.id)).is_on
