"""Settings and names that two administrators alter at once: the second is told, and keeps what was typed."""

import pytest

from scimapp.database import db
from scimapp.directory.accounts import account_settings, accounts
from scimapp.directory.changes import GroupChanges
from scimapp.directory.groups import groups, role_rules
from tests.support.databases import on_both


def told_of(screen):
    """The words of the card that tells of the other one; the title says so as well, its links lead to the inputs, and both buttons
    say that they save over it.
    """
    assert screen.status_code == 409 and screen.title.startswith(("Error: ", "Fehler: "))
    card = screen.tree.find("section", role="alert")
    inputs = [link.get("href")[1:] for link in card.find("tbody").find_all("a")]
    assert inputs and all(screen.tree.find(id=name) is not None for name in inputs)
    saves = card.find("button")
    assert screen.tree.find("form", id=saves.get("form")).find_all("button")[0].text == saves.text  # below as well
    assert "Olive Owner " in card.text  # who was first
    return card.text


@on_both
def test_the_name_of_the_account(page, scope, account):
    open_form = page("/settings").form("account")
    account_settings.change_account(scope, name="Acme Foods", reply_to="help@acme.example", language="de")

    told = open_form.fill(name="Acme Fine Foods", invitation_days="3").submit()

    assert "Acme Foods" in told_of(told)
    assert accounts.get(account.id).name == "Acme Foods"
    told.form("account").submit()
    row = accounts.get(account.id)
    assert (row.name, row.reply_to, row.language, row.invitation_days) == (
        "Acme Fine Foods",
        "help@acme.example",
        "de",
        3,
    )


def unknown_zone_of(account):
    """A zone of the account that the system lost with an update of its database of zones."""
    accounts.get(account.id).time_zone = "Mars/Olympus"
    db.session.commit()


def test_a_zone_that_is_not_known_here_is_no_wrong_choice_once_another_is_chosen(page, scope, account):
    """The page complained of the choice that nobody had made, and told nothing of the other person."""
    unknown_zone_of(account)
    open_forms = [page("/settings").form("account") for _ in range(2)]
    account_settings.change_account(scope, name="Acme Foods", time_zone="Europe/Oslo")

    told = open_forms[0].fill(name="Acme Fine Foods").submit()
    saved = open_forms[1].fill(invitation_days="3").submit()

    assert "Acme Foods Acme Fine Foods" in told_of(told)
    assert told.form("account").values["time_zone"] == ["Europe/Oslo"]
    assert saved.status_code == 200
    row = accounts.get(account.id)
    assert (row.invitation_days, row.time_zone) == (3, "Europe/Oslo")


@on_both
def test_numbers_of_the_security_settings(page, scope, account):
    open_form = page("/settings/security").form("security")
    account_settings.change_security(scope, log_days=60, log_body_days=0, seat_limit=50)

    told = open_form.fill(log_days="90", log_body_days="5").submit()

    assert "60 90" in told_of(told) and "0 5" in told_of(told) and "Seats" not in told_of(told)
    told.form("security").submit()
    row = accounts.get(account.id)
    assert (row.log_days, row.log_body_days, row.seat_limit) == (90, 5, 50)


@on_both
def test_options_of_the_connection(page, scope, account):
    open_form = page("/provisioning").form("options")
    accounts.change_options(scope, same_name_groups="create", yielded_values=["title"], strict_members=True)

    told = open_form.fill(same_name_groups="Always refuse (409)", yielded_values=["nickName"]).submit()

    assert "Always create a second one Always refuse (409)" in told_of(told)
    assert "Title Nickname" in told_of(told)
    told.form("options").submit()
    row = accounts.get(account.id)
    assert (row.same_name_groups, row.yielded_values, row.strict_members) == ("refuse", ["nickName"], True)


@on_both
def test_the_name_of_a_group(page, scope, make_group):
    group = make_group("Crew")
    open_form = page(f"/groups/{group.id}/rename").form("group")
    groups.update(scope, group.id, GroupChanges(display_name="Night crew"))

    told = open_form.fill(name="Day crew").submit()

    assert "Name Night crew Day crew" in told_of(told)
    assert groups.get(scope, group.id).display_name == "Night crew"
    assert "The group is called Day crew now." in told.form("group").submit().text


@on_both
def test_the_role_of_a_person_that_was_set_on_the_persons_page(page, make_user):
    """The last one won, and who left the role alone put it back."""
    bo = make_user(given_name="Bo")
    open_form, another = (page(f"/settings/roles/{bo.id}").form("role-form") for _ in range(2))
    page(f"/users/{bo.id}").form("profile").fill(role="super_admin").submit()

    told = open_form.fill(role="user_admin").submit()

    assert "Super Admin" in told_of(told)
    assert "has the role Super Admin." in another.submit().text
    assert "has the role User Admin." in told.form("role-form").submit().text


@on_both
def test_the_role_rule_of_a_group(page, scope, make_group):
    group = make_group("Crew")
    open_form, another = (page(f"/groups/{group.id}/rule").form("rule") for _ in range(2))
    role_rules.set_rule(scope, group.id, "super_admin")

    told = open_form.fill(role="user_admin").submit()

    assert "Super Admin User Admin" in told_of(told)
    assert "The role rule of Crew is saved." in another.submit().text
    assert role_rules.rule_of(scope, group) == "super_admin"
    told.form("rule").fill(role="").submit()
    assert role_rules.rule_of(scope, group) is None


@pytest.mark.parametrize("typed", ["Crew", "Night crew"])
def test_a_name_that_was_left_alone_or_typed_by_both_is_not_put_back(page, scope, make_group, typed):
    group = make_group("Crew")
    open_form = page(f"/groups/{group.id}/rename").form("group")
    groups.update(scope, group.id, GroupChanges(display_name="Night crew"))

    assert "The group is called Night crew now." in open_form.fill(name=typed).submit().text
