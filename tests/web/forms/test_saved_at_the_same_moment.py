"""Two administrators save the same thing at the same moment: both forms were compared before either was saved."""

import pytest

from scimapp.directory.accounts import account_settings, accounts
from scimapp.directory.changes import GroupChanges, UserChanges
from scimapp.directory.fields import custom_fields, field_edits
from scimapp.directory.fields.field_edits import FieldChanges
from scimapp.directory.groups import groups, role_rules
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from tests.support.at_once import overtaken
from tests.support.databases import on_both

pytestmark = on_both


@pytest.fixture
def second(app, scope):
    """``second(form, change)`` sends the form; ``change()`` is saved after the form was compared and before it is saved."""
    return lambda form, change: overtaken(app, scope, form.submit, change)


def told_of(screen):
    assert screen.status_code == 409
    return screen.tree.find("section", role="alert").text


def test_the_name_of_the_account(page, scope, account, second):
    form = page("/settings").form("account").fill(name="Acme Fine Foods")

    told = second(form, lambda: account_settings.change_account(scope, name="Acme Foods"))

    assert "Acme Foods Acme Fine Foods" in told_of(told)
    assert accounts.get(account.id).name == "Acme Foods"


def test_what_the_other_one_did_not_alter_is_saved(page, scope, account, second):
    form = page("/settings").form("account").fill(name="Acme Fine Foods")

    saved = second(form, lambda: account_settings.change_account(scope, invitation_days=3))

    assert "The settings are saved." in saved.text
    assert (accounts.get(account.id).name, accounts.get(account.id).invitation_days) == ("Acme Fine Foods", 3)


def test_numbers_of_the_security_settings(page, scope, account, second):
    form = page("/settings/security").form("security").fill(seat_limit="40")

    told = second(form, lambda: account_settings.change_security(scope, seat_limit=50))

    assert "Seats 50 40" in told_of(told)
    assert accounts.get(account.id).seat_limit == 50


def test_options_of_the_connection(page, scope, account, second):
    form = page("/provisioning").form("options").fill(same_name_groups="Always refuse (409)")

    told = second(form, lambda: accounts.change_options(scope, same_name_groups="create"))

    assert "Always create a second one Always refuse (409)" in told_of(told)
    assert accounts.get(account.id).same_name_groups == "create"


def test_the_label_of_a_field(page, scope, make_field, second):
    make_field("site", label="Site")
    form = page("/fields/site").form("field").fill(label="Place")

    told = second(form, lambda: field_edits.edit(scope, "site", FieldChanges(label="Location")))

    assert "Label Location Place" in told_of(told)
    assert custom_fields.get(scope, "site").label == "Location"


def test_options_of_a_field_are_joined(page, scope, make_field, second):
    make_field("site", "dropdown", label="Site", choices=["Oslo", "Lyon"])
    form = page("/fields/site").form("field").fill(choices="Oslo\nLyon\nTurin")

    saved = second(form, lambda: field_edits.edit(scope, "site", FieldChanges(choices=["Oslo", "Lyon", "Rome"])))

    assert "Site is saved" in saved.text
    assert custom_fields.get(scope, "site").choices == ["Oslo", "Lyon", "Turin", "Rome"]


def test_the_name_of_a_group(page, scope, make_group, second):
    group = make_group("Crew")
    form = page(f"/groups/{group.id}/rename").form("group").fill(name="Day crew")

    told = second(form, lambda: groups.update(scope, group.id, GroupChanges(display_name="Night crew")))

    assert "Name Night crew Day crew" in told_of(told)
    assert groups.get(scope, group.id).display_name == "Night crew"


def test_the_role_of_a_person(page, scope, make_user, second):
    bo = make_user()
    form = page(f"/settings/roles/{bo.id}").form("role-form").fill(role="user_admin")

    told = second(form, lambda: users.update(scope, bo.id, UserChanges(role=Role.SUPER_ADMIN)))

    assert "Super Admin" in told_of(told)
    assert users.get(scope, bo.id).role == "super_admin"


def test_the_role_rule_of_a_group(page, scope, make_group, second):
    group = make_group("Crew")
    role_rules.set_rule(scope, group.id, "user_admin")
    form = page(f"/groups/{group.id}/rule").form("rule").fill(role="")

    told = second(form, lambda: role_rules.set_rule(scope, group.id, "super_admin"))

    assert "Super Admin No role beyond their own" in told_of(told)
    assert role_rules.rule_of(scope, group) == "super_admin"


def test_a_role_rule_that_goes(page, scope, make_group, second):
    group = make_group("Crew")
    role_rules.set_rule(scope, group.id, "user_admin")
    form = page(f"/groups/{group.id}/rule").form("rule").fill(role="super_admin")

    told = second(form, lambda: role_rules.remove_rule(scope, group.id))

    assert "No role beyond their own Super Admin" in told_of(told)
    assert role_rules.rule_of(scope, group) is None
