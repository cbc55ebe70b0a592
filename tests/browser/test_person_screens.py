"""The page of a person in every look and state: names that are no names, long ones, refusals, questions, the end."""

import pytest

from tests.support.fixtures.browser import SIZES

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
HOSTILE = "\u202e<script>alert(1)</script>\u2066"
LONG = "W" * 10_000


def test_person_screens_are_sound(filled, open_page, looked_at):
    okta = filled.scim("okta")
    hostile = _sent(okta, "hostile", givenName=HOSTILE, familyName='"><img src=x onerror=alert(1)>')
    long = _sent(okta, "long", givenName=LONG, familyName="Long", title=LONG[:3000])
    okta.patch(f"/Users/{hostile}", replace={f"{ENTERPRISE}:manager": {"value": filled.person}})
    okta.patch(f"/Users/{hostile}", replace={"emails": "nobody"})
    crew = okta.post("/Groups", {"displayName": HOSTILE + LONG[:200], "members": [{"value": hostile}, {"value": long}]})
    for viewport in SIZES.values():
        page = filled.enter(open_page(base_url=filled.server.url, viewport=viewport))
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))

        def see(name, address=None, page=page):
            if address:
                page.goto(address)
            looked_at(page, name)

        see("person-hostile", f"/users/{hostile}")
        page.click(".head details.menu summary")
        see("person-menu")
        see("person-long", f"/users/{long}")
        see("person-long-deactivate", f"/users/{long}/deactivate")
        see("person-reset-asked", f"/users/{filled.owner_id}/password-reset")
        see("person-own", f"/users/{filled.owner_id}")
        see("group-hostile", f"/groups/{crew.json['id']}")
        see("groups-hostile", "/groups")
        see("audit-hostile", "/audit?target=script")
        page.press("main tbody th a >> nth=0", "Enter")
        see("audit-entry-hostile")
        see("audit-none", "/audit?who=nobody+at+all")


def test_ends_and_conflicts_of_a_person_are_sound(filled, open_page, looked_at):
    first = filled.enter(open_page(base_url=filled.server.url))
    other = filled.enter(open_page(base_url=filled.server.url))
    first.goto("/users/new")
    first.fill("#given_name", "Ana")
    first.fill("#email", "ana@acme.example")
    first.click("button:text-is('Add')")
    looked_at(first, "person-by-hand")
    address = first.url
    other.goto(address)
    first.fill("#title", "Head of purchasing")
    first.click("text=Save changes")
    other.fill("#title", "Purchasing")
    other.click("text=Save changes")
    looked_at(other, "person-conflict")
    other.fill("#manager", "nobody at all")
    other.click("#profile button[type=submit]")
    looked_at(other, "person-errors")
    first.goto(f"{address}/deactivate")
    first.click("dialog button[type=submit]")
    looked_at(first, "person-inactive")
    first.goto(f"{address}/erase")
    looked_at(first, "person-erase")
    first.fill("#typed", "ana@acme.example")
    first.click("text=Erase for good")
    looked_at(first, "person-erased")


def _sent(okta, name, *, title=None, **named):
    body = {"schemas": [CORE], "userName": f"{name}@acme.example", "name": named, "title": title or "Lead"}
    return okta.post("/Users", body | {"emails": [{"value": f"{name}@acme.example"}]}).json["id"]
