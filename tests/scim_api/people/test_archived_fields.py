"""What directories still send for a custom field that was archived: ignored, as the question before archiving says."""

import pytest

from scimapp.directory.calls import call_log
from scimapp.directory.fields import custom_fields
from tests.scim_api.bodies import create, extension, op, person
from tests.support.databases import on_both

PRESETS = ("okta", "entra", "onelogin", "jumpcloud", "generic", "strict")
SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"


def operations(urn):
    """Every way in which a PATCH names the field, and one more attribute with each."""
    title = op("replace", "title", "Cook")
    return [
        [op("replace", f"{urn}:site", "Rome"), title],
        [op("add", f"{urn}:SITE", "Rome"), title],
        [op("remove", f"{urn}:site"), title],
        [op("remove", f'{urn}:docks[value eq "a:b"]'), title],
        [op("replace", urn, {"site": "Rome"}), title],
        [op("replace", None, {urn: {"site": "Rome"}, "title": "Cook"})],
    ]


@on_both
@pytest.mark.parametrize("preset", PRESETS)
def test_a_patch_of_an_archived_field_changes_the_rest(account, scope, make_field, preset):
    scim, urn = account.scim(preset), extension(account)
    make_field("site", "text")
    make_field("docks", "text", multi_valued=True)
    values = {"site": "Oslo", "docks": ["a:b"]}
    made = create(scim, person(schemas=[SCHEMA, urn], **{urn: values}))
    for name in values:
        custom_fields.archive(scope, name)

    for sent in operations(urn):
        scim.patch(f"/Users/{made['id']}", op("remove", "title"))
        answer = scim.patch(f"/Users/{made['id']}", *sent)

        assert (answer.status_code, answer.json.get("title"), urn in answer.json) == (200, "Cook", False), sent
    for name in values:
        custom_fields.restore(scope, name)
    assert scim.get(f"/Users/{made['id']}").json[urn] == values


def test_the_log_says_that_the_field_is_archived(account, scope, page, make_field):
    """It asked whether the Account ID was filled in, and the list of fields told of another namespace."""
    scim, urn = account.scim("entra"), extension(account)
    make_field("site", "text")
    made = create(scim, person(schemas=[SCHEMA, urn], **{urn: {"site": "Oslo"}}))
    custom_fields.archive(scope, "site")

    scim.patch(f"/Users/{made['id']}", op("replace", f"{urn}:site", "Rome"))
    call_log.flush()

    shown = page("/provisioning/log?result=warned").text
    assert "the attribute 'site' is archived and was ignored" in shown
    assert "is unknown here" not in shown


def test_a_name_that_was_never_a_field_is_refused_as_before(account, scope, make_field):
    scim, urn = account.scim("okta"), extension(account)
    make_field("site", "text")
    made = create(scim, person())
    custom_fields.archive(scope, "site")

    for path in (f"{urn}:sites", "site", f"{urn}2:site"):
        assert scim.patch(f"/Users/{made['id']}", op("replace", path, "Rome")).json["scimType"] == "invalidPath"
    custom_fields.restore(scope, "site")
    assert scim.patch(f"/Users/{made['id']}", op("replace", f"{urn}:site", "Rome")).status_code == 200


@pytest.mark.parametrize("preset", PRESETS)
def test_a_filter_or_an_order_that_names_it_is_refused(account, scope, make_field, preset):
    """To ignore it would answer with everybody."""
    scim, urn = account.scim(preset), extension(account)
    make_field("site", "text")
    custom_fields.archive(scope, "site")

    for asked, kind in (
        ({"filter": f'{urn}:site eq "Rome"'}, "invalidFilter"),
        ({"sortBy": f"{urn}:site"}, "invalidPath"),
    ):
        answer = scim.get("/Users", **asked)

        assert (answer.status_code, answer.json["scimType"]) == (400, kind)
        assert "it is archived" in answer.json["detail"]
