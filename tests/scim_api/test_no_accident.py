"""Nothing a client sends is an accident of ours: no 5xx, always a SCIM body, and a refused write changes nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimapp.directory import availability, reading, users

from .bodies import CORE, ENTERPRISE, ERROR, GROUP, PATCH_OP, SEARCH, assert_error, create, extension, group, person

NAMES = ("schemas", "id", "externalId", "userName", "name", "displayName", "title", "active", "emails", "groups", "meta",
         "members", "password", "photos", "addresses", "x509Certificates", "value", "type", "primary", "$ref", "formatted",
         "givenName", ENTERPRISE, "{custom}", "Department", "manager", "nonsense", "", " ", "a.b", "op", "path",
         "Operations", 'emails[type eq "work"].value', "name.givenName", f"{ENTERPRISE}:manager", CORE)  # fmt: skip
WORDS = ("", "x", "true", "False", "42", "-1e999", "é", "a@b.example", "2026-11-23T09:30:00Z", "\u0000", "\u200b",
         "replace", "add", "remove", PATCH_OP, CORE, GROUP, "members", 'members[value eq "x"]', "x" * 3000, "%", "\ufdfa" * 40)  # fmt: skip
SIMPLE = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(WORDS), st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
)  # fmt: skip
VALUES = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)),
    max_leaves=8,
)
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6)
OPERATIONS = st.lists(
    st.fixed_dictionaries(
        {"op": st.sampled_from(("add", "replace", "remove", "Add", "x"))},
        optional={"path": st.one_of(st.sampled_from(NAMES), SIMPLE), "value": VALUES},
    ),
    max_size=3,
)
FILTERS = st.lists(
    st.sampled_from(
        (
            "userName",
            "emails",
            "emails[",
            "]",
            "(",
            ")",
            "not",
            "and",
            "or",
            "eq",
            "pr",
            "co",
            "gt",
            '"x"',
            '"\\ud800"',
            '"\\u0000"',
            "null",
            "true",
            "1e999",
            "active",
            "meta.created",
            "members.value",
            "id",
            "\\",
            '"',
            "groups",
            "x509Certificates",
            "{custom}:EmpCode",
            "schemas",
        )
    ),  # fmt: skip
    max_size=7,
).map(" ".join)


def is_sane(answer):
    assert answer.status_code < 500 or answer.status_code == 501, answer.text
    if answer.status_code >= 400:
        assert answer.json["schemas"] == [ERROR]
        assert answer.json["status"] == str(answer.status_code)
        assert "Traceback" not in answer.text


@pytest.fixture
def target(scim, account, make_field):
    """``(client, id of a person, id of a group, filling)`` where the filling names the account's own URN."""
    make_field("EmpCode")
    user, team = create(scim, person()), create(scim, group("G"), "/Groups")
    return scim, user["id"], team["id"], lambda text: text.replace("{custom}", extension(account))


def test_no_body_is_an_accident(target):
    scim, user, team, filled = target

    @given(st.sampled_from(("POST", "PUT")), st.booleans(), BODIES, st.booleans())
    def sane(method, is_user, body, is_plausible):
        noun, resource_id = ("Users", user) if is_user else ("Groups", team)
        text = json.dumps((person() if is_user else group("G")) | body if is_plausible else body)
        path = f"/{noun}" if method == "POST" else f"/{noun}/{resource_id}"
        is_sane(scim.open(method, path, filled(text)))

    sane()


def test_no_patch_is_an_accident(target):
    scim, user, team, filled = target

    @given(st.booleans(), OPERATIONS)
    def sane(is_user, operations):
        path = f"/Users/{user}" if is_user else f"/Groups/{team}"
        before = scim.get(path)
        answer = scim.patch(path, body=filled(json.dumps({"schemas": [PATCH_OP], "Operations": operations})))
        is_sane(answer)
        if answer.status_code >= 400:
            assert scim.get(path).data == before.data

    sane()


def test_no_filter_is_an_accident(target):
    scim, _, _, filled = target

    @given(st.sampled_from(("Users", "Groups")), FILTERS)
    def sane(noun, text):
        is_sane(scim.post(f"/{noun}/.search", {"schemas": [SEARCH], "filter": filled(text)}))

    sane()


@pytest.mark.parametrize("value", [5, True, [], {}, ["x"], {"a": 1}])
@pytest.mark.parametrize("name", ["filter", "sortBy", "sortOrder", "startIndex", "count", "attributes", "schemas"])
def test_a_search_request_of_wrong_types_is_refused_in_words(scim, name, value):
    is_sane(scim.post("/Users/.search", {"schemas": [SEARCH]} | {name: value}))


def test_a_fault_of_ours_tells_its_request_id_and_nothing_else(scim, monkeypatch, caplog):
    def broken(*_arguments, **_named):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(users, "provision", broken)
    answer = scim.post("/Users", person())

    assert_error(answer, 500, says=answer.headers["X-Request-ID"])
    assert "secret" not in answer.text


def test_a_busy_database_is_503_with_retry_after(scim, monkeypatch):
    def busy(*_arguments, **_named):
        raise availability.UNAVAILABLE[0]("UPDATE users", {}, Exception("database is locked"))

    monkeypatch.setattr(reading, "count_people", busy)
    answer = scim.get("/Users")

    assert_error(answer, 503)
    assert answer.headers["Retry-After"].isdigit()
    assert "UPDATE" not in answer.text
