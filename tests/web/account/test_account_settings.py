"""The settings of the account on screens: tabs by role, what is saved, what is refused beside its field."""

import pytest

from scimapp.directory.accounts import accounts
from scimapp.directory.people import users
from tests.support.databases import on_both
from tests.support.people import PASSWORD


def errors(screen):
    named = {node.get("id"): node.text for node in screen.tree.find_all("div")}
    return {name: text for name, text in named.items() if name and name.endswith("-error")}


def test_each_role_sees_the_tabs_it_may_open(page, sign_in_as, make_user):
    admin, member = sign_in_as(make_user(role="user_admin")), sign_in_as(make_user())
    tabs = [node.text for node in page("/settings").tree.find("nav", class_="tabs").find_all("a")]

    assert tabs == ["Account", "Security", "Roles", "Group rules"]
    shown = admin("/settings")
    assert [node.text for node in shown.tree.find("nav", class_="tabs").find_all("a")] == ["Account", "Roles"]
    assert admin("/settings/security").status_code == 403
    assert admin("/settings/rules").status_code == 403
    for address in ("/settings", "/settings/security", "/settings/roles", "/settings/roles/give"):
        assert member(address).status_code == 403


def test_the_present_tab_and_the_entry_of_the_sidebar_are_marked(page):
    for address, tab in (("/settings", "Account"), ("/settings/security", "Security"), ("/settings/roles", "Roles"),
                         ("/settings/rules", "Group rules")):  # fmt: skip
        marked = [node.text for node in page(address).tree.find_all("a") if node.get("aria-current") == "page"]
        assert marked == ["Settings", tab]


@on_both
def test_the_account_gets_another_name_language_and_reply_to(page, account):
    form = page("/settings").form("account")
    saved = form.fill(name="Acme Foods", language="Deutsch", invitation_days="3", reply_to="help@acme.example").submit()

    assert saved.title.startswith("Einstellungen · Acme Foods") or saved.title.startswith("Settings · Acme Foods")
    row = accounts.get(account.id)
    assert (row.name, row.language, row.invitation_days, row.reply_to) == ("Acme Foods", "de", 3, "help@acme.example")
    page("/settings").form("account").fill(invitation_days="", reply_to="").submit()
    assert (accounts.get(account.id).invitation_days, accounts.get(account.id).reply_to) == (None, None)


def test_the_account_gets_a_time_zone_and_does_without_reminders(page, account):
    shown = page("/settings").form("account")
    assert (shown.values["time_zone"], bool(shown.values["remind_invited"])) == (["UTC"], True)

    saved = shown.fill(time_zone="Asia/Tokyo", remind_invited=False).submit()

    assert (accounts.get(account.id).time_zone, accounts.get(account.id).remind_invited) == ("Asia/Tokyo", False)
    again = saved.form("account")
    assert (again.values["time_zone"], bool(again.values["remind_invited"])) == (["Asia/Tokyo"], False)
    told = page("/audit").text
    assert "Default time zone" in told and "Remind people of an open invitation" in told
    again.fill(time_zone="UTC").submit()
    assert accounts.get(account.id).time_zone is None


def test_what_was_left_alone_stays_as_somebody_else_saved_it_meanwhile(page, account):
    mine, security = page("/settings").form("account"), page("/settings/security").form("security")
    page("/settings").form("account").fill(
        time_zone="Asia/Tokyo", remind_invited=False, reply_to="a@corp.example"
    ).submit()
    page("/settings/security").form("security").fill(log_days="90", seat_limit="40").submit()

    mine.fill(name="Acme Foods", reply_to="").submit()
    security.fill(session_hours="4").submit()

    row = accounts.get(account.id)
    assert (row.name, row.time_zone, row.remind_invited, row.reply_to) == (
        "Acme Foods",
        "Asia/Tokyo",
        False,
        "a@corp.example",
    )
    assert (row.session_hours, row.log_days, row.seat_limit) == (4, 90, 40)


def test_the_ids_are_shown_and_never_change(page, account):
    shown = page("/settings")

    values = [
        node.get("value") or node.text
        for node in shown.tree.find_all("input", "textarea")
        if node.get("readonly") is not None
    ]
    assert values == [account.id, f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"]


@pytest.mark.parametrize("typed, field, words", [
    ({"name": " "}, "name-error", "Give the account a name."),
    ({"invitation_days": "31"}, "invitation_days-error", "A whole number from 1 to 30."),
    ({"invitation_days": "soon"}, "invitation_days-error", "Write a whole number."),
    ({"invitation_days": "9" * 6000}, "invitation_days-error", "Write a whole number."),
    ({"reply_to": "nobody"}, "reply_to-error", "“nobody” is not an e-mail address. Write it as name@example.com."),
])  # fmt: skip
def test_what_cannot_be_is_told_beside_the_field_and_nothing_typed_is_lost(page, typed, field, words):
    answer = page("/settings").form("account").fill({"name": "Kept"} | typed).submit()

    assert answer.status_code == 422
    assert answer.title.startswith("Error: ")
    assert errors(answer) == {field: words}
    again = answer.form("account")
    assert all(again.values[name] == [value] for name, value in typed.items() if value.strip())


@on_both
def test_security_is_saved(page, account):
    form = page("/settings/security").form("security")
    saved = form.fill(
        session_hours="4", seat_limit="50", over_seats="inactive", log_days="90", log_body_days="0"
    ).submit()

    assert "The settings are saved." in saved.text
    row = accounts.get(account.id)
    kept = (row.session_hours, row.seat_limit, row.over_seats, row.log_days, row.log_body_days)
    assert kept == (4, 50, "inactive", 90, 0)
    assert "In use now: 1." in saved.text


@pytest.mark.parametrize("typed, field, words", [
    ({"session_hours": "13"}, "session_hours-error", "This server allows 12 hours at most."),
    ({"session_hours": "0"}, "session_hours-error", "A whole number from 1 to 168."),
    ({"seat_limit": "-1"}, "seat_limit-error", "A whole number from 1 to 1,000,000."),
    ({"log_days": ""}, "log_days-error", "Write a whole number."),
    ({"log_body_days": "181"}, "log_body_days-error", "Bodies cannot be kept longer than the calls they belong to."),
])  # fmt: skip
def test_security_says_what_is_possible(page, typed, field, words):
    answer = page("/settings/security").form("security").fill(typed).submit()

    assert answer.status_code == 422
    assert errors(answer) == {field: words}


def test_all_that_is_wrong_with_the_settings_is_told_at_once(page):
    account = page("/settings").form("account").fill(name="", invitation_days="31", reply_to="nobody").submit()
    typed = {"session_hours": "13", "seat_limit": "0", "log_days": "soon", "log_body_days": "731"}
    security = page("/settings/security").form("security").fill(typed).submit()

    assert errors(account).keys() == {"name-error", "invitation_days-error", "reply_to-error"}
    assert errors(security).keys() == {f"{name}-error" for name in typed}


def test_security_asks_for_the_password_when_it_was_typed_long_ago(page, account, clock):
    form = page("/settings/security").form("security").fill(seat_limit="9")
    clock.advance(minutes=6)

    asked = form.submit()

    assert (asked.status_code, accounts.get(account.id).seat_limit) == (403, None)
    asked.form("confirm").fill(confirm_password=PASSWORD).submit()
    assert accounts.get(account.id).seat_limit == 9


def test_everybody_who_looks_after_people_meets_the_seat_limit_in_words(page, scope, make_user):
    idle = make_user(state="inactive")
    page("/settings/security").form("security").fill(seat_limit="1").submit()

    added = page("/users/new").form("Add").fill(given_name="Ann", email="ann@corp.example").submit()
    activated = page(f"/users/{idle.id}/activate").form("activate").submit()

    for refused in (added, activated):
        assert "The only seat is in use. Deactivate somebody or raise the limit." in refused.text
    assert not users.get(scope, idle.id).active
