"""The table of limits in docs/scim.md is made of the numbers that the code works with; ``test_limits`` tries them."""

from pathlib import Path

from scimapp import MAXIMUM_BODY_BYTES, gunicorn_conf
from scimapp.directory.fields import field_types
from scimapp.directory.groups import memberships
from scimapp.directory.people import profile
from scimapp.resource_types import changes
from scimapp.scim import bulk, cursor, listing, path, projection, work
from scimapp.scim.filter import parser
from scimapp.scim.patch import operation
from scimapp.scim_api import resources
from scimapp.scim_api.requests import json_body
from tests.scim_api.bodies import assert_error, create, person

DOCUMENT = (Path(__file__).parents[3] / "docs" / "scim.md").read_text(encoding="utf-8")
KIB = 1024
HEADER = f"{gunicorn_conf.limit_request_line / KIB:.0f} KiB"
ROWS = {
    "body; body of a group; a line or a field of the header": (
        f"{MAXIMUM_BODY_BYTES // KIB**2} MiB; {resources.MAXIMUM_GROUP_BODY // KIB**2} MiB; {HEADER}"
    ),
    "nesting of a body": f"{json_body.MAXIMUM_DEPTH} levels",
    "a person's attributes together; values of one attribute": (
        f"{profile.MAXIMUM_BYTES // KIB} KiB; {changes.MAXIMUM_VALUES:,} values"
    ),
    "`userName`; `externalId`; the address that a person signs in with": (
        f"{profile.MAXIMUM_USER_NAME}; {changes.MAXIMUM_EXTERNAL_ID}; {profile.MAXIMUM_EMAIL} characters"
    ),
    "a custom text; a long one; values of a field": (
        f"{field_types.MAXIMUM_LINE}; {field_types.MAXIMUM_TEXT:,} characters; {field_types.MAXIMUM_VALUES} values"
    ),
    "a group; its name": f"{memberships.MAXIMUM_MEMBERS:,} members; {memberships.MAXIMUM_NAME} characters",
    "a filter, in the URL or in a body": (
        f"{parser.MAXIMUM_LENGTH:,} characters, {parser.MAXIMUM_TERMS} terms, nesting of {parser.MAXIMUM_DEPTH} levels"
    ),
    "a path": f"{path.MAXIMUM_PATH:,} characters",
    "`attributes`, `excludedAttributes`": f"{projection.MAXIMUM_NAMES} names",
    "a PATCH; a Bulk; a `bulkId`": f"{operation.MAXIMUM_OPERATIONS:,} operations each; {bulk.LONGEST_ID} characters",
    "what the operations of a request look at": (f"{work.MOST:,} values, four for each comparison of a filter"),
    "a page, unless `count` says less; without `count`": (
        f"{listing.MAXIMUM_COUNT} resources, more are not sent; {listing.DEFAULT_COUNT}"
    ),
    "a cursor, from one page to the next": f"{cursor.TIMEOUT_SECONDS:,} seconds",
}


def test_the_document_tells_every_limit_as_it_is():
    table = DOCUMENT.partition("\n## Limits\n")[2].partition("\n## ")[0]
    rows = [line.strip().strip("|").split(" | ") for line in table.splitlines() if line.strip().startswith("| ")][1:]

    assert {name.strip(): value.strip() for name, value in rows} == ROWS
    assert operation.MAXIMUM_OPERATIONS == bulk.MAXIMUM_OPERATIONS


def test_texts_of_a_person_end_where_the_document_says(scim, account):
    """One more character is refused by name and changes nothing; as many as are allowed are kept."""
    made = create(scim, person())
    for attribute, most, text in (
        ("userName", profile.MAXIMUM_USER_NAME, "u" * profile.MAXIMUM_USER_NAME),
        ("externalId", changes.MAXIMUM_EXTERNAL_ID, "e" * changes.MAXIMUM_EXTERNAL_ID),
    ):
        path = f"/Users/{made['id']}"
        assert_error(scim.patch(path, replace={attribute: text + "x"}), 400, "invalidValue", says=f"at most {most}")
        assert scim.patch(path, replace={attribute: text}).json[attribute] == text
    address = "a@" + "x" * (profile.MAXIMUM_EMAIL - 2)
    for value, status in ((address, 201), (address + "x", 400)):
        emails = [{"value": value, "primary": True}]
        assert scim.post("/Users", person(emails=emails)).status_code == status


def test_more_names_than_a_projection_takes_are_refused(scim):
    names = [f"n{number}" for number in range(projection.MAXIMUM_NAMES)]

    assert scim.get("/Users", attributes=",".join(names)).status_code == 200
    assert_error(
        scim.get("/Users", excludedAttributes=",".join([*names, "one"])), 400, "invalidValue", says="200 names"
    )
