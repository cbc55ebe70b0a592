"""What the provisioning log tells of values that were ignored, or read as something else."""

from scimapp.scim import urns
from scimapp.scim.warnings import MOST
from tests.scim_api.bodies import ENTERPRISE, extension, group, person
from tests.support.databases import on_both

from .kept_calls import last


def test_what_a_patch_ignores_inside_of_its_values_is_a_warning(scim, account, make_user):
    made = scim.post("/Users", person("Ana", "Ruiz")).json
    team = scim.post("/Groups", group("Team")).json
    member = {"value": make_user().scim_id, "shoe": "x"}
    for path, operation, told in (
        (f"/Users/{made['id']}", {"path": "name", "value": {"givenName": "Eva", "shoe": "x"}}, "name.shoe is unknown"),
        (f"/Users/{made['id']}", {"path": ENTERPRISE, "value": {"division": "A", "shoe": 1}}, "the attribute 'shoe' is unknown"),
        (f"/Users/{made['id']}", {"value": {"emails": [{"value": "a@x.example", "shoe": 1}]}}, "emails.shoe is unknown"),
        (f"/Groups/{team['id']}", {"path": "members", "value": [member]}, "members.shoe is unknown"),
    ):  # fmt: skip
        assert scim.patch(path, {"op": "add"} | operation).status_code == 200
        call = last(account)
        assert (call.result, call.cause, len(call.warnings)) == ("warned", "ignored", 1)
        assert call.warnings[0]["facts"]["text"].startswith(told)


@on_both
def test_what_is_read_as_another_form_is_told_and_is_no_warning(account, make_field, page):
    """X-02: nothing is lost and nobody has to mend anything, so the call stays a good one."""
    make_field("level", "integer")
    entra = account.scim("entra")
    level = {extension(account): {"level": "42"}}
    made = entra.post("/Users", person("Ana", "Ruiz", active="True", title=7, **level)).json
    readings = last(account).facts["readings"]
    entra.patch(f"/Users/{made['id']}", {"op": "Replace", "path": "active", "value": "False"})
    call = last(account)

    assert sorted(readings) == [
        "active came as text and was read as true or false", "title came as a number and was read as text",
        f"{extension(account)}:level came as text and was read as a number",
    ]  # fmt: skip
    assert (call.result, call.warnings, call.facts["readings"]) == ("answered", None, readings[:1])
    shown = page(f"/provisioning/log/{call.request_id}")
    assert "active came as text and was read as true or false." in shown.text


def test_a_call_tells_of_no_more_warnings_than_anybody_reads(scim, account, make_user):
    """A body holds as many unknown names as it has room for."""
    shoes, hats = ({f"{thing}{number}": 1 for number in range(MOST)} for thing in ("shoe", "hat"))
    operations = [
        {"method": "POST", "path": "/Users", "bulkId": name, "data": person(name, "Ruiz", **unknown)}
        for name, unknown in (("Ana", shoes), ("Eva", hats))
    ]

    scim.post("/Bulk", {"schemas": [urns.BULK_REQUEST], "Operations": operations})
    assert len(last(account).warnings) == MOST
    scim.patch(f"/Users/{make_user().scim_id}", {"op": "add", "value": shoes | hats})
    assert len(last(account).warnings) == MOST
