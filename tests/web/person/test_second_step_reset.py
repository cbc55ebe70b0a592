"""An administrator takes the second step from somebody who lost it."""

import pytest

from scimapp.directory import audit_log
from scimapp.directory.connection import live_tokens
from scimapp.directory.errors import NotAllowed
from scimapp.directory.events import SecondStepReset
from scimapp.directory.scope import server_scope, token_scope
from scimapp.directory.sign_in import second_step, second_step_resets
from tests.support import authenticator
from tests.support.mails import newest_mails
from tests.support.people import PASSWORD


def card(screen):
    return screen.tree.find("section", **{"aria-labelledby": "two-step-heading"}).text


def test_somebody_who_lost_it_gets_in_with_the_password_and_is_told(page, sign_in_as, visitor, scope, zoe):
    hers = sign_in_as(zoe)
    authenticator.set_up(hers)
    question = page(f"/users/{zoe.id}").follow("Reset…")
    assert "signs in with the password alone" in question.text and hers("/me").url == "/me"

    done = question.form("two-step-reset").submit()

    assert "is reset." in done.text and "Zoe signs in with the password alone." in card(done)
    assert hers("/me").url.startswith("/sign-in")
    assert visitor.sign_in(zoe.email, PASSWORD).url == "/users"
    assert "second_step_off" in {mail.kind for mail in newest_mails(scope).items}
    (entry,) = audit_log.find(scope, audit_log.AuditSearch(what=SecondStepReset.name)).items
    assert (entry.target_id, entry.actor_id) == (zoe.id, scope.actor.id)
    assert page(f"/users/{zoe.id}/two-step").url == f"/users/{zoe.id}"


def test_where_it_is_required_the_person_sets_it_up_anew(page, visitor, zoe):
    authenticator.set_up(page)
    authenticator.switch_on(zoe)
    page("/settings/security").form("security").fill(two_step="require").submit()

    question = page(f"/users/{zoe.id}/two-step")
    assert "sets it up anew at the next sign-in" in question.text
    assert "This account requires it" in card(question.form("two-step-reset").submit())
    assert visitor.sign_in(zoe.email, PASSWORD).url == "/sign-in/set-up"


@pytest.mark.parametrize("actor, target, words", [
    ("user_admin", "super_admin", "Only Super Admins and the Account Owner can change a Super Admin."),
    ("super_admin", "owner", "Only whoever runs the server can reset the two-step sign-in of the Account Owner."),
    ("super_admin", "self", "Your own two-step sign-in is switched off on your profile."),
])  # fmt: skip
def test_nobody_resets_it_for_somebody_whose_role_they_may_not_give(account, make_user, actor, target, words):
    by = make_user(role=actor)
    screens = account.screens(by)
    row = by if target == "self" else make_user(role=target)
    if target == "self":
        authenticator.set_up(screens)
    else:
        authenticator.switch_on(row)
    token = screens("/me").form("/sign-out").values["csrf_token"][0]

    assert "Reset…" not in card(screens(f"/users/{row.id}"))
    refused = screens(f"/users/{row.id}/two-step", method="POST", data=f"csrf_token={token}")

    assert (refused.status_code, words in refused.text) == (403, True)
    assert second_step.find(server_scope(account.id), row.seq) is not None


def test_a_directory_resets_nothing_and_sees_nothing(zoe, scim):
    authenticator.switch_on(zoe)
    with pytest.raises(NotAllowed):
        second_step_resets.reset(token_scope(live_tokens.authenticate(scim.token)), zoe.id)
    shown = scim.get(f"/Users/{zoe.scim_id}").json
    assert not any("step" in name.casefold() for name in shown)


def test_it_asks_for_a_password_that_is_some_minutes_old(page, zoe, clock):
    authenticator.switch_on(zoe)
    clock.advance(minutes=6)

    assert page(f"/users/{zoe.id}/two-step").url.startswith("/me/confirm")
