"""PATCH: every form of RFC 7644 §3.5.2, what is refused, and what real clients send instead."""

import copy
import re

import pytest

from scimapp.scim import urns, work
from scimapp.scim.errors import (
    InvalidFilter,
    InvalidPath,
    InvalidSyntax,
    InvalidValue,
    MutabilityError,
    NoTarget,
    TooMany,
)
from scimapp.scim.patch import parse_patch
from tests.scim.model import ENTERPRISE, ENTRA, OKTA, OWN_URN, STRICT, USER, ann, patched

WORK = {"value": "ann@corp.example", "type": "work", "primary": True}
HOME = {"value": "ann@home.example", "type": "home"}


@pytest.mark.parametrize(
    ("operation", "changed"),
    [
        ({"op": "replace", "path": "title", "value": "Chef"}, {"title": "Chef"}),
        ({"op": "add", "path": "displayName", "value": "Annie"}, {"displayName": "Annie"}),
        ({"op": "remove", "path": "title"}, {"title": None}),
        ({"op": "replace", "path": "title", "value": None}, {"title": None}),
        ({"op": "replace", "path": "TITLE", "value": "Chef"}, {"title": "Chef"}),
        ({"op": "replace", "path": "name.givenName", "value": "Anna"}, {"name": {"givenName": "Anna", "familyName": "Lee"}}),
        ({"op": "remove", "path": "name.givenName"}, {"name": {"familyName": "Lee"}}),
        ({"op": "add", "path": "name", "value": {"middleName": "B"}},
         {"name": {"givenName": "Ann", "familyName": "Lee", "middleName": "B"}}),
        ({"op": "replace", "path": "name", "value": {"givenName": "Anna", "familyName": None}}, {"name": {"givenName": "Anna"}}),
        ({"op": "replace", "path": "name", "value": {"givenName": None}}, {"name": {"familyName": "Lee"}}),
        ({"op": "add", "value": {"name": {"givenName": None}}}, {"name": {"familyName": "Lee"}}),
        ({"op": "replace", "path": "name", "value": {"givenName": None, "FAMILYNAME": None}}, {"name": None}),
        ({"op": "replace", "path": "name", "value": {"givenNames": "Ann"}}, {}),  # says nothing that a schema knows
        ({"op": "replace", "path": f"{ENTERPRISE}:manager", "value": {"displayName": "Bo"}}, {}),  # readOnly
        ({"op": "add", "path": 'emails[type eq "work"]', "value": {"primary": None, "display": "W"}},
         {"emails": [{"value": "ann@corp.example", "type": "work", "display": "W"}, HOME]}),
        ({"op": "add", "path": OWN_URN, "value": {}}, {}),
        ({"op": "add", "value": {OWN_URN: {}}}, {}),
        ({"op": "replace", "path": OWN_URN, "value": {}}, {}),  # names no part, so all of them stay
        ({"op": "replace", "value": {OWN_URN: {}}}, {}),
        ({"op": "replace", "path": OWN_URN, "value": None}, {OWN_URN: None}),
        ({"op": "replace", "path": "name", "value": {}}, {}),
        ({"op": "replace", "value": {"name": {}, f"{ENTERPRISE}": {"manager": {}}}}, {}),
        ({"op": "add", "path": "name", "value": {}}, {}),
        ({"op": "replace", "path": "name", "value": None}, {"name": None}),
        ({"op": "add", "path": "emails", "value": [{"value": "x@y"}]}, {"emails": [WORK, HOME, {"value": "x@y"}]}),
        ({"op": "add", "path": "emails", "value": [HOME]}, {}),
        ({"op": "replace", "path": "emails", "value": [{"value": "x@y"}]}, {"emails": [{"value": "x@y"}]}),
        ({"op": "replace", "path": "emails", "value": []}, {"emails": None}),
        ({"op": "remove", "path": "emails"}, {"emails": None}),
        ({"op": "remove", "path": 'emails[type eq "home"]'}, {"emails": [WORK]}),
        ({"op": "remove", "path": 'emails[type eq "none"]'}, {}),
        ({"op": "remove", "path": 'emails[type eq "work"].primary'},
         {"emails": [{"value": "ann@corp.example", "type": "work"}, HOME]}),
        ({"op": "replace", "path": 'emails[type eq "home"].value', "value": "x@y"},
         {"emails": [WORK, {"value": "x@y", "type": "home"}]}),
        ({"op": "replace", "path": 'emails[type eq "home"]', "value": None}, {"emails": [WORK]}),
        ({"op": "replace", "path": 'emails[type eq "home"].primary', "value": True},
         {"emails": [{"value": "ann@corp.example", "type": "work"}, HOME | {"primary": True}]}),
        ({"op": "add", "path": "emails", "value": {"value": "x@y", "primary": True}},
         {"emails": [{"value": "ann@corp.example", "type": "work"}, HOME, {"value": "x@y", "primary": True}]}),
        ({"op": "replace", "path": f"{ENTERPRISE}:department", "value": "Bar"},
         {ENTERPRISE: {"department": "Bar", "manager": {"value": "42"}}}),
        ({"op": "remove", "path": ENTERPRISE}, {ENTERPRISE: None}),
        ({"op": "add", "path": OWN_URN, "value": {"empcode": "E1"}},
         {OWN_URN: {"badge": 0, "remote": False, "skills": ["knives", "fire"], "EmpCode": "E1"}}),
        ({"op": "remove", "path": f'{OWN_URN}:skills[value eq "fire"]'},
         {OWN_URN: {"badge": 0, "remote": False, "skills": ["knives"]}}),
        ({"op": "replace", "value": {"active": False}}, {"active": False}),
        ({"op": "add", "value": {"nickName": "A", "title": "Chef"}}, {"nickName": "A", "title": "Chef"}),
        ({"op": "replace", "path": "password", "value": "secret"}, {}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialect", [STRICT, OKTA], ids=["strict", "okta"])
def test_an_operation_changes_what_it_names_and_nothing_else(operation, changed, dialect):
    assert patched(operation, dialect=dialect) == ann(**changed)


@pytest.mark.parametrize(
    ("operation", "changed"),
    [
        ({"op": "Replace", "path": "active", "value": "False"}, {"active": False}),
        ({"op": "replace", "value": {"name.givenName": "Anna", f"{ENTERPRISE}:department": "Bar"}},
         {"name": {"givenName": "Anna", "familyName": "Lee"}, ENTERPRISE: {"department": "Bar", "manager": {"value": "42"}}}),
        ({"op": "replace", "path": f"{ENTERPRISE}:manager", "value": "7"},
         {ENTERPRISE: {"department": "Kitchen", "manager": {"value": "7"}}}),
        ({"op": "replace", "path": "Department", "value": "Bar"},
         {ENTERPRISE: {"department": "Bar", "manager": {"value": "42"}}}),
        ({"op": "replace", "path": 'emails[type eq "other"].value', "value": "x@y"},
         {"emails": [WORK, HOME, {"type": "other", "value": "x@y"}]}),
        ({"op": "add", "path": 'emails[type eq "OTHER" and primary eq "True"].value', "value": "x@y"},
         {"emails": [{"value": "ann@corp.example", "type": "work"}, HOME, {"type": "other", "primary": True, "value": "x@y"}]}),
        ({"op": "add", "path": 'emails[type eq "other" and not (primary eq true)].value', "value": "x@y"},
         {"emails": [WORK, HOME, {"type": "other", "value": "x@y"}]}),
        ({"op": "replace", "path": 'emails[type eq "home"]', "value": None}, {"emails": [WORK]}),
        ({"op": "replace", "path": 'emails[type eq "home"]', "value": ""}, {"emails": [WORK]}),
        ({"op": "replace", "path": 'emails[type eq "home"]', "value": [HOME | {"primary": True}]},
         {"emails": [{"value": "ann@corp.example", "type": "work"}, HOME | {"primary": True}]}),
        ({"op": "add", "path": 'emails[type eq "work"]', "value": {"value": ""}}, {"emails": [HOME]}),
        ({"op": "add", "path": 'emails[type eq "other"]', "value": {"value": None}}, {}),
        ({"op": "replace", "path": 'emails[type eq "other"]', "value": None}, {}),
        ({"op": "add", "path": "roles", "value": [{"primary": True}, {"value": "cook", "primary": True}]},
         {"roles": [{"value": "cook", "primary": True}]}),
        ({"op": "remove", "path": "emails", "value": [{"value": "ANN@corp.example"}]}, {"emails": [HOME]}),
        ({"op": "remove", "path": "emails", "value": [{"type": "HOME"}]}, {"emails": [WORK]}),
        ({"op": "remove", "path": "emails", "value": [{"type": "home", "primary": True}]}, {}),
        ({"op": "remove", "path": "emails", "value": {}}, {}),  # names none of them
        ({"op": "remove", "path": f"{OWN_URN}:skills", "value": ["FIRE"]}, {OWN_URN: {"badge": 0, "remote": False, "skills": ["knives"]}}),
        ({"op": "remove", "path": "emails.value"}, {"emails": None}),
        ({"op": "replace", "path": "emails.value", "value": ""}, {"emails": None}),
        ({"op": "replace", "path": "title", "value": ""}, {"title": None}),
        ({"op": "replace", "path": f"{OWN_URN}:badge", "value": "7"},
         {OWN_URN: {"badge": 7, "remote": False, "skills": ["knives", "fire"]}}),
        ({"op": "replace", "value": {"id": "x", "meta": {}, "groups": [], "shoeSize": 42, "title": "Chef"}}, {"title": "Chef"}),
        ({"op": "replace", "value": {OWN_URN.upper(): {"badge": 7}}},
         {OWN_URN: {"badge": 7, "remote": False, "skills": ["knives", "fire"]}}),
    ],
)  # fmt: skip
def test_what_real_clients_send_is_taken_for_what_they_mean(operation, changed):
    assert patched(operation, dialect=ENTRA) == ann(**changed)


@pytest.mark.parametrize(
    ("operation", "error", "complaint"),
    [
        ({"op": "move", "path": "title"}, InvalidSyntax, "add, remove or replace"),
        ({"path": "title"}, InvalidSyntax, "op must be"),
        ({"op": "remove"}, NoTarget, "needs a path"),
        ({"op": "replace", "value": "x"}, InvalidValue, "object"),
        ({"op": "add", "path": "title"}, InvalidValue, "needs a value"),
        ({"op": "replace", "path": "shoeSize", "value": 1}, InvalidPath, "no attribute"),
        ({"op": "replace", "path": "title.part", "value": 1}, InvalidPath, "no sub-attribute"),
        ({"op": "replace", "path": "title[x eq 1]", "value": 1}, InvalidPath, "no elements"),
        ({"op": "replace", "path": "emails[type eq", "value": 1}, InvalidPath, "missing ]"),
        ({"op": "replace", "path": "emails[size eq 1]", "value": 1}, InvalidFilter, "no sub-attribute"),
        ({"op": "replace", "path": "id", "value": "x"}, MutabilityError, "readOnly"),
        ({"op": "add", "path": "groups", "value": []}, MutabilityError, "readOnly"),
        ({"op": "remove", "path": "userName"}, MutabilityError, "required"),
        ({"op": "replace", "path": "active", "value": "maybe"}, InvalidValue, "true or false"),
        ({"op": "replace", "path": f"{OWN_URN}:badge", "value": 1.5}, InvalidValue, "whole number"),
        ({"op": "replace", "path": "title", "value": {"a": 1}}, InvalidValue, "text is expected"),
        ({"op": "replace", "path": "emails[value pr]", "value": {"primary": True}}, InvalidValue, "once only"),
    ],
)
def test_a_refusal_names_the_operation_and_leaves_everything(operation, error, complaint):
    before = ann()
    kept = copy.deepcopy(before)

    with pytest.raises(error, match="operation 2: .*" + re.escape(complaint)):
        patched({"op": "replace", "path": "title", "value": "Chef"}, operation, of=before)

    assert before == kept


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ({"op": "replace", "path": 'emails[type eq "other"].value', "value": "x@y"}, NoTarget),
        ({"op": "replace", "path": 'emails[type eq "other"]', "value": None}, NoTarget),
        ({"op": "replace", "value": {"shoeSize": 42}}, InvalidPath),
        ({"op": "replace", "path": f"{OWN_URN}:badge", "value": "7"}, InvalidValue),
        ({"op": "replace", "value": {"id": "another"}}, MutabilityError),
    ],
)
def test_the_strict_preset_forgives_nothing(operation, error):
    with pytest.raises(error):
        patched(operation, dialect=STRICT)


def test_operations_run_in_order_each_on_the_result_of_the_one_before():
    after = patched(
        {"op": "remove", "path": "emails"},
        {"op": "add", "path": "emails", "value": [{"value": "one@x", "type": "work"}]},
        {"op": "replace", "path": 'emails[type eq "work"].value', "value": "two@x"},
    )

    assert after["emails"] == [{"value": "two@x", "type": "work"}]


@pytest.mark.parametrize("body", [[], {}, {"Operations": []}, {"Operations": {}}, {"Operations": [1]}, "x", None])
def test_what_is_no_patch_is_refused(body):
    with pytest.raises(InvalidSyntax):
        parse_patch(body, USER, OKTA)


def test_too_many_operations_are_refused():
    many = [{"op": "remove", "path": "title"}] * 1001

    with pytest.raises(InvalidSyntax, match="1000"):
        parse_patch({"schemas": [urns.PATCH_OP], "Operations": many}, USER, OKTA)


@pytest.mark.parametrize(
    "path, nobody",
    [("manager", {"value": ""}), ("manager", {"VALUE": None}), ("manager.value", ""), ("manager.value", None)],
)
def test_a_manager_without_an_id_is_nobody_although_an_address_was_sent_with_it(path, nobody):
    manager = {"value": "E7", "$ref": "https://people.example/E7"}
    named = {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": manager}

    assert patched(named)[ENTERPRISE]["manager"] == manager
    after = patched(named, {"op": "replace", "path": f"{ENTERPRISE}:{path}", "value": nobody})
    assert "manager" not in after[ENTERPRISE]


def test_a_long_filter_over_a_short_list_counts_as_much_as_a_short_one_over_a_long_list(monkeypatch):
    path = "emails[" + " or ".join(['type eq "fax"'] * 10) + "]"
    monkeypatch.setattr(work, "MOST", len(ann()["emails"]) * 10 * 4 - 1)

    with pytest.raises(TooMany, match="operation 1: the operations of one request"):
        patched({"op": "remove", "path": path}, of=ann())
