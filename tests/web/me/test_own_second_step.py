"""Two-step sign-in on the own page: on, off, and new recovery codes."""

import re

import pytest
import segno

from scimapp.directory import audit_log
from scimapp.directory.accounts import account_settings
from scimapp.directory.errors import NotAllowed
from scimapp.directory.events import RecoveryCodesMade, SecondStepOff, SecondStepOn
from scimapp.directory.scope import person_scope, server_scope
from scimapp.directory.sign_in import own_password, second_step
from tests.support import authenticator
from tests.support.databases import on_both
from tests.support.mails import newest_mails
from tests.support.people import PASSWORD


def card(screens):
    return screens("/me").tree.find("section", **{"aria-labelledby": "two-step-heading"}).text


def squares(path):
    """``{(column, row)}`` of what a path of rectangles fills, each a row high."""
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1H\1z", path)
    assert "".join(f"M{x} {y}h{width}v1H{x}z" for x, y, width in runs) == path
    return {(int(x) + step, int(y)) for x, y, width in runs for step in range(int(width))}


def squares_of(code):
    """The same of a QR code with the white around it that the standard wants."""
    return {(x, y) for y, row in enumerate(code.matrix, 4) for x, is_dark in enumerate(row, 4) if is_dark}


def kinds(scope):
    return [mail.kind for mail in newest_mails(scope).items]


def recorded(scope, person):
    return [entry.event for entry in audit_log.find(scope, audit_log.AuditSearch(target=person.id)).items]


def test_switching_it_on_proves_the_app_and_shows_the_codes_once(own, sign_in_as, scope, zoe):
    elsewhere = sign_in_as(zoe)
    assert "Off" in card(own)
    shown = own("/me").follow("Set up")
    app = authenticator.App(authenticator.key_on(shown))
    assert authenticator.key_on(shown).replace(" ", "") in shown.link("Open the app on this device")
    drawn = squares(shown.tree.find("path", fill="#000").get("d"))
    assert drawn == squares_of(segno.make_qr(shown.link("Open the app on this device"), error="m"))

    wrong = shown.form("two-step-set-up").fill(code=app.wrong_code()).submit()
    assert (wrong.status_code, authenticator.key_on(wrong)) == (422, authenticator.key_on(shown))
    done = wrong.form("two-step-set-up").fill(code=app.code()).submit()

    codes = authenticator.codes_on(done)
    assert (len(codes), len(set(codes))) == (10, 10)
    assert all(code in done.link("Download") for code in codes)
    assert done.headers["Cache-Control"] == "no-store"
    assert "On since" in card(own) and "10 recovery codes are left." in card(own)
    assert not any(code in own("/me").html for code in codes)
    assert elsewhere("/me").url.startswith("/sign-in")
    assert kinds(scope).count("second_step_on") == recorded(scope, zoe).count(SecondStepOn.name) == 1
    assert own("/me/two-step/set-up").url == "/me"


@on_both
def test_every_step_asks_for_a_password_that_is_some_minutes_old(own, clock):
    authenticator.set_up(own)
    clock.advance(minutes=6)
    for address in ("off", "recovery-codes"):
        assert own(f"/me/two-step/{address}").url.startswith("/me/confirm")
    token = own("/me").form("/sign-out").values["csrf_token"][0]
    asked = own("/me/two-step/off", method="POST", data=f"csrf_token={token}")

    assert (asked.status_code, "Confirm it is you" in asked.text, "On since" in card(own)) == (403, True, True)
    off = asked.form("confirm").fill(confirm_password=PASSWORD).submit()
    assert "Two-step sign-in is off." in off.text


def test_switching_it_off_asks_first_and_tells(own, sign_in_as, visitor, scope, zoe, clock):
    authenticator.set_up(own)
    question = own("/me").follow("Switch off…")
    assert "Switch two-step sign-in off?" in question.text and "On since" in card(own)
    off = question.form("two-step-off").submit()

    assert (off.url, "Two-step sign-in is off." in off.text) == ("/me", True)
    assert visitor.sign_in(zoe.email, PASSWORD).url == "/users"
    assert kinds(scope).count("second_step_off") == recorded(scope, zoe).count(SecondStepOff.name) == 1
    assert own("/me/two-step/off").url == own("/me/two-step/recovery-codes").url == "/me"


def test_it_stays_on_where_the_account_requires_it(own, account):
    authenticator.set_up(own)
    question = own("/me/two-step/off")
    account_settings.change_security(server_scope(account.id), two_step="require")

    assert "This account requires it of its administrators." in card(own)
    refused = question.form("two-step-off").submit()
    assert (refused.status_code, "This account requires two-step sign-in" in refused.text) == (403, True)
    assert "On since" in card(own)


def test_new_recovery_codes_take_the_place_of_the_old_ones_and_a_mail_tells(own, visitor, scope, zoe, clock):
    _, before, _ = authenticator.set_up(own)
    made = own("/me").follow("New recovery codes…").form("recovery-codes").submit()
    after = authenticator.codes_on(made)

    assert not set(before) & set(after)
    assert kinds(scope).count("recovery_codes_made") == recorded(scope, zoe).count(RecoveryCodesMade.name) == 1
    page = visitor.sign_in(zoe.email, PASSWORD).follow("Use a recovery code")
    refused = page.form("recovery-form").fill(code=before[0]).submit()
    assert refused.status_code == 422
    assert refused.form("recovery-form").fill(code=after[0]).submit().url == "/users"


def test_few_codes_are_told_and_after_the_last_none_is_asked_for(own, scope, zoe, visitor):
    _, codes, _ = authenticator.set_up(own)
    told = []
    for code in codes:
        page = visitor.sign_in(zoe.email, PASSWORD).follow("Use a recovery code")
        entered = page.form("recovery-form").fill(code=code).submit()
        told.append(card(own))
        visitor("/me").form("/sign-out").submit()

    assert "2 recovery codes are left. Make new ones before you need them." in told[7]
    assert "No recovery code is left. Make new ones before you need them." in told[9]
    assert "You signed in with a recovery code. No recovery code is left." in entered.text
    page = visitor.sign_in(zoe.email, PASSWORD).follow("Use a recovery code")
    assert "You have no recovery codes. Ask an administrator to reset your second step." in page.text
    assert not page.tree.find_all("form", id="recovery-form")


def test_its_address_leads_to_the_card(own):
    assert own("/me/two-step").url == "/me"


def test_a_session_that_ends_while_its_form_waits_its_turn_changes_nothing(monkeypatch, own, zoe):
    shown, switch_on = own("/me/two-step/set-up"), second_step.switch_on

    def after_another_password(*arguments, **named):
        own_password.change(person_scope(zoe), "another hash")
        return switch_on(*arguments, **named)

    monkeypatch.setattr(second_step, "switch_on", after_another_password)
    app = authenticator.App(authenticator.key_on(shown))
    refused = shown.form("two-step-set-up").fill(code=app.code()).submit()

    assert (refused.status_code, own("/me").url.partition("?")[0]) == (403, "/sign-in")
    with pytest.raises(NotAllowed):
        own_password.change(person_scope(zoe), "a third hash", epoch=0)
