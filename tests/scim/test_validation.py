"""Bodies of POST and PUT, projection, paging, versions, paths and the discovery documents."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimapp.scim import checker, urns
from scimapp.scim.errors import InvalidPath, InvalidSyntax, InvalidValue, ScimError
from scimapp.scim.listing import Paging, list_begin, parse_paging
from scimapp.scim.path import parse_path, split_schema
from scimapp.scim.projection import Projection
from scimapp.scim.validation import validate
from scimapp.scim.version import etag, is_known, is_match
from tests.scim.model import ENTERPRISE, GROUP, OKTA, OWN_URN, STRICT, USER, ann

CORE = {"schemas": [urns.CORE_USER], "userName": "ann"}


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ({"USERNAME": "ann"}, {"userName": "ann"}),
        ({"active": "False"}, {"active": False}),
        ({"title": ""}, {}),
        ({"title": None, "emails": []}, {}),
        ({"id": "x", "meta": {"a": 1}, "groups": [{"value": "g"}], "password": "p"}, {}),
        ({"shoeSize": 42, "email": "x"}, {}),
        ({"emails": "ann@x"}, {"emails": [{"value": "ann@x"}]}),
        ({"emails": [{"value": "a@x"}, {"value": "a@x"}]}, {"emails": [{"value": "a@x"}]}),
        ({"Department": "Bar"}, {ENTERPRISE: {"department": "Bar"}}),
        ({ENTERPRISE: {"manager": "42"}}, {ENTERPRISE: {"manager": {"value": "42"}}}),
        ({ENTERPRISE: {"manager": {"value": "42", "displayName": "Bo"}}}, {ENTERPRISE: {"manager": {"value": "42"}}}),
        ({OWN_URN.upper(): {"EMPCODE": 7, "badge": "7", "rate": "4.5", "remote": "true"}},
         {OWN_URN: {"EmpCode": "7", "badge": 7, "rate": 4.5, "remote": True}}),
        ({OWN_URN: {"badge": 0, "remote": False}}, {OWN_URN: {"badge": 0, "remote": False}}),
        ({"urn:kissflow:scim:schemas:extension:Ac2:2:User": {"badge": 7}}, {}),
        ({"urn:kissflow:scim:schemas:extension:Kissflow Account ID:2:User": {"badge": 7}}, {}),
    ],
)  # fmt: skip
def test_a_body_is_read_as_its_client_means_it(body, kept):
    assert validate(CORE | body, USER, OKTA).representation == {"userName": "ann"} | kept


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"userName": ""}, "userName is required"),
        ({"userName": {"a": 1}}, "userName: text is expected"),
        ({"active": "maybe"}, "active: true or false"),
        ({"name": "Ann"}, "name: an object"),
        ({"emails": [{"value": {"a": 1}}]}, "emails.value: text"),
        ({OWN_URN: {"badge": 1.5}}, f"{OWN_URN}:badge: a whole number"),
        ({OWN_URN: {"badge": True}}, "badge: a whole number .* not true"),
        ({OWN_URN: {"badge": "+-7"}}, "badge: a whole number"),
        ({OWN_URN: {"rate": "1_0"}}, "rate: a number"),
        ({OWN_URN: {"rate": "much"}}, "rate: a number"),
        ({OWN_URN: {"reviewed": "2026-11-23"}}, "a date and time"),
        ({OWN_URN: [1]}, "an object is expected"),
        ({"title": "a\0b"}, "NUL"),
        ({"title": "\ud800"}, "half surrogates"),
        ({"x509Certificates": [{"value": "no base64!"}]}, "base64"),
    ],
)
def test_a_value_that_does_not_fit_is_named(body, complaint):
    with pytest.raises(InvalidValue, match=complaint):
        validate(CORE | body, USER, OKTA)


@pytest.mark.parametrize("body", [[], "x", None, 7])
def test_what_is_no_object_is_refused(body):
    with pytest.raises(InvalidSyntax):
        validate(body, USER, OKTA)


_ODD_MEMBERS = (
    {"value": "a"}, {"value": "a", "display": "Ann"}, {"value": "b"}, {"value": ""}, {"value": None}, {"display": "Ann"},
    {"VALUE": "c"}, {"value": "d", "type": "User"}, {"value": 7}, {"value": "n\0"}, {"value": "e", "odd": 1}, "f", 7, None, {}, [],
)  # fmt: skip


@given(st.lists(st.sampled_from(_ODD_MEMBERS), min_size=1, max_size=4), st.sampled_from((OKTA, STRICT)))
def test_members_checked_together_are_what_each_of_them_is(members, dialect):
    body = {"schemas": [urns.CORE_GROUP], "displayName": "Crew", "members": members}

    def outcome():
        try:
            checked = validate(body, GROUP, dialect)
        except InvalidValue as refused:
            return str(refused)
        return checked.representation, checked.warnings, checked.cleared

    with pytest.MonkeyPatch.context() as patch:
        together = outcome()
        patch.setattr(checker, "_plain_ids", lambda *_: None)
        assert together == outcome()


@pytest.mark.parametrize("schemas", [None, [], "x", [7], [urns.CORE_GROUP]])
def test_the_strict_preset_wants_schemas(schemas):
    with pytest.raises(InvalidSyntax):
        validate({"schemas": schemas, "userName": "ann"}, USER, STRICT)


@pytest.mark.parametrize("schemas", ["x", [7]])
def test_every_preset_wants_schemas_to_be_a_list_of_texts(schemas):
    with pytest.raises(InvalidSyntax, match="must be a list that holds"):
        validate({"schemas": schemas, "userName": "ann"}, USER, OKTA)


def test_unknown_things_are_warned_of_and_what_is_cleared_is_remembered():
    validated = validate(CORE | {"shoeSize": 1, "title": None, OWN_URN: {"badge": None}}, USER, OKTA)

    assert any("shoeSize" in warning for warning in validated.warnings)
    assert {"title", f"{OWN_URN}:badge"} <= validated.cleared


def test_two_primaries_are_refused_strictly_and_the_last_one_kept_otherwise():
    body = CORE | {"emails": [{"value": "a@x", "primary": True}, {"value": "b@x", "primary": True}]}

    with pytest.raises(InvalidValue, match="once only"):
        validate(body, USER, STRICT)
    kept = validate(body, USER, OKTA).representation["emails"]
    assert [item.get("primary") for item in kept] == [None, True]


@pytest.mark.parametrize(
    ("attributes", "excluded", "left"),
    [
        ("userName", None, {"schemas", "id", "userName"}),
        ("NAME.givenName", None, {"schemas", "id", "name"}),
        (None, "emails,active", {"schemas", "id", "userName", "name", "title", ENTERPRISE, OWN_URN}),
        (f"{ENTERPRISE}:department", None, {"schemas", "id", ENTERPRISE}),
        (None, OWN_URN, {"schemas", "id", "userName", "name", "active", "title", "emails", ENTERPRISE}),
        (None, "id,schemas,unknown", {"schemas", "id", "userName", "name", "active", "title", "emails", ENTERPRISE, OWN_URN}),
    ],
)  # fmt: skip
def test_an_answer_holds_what_was_asked_for(attributes, excluded, left):
    whole = {"schemas": [urns.CORE_USER, ENTERPRISE, OWN_URN], "id": "1"} | ann()

    shown = Projection.parse(attributes, excluded, USER).apply(whole)

    assert set(shown) == left
    assert set(shown["schemas"]) == {urns.CORE_USER} | (left & {ENTERPRISE, OWN_URN})


def test_parts_are_projected_and_the_whole_is_untouched():
    whole = ann()
    shown = Projection.parse("emails.value,name.givenName", None, USER).apply(whole)

    assert shown == {
        "name": {"givenName": "Ann"},
        "emails": [{"value": "ann@corp.example"}, {"value": "ann@home.example"}],
    }
    assert whole == ann()


@pytest.mark.parametrize(
    ("attributes", "excluded", "shown"),
    [
        (None, "emails.value,emails.type,emails.primary,name.givenName", {"name": {"familyName": "Lee"}}),
        (None, "emails,name.givenName,name.familyName", {}),
        ("emails.display,name.middleName", None, {}),
        ("emails.primary", None, {"emails": [{"primary": True}]}),
        ("emails.display", None, {}),
    ],
)
def test_what_nothing_is_left_of_is_not_shown(attributes, excluded, shown):
    """An empty object is no value (RFC 7643 §2.5); a list that was empty before says so."""
    whole = {name: value for name, value in ann().items() if name in ("name", "emails")}

    assert Projection.parse(attributes, excluded, USER).apply(whole) == shown
    assert Projection.parse("emails.value", None, USER).apply({"emails": []}) == {"emails": []}


def test_attributes_and_excluded_attributes_exclude_each_other():
    with pytest.raises(InvalidValue):
        Projection.parse("userName", "title", USER)


@pytest.mark.parametrize(
    ("start", "count", "paging"),
    [
        (None, None, Paging(1, 100)),
        ("1", "2", Paging(1, 2)),
        ("-5", "-1", Paging(1, 0)),
        ("0", "0", Paging(1, 0)),
        ("7", "10000", Paging(7, 500)),
        (3, 4, Paging(3, 4)),
    ],
)
def test_paging_is_kept_within_bounds(start, count, paging):
    assert parse_paging(start, count) == paging


def test_a_number_of_any_length_is_far_beyond_the_end():
    assert parse_paging("1" * 30, "9" * 30) == parse_paging(10**18, 500)
    assert parse_paging(1e30, 1e30) == parse_paging("1" * 30, "9" * 30)
    assert parse_paging(-1e30, -1e30) == parse_paging(1, 0)


@pytest.mark.parametrize("value", ["a", "1.5", "١", "1" * 101, [1], 1.5, 4.0])
def test_paging_takes_whole_numbers_only(value):
    with pytest.raises(InvalidValue, match="whole number"):
        parse_paging(value, None)


@pytest.mark.parametrize(
    ("start", "cursor", "place"),
    [(None, None, {}), (1, None, {"startIndex": 1}), (None, 'a"b\\é', {"nextCursor": 'a"b\\é'})],
)
def test_a_list_begins_with_its_numbers(start, cursor, place):
    text = list_begin(1_000, 2, start, cursor) + b"1,2]}"

    schemas = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]}
    told = schemas | {"totalResults": 1_000} | place | {"itemsPerPage": 2, "Resources": [1, 2]}
    assert [*json.loads(text).items()] == [*told.items()]


@pytest.mark.parametrize(
    ("header", "holds"),
    [
        ('W/"7"', True),
        ('"7"', True),
        ("*", True),
        ('W/"6", W/"7"', True),
        ('W/"7-0a"', True),
        ('"7-0a"', True),
        ('W/"8"', False),
        ("7", False),
        ("7-0a", False),
        ('W/"77"', False),
        ('W/"77-0a"', False),
        ('"7-0a', False),
    ],
)
def test_versions_match_weakly(header, holds):
    assert etag(7) == 'W/"7"'
    assert is_match(header, 7) is holds


def test_what_is_shown_of_others_has_a_part_in_the_tag_and_none_in_the_precondition():
    one, other = etag(7, "-0a"), etag(7, "-0b")

    assert len({etag(7), one, other}) == 3
    assert is_match(one, 7) and is_match(other, 7) and not is_match(one, 8)
    assert is_known(f'"x", {one}', one) and is_known(one.removeprefix("W/"), one) and is_known("*", one)
    assert not is_known(other, one) and not is_known(etag(7), one)


def test_the_longest_known_urn_wins():
    ids = ("urn:a:User", "urn:a:User:more")

    assert split_schema("urn:a:user:more:title", ids) == ("urn:a:User:more", "title")
    assert split_schema("urn:a:User", ids) == ("urn:a:User", "")
    assert split_schema("name.givenName", ids) == (None, "name.givenName")
    with pytest.raises(InvalidPath):
        split_schema("urn:b:User:title", ids)


@given(st.text(max_size=120))
def test_any_text_is_a_path_or_a_scim_error(text):
    try:
        parse_path(text, USER)
    except ScimError as error:
        assert error.status in (400, 403)


def test_schemas_state_every_characteristic():
    for schema in USER.schemas:
        for attribute in schema.to_dict()["attributes"]:
            assert {"name", "type", "multiValued", "description", "required", "mutability", "returned"} <= set(
                attribute
            )
            assert attribute["type"] == "complex" or {"caseExact", "uniqueness"} <= set(attribute)
