"""Roles in the settings: the list, giving and changing one, and who may."""

from scimapp.directory.roles import Role
from tests.support.databases import on_both


def test_the_list_names_everybody_with_a_role(page, make_user):
    make_user(role="super_admin", given_name="Ingrid", family_name="Halvorsen")
    make_user(role="user_admin", state="invited", given_name="Bo", family_name="Berg")

    table = page("/settings/roles").tree.find("tbody")
    rows = [row.text for row in table.find_all("tr")]

    assert [row.split(" ")[1] for row in rows] == ["Olive", "Ingrid", "Bo"]
    cut = [part for part in table.find_all("span") if "clip" in part.attributes.get("class", "").split()]
    assert [part.attributes["title"] for part in cut] == [part.text for part in cut] != []
    assert "Transfer ownership…" in rows[0]
    assert "Invited" in rows[2]
    assert "Given by" not in rows[1] and "Olive Owner, just now" in rows[1]


@on_both
def test_a_search_finds_and_finds_nobody(page, make_user):
    make_user(role="user_admin", given_name="Bo", family_name="Berg")

    found = page("/settings/roles").form("/settings/roles").fill(q="berg").submit()
    nobody = page("/settings/roles?q=nobody+at+all")

    assert len(found.tree.find_all("th", scope="row")) == 1
    assert "Nobody with a role matches “nobody at all”" in nobody.text
    assert nobody.follow("Show everybody with a role").url == "/settings/roles"


def test_a_member_is_looked_for_and_given_a_role(page, make_user):
    ana = make_user(given_name="Ana", family_name="Ruiz")
    asked = page("/settings/roles").follow("Give a role")
    assert "Type a part of the name or the address." in asked.text

    found = asked.form("/settings/roles/give").fill(q="ruiz").submit()
    chosen = found.follow("Choose a role")
    saved = chosen.form("role-form").fill(role=Role.USER_ADMIN.value).submit()

    assert "Ana Ruiz has the role User Admin." in saved.text
    assert [row.text for row in saved.tree.find_all("tr") if row.get("id") == f"user-{ana.id}"] != []
    assert "No member matches “ruiz”" in page("/settings/roles/give?q=ruiz").text


def test_more_matches_than_are_shown_are_counted(page, make_user):
    for number in range(22):
        make_user(state="invited", given_name="Ana", family_name=f"Ruiz{number}")

    assert "2 more match; type more of the name." in page("/settings/roles/give?q=ruiz").text


def test_a_role_is_taken_back(page, account, make_user):
    bo = make_user(role="user_admin")

    saved = page(f"/settings/roles/{bo.id}").form("role-form").fill(role="member").submit()

    assert [row.get("id") for row in saved.tree.find("tbody").find_all("tr")] == [f"user-{account.owner.id}"]


def test_a_user_admin_gives_no_more_than_that_role(sign_in_as, make_user):
    strong, equal, member = make_user(role="super_admin"), make_user(role="user_admin"), make_user()
    admin = sign_in_as(make_user(role="user_admin"))

    rows = {row.get("id"): row.text for row in admin("/settings/roles").tree.find("tbody").find_all("tr")}
    offered = admin(f"/settings/roles/{member.id}").form("role-form")

    assert "Only Super Admins and the Account Owner can change a Super Admin." in rows[f"user-{strong.id}"]
    assert rows[f"user-{equal.id}"].endswith("Change")
    assert [node.get("value") for node in offered.controls if node.get("name") == "role"] == ["member", "user_admin"]
    refused = admin(f"/settings/roles/{strong.id}")
    assert refused.status_code == 403
    assert "Only Super Admins and the Account Owner can change a Super Admin." in refused.text


def test_nobody_changes_their_own_role_or_the_owners(page, sign_in_as, account, make_user):
    strong = make_user(role="super_admin")
    screens = sign_in_as(strong)

    for refused, words in (
        (page(f"/settings/roles/{account.owner.id}"), "Transfer ownership first."),
        (screens(f"/settings/roles/{account.owner.id}"), "Only a transfer changes the Account Owner."),
        (screens(f"/settings/roles/{strong.id}"), "You cannot change your own role."),
    ):
        assert (refused.status_code, words in refused.text) == (403, True)


def test_somebody_who_is_gone_is_a_page_that_says_so(page, other_account):
    for user_id in ("nobody", other_account.owner.id):
        assert page(f"/settings/roles/{user_id}").status_code == 404


@on_both
def test_the_list_takes_the_same_number_of_statements_at_any_length(page, make_user, statements):
    page("/settings/roles")
    with statements() as few:
        page("/settings/roles")
    for _ in range(5):
        make_user(role="user_admin", state="invited")
    with statements() as many:
        page("/settings/roles")

    assert len(few) == len(many) == 7


def test_a_long_list_is_walked(page, make_user):
    for _ in range(26):
        make_user(role="user_admin", state="invited")

    second = page("/settings/roles").follow("Next")

    assert len(second.tree.find_all("th", scope="row")) == 2
    assert second.follow("Previous").url == "/settings/roles"
