"""Groups: the list, namesakes told apart, and the page with what a push left out."""

import pytest

from scimapp.directory.calls import call_log
from scimapp.directory.groups import group_search, groups
from scimapp.directory.user_list import kept_lists, user_order
from tests.support.databases import on_both


def names(screen):
    return [row.find("a").text for row in screen.tree.find("table").find_all("th", scope="row")]


def pushed(scim, name, *members):
    return scim.post("/Groups", {"displayName": name, "members": [{"value": member} for member in members]}).json["id"]


def test_an_account_without_groups_says_how_they_come(page):
    screen = page("/groups")

    assert "No groups yet" in screen.text
    assert "A group appears here when your directory pushes it, or when you add one." in screen.text


def test_the_list_shows_source_members_skipped_and_last_push(page, scim, make_user, make_group):
    bo = make_user()
    make_group("Trade fair crew", [bo])
    field_sales = pushed(scim, "Field Sales", bo.scim_id, "7be0c4a2", "c1d2a3b4")
    screen = page("/groups")

    assert names(screen) == ["Everyone", "Field Sales", "Trade fair crew"]
    row = screen.tree.find("tr", id=f"group-{field_sales}")
    assert [cell.text for cell in row.find_all("td")][:4] == ["Okta", "1", "2 of 3", "just now"]
    assert row.find("a", href=f"/groups/{field_sales}#skipped")
    assert "Made here" in screen.text


def test_groups_of_one_name_are_told_apart_by_source_and_time(page, scim, make_group):
    make_group("Finance")
    pushed(scim, "Finance")
    pushed(scim, "Sales")

    text = page("/groups").text

    assert "Finance From Okta, " in text
    assert "Finance Made here, " in text
    assert "Sales From Okta, " not in text


@on_both
def test_search_order_and_paging_stand_in_the_address(page, make_user, make_group):
    people = [make_user(state="invited") for _ in range(3)]
    for number in range(30):
        make_group(f"Team {number:02}", people[: number % 4])

    first = page("/groups")
    most = first.go(first.tree.find("a", href="/groups?sort=members").get("href"))
    most = most.go(most.tree.find("a", href="/groups?sort=-members").get("href"))
    second = most.follow("Next")

    assert "1–26 of 31" in first.text
    assert names(most)[:2] == ["Everyone", "Team 03"]
    assert most.tree.find("th", aria_sort="descending").text.startswith("Members")
    assert "27–31 of 31" in second.text
    assert names(page("/groups?per=50&page=9"))[0] == "Everyone"
    assert names(first.form("/groups").fill(q="team 1").submit()) == [f"Team {number}" for number in range(10, 20)]
    nothing = first.form("/groups").fill(q="okafor").submit()
    assert "No group matches “okafor”" in nothing.text
    assert len(names(nothing.follow("Show all groups"))) == 26  # Everyone stands first


def test_the_page_of_a_pushed_group_says_who_keeps_it(page, scim, make_user):
    bo = make_user(given_name="Bo", family_name="Ng")
    group = pushed(scim, "Field Sales", bo.scim_id)
    scim.patch(f"/Users/{bo.scim_id}", replace={"active": False})
    screen = page(f"/groups/{group}")

    assert "Inactive by Okta, just now" in screen.text
    assert "Okta keeps the name and the members." in screen.text
    assert screen.link("Bo Ng") == f"/users/{bo.id}"
    assert "1 member" in screen.text
    assert "Sent 1 member Skipped 0" in screen.text
    assert "skipped-heading" not in screen.html


def test_the_skipped_report_stands_first_and_says_what_is_known(page, scim, make_user):
    bo, gone = make_user(), make_user(given_name="Nadia", family_name="Petrova")
    scim.delete(f"/Users/{gone.scim_id}")
    group = pushed(scim, "Field Sales", bo.scim_id, gone.scim_id, "7be0c4a2")
    screen = page(f"/groups/{group}")

    headings = [node.text for node in screen.tree.find("main").find_all("h2")]
    assert headings[0] == "2 of 3 pushed members were skipped"
    report = screen.tree.find("section", id="skipped").text
    assert "7be0c4a2 Never seen here" in report
    assert f"{gone.id} Removed by Okta, just now (was “Nadia Petrova” )" in report
    assert "Assign the people to the app in Okta, then press Push now on the group." in report


@on_both
def test_a_member_who_is_named_by_another_value_is_recognized(page, scim, make_user):
    bo, eve = make_user(email="bo@corp.example"), make_user(email="eve@corp.example")
    scim.patch(f"/Users/{eve.scim_id}", replace={"externalId": "00u1eve"})
    gone = make_user(email="gone@corp.example")
    scim.delete(f"/Users/{gone.scim_id}")

    group = pushed(
        scim, "Sales", "00u1eve", "Eve@corp.example", "EVE@corp.example", "BO@corp.example", "gone@corp.example"
    )
    screen = page(f"/groups/{group}")

    report = screen.tree.find("section", id="skipped").text
    assert f"00u1eve External ID of “{eve.display_name}”" in report
    assert f"Eve@corp.example User name or e-mail address of “{eve.display_name}”" in report
    assert f"EVE@corp.example User name or e-mail address of “{eve.display_name}”" in report
    assert f"BO@corp.example User name or e-mail address of “{bo.display_name}”" in report
    assert "gone@corp.example Never seen here" in report
    assert "A member is named by the id that our answers give a person: correct what Okta sends." in report


def test_an_external_id_of_two_connections_is_that_of_the_one_that_pushed(page, account, scim):
    """The report named either of the two."""
    entra = account.scim("entra")
    for client, name in ((entra, "Ann"), (scim, "Bob"), (entra, "Cy")):
        number = "20" if name == "Cy" else "10"
        body = {"userName": f"{name}@corp.example", "displayName": name, "externalId": number}
        assert client.post("/Users", body).status_code == 201

    report = page(f"/groups/{pushed(scim, 'Sales', '10', '20')}").tree.find("section", id="skipped").text
    other = page(f"/groups/{pushed(entra, 'Support', '10')}").tree.find("section", id="skipped").text

    assert "10 External ID of “Bob”" in report
    assert "20 External ID of “Cy”" in report, "of nobody else"
    assert "10 External ID of “Ann”" in other


def test_the_report_goes_when_the_missing_people_are_pushed_again(page, scim, make_user):
    bo, eve = make_user(), make_user()
    group = pushed(scim, "Field Sales", bo.scim_id, "7be0c4a2")
    body = {"displayName": "Field Sales", "members": [{"value": bo.scim_id}, {"value": eve.scim_id}]}
    scim.put(f"/Groups/{group}", body)

    shown = page(f"/groups/{group}")
    assert not shown.tree.find_all("section", id="skipped")
    assert "7be0c4a2" not in shown.text


def test_another_accounts_person_reads_as_never_seen(page, scim, make_account):
    stranger = make_account().owner

    screen = page(f"/groups/{pushed(scim, 'Field Sales', stranger.scim_id)}")

    assert f"{stranger.scim_id} Never seen here" in screen.text
    assert stranger.email not in screen.text


def test_members_are_searched_and_paged_with_their_state(page, make_user, make_group):
    people = [make_user(state="invited", given_name=f"P{number:02}", family_name="Q") for number in range(28)]
    people += [make_user(state="inactive", given_name="Ina", family_name="Active")]
    group = make_group("Crew", people)
    screen = page(f"/groups/{group.id}")

    assert "1–25 of 29" in screen.text
    assert len(names(screen.follow("Next"))) == 4
    found = screen.form(f"/groups/{group.id}").fill(q="ina").submit()
    assert names(found) == ["Ina Active"]
    assert "Inactive by Olive Owner" in found.text
    nobody = screen.form(f"/groups/{group.id}").fill(q="okafor").submit()
    assert "No member matches “okafor”" in nobody.text


def test_an_address_asks_for_members_by_a_trimmed_and_bounded_text(page, make_user, make_group):
    people = [make_user(given_name=f"P{number:02}", family_name="Q") for number in range(28)]
    group = make_group("Crew", people)

    found = page(f"/groups/{group.id}?q=%20p07%20")
    assert (names(found), found.form(f"/groups/{group.id}").values["q"]) == (["P07 Q"], ["p07"])
    assert len(names(page(f"/groups/{group.id}?per=50"))) == 28
    assert len(names(page(f"/groups/{group.id}?per=49"))) == 25
    long = page(f"/groups/{group.id}?q={'x' * 201}").form(f"/groups/{group.id}")
    assert long.values["q"] == ["x" * 200]


@on_both
@pytest.mark.parametrize("address, count", [("/groups", 9), ("/groups/{id}", 17), ("/groups/{id}?q=a", 17)])
def test_lists_take_the_same_number_of_statements_at_any_length(
    page, scim, make_user, make_group, statements, database, address, count
):
    bo = make_user(state="invited")
    group = pushed(scim, "Small", bo.scim_id, "7be0c4a2")
    page(address.format(id=group))
    kept_lists.forget_all()
    with statements() as few:
        page(address.format(id=group))
    people = [make_user(state="invited") for _ in range(20)]
    for number in range(10):
        make_group(f"Team {number}", people)
    large = pushed(scim, "Large", *(person.scim_id for person in people), "1", "2", "3")
    kept_lists.forget_all()  # a list that is mended takes some more

    with statements() as many:
        page(address.format(id=large))

    is_asked = database == "postgres" and address != "/groups"  # what has been committed
    assert len(many) == len(few) == count + is_asked


def test_members_and_strangers_do_not_see_groups(page, sign_in_as, make_user, make_account, make_group):
    foreign = make_account().make_group("Theirs")
    member = sign_in_as(make_user())

    assert member("/groups").status_code == 403
    assert member(f"/groups/{make_group('Ours').id}").status_code == 403
    assert page(f"/groups/{foreign.id}").status_code == 404
    assert "Theirs" not in page("/groups").text


def test_an_empty_group_says_so(page, scim, scope):
    group = pushed(scim, "Empty")

    assert "Nobody is in this group yet" in page(f"/groups/{group}").text
    assert group_search.find_members(scope, groups.get(scope, group)).total == 0


def test_the_last_push_tells_what_it_changed_and_leads_to_its_call(page, scim, make_user):
    ann, bo = make_user(), make_user()
    sales = scim.post("/Groups", {"displayName": "Sales", "members": [{"value": ann.scim_id}]}).json["id"]
    scim.patch(f"/Groups/{sales}", replace={"members": [{"value": bo.scim_id}, {"value": "nobody"}]})
    call_log.flush()

    screen = page(f"/groups/{sales}")
    facts = {
        term.text: value.text
        for listed in screen.tree.find_all("dl")
        for term, value in zip(listed.find_all("dt"), listed.find_all("dd"), strict=True)
    }

    assert (facts["Sent"], facts["Added"], facts["Removed"], facts["Skipped"]) == ("2 members", "1", "1", "1")
    assert screen.follow(facts["Call"]).status_code == 200


def test_inactive_members_stay_listed_in_grey(page, make_user, make_group):
    group = make_group("Crew", [make_user(state="inactive"), make_user()])

    rows = page(f"/groups/{group.id}").tree.find("form", id="members").find_all("tr")

    assert sorted(row.get("class") or "" for row in rows[1:]) == ["", "is-past"]


@on_both
def test_everyone_takes_the_same_number_of_statements_at_any_length(page, make_user, statements, database):
    def count(address):
        page(address)
        kept_lists.forget_all()
        with statements() as log:
            page(address)
        return len(log)

    addresses = ("/groups/everyone", "/groups/everyone?q=acme")
    few = [count(address) for address in addresses]
    for _ in range(60):
        make_user(state="invited")

    assert [count(address) for address in addresses] == few == [8 + (database == "postgres")] * 2


@pytest.mark.parametrize("dearer", [0, 10**9])
def test_every_page_of_members_follows_the_one_before(monkeypatch, scope, make_user, make_group, dearer):
    """Few people are looked up, of many the second half is read from its end."""
    monkeypatch.setattr(user_order, "_DEARER", dearer)
    monkeypatch.setattr(user_order, "_LEAST_STEP", 1)
    make_user(given_name="Not In")
    people = [make_user(given_name=f"P{number:02}", state="invited") for number in range(17)]
    group = make_group("Crew", people)
    names = [person.display_name for person in people]

    for q, wanted in (("", names), ("p0", names[:10]), ("nobody", [])):
        for per_page in (3, 5, 17, 100):
            pages = range(1, -(-len(wanted) // per_page) + 1)
            found = [group_search.find_members(scope, group, q, page, per_page) for page in pages]
            assert [user.display_name for page in found for user in page.items] == wanted
    assert group_search.find_members(scope, group, "", 99, 5).page == 4
    assert group_search.find_members(scope, group, "nobody").total == 0


def test_every_page_of_everyone_follows_the_one_before(scope, make_user):
    make_user(given_name="Gone", state="inactive")
    people = [
        scope.actor.label,
        *(make_user(given_name=f"P{number}", state="invited").display_name for number in range(9)),
    ]

    found = [group_search.find_everyone(scope, "", page, 4) for page in (1, 2, 3)]

    assert [user.display_name for page in found for user in page.items] == sorted(people)
    assert {page.total for page in found} == {10}
