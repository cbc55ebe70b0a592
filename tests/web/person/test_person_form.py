"""The form of one person: what can be edited and by whom, what is wrong in it, and two editors at once."""

import pytest

from scimapp.directory.changes import UserChanges
from scimapp.directory.people import own_profile, users
from tests.support.at_once import at_once
from tests.support.databases import on_both
from tests.support.people import PASSWORD
from tests.support.person_screens import profile, stored


def complaint(screen, name):
    """What stands beside an input of a failed form."""
    field = next(
        node for node in screen.tree.find_all("input", "select", "textarea", "fieldset") if node.get("id") == name
    )
    return " ".join(screen.tree.find(id=ref).text for ref in field.get("aria-describedby").split())


def test_a_person_added_by_hand_is_edited_in_full(page, scope, make_user):
    ana = make_user(given_name="Ana", family_name="Ruiz", email="ana@acme.example")
    form = profile(page(f"/users/{ana.id}")).fill(
        family_name="Ruiz Vega",
        display_name="Ana R.",
        nickname="An",
        title="Buyer",
        department="Purchasing",
        employee_number="118",
        cost_center="4410",
        division="Foods",
        organization="Acme Iberia",
        user_type="Contractor",
        phone="+34 91 123",
        role="User Admin",
    )

    screen = form.submit("Save changes")

    assert "Saved 12 changes." in screen.text
    after = stored(scope, ana.id)
    kept = users.document(scope, after)
    assert (after.display_name, after.title, after.role) == ("Ana R.", "Buyer", "user_admin")
    assert kept.core["name"] == {"givenName": "Ana", "familyName": "Ruiz Vega"}
    assert kept.core["phoneNumbers"] == [{"type": "work", "primary": True, "value": "+34 91 123"}]
    assert kept.core["userType"] == "Contractor"
    assert kept.enterprise == {
        "department": "Purchasing", "employeeNumber": "118", "costCenter": "4410", "division": "Foods",
        "organization": "Acme Iberia",
    }  # fmt: skip

    empty = (
        "nickname",
        "department",
        "phone",
        "employee_number",
        "cost_center",
        "division",
        "organization",
        "user_type",
    )
    cleared = profile(screen).fill(**dict.fromkeys(empty, "")).submit()

    assert "Saved 8 changes." in cleared.text
    assert users.document(scope, after).enterprise == {}
    assert not {"nickName", "phoneNumbers", "userType"} & set(users.document(scope, after).core)


def test_saving_without_a_change_writes_nothing(page, scope, make_user, make_field):
    make_field("skills", "multiselect", choices=["A", "B"])
    make_field("seen", "datetime")
    make_field("ok", "boolean")
    custom = {"skills": ["B", "A"], "seen": "2026-11-23T09:30:00Z", "ok": False}
    ana = make_user(custom=custom, core={"title": "  spaced  ", "phoneNumbers": [{"value": "1"}, {"value": "2"}]})

    screen = profile(page(f"/users/{ana.id}")).submit()

    assert "Nothing was changed." in screen.text
    assert stored(scope, ana.id).version == ana.version


def test_a_changed_address_is_the_user_name_too_and_one_in_use_is_refused(page, scope, make_user):
    ana, bo = make_user(given_name="Ana", family_name="Ruiz"), make_user()
    screen = profile(page(f"/users/{bo.id}")).fill(email="new@acme.example").submit()
    taken = profile(screen).fill(email=ana.email.upper()).submit()

    assert stored(scope, bo.id).user_name == "new@acme.example"
    assert taken.status_code == 422
    assert "belongs to Ana Ruiz already. Open Ana Ruiz" in complaint(taken, "email")
    assert profile(taken).values["email"] == [ana.email.upper()]


def test_an_address_in_use_is_told_with_what_else_is_wrong(page, make_user, make_field):
    make_field("badge", "integer")
    ana, bo = make_user(given_name="Ana", family_name="Ruiz"), make_user()

    screen = profile(page(f"/users/{bo.id}")).fill({"email": ana.email, "custom-badge": "x"}).submit()
    own = profile(screen).fill({"email": bo.email.upper(), "custom-badge": "x"}).submit()

    assert "belongs to Ana Ruiz already. Open Ana Ruiz" in complaint(screen, "email")
    assert "is not an integer" in complaint(screen, "custom-badge")
    assert "is not an integer" in complaint(own, "custom-badge")
    assert "belongs to" not in own.text


def test_an_address_that_is_only_the_user_name_of_somebody_else_is_free_for_whose_user_name_is_another(
    page, scope, make_user, make_field
):
    make_field("badge", "integer")
    make_user(core={"userName": "desk@acme.example"})
    ana = make_user(core={"userName": "ana"})

    wrong = profile(page(f"/users/{ana.id}")).fill({"email": "desk@acme.example", "custom-badge": "x"}).submit()
    profile(wrong).fill({"custom-badge": "7"}).submit()

    assert "belongs to" not in wrong.text
    assert (stored(scope, ana.id).email, stored(scope, ana.id).user_name) == ("desk@acme.example", "ana")


def test_an_own_address_is_told_with_what_else_is_wrong(page, account, make_field):
    make_field("badge", "integer")
    typed = {"email": "new@acme.example", "custom-badge": "x"}

    screen = profile(page(f"/users/{account.owner.id}")).fill(typed).submit()

    assert "Change your own address on your profile" in complaint(screen, "email")
    assert "is not an integer" in complaint(screen, "custom-badge")


@pytest.mark.parametrize(
    ("values", "name", "says"),
    [
        ({"email": "bo@corp"}, "email", "has no domain ending"),
        ({"email": ""}, "email", "Enter an e-mail address."),
        ({"title": "x" * 201}, "title", "At most 200 characters."),
        (
            {"custom-badge": "9007199254740993"},
            "custom-badge",
            "is out of range: whole numbers from -9007199254740991 to 9007199254740991",
        ),
        ({"custom-badge": "118A"}, "custom-badge", "“118A” is not an integer; write a whole number"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_saved(
    page, scope, make_user, make_field, values, name, says
):
    make_field("badge", "integer", label="Badge number")
    bo = make_user()

    screen = profile(page(f"/users/{bo.id}")).fill({"nickname": "B"} | values).submit()

    assert screen.status_code == 422
    assert says.casefold() in complaint(screen, name).casefold()
    assert profile(screen).values["nickname"] == ["B"]
    assert profile(screen).values[name] == [values[name]]
    assert stored(scope, bo.id).version == bo.version


def test_somebody_else_saving_first_shows_theirs_and_yours_and_keeps_what_was_typed(page, scope, make_user):
    bo = make_user(core={"title": "Clerk", "nickName": "B"})
    form = profile(page(f"/users/{bo.id}")).fill(title="Buyer", department="Purchasing")
    users.update(scope, bo.id, UserChanges(core={"title": "Boss", "nickName": "Bobo"}))

    screen = form.submit()

    assert screen.status_code == 409
    assert "Somebody changed this in the meantime" in screen.text
    assert "Title Boss Buyer" in screen.text
    assert "Nickname Bobo You left it as it was" in screen.text
    assert users.document(scope, bo).core["title"] == "Boss"

    saved = profile(screen).submit("Save mine")

    after = users.document(scope, bo)
    assert "Saved 2 changes." in saved.text
    assert (after.core["title"], after.core["nickName"]) == ("Buyer", "Bobo")
    assert after.enterprise == {"department": "Purchasing"}


@on_both
def test_who_was_first_is_told_also_after_the_person_signed_in_often(page, visitor, scope, make_user):
    bo = make_user(core={"title": "Clerk"})
    form = profile(page(f"/users/{bo.id}")).fill(title="Buyer")
    users.update(scope, bo.id, UserChanges(core={"title": "Boss"}))
    for _ in range(5):
        visitor.sign_in(bo.email, PASSWORD)
        visitor("/me").form("/sign-out").submit()

    told = form.submit().tree.find("section", role="alert").text

    assert f"Olive Owner changed Title of {bo.display_name}, " in told


@pytest.mark.parametrize("address, door", [("/users/{id}", (users, "update")), ("/me", (own_profile, "change"))])
def test_somebody_else_saving_at_the_same_time_is_shown_as_well(app, account, page, scope, monkeypatch, address, door):
    """The form was compared with what is stored already; the directory finds out."""
    mine, (module, name) = account.owner.id, door
    form = profile(page(address.format(id=mine))).fill(nickname="Boss")
    save = getattr(module, name)

    def after_another(*arguments, **named):
        monkeypatch.setattr(module, name, save)
        at_once(app, lambda: users.update(scope, mine, UserChanges(core={"nickName": "Chief"})))
        return save(*arguments, **named)

    monkeypatch.setattr(module, name, after_another)
    screen = form.submit()

    assert screen.status_code == 409
    assert "Nickname Chief Boss" in screen.text
    assert users.document(scope, users.get(scope, mine)).core["nickName"] == "Chief"


@on_both
def test_a_person_whom_a_directory_named_meanwhile_is_not_taken_for_typed(page, scope, make_user, make_field):
    make_field("buddy", "user", label="Buddy")
    bo = make_user(custom={"buddy": "somebody"})
    form = profile(page(f"/users/{bo.id}")).fill(nickname="B")
    users.update(scope, bo.id, UserChanges(custom={"buddy": "somebody else"}))

    screen = form.submit()
    profile(screen).submit("Save mine")

    assert screen.status_code == 409
    assert "Buddy somebody else You left it as it was" in screen.text
    after = users.document(scope, bo)
    assert (after.core["nickName"], after.custom) == ("B", {"buddy": "somebody else"})


def test_a_version_moved_by_a_group_alone_does_not_stand_in_the_way(page, scope, make_user, make_group):
    bo = make_user()
    form = profile(page(f"/users/{bo.id}")).fill(title="Buyer")
    make_group("Crew", [bo])

    assert "Saved 1 change." in form.submit().text


def test_a_user_admin_sees_a_super_admin_without_buttons(sign_in_as, make_user, scope):
    boss = make_user("super_admin", given_name="Sue")
    screens = sign_in_as(make_user("user_admin"))
    screen = screens(f"/users/{boss.id}")

    assert "Only Super Admins and the Account Owner can change a Super Admin." in screen.text
    assert profile(screen).buttons == []
    form = profile(screen)
    form.values["title"] = ["Demoted"]
    assert form.submit().status_code == 403
    assert stored(scope, boss.id).title == ""


def test_long_values_that_a_viewer_may_not_change_wrap(sign_in_as, scope, make_user):
    """What is wider than a phone was cut."""
    boss = make_user("super_admin")
    title = "Field Sales Manager, Northern Europe"
    users.update(scope, boss.id, UserChanges(core={"title": title, "nickName": "Sue"}))

    shown = sign_in_as(make_user("user_admin"))(f"/users/{boss.id}").tree

    assert shown.find("textarea", id="title").text == title
    assert shown.find("input", id="nickname").get("value") == "Sue"


def test_the_role_is_offered_only_where_it_may_be_given(account, sign_in_as, make_user):
    def roles(viewer, user):
        return [option.text for node in sign_in_as(viewer)(f"/users/{user.id}").tree.find_all("select", id="role")
                for option in node.find_all("option")]  # fmt: skip

    admin, boss, member = make_user("user_admin"), make_user("super_admin"), make_user()

    assert roles(account.owner, boss) == ["Member", "User Admin", "Super Admin"]
    assert roles(account.owner, account.owner) == []
    assert roles(admin, member) == ["Member", "User Admin"]
    assert roles(admin, admin) == []
    assert roles(boss, account.owner) == []


def test_members_and_strangers_do_not_see_the_page(sign_in_as, make_user, make_account, page):
    bo = make_user()

    assert sign_in_as(bo)(f"/users/{bo.id}").status_code == 403
    assert page(f"/users/{make_account().owner.id}").status_code == 404
    assert page("/users/nobody").status_code == 404
