"""The list of the provisioning log: every call in a sentence, found again by filters and words, walked in both directions."""

import re

import pytest

from scimapp.directory.calls import call_log
from scimapp.directory.people import named_people
from tests.scim_api.bodies import CORE, GROUP, create, group, person
from tests.support.databases import on_both
from tests.support.log_screens import notes, rows


@on_both
def test_every_kind_of_call_has_its_sentence(page, scim, account):
    made = create(scim, person("Ana", "Ruiz", userName="ana@acme.example"))
    where = f"/Users/{made['id']}"
    scim.get("/Users?startIndex=1&count=1")
    scim.get("/Users", filter='userName eq "ana@acme.example"')
    scim.get("/Users", filter='userName eq "zoe@acme.example"')
    scim.get("/Users", filter="active eq true or title pr")
    scim.get(where)
    scim.patch(where, replace={"title": "Buyer", "nickName": "Annie", "userType": "x", "locale": "da"})
    scim.patch(where, replace={"active": False})
    scim.patch(where, replace={"active": True})
    team = create(scim, group("Field Sales", made["id"]), "/Groups")
    scim.patch(f"/Groups/{team['id']}", {"op": "remove", "path": "members"})
    scim.patch(f"/Groups/{team['id']}", replace={"displayName": "Field Sales Europe"})
    scim.delete(f"/Groups/{team['id']}")
    scim.delete(where)
    scim.get("/Schemas")
    scim.post("/Bulk", {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
                        "Operations": [{"method": "DELETE", "path": "/Users/x"}]})  # fmt: skip

    assert rows(page("/provisioning/log")) == [
        "Carried out operations at once: 1",
        "Read what this server offers",
        "Removed Ana Ruiz; the record stays here as inactive",
        "Removed the group Field Sales Europe",
        "Updated the group Field Sales Europe: Display name",
        "Updated the group Field Sales: 1 removed",
        "Pushed the group Field Sales: 1 added",
        "Set Ana Ruiz active",
        "Set Ana Ruiz inactive",
        "Updated Ana Ruiz: Title, Nickname, User type and 1 more",
        "Read Ana Ruiz",
        "Searched people with a filter: 2 found",
        "Searched people for “zoe@acme.example”: nobody found",
        "Searched people for “ana@acme.example”: found Ana Ruiz",
        "Test: listed 1 of 2 people",
        "Created Ana Ruiz",
    ]


def test_refusals_and_warnings_say_what_next_under_the_sentence(page, scim, account, make_user):
    make_user(email="ana@acme.example", given_name="Ana", family_name="Ruiz")
    scim.post("/Users", person("Ana", "Ruiz", userName="ana@acme.example"))
    scim.patch(f"/Users/{account.owner.scim_id}", replace={"active": False})
    create(scim, group("Field Sales", "nobody"), "/Groups")
    team = create(scim, group("Idle"), "/Groups")
    scim.patch(f"/Groups/{team['id']}", replace={"displayName": "Idle"})

    screen = page("/provisioning/log")
    assert rows(screen) == [
        "Updated the group Idle",
        "Pushed the group Idle",
        "Pushed the group Field Sales",
        "Deactivate Olive Owner refused: the Account Owner is protected",
        "Create Ana Ruiz refused: user name already in use",
    ]
    assert notes(screen) == [
        "Nothing was changed: everything was so already.",
        "1 of 1 members skipped: not known here",
        "Transfer ownership first. Nothing was changed.",
        "Link the two, or change one of the values. Nothing was changed.",
    ]


def test_calls_about_a_group_that_nobody_knows_say_what_was_wanted(page, scim):
    scim.post("/Groups", {"schemas": [GROUP]})
    scim.patch("/Groups/nobody", replace={"displayName": "Crew"})
    scim.delete("/Groups/nobody")
    scim.get("/Groups/nobody")

    said = page("/provisioning/log").text

    assert [words in said for words in ("Push a group", "Update a group", "Remove a group", "Read a group")] == [
        True
    ] * 4


def test_a_member_may_not_and_a_user_admin_may_read_the_log(sign_in_as, make_user):
    member, admin = sign_in_as(make_user()), sign_in_as(make_user(role="user_admin"))

    for address in (
        "/provisioning/log",
        "/provisioning/log/export",
        "/provisioning/log/newer?seen=1",
        "/provisioning/log/x",
    ):
        assert member(address).status_code == 403
    assert admin("/provisioning/log").status_code == 200


def test_another_accounts_calls_are_not_found(page, scim, other_account):
    foreign = other_account.scim().get("/Users")
    scim.get("/Users")

    assert len(rows(page("/provisioning/log?days=all"))) == 1
    assert page(f"/provisioning/log/{foreign.headers['X-Request-ID']}").status_code == 404
    assert rows(page(f"/provisioning/log?q={foreign.headers['X-Request-ID']}")) == []


def test_an_empty_log_says_when_it_will_fill(page):
    screen = page("/provisioning/log")

    assert "No calls yet" in screen.text
    assert "They appear here the moment your directory tries." in screen.text
    assert "No calls in the last 24 hours." in screen.html  # the chart


def test_a_quiet_day_leads_to_what_is_kept(page, scim, account, clock):
    scim.get("/Users")
    call_log.flush()
    clock.advance(days=3)
    screen = account.screens()("/provisioning/log")

    assert "No calls in the last 24 hours" in screen.text
    assert len(rows(screen.follow("Look at everything kept"))) == 1


@on_both
def test_filters_stand_in_the_address_and_as_chips(page, scim, account):
    create(scim, person("Ana", "Ruiz"))
    scim.post("/Users", {"schemas": [CORE]})
    account.scim("entra").get("/Users")

    form = page("/provisioning/log").form("/provisioning/log")
    failed = form.fill(result="Failed", operation="Create", days="Last 7 days").submit()
    by_token = page("/provisioning/log").form("/provisioning/log").fill(token="Test entra").submit()

    assert rows(failed) == ["Create a person refused: the value of User name does not fit"]
    assert [chip.text for chip in failed.tree.find_all("span", class_="chosen")] == ["Failed", "Create", "Last 7 days"]
    assert "result=failed" in failed.url and "operation=create" in failed.url and "days=7" in failed.url
    assert rows(by_token) == ["Listed 2 of 2 people"]
    assert len(rows(failed.follow("Clear all"))) == 3
    without = next(
        link.get("href") for link in failed.tree.find_all("a") if link.get("aria-label") == "Remove the filter Failed"
    )
    assert rows(page(without)) == [*rows(failed), "Created Ana Ruiz"]


@on_both
def test_filters_that_make_no_sense_are_left_aside(page, scim):
    scim.get("/Users")
    nonsense = "/provisioning/log?result=x&operation=y&days=99&before=abc&after=-1&token=%00&q=%00&target=%00"

    assert page(nonsense).status_code == 200
    assert page("/provisioning/log?before=999999999999999999").status_code == 200
    assert page("/provisioning/log/newer?seen=abc").status_code == 200


@pytest.mark.parametrize("words", ["ruiz", "RUIZ", "Áná", "ana.ruiz@acme"])
def test_calls_are_found_by_the_name_of_whom_they_were_about(page, scim, words):
    create(scim, person("Ana", "Ruiz", userName="ana.ruiz@acme.example"))
    create(scim, person("Bo", "Ng"))

    assert rows(page(f"/provisioning/log?q={words}")) == ["Created Ana Ruiz"]


def test_calls_are_found_by_ids_and_by_names_that_the_directory_does_not_have(page, scim, make_user):
    make_user(email="ana@acme.example")
    refused = scim.post("/Users", person("Łucja", "Żak", userName="ana@acme.example"))
    team = create(scim, group("Gone for good"), "/Groups")
    scim.delete(f"/Groups/{team['id']}")

    assert rows(page("/provisioning/log?q=łucja")) == rows(
        page(f"/provisioning/log?q={refused.headers['X-Request-ID']}")
    )
    assert rows(page("/provisioning/log?q=gone+for")) == [
        "Removed the group Gone for good",
        "Pushed the group Gone for good",
    ]
    assert len(rows(page(f"/provisioning/log?q={team['id']}"))) == 2
    nothing = page("/provisioning/log?q=100%25_")
    assert "No call matches “100%_” and these filters" in nothing.text
    assert rows(page("/provisioning/log?q=%25")) == []


def test_one_person_is_followed_over_everything_kept(page, scim, account, clock):
    made = create(scim, person("Ana", "Ruiz"))
    create(scim, person("Bo", "Ng"))
    call_log.flush()
    user = named_people.named_by(account.scope, [made["userName"]])[made["userName"]]
    clock.advance(days=20)

    screen = account.screens()(f"/users/{user.id}").follow("See the calls")

    assert screen.url == f"/provisioning/log?target={user.id}"
    assert rows(screen) == ["Created Ana Ruiz"]
    assert [chip.text for chip in screen.tree.find_all("span", class_="chosen")] == ["About: Ana Ruiz"]


def test_a_group_is_followed_from_its_page(page, scim):
    team = create(scim, group("Field Sales"), "/Groups")
    scim.get("/Groups")

    assert rows(page(f"/groups/{team['id']}").follow("See the calls")) == ["Pushed the group Field Sales"]


def test_the_list_is_walked_in_both_directions(page, scim):
    for number in range(120):
        scim.get(f"/Users/{number}")

    first = page("/provisioning/log")
    second = first.follow("Older")
    third = second.follow("Older")

    assert [len(rows(screen)) for screen in (first, second, third)] == [50, 50, 20]
    assert "Older" not in [link.text for link in third.tree.find_all("a")]
    assert rows(third.follow("Newer")) == rows(second)
    assert rows(third.follow("Newest")) == rows(first)
    assert rows(second.follow("Newer")) == rows(first)
    times = [node.get("datetime") for screen in (first, second, third) for node in screen.tree.find_all("time")]
    assert times == sorted(times, reverse=True)


@on_both
def test_newer_calls_are_counted_and_never_inserted(page, scim):
    scim.get("/Users")
    screen = page("/provisioning/log?operation=list")
    (watch,) = [node.get("data-newer") for node in screen.tree.find_all("div") if node.get("data-newer")]

    assert page(watch).status_code == 204
    for _ in range(3):
        scim.get("/Users")
    scim.get("/Schemas")
    line = page(watch)
    assert line.text == "3 newer calls"
    assert len(rows(line.follow("3 newer calls"))) == 4
    for _ in range(100):
        scim.get("/Users")
    assert page(watch).text == "100 newer calls or more"


@on_both
def test_the_list_takes_the_same_number_of_statements_at_any_length(page, scim, statements):
    create(scim, person("Ana", "Ruiz"))
    scim.get("/Users/0", filter="x")  # half of the calls fail, now and later: the sidebar looks why
    addresses = (
        "/provisioning/log",
        "/provisioning/log?q=ana&result=answered",
        "/provisioning/log?days=all&operation=read",
    )
    counts = {}
    for _ in range(2):
        for address in addresses:
            page(address)
            with statements() as log:
                page(address)
            counts.setdefault(address, []).append(len(log))
        for number in range(60):
            scim.get(f"/Users/{number}", filter="x")

    assert counts == {address: [count] * 2 for address, count in zip(addresses, (11, 15, 10), strict=True)}


def test_a_chart_says_the_same_in_a_sentence_a_drawing_and_a_table(page, scim):
    for _ in range(3):
        scim.get("/Users")
    scim.get("/Users/nobody")

    for days, bars in (("1", 24), ("7", 28), ("30", 30)):
        screen = page(f"/provisioning/log?days={days}")
        drawings = screen.tree.find_all("svg", role="img")
        cells = [cell.text for cell in screen.tree.find("details", id="log-chart").find_all("td")]
        assert [drawing.get("class") for drawing in drawings] == ["chart wide", "chart narrow"]
        assert all("3 answered, 1 failed" in drawing.get("aria-label") for drawing in drawings)
        assert len(cells) == 2 * bars
        assert cells[-2:] == ["3", "1"]
        assert [len(drawing.find_all("rect")) for drawing in drawings] == [2, 2]
        last = [float(drawing.find_all("text", **{"text-anchor": "middle"})[-1].get("x")) for drawing in drawings]
        assert [last[0] <= 960 - 24, last[1] <= 300 - 24] == [True, True]  # half a label from the edge
        ticks = [tick.text for tick in drawings[0].find_all("text", **{"text-anchor": "middle"})]
        assert all(re.fullmatch(r"\d\d:00" if days == "1" else r"\d{1,2} [A-Z][a-z]{2,3}", tick) for tick in ticks), (
            ticks
        )


def test_the_button_beside_the_filters_is_called_as_on_every_list(page):
    """It was called Filter here alone."""
    for address in ("/provisioning/log", "/audit", "/outbox"):
        assert "Search" in [button.text for button in page(address).tree.find_all("button")], address
