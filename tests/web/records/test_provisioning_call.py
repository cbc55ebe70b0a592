"""One call of the provisioning log on its page: what happened, how to mend it, what was sent and answered."""

import html
import json
import re

import pytest
from sqlalchemy import select

from scimapp.database import db, writing
from scimapp.directory.accounts import account_settings
from scimapp.directory.calls import call_log, call_retention
from scimapp.directory.connection import connection, scim_tokens
from scimapp.directory.erasure import erasure
from scimapp.directory.model import ScimCall, ScimCallBody
from scimapp.directory.people import named_people
from scimapp.scim_api.calls import call_causes as known
from scimapp.web.view_models.calls.call_causes import CAUSES, EXPLAINED, WARNINGS
from scimapp.web.view_models.calls.call_fixes import FIXES
from tests.scim_api.bodies import create, extension, group, person
from tests.support.databases import on_both
from tests.support.log_screens import explained, links, rows, section


@on_both
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
    assert [quote.text for quote in screen.tree.find_all("span", lang="en")] == [
        "The user name “ana@acme.example” is already in use in this account."
    ]
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
    value = screen.follow("Create Ana Doe refused: the value of Badge number does not fit")
    position = next(sentence for sentence in rows(screen) if "at position" in sentence)
    place = screen.follow(position)

    body = next(block.text for block in value.tree.find_all("pre") if "118A" in block.text)
    (mark,) = value.tree.find_all("mark")
    assert mark.text == '"118A"'
    assert '"badge": "118A"' in body
    assert "“118A” is no value for Badge number." in section(value, "happened")
    assert [mark.text for mark in place.tree.find_all("mark")] == ["und"]


def test_a_value_is_mended_where_it_is_wrong(page, scim, account, make_field):
    make_field("badge", "integer", label="Badge")
    make_field("site", "dropdown", label="Site", choices=["Oslo"])
    make_field("start", "date", label="Start")
    mend_value = "In Okta: your app › Provisioning › To App › Attribute Mappings"
    steps = {
        "Badge": ({extension(account): {"badge": "118A"}}, "set the Data type of the attribute"),
        "Site": ({extension(account): {"site": "Rome"}}, "Here: Custom fields › Site › Edit, list the option"),
        "Start": ({extension(account): {"start": "31.12.2026"}}, mend_value),
        "User name": ({"userName": ""}, mend_value),
    }
    for attribute, (sent, step) in steps.items():
        scim.post("/Users", person("Ana", **sent))
        screen = explained(page, f"Create Ana Doe refused: the value of {attribute} does not fit")
        assert step in section(screen, "fix"), attribute
    assert "The value of User name is missing or does not fit." in section(screen, "happened")


@pytest.mark.parametrize("operation, said", [
    ({"path": "name.first.part", "value": "x"}, "an unknown attribute"),
    ({"path": "nickNames", "value": "x"}, "unknown attribute “nickNames”"),
    ({"path": "x509Certificates.value", "value": "no base64"}, "the value of Certificates does not fit"),
    ({"path": "emails", "value": [{"value": "x" * 321, "primary": True}]}, "the value of E-mail addresses does not fit"),
])  # fmt: skip
def test_a_refusal_names_what_it_is_about_where_that_has_a_name(page, scim, operation, said):
    made = create(scim, person("Ana", "Ruiz"))
    assert scim.patch(f"/Users/{made['id']}", {"op": "replace", **operation}).status_code == 400

    assert rows(page("/provisioning/log"))[0] == f"Update Ana Ruiz refused: {said}"


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


@on_both
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


@on_both
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


def test_every_cause_has_its_words_and_its_steps():
    causes = {name for _, name in known._CAUSES} | {"url", "no_token", "cut_token", "unknown_token", "revoked_token",
                                                    "ended_token", "draft_token", "syntax"}  # fmt: skip

    assert causes - set(CAUSES) == set()
    assert causes - set(FIXES) - {"not_offered", "too_many"} == set()
    assert set(EXPLAINED) - set(FIXES) == set()
    assert set(EXPLAINED) <= set(WARNINGS)


@on_both
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
