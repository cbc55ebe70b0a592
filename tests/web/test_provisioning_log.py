"""The provisioning log on screens: every call in a sentence, found again, explained, taken away as a file."""

import html
import json
import re

import orjson
import pytest
from sqlalchemy import select

from scimapp.database import db, writing
from scimapp.directory.accounts import account_settings
from scimapp.directory.calls import call_log, call_retention, call_search
from scimapp.directory.connection import connection, scim_tokens
from scimapp.directory.model import ScimCall, ScimCallBody
from scimapp.directory.people import erasure, named_people
from scimapp.scim_api import call_causes as known
from scimapp.web.view_models.call_causes import CAUSES, EXPLAINED, WARNINGS
from scimapp.web.view_models.call_fixes import FIXES
from tests.scim_api.bodies import CORE, create, extension, group, person
from tests.scim_api.test_call_log import send_every_secret


def rows(screen):
    """The sentences of the list."""
    return [link.text for cell in screen.tree.find_all("th", scope="row") for link in cell.find_all("a")]


def links(screen):
    """The addresses behind the sentences."""
    return [link.get("href") for cell in screen.tree.find_all("th", scope="row") for link in cell.find_all("a")]


def notes(screen):
    return [note.text for cell in screen.tree.find_all("th", scope="row") for note in cell.find_all("span")]


def section(screen, name):
    """The text of one card of a call's page, "" where it is not there."""
    text = "".join(card.text for card in screen.tree.find_all("section") if card.get("aria-labelledby") == name)
    return text.replace(" .", ".").replace(" ,", ",")


def explained(page, sentence):
    return page("/provisioning/log").follow(sentence)


# the list


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
        "Carried out 1 operations at once",
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


def test_filters_stand_in_the_address_and_as_chips(page, scim, account):
    create(scim, person("Ana", "Ruiz"))
    scim.post("/Users", {"schemas": [CORE]})
    account.scim("entra").get("/Users")

    form = page("/provisioning/log").form("/provisioning/log")
    failed = form.fill(result="Failed", operation="Create", days="Last 7 days").submit()
    by_token = page("/provisioning/log").form("/provisioning/log").fill(token="Test entra").submit()

    assert rows(failed) == ["Create a person refused: User name does not fit"]
    assert [chip.text for chip in failed.tree.find_all("span", class_="chosen")] == ["Failed", "Create", "Last 7 days"]
    assert "result=failed" in failed.url and "operation=create" in failed.url and "days=7" in failed.url
    assert rows(by_token) == ["Listed 2 of 2 people"]
    assert len(rows(failed.follow("Clear all"))) == 3
    without = next(
        link.get("href") for link in failed.tree.find_all("a") if link.get("aria-label") == "Remove the filter Failed"
    )
    assert rows(page(without)) == [*rows(failed), "Created Ana Ruiz"]


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


def test_the_list_takes_the_same_number_of_statements_at_any_length(page, scim, statements):
    create(scim, person("Ana", "Ruiz"))
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

    assert counts == {address: [count] * 2 for address, count in zip(addresses, (10, 13, 9), strict=True)}


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


# one call


def test_a_refused_call_is_explained_with_whom_it_is_about_and_how_to_mend_it(page, scim, make_user):
    holder = make_user(email="ana@acme.example", given_name="Ana", family_name="Ruiz")
    scim.post("/Users", person("Ana", "Neu", userName="ana@acme.example"))

    screen = explained(page, "Create Ana Neu refused: user name already in use")

    assert screen.tree.find("h1").text == "Create Ana Neu refused: user name already in use"
    assert "409 uniqueness" in screen.text
    happened = section(screen, "happened")
    assert "Okta asked to create Ana Neu. That user name belongs to Ana Ruiz (added by hand," in happened
    assert "Nothing was changed." in happened
    assert f"/users/{holder.id}" in [link.get("href") for link in screen.tree.find_all("a")]
    assert "In Okta: Applications › your app › Assignments" in section(screen, "fix")
    assert [mark.text for mark in screen.tree.find_all("mark")] == ['"ana@acme.example"']
    assert "Bearer ••••" in section(screen, "facts")
    assert "Nothing" in section(screen, "facts")


def test_changes_are_told_with_what_was_before(page, scim):
    made = create(scim, person("Ana", "Ruiz", title="Buyer"))
    scim.patch(f"/Users/{made['id']}", replace={"title": "Head buyer"})

    screen = explained(page, "Updated Ana Ruiz: Title")

    happened = section(screen, "happened")
    assert "Okta asked to change Ana Ruiz." in happened
    assert "Title: was Buyer → now Head buyer" in happened
    assert section(screen, "fix") == ""


def test_each_directory_is_told_in_its_own_menus(page, account):
    steps = {}
    for provider in ("okta", "entra", "onelogin", "jumpcloud", "generic"):
        answer = account.scim(provider).get("/Users/nobody")
        steps[provider] = section(page(f"/provisioning/log/{answer.headers['X-Request-ID']}"), "fix")

    assert len(set(steps.values())) == 5
    assert all(name in steps[provider] for provider, name in
               {"okta": "In Okta", "entra": "In Entra", "onelogin": "In OneLogin", "jumpcloud": "In JumpCloud"}.items())  # fmt: skip


def test_the_value_at_fault_is_marked_where_it_stands(page, scim, account, make_field):
    make_field("badge", "integer", label="Badge number")
    scim.post("/Users", person("Ana", title="118A", **{extension(account): {"badge": "118A"}}))
    scim.get("/Users", filter='userName eq "ana" und title pr')

    screen = page("/provisioning/log")
    value = screen.follow("Create Ana Doe refused: Badge number does not fit")
    position = next(sentence for sentence in rows(screen) if "at position" in sentence)
    place = screen.follow(position)

    body = next(block.text for block in value.tree.find_all("pre") if "118A" in block.text)
    (mark,) = value.tree.find_all("mark")
    assert mark.text == '"118A"'
    assert '"badge": "118A"' in body
    assert "“118A” is no value for Badge number." in section(value, "happened")
    assert [mark.text for mark in place.tree.find_all("mark")] == ["und"]


def test_somebody_whom_the_directory_removed_is_named(page, scim):
    made = create(scim, person("Ana", "Ruiz"))
    scim.delete(f"/Users/{made['id']}")
    scim.get(f"/Users/{made['id']}")

    screen = explained(page, "Read Ana Ruiz refused: not in this account or removed")

    assert "The ID belongs to Ana Ruiz, whom a directory removed" in section(screen, "happened")
    assert "remove the person and assign them again" in section(screen, "fix")


def test_a_search_is_told_with_what_it_looked_for(page, scim):
    create(scim, person("Ana", "Ruiz", userName="ana@acme.example"))
    scim.get("/Users", filter='userName eq "ana@acme.example"')
    scim.get("/Users", filter="active eq true or title pr")

    simple = explained(page, "Searched people for “ana@acme.example”: found Ana Ruiz")
    other = explained(page, "Searched people with a filter: 2 found")

    assert "Okta looked for people with “ana@acme.example”: found Ana Ruiz." in section(simple, "happened")
    assert "Okta looked for people with a filter: 2 found." in section(other, "happened")


def test_skipped_members_are_listed_with_what_to_do(page, scim):
    create(scim, group("Field Sales", "00uNOBODY1", "00uNOBODY2"), "/Groups")

    screen = explained(page, "Pushed the group Field Sales")

    assert [item.text for item in screen.tree.find_all("li") if "NOBODY" in item.text] == ["00uNOBODY1", "00uNOBODY2"]
    assert "assign these people to the app" in section(screen, "fix")
    assert "2 of 2 members skipped: not known here." in section(screen, "happened")


def test_an_unknown_namespace_is_shown_and_marked(page, scim):
    wrong = "urn:kissflow:scim:schemas:extension:YOUR_ACCOUNT_ID:2:User"
    scim.post("/Users", person("Ana", "Ruiz", **{wrong: {"site": "Leeds"}}))

    screen = explained(page, "Created Ana Ruiz")

    assert f"the values under {wrong} were left out" in section(screen, "happened")
    assert [mark.text for mark in screen.tree.find_all("mark")] == [f'"{wrong}"']
    assert "mapping sheet" in section(screen, "fix")


def test_an_ended_token_is_named_with_the_day_it_ended(page, scim, account, scope):
    token = scim_tokens.list_tokens(scope)[0]
    scim_tokens.revoke(scope, token.id)
    scim.get("/Users")

    screen = page("/provisioning/log").follow("Refused: the token “Test okta” was revoked")
    assert re.search(r"The token “Test okta” was revoked on \d+ \w+ \d{4}, and someone still uses it", screen.text)
    assert "paste the token" in section(screen, "fix")


def test_the_same_problem_is_found_again(page, scim, make_user):
    make_user(email="ana@acme.example")
    for name in ("Ana", "Bo", "Ana", "Ana"):
        scim.post("/Users", person(name, "Ruiz", userName="ana@acme.example"))

    screen = page(links(page("/provisioning/log"))[0])

    same = section(screen, "same")
    assert same.count("Create Ana Ruiz refused") == 2
    assert "Bo Ruiz" not in same


def test_neighbours_stay_within_the_filter(page, scim):
    scim.get("/Users/a")
    scim.get("/Users")
    scim.get("/Users/b")

    newest = page(links(page("/provisioning/log?result=failed"))[0])
    oldest = newest.follow("Older")

    assert "/Users/b" in newest.text
    assert "/Users/a" in oldest.text
    assert "Older" not in [link.text for link in oldest.tree.find_all("a")]
    assert oldest.follow("Newer").url == newest.url
    (back,) = [crumb.find("a").get("href") for crumb in oldest.tree.find_all("div", class_="crumb")]
    assert back == "/provisioning/log?result=failed"


def test_bodies_go_before_facts_do(page, scim, account, scope, clock):
    made = create(scim, person("Ana", "Ruiz"))
    call_log.flush()
    clock.advance(days=31)
    call_retention.prune()

    screen = account.screens()("/provisioning/log?days=all").follow("Created Ana Ruiz")

    assert made["userName"] not in section(screen, "request")
    assert screen.tree.find_all("pre") == []
    assert "Bodies are kept for 30 days, then only the facts." in screen.text
    assert "What was changed" in screen.text


def test_bodies_stand_over_lines_also_those_of_older_servers(page, scim, account):
    made = create(scim, person("Ana", "Ruiz"))
    call_log.flush()
    lines = [json.dumps(item, indent=2, ensure_ascii=False) for item in (person("Ana", "Ruiz"), made)]
    now = html.unescape(explained(page, "Created Ana Ruiz").html)
    with writing() as session:
        for body in session.scalars(select(ScimCallBody).where(ScimCallBody.account_id == account.id)):
            body.request, body.answer = lines

    older = html.unescape(explained(page, "Created Ana Ruiz").html)
    assert lines[1] in now
    assert lines[0] in older
    assert lines[1] in older
    assert '\n  "name": {\n    "givenName": "Ana",\n' in now


def test_an_account_may_keep_no_bodies_at_all(page, scim, scope):
    account_settings.change_security(scope, log_body_days=0)
    create(scim, person("Ana", "Ruiz"))

    screen = explained(page, "Created Ana Ruiz")

    assert screen.tree.find_all("pre") == []
    assert "Bodies are not kept in this account, only the facts." in screen.text


def test_erasing_a_person_takes_the_name_out_of_the_log(page, scim, account, scope):
    made = create(scim, person("Ana", "Ruiz", userName="ana.ruiz@acme.example"))
    scim.get("/Users", filter='userName eq "ana.ruiz@acme.example"')
    scim.patch(f"/Users/{made['id']}", replace={"active": False})
    call_log.flush()
    user = named_people.named_by(scope, ["ana.ruiz@acme.example"])["ana.ruiz@acme.example"]
    erasure.erase(scope, user.id)

    exported = page("/provisioning/log/export?days=all").html
    assert len(exported.splitlines()) == 3
    assert "ruiz" not in exported.lower()
    assert "Erased person" in exported


# causes


def test_every_cause_has_its_words_and_its_steps():
    causes = {name for _, name in known._CAUSES} | {"url", "no_token", "cut_token", "unknown_token", "revoked_token",
                                                    "ended_token", "draft_token", "syntax"}  # fmt: skip

    assert causes - set(CAUSES) == set()
    assert causes - set(FIXES) - {"not_offered", "too_many"} == set()
    assert set(EXPLAINED) - set(FIXES) == set()
    assert set(EXPLAINED) <= set(WARNINGS)


def test_an_unknown_cause_is_still_a_sentence(page, scim, scope):
    answer = scim.get("/Users/nobody")
    call_log.flush()
    call = db.session.scalars(scope.select(ScimCall)).one()
    call.cause, call.facts = "of a later version", {}
    db.session.commit()

    assert page(f"/provisioning/log/{answer.headers['X-Request-ID']}").status_code == 200


def test_pausing_is_a_refusal_with_a_way_on(page, scim, scope):
    connection.pause(scope)
    scim.get("/Users")

    screen = explained(page, "List people refused: SCIM is paused")
    assert "Resume" in section(screen, "fix")


# the file, and secrets


def test_the_file_holds_what_the_filter_leaves_one_object_a_line(page, scim):
    create(scim, person("Ana", "Ruiz"))
    scim.get("/Users/nobody")
    answer = page("/provisioning/log/export?result=failed")

    (record,) = [json.loads(line) for line in answer.html.splitlines()]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="provisioning-log.jsonl"'
    assert (record["status"], record["cause"], record["path"]) == (404, "not_found", "/Users/nobody")
    assert len(page("/provisioning/log/export").html.splitlines()) == 2
    assert page("/provisioning/log/export?q=nothing-like-it").html == ""


def test_a_long_file_comes_in_pieces(page, scim, monkeypatch):
    monkeypatch.setattr(call_search, "EXPORT_CHUNK", 7)
    for number in range(30):
        scim.get(f"/Users/{number}")

    paths = [json.loads(line)["path"] for line in page("/provisioning/log/export").html.splitlines()]
    assert paths == [f"/Users/{number}" for number in reversed(range(30))]


def test_no_secret_is_found_on_any_page_or_in_the_file(page, scim, account):
    secrets = send_every_secret(scim, account)

    screen = page("/provisioning/log?days=all")
    sources = [screen.html, page("/provisioning/log/export").html, *(page(link).html for link in links(screen))]
    assert len(sources) > 20
    for secret in secrets:
        for shape in (secret, orjson.dumps(secret).decode()[1:-1], secret.replace('"', "&#34;")):
            # What was changed by a call is the audit log's, and there a title is a title.
            assert [place for place, source in enumerate(sources) if shape in _without_changes(source)] == [], shape


def _without_changes(source):
    return re.sub(r'<ul class="events">.*?</ul>', "", source, flags=re.DOTALL)


def test_markup_in_a_call_is_text_on_the_page(page, scim):
    scim.post("/Users", person("<img src=x>", "<b>Ruiz</b>", title="<script>alert(1)</script>"))

    screen = page(links(page("/provisioning/log"))[0])

    assert "<img src=x>" in screen.tree.find("h1").text
    assert "<script>alert" not in screen.html
