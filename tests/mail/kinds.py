"""Every kind of mail, made as it comes about. ``KINDS`` maps its name to ``(what makes one, a sentence that it says)``."""

from datetime import timedelta

import pytest

from scimapp.directory import clock
from scimapp.directory.accounts import account_owner, accounts
from scimapp.directory.calls import call_log
from scimapp.directory.changes import UserChanges
from scimapp.directory.connection import deactivation_guard, live_tokens, quiet_directories, scim_tokens, token_ends
from scimapp.directory.errors import DeactivationsStopped
from scimapp.directory.links import invitation_reminders, one_time_links, own_email, password_resets
from scimapp.directory.outbox import administrators, outbox
from scimapp.directory.people import users
from scimapp.directory.scope import person_scope, token_scope
from scimapp.directory.sign_in import second_step, second_step_proofs
from scimapp.directory.unit_of_work import unit_of_work
from tests.support import authenticator
from tests.support.fixtures.outside import Clock
from tests.support.mails import newest_mails

NEW = "elsewhere@corp.example"


def _by_hand(account, made):
    account.make_user(state="invited", **made)


def _reminder(account, made):
    account.make_user(state="invited", **made)
    for mail in outbox.lease():
        outbox.mark_sent(mail)
    with clock.set_to(clock.now() + timedelta(days=5)):
        invitation_reminders.tell()


def _by_directory(account, made):
    name = {"givenName": made["given_name"], "familyName": made["family_name"]}
    email = f"directory{len(newest_mails(account.scope).items)}@corp.example"
    answer = account.scim().post("/Users", {"userName": email, "name": name})
    assert answer.status_code == 201, answer.json


def _reset(account, made):
    password_resets.request_for(account.scope, account.make_user(**made).id)


def _password_changed(account, made):
    person = account.make_user(**made)
    password_resets.request_for(account.scope, person.id)
    link = one_time_links.newest(account.scope, person, "password")
    password_resets.complete(one_time_links.link_token(link), "a hash")


def _own_change(account, made):
    own_email.ask(person_scope(account.make_user(**made)), NEW)


def _others_change(account, made):
    users.update(account.scope, account.make_user(**made).id, UserChanges(email=NEW))


def _second_step_on(account, made):
    return authenticator.switch_on(account.make_user(**made))


def _second_step_off(account, made):
    second_step.switch_off(person_scope(_second_step_on(account, made)[0]))


def _recovery_code_used(account, made):
    person, _, codes = _second_step_on(account, made)
    second_step_proofs.take_recovery_code(person_scope(person), codes[0])


def _recovery_codes_made(account, made):
    second_step.renew_codes(person_scope(_second_step_on(account, made)[0]))


def _second_step_guessed(account, made):
    second_step_proofs.tell_of_guesses(person_scope(account.make_user(**made)))


def _ownership(account, made):
    heir = account.make_user(role="super_admin", **made)
    account_owner.transfer(account.scope, heir.id)


def _seats(account, made):
    account.make_user(role="super_admin", **made)
    with unit_of_work(account.scope) as work:
        administrators.tell(work, "seats_full", "Acme has no free seat", since=work.now - timedelta(days=1))


def _token_ends(account, made):
    account.make_user(role="user_admin", **made)
    scim_tokens.generate(account.scope, "Okta production", "okta", 8, activate=True)
    with clock.set_to(clock.now() + timedelta(days=2)):
        token_ends.tell()


def _token_used_after_end(account, made):
    account.make_user(role="user_admin", **made)
    _, secret = scim_tokens.generate(account.scope, "Okta production", "okta", 8, activate=True)
    with clock.set_to(clock.now() + timedelta(days=9)):
        live_tokens.authenticate(secret)
        token_ends.tell()


def _deactivations_stopped(account, made):
    account.make_user(role="user_admin", **made)
    accounts.change_options(account.scope, stop_deactivations=True)
    _, secret = scim_tokens.generate(account.scope, "Okta production", "okta", activate=True)
    okta = token_scope(live_tokens.authenticate(secret))
    for person in [account.make_user() for _ in range(deactivation_guard.ALWAYS_ALLOWED)]:
        users.deactivate(okta, person.id)
    with pytest.raises(DeactivationsStopped):
        users.deactivate(okta, account.make_user().id)


def _directory_quiet(account, made):
    account.make_user(role="user_admin", **made)
    client, moved = account.scim("okta"), Clock()
    for _ in range(7):
        client.get("/Users")
        call_log.flush()
        moved.advance(hours=1)
    moved.advance(days=quiet_directories.TELL_AFTER.days)
    quiet_directories.tell()
    moved.stop()


# kind → (what makes one, a sentence of it)
KINDS = {
    "invitation": (_by_hand, "Olive Owner invited you to Acme. Choose a password and you can sign in."),
    "invitation by directory": (
        _by_directory,
        "Olive Owner’s team set up an account at Acme for you through the company directory.",
    ),
    "invitation_reminder": (_reminder, "Olive Owner invited you to Acme. You have not chosen a password yet."),
    "password_reset": (_reset, "Your present password works until you do."),
    "password_changed": (_password_changed, "Every other session has ended."),
    "email_confirmation": (_own_change, "Your account at Acme is to be used with this address."),
    "email_change_asked": (_own_change, "Until the link that was sent there is opened, this address stays in use."),
    "email_changed": (_others_change, "Nobody signs in with this address any more."),
    "second_step_on": (_second_step_on, "From now on a code of an authenticator app is asked for after the password."),
    "second_step_off": (_second_step_off, "Your recovery codes no longer work."),
    "recovery_code_used": (_recovery_code_used, "The code no longer works."),
    "recovery_codes_made": (_recovery_codes_made, "Those from before no longer work."),
    "second_step_guessed": (_second_step_guessed, "Nobody came in, and further codes are taken every half hour only."),
    "ownership_transferred": (_ownership, "Whoever owned the account before stays Super Admin."),
    "seats_full": (_seats, "Every seat of Acme is in use, and somebody could not come in"),
    "token_ends": (_token_ends, "Rotate the token before, and give the new one to the directory."),
    "token_used_after_end": (
        _token_used_after_end,
        "Give the directory a token that works, and let it push everything again.",
    ),
    "deactivations_stopped": (_deactivations_stopped, "Further ones are refused until somebody decides."),
    "directory_quiet": (_directory_quiet, "Look whether provisioning still runs in the directory"),
}
