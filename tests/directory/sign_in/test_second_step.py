"""Two-step sign-in as the directory keeps it: nothing to read, each code once, and what ends it."""

from functools import partial

import pytest
from sqlalchemy import select

from scimapp.database import db
from scimapp.directory import secrets
from scimapp.directory.changes import UserChanges
from scimapp.directory.erasure import erasure
from scimapp.directory.errors import NotAllowed, WrongCode
from scimapp.directory.links import new_addresses, one_time_links, own_email
from scimapp.directory.model import SecondStep
from scimapp.directory.people import personal_data, users
from scimapp.directory.scope import person_scope
from scimapp.directory.sign_in import own_password, second_step, second_step_proofs, second_step_resets, totp
from scimapp.directory.upkeep import restored
from tests.support import authenticator
from tests.support.at_once import at_once
from tests.support.databases import on_both
from tests.support.mails import newest_mails


@pytest.fixture
def zoe(make_user):
    return make_user()


@pytest.fixture
def switched(zoe, clock):
    """``(row, App, recovery codes)``, a minute later."""
    made = authenticator.switch_on(zoe)
    clock.advance(minutes=1)
    return made


def step_of(row):
    db.session.expire_all()
    return db.session.scalars(select(SecondStep).where(SecondStep.user_seq == row.seq)).one_or_none()


def test_the_row_opens_nothing_by_itself(switched):
    row, app, codes = switched
    kept = repr({column.key: getattr(step_of(row), column.key) for column in SecondStep.__table__.columns})

    assert app.key not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_another_key_of_the_server_makes_other_codes_and_is_noticed(app, switched):
    row, phone, codes = switched
    settings = app.config["SETTINGS"]
    secrets.install("another key of this server, long enough")
    try:
        with pytest.raises(WrongCode):
            second_step_proofs.take_code(person_scope(row), phone.code())
        assert not second_step.state(person_scope(row), row).fits_key
        assert second_step_proofs.take_recovery_code(person_scope(row), codes[0])
    finally:
        secrets.install(settings.secret_key)
    assert second_step_proofs.take_code(person_scope(row), phone.code())


def test_a_code_that_is_shown_twice_at_one_moment_is_taken_once(app, switched):
    row, phone, codes = switched
    for take, code in (
        (second_step_proofs.take_code, phone.code()),
        (second_step_proofs.take_recovery_code, codes[0]),
    ):
        outcomes = at_once(app, *[partial(take, person_scope(row), code)] * 4)

        assert [outcome for outcome in outcomes if outcome is True] == [True]
        assert sum(isinstance(outcome, WrongCode) for outcome in outcomes) == 3


def test_whoever_is_guessed_at_is_told_once_a_day(app, scope, switched, clock):
    row, _, _ = switched

    def told():
        assert at_once(app, *[partial(second_step_proofs.tell_of_guesses, person_scope(row))] * 3) == [None] * 3
        db.session.close()  # of what was read before
        return [mail.kind for mail in newest_mails(scope).items].count("second_step_guessed")

    assert told() == told() == 1
    clock.advance(hours=25)
    assert told() == 2


def test_what_proved_the_set_up_is_no_code_for_a_sign_in(zoe):
    row, phone, _ = authenticator.switch_on(zoe)

    with pytest.raises(WrongCode, match="used already"):
        second_step_proofs.take_code(person_scope(row), phone.code())


@pytest.mark.parametrize("step", ["app", "paper", "set-up"])
def test_a_password_that_was_replaced_meanwhile_is_good_for_no_code(step, make_user, clock):
    """A sign-in waits for the lock of whoever sets a new password."""
    person, nonce = make_user(), secrets.new_nonce()
    phone = authenticator.App(totp.as_text(second_step.key_of(person.id, nonce)))
    if step != "set-up":
        person, phone, codes = authenticator.switch_on(person)
        clock.advance(minutes=1)
    scope, epoch = person_scope(person), person.session_epoch
    own_password.change(scope, "another hash")

    with pytest.raises(NotAllowed, match="Sign in again"):
        if step == "app":
            second_step_proofs.take_code(scope, phone.code(), epoch=epoch)
        elif step == "paper":
            second_step_proofs.take_recovery_code(scope, codes[0], epoch=epoch)
        else:
            second_step.switch_on(scope, nonce, phone.code(), epoch=epoch)


def test_it_is_switched_on_once(zoe, switched):
    with pytest.raises(NotAllowed, match="on already"):
        authenticator.switch_on(zoe)


@pytest.mark.parametrize("change", ["on", "off", "reset"])
def test_a_new_address_that_was_asked_for_in_a_session_ends_with_it(change, scope, zoe, clock):
    """Somebody else may have had the session, and would otherwise get the account by the link in their own mailbox."""
    if change != "on":
        authenticator.switch_on(zoe)
    own_email.ask(person_scope(zoe), "new@zoe.example")

    if change == "on":
        authenticator.switch_on(zoe)
    elif change == "off":
        second_step.switch_off(person_scope(zoe))
    else:
        second_step_resets.reset(scope, zoe.id)

    assert new_addresses.pending(person_scope(zoe), users.get(scope, zoe.id)) is None
    assert {mail.state for mail in newest_mails(scope).items if mail.to_address == "new@zoe.example"} == {"cancelled"}


@on_both
def test_a_link_that_confirms_the_address_in_use_stays_open(scope, zoe):
    """It went to the person alone, who cannot sign in again without it."""
    zoe = users.update(scope, zoe.id, UserChanges(email="moved@zoe.example"))
    link = one_time_links.newest(scope, zoe, one_time_links.EMAIL)

    authenticator.switch_on(zoe)

    assert own_email.confirm(one_time_links.link_token(link)).unconfirmed_since is None


def test_a_person_is_told_that_it_is_on_and_no_more(switched):
    row, phone, _ = switched
    told = personal_data.of(person_scope(row), row.id)

    assert told["twoStepSignIn"] == {"since": step_of(row).created_at.isoformat(), "recoveryCodesLeft": 10}
    assert phone.key not in repr(told) and step_of(row).nonce not in repr(told)


def test_it_outlives_a_deactivation_and_ends_with_the_person(scope, switched):
    row, _, _ = switched
    users.deactivate(scope, row.id)
    assert step_of(row) is not None

    erasure.erase(scope, row.id)

    assert step_of(row) is None


@pytest.mark.parametrize("is_move, left", [(False, 0), (True, 10)])
def test_a_copy_that_is_put_back_takes_codes_of_apps_and_none_on_paper(switched, is_move, left):
    """Those that were used since would look unused; of a move nothing was used since."""
    row, phone, _ = switched
    restored.settle(send_mails=is_move)

    assert second_step.state(person_scope(row), row).codes_left == left
    assert second_step_proofs.take_code(person_scope(row), phone.code())
