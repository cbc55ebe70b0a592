"""Forms given back by error pages: what was typed is not lost, and passwords do not come back."""

import sqlite3

import pytest
from sqlalchemy.exc import OperationalError


def test_a_form_that_was_open_too_long_keeps_its_input_and_can_be_sent_again(page, make_user):
    person = make_user(given_name="Ann")
    form = page(f"/users/{person.id}").form("profile").fill(given_name="Annabel")
    form.values |= {"csrf_token": ["of another session"], "who": [person.id], "agreed": ["y"]}

    stale = form.submit()
    again = stale.form("stale-form")

    assert (stale.status_code, stale.tree.find("h1").text) == (403, "This form was open too long")
    assert [node.get("type") for node in stale.tree.find_all("input", name="nickname")] == ["hidden"]  # left empty
    assert "Your input is below; send it again." in stale.text
    for name, kind in (("version", "hidden"), ("who", "hidden"), ("agreed", "checkbox")):
        assert [node.get("type") for node in stale.tree.find_all("input", name=name)] == [kind]
    saved = again.submit()
    assert (saved.status_code, saved.url) == (200, f"/users/{person.id}")
    assert saved.form("profile").values["given_name"] == ["Annabel"]


def test_a_form_of_another_account_is_not_offered_as_one_of_this(visitor, account, make_account):
    """It was: "This form was open too long" stood over it, and one click gave this account the other one's settings."""
    visitor.user, other = account.owner, make_account().owner
    form = visitor.enter()("/settings").form("/settings").fill(name="Renamed")
    visitor.user = other
    visitor.enter()

    stale = form.submit()

    assert (stale.status_code, stale.tree.find("h1").text) == (403, "Somebody else is signed in now")
    assert f"Send it again only if you want that as {other.display_name} in" in stale.text
    assert stale.form("stale-form").values["name"] == ["Renamed"]


def test_a_form_for_everybody_goes_on_when_nobody_is_signed_in_any_more(page):
    form = page("/password/forgot").form("/password/forgot").fill(email="ann@corp.example")
    page("/users").form("/sign-out").submit()

    stale = form.submit()

    assert (stale.status_code, stale.tree.find("h1").text) == (403, "This form was open too long")
    assert stale.form("stale-form").values["email"] == ["ann@corp.example"]


def test_a_stale_question_is_asked_again_and_not_sent_blindly(page, make_user):
    person = make_user()
    question = page(f"/users/{person.id}/deactivate").form("deactivate")
    question.values["csrf_token"] = ["of another session"]

    again = question.submit()

    assert (again.status_code, again.url) == (200, f"/users/{person.id}/deactivate")
    assert again.form("deactivate").submit().url == f"/users/{person.id}"


def test_a_sign_in_form_in_a_second_tab_leads_on_who_signed_in_in_the_first(visitor, account):
    form = visitor("/sign-in?next=/groups").form("/sign-in").fill(email=account.owner.email, password="as in the first")
    visitor.user = account.owner
    visitor.enter()

    shown = form.submit()

    assert (shown.status_code, shown.url) == (200, "/groups")


def test_a_form_of_another_account_that_met_a_busy_server_is_still_not_offered_as_one_of_this(
    visitor, account, make_account, monkeypatch
):
    """The error was one of the error page itself, which lost what was typed."""
    visitor.user, other = account.owner, make_account().owner
    form = visitor.enter()("/settings").form("/settings").fill(name="Renamed")
    visitor.user = other
    visitor.enter()
    with monkeypatch.context() as failing:
        away = OperationalError("SELECT", {}, sqlite3.OperationalError("database is locked"))
        failing.setattr("scimapp.auth.sessions.sessions.find", lambda *_: _raise(away))
        failed = form.submit()

    stale = failed.form("sent").submit()

    assert (failed.status_code, stale.tree.find("h1").text) == (503, "Somebody else is signed in now")
    assert stale.form("stale-form").values["name"] == ["Renamed"]


@pytest.mark.parametrize("fault, status", [
    (OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked")), 503), (RuntimeError("a fault"), 500),
], ids=["busy", "fault"])  # fmt: skip
def test_what_was_typed_survives_a_failing_server(page, monkeypatch, fault, status):
    """It was lost: the one button led to an empty form."""
    form = page("/users/new").form("/users/new").fill(given_name="Ann", email="ann@corp.example", title="Cook")
    with monkeypatch.context() as failing:
        failing.setattr("scimapp.web.views.user_new.newcomers.add", lambda *_, **__: _raise(fault))
        failed = form.submit()

    assert failed.status_code == status
    assert "Your input is below; send it again." in failed.text
    roles = [option.get("value") for option in failed.tree.find("select", name="role").find_all("option")]
    assert roles == ["member", "user_admin", "super_admin"], "nobody can give what is transferred"
    added = failed.form("sent").submit()
    assert added.form("profile").values["title"] == ["Cook"]


def test_a_form_that_waits_for_a_failing_sign_in_goes_on_waiting_unseen(page, monkeypatch):
    """It was shown among the inputs of the sign-in, as "Waiting given name"."""
    form = page("/users/new").form("/users/new").fill(given_name="Ann")
    page("/users").form("/sign-out").submit()
    asked = form.submit().form("/sign-in").fill(email="ann@corp.example", password="not kept anywhere")
    with monkeypatch.context() as failing:
        failing.setattr("scimapp.web.views.sign_in._matching", _break)
        failed = asked.submit()

    inputs = {node.get("name"): node for node in failed.tree.find_all("input")}
    assert [name for name, node in inputs.items() if node.get("type") != "hidden"] == ["email"]
    assert (inputs["waits_at"].get("value"), inputs["waiting-given_name"].get("value")) == ("/users/new", "Ann")


def test_who_signed_in_at_a_busy_server_is_told_to_type_the_password_again(visitor, account, monkeypatch):
    """The page offered to send again what could not be accepted without the password."""
    form = visitor("/sign-in").form("/sign-in").fill(email=account.owner.email, password="not kept anywhere")
    with monkeypatch.context() as failing:
        away = OperationalError("SELECT", {}, sqlite3.OperationalError("database is locked"))
        failing.setattr("scimapp.web.views.sign_in._matching", lambda *_: _raise(away))
        failed = form.submit()

    assert failed.status_code == 503 and "not kept anywhere" not in failed.html
    assert "Passwords and codes are never kept: type yours again on the next page." in failed.text
    assert failed.tree.find("form", id="sent").find("button").text == "Continue"
    asked = failed.form("sent").submit()
    assert (asked.status_code, asked.form("/sign-in").values["email"]) == (422, [account.owner.email])


def test_what_was_typed_survives_when_nobody_can_be_asked_who_is_signed_in(page, monkeypatch):
    """Days among the choices are those of the reader's zone, and the page failed over asking for it."""
    form = page("/provisioning/configure").form("generate").fill(lifetime="90")
    with monkeypatch.context() as failing:
        away = OperationalError("SELECT", {}, sqlite3.OperationalError("database is locked"))
        failing.setattr("scimapp.auth.sessions.sessions.find", lambda *_: _raise(away))
        failed = form.submit()

    assert failed.status_code == 503
    assert failed.form("sent").values["lifetime"] == ["90"]


def test_a_form_that_cannot_be_given_back_leaves_the_page_of_the_error(page, monkeypatch):
    form = page("/users/new").form("/users/new").fill(given_name="Ann", email="ann@corp.example")
    with monkeypatch.context() as failing:
        failing.setattr("scimapp.web.views.user_new.newcomers.add", _break)
        failing.setattr("scimapp.web.forms.given_back.labelled", _break)
        failed = form.submit()

    assert (failed.status_code, failed.tree.find("h1").text) == (500, "We could not finish this")


def test_a_stale_form_of_somebody_signed_out_works_too(visitor, account):
    form = visitor("/sign-in").form("/sign-in").fill(email=account.owner.email, password="not kept anywhere")
    form.values["csrf_token"] = [""]

    stale = form.submit()

    assert "not kept anywhere" not in stale.html
    assert "Nothing was saved. Passwords and codes are never kept: type yours again on the next page." in stale.text
    again = stale.form("stale-form").submit()
    assert (again.status_code, again.form("/sign-in").values["email"]) == (422, [account.owner.email])


def _raise(error):
    raise error


def _break(*_arguments, **_named):
    raise RuntimeError("the secret of the house")
