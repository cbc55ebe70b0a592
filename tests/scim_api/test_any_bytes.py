"""Whatever arrives, the answer is a SCIM answer and never a fault of ours; whatever a PATCH does, it does whole."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .bodies import CORE, ENTERPRISE, ERROR, SEARCH, create, group, person

sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
bounded = settings(max_examples=60)
ANY_BYTES = st.binary(max_size=120)
# Texts that come near to being something.
WORDS = st.sampled_from(
    ["userName", "emails", "emails[", "]", ".value", "type eq", '"work"', " and ", "not (", ")", "pr", "active eq true", "\\u0000",
     "name.givenName", CORE, ENTERPRISE, ":", "members", "meta.created gt", '"2026-01-01T00:00:00Z"', "null", "1e999", "\ud800", "\0"]
)  # fmt: skip
NEARLY = st.lists(WORDS, max_size=8).map("".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20) | NEARLY,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ["value", "type", "primary", "$ref", "display", "op", "path", "userName", "name", "active", "emails", "x"]), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


def assert_answered(answer):
    """A SCIM answer that is no fault of ours; refusals have their body."""
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.json["schemas"] == [ERROR]
        assert answer.json["status"] == str(answer.status_code)
        assert answer.json["detail"]


@sqlite_only
def test_any_bytes_as_a_parameter(scim):
    @bounded
    @given(name=st.sampled_from(["filter", "cursor", "sortBy", "startIndex", "count", "attributes", "excludedAttributes", "sortOrder"]),
           raw=ANY_BYTES | NEARLY.map(lambda text: text.encode("utf-8", "surrogatepass")),
           path=st.sampled_from(["/Users", "/Groups", ""]))  # fmt: skip
    def ask(name, raw, path):
        quoted = "".join(f"%{byte:02x}" for byte in raw)
        assert_answered(scim.open("GET", f"{path}?{name}={quoted}"))

    ask()


@sqlite_only
def test_any_bytes_as_an_address(scim):
    @bounded
    @given(raw=ANY_BYTES, method=st.sampled_from(["GET", "PUT", "PATCH", "DELETE", "POST"]))
    def ask(raw, method):
        quoted = "".join(f"%{byte:02x}" for byte in raw)
        assert_answered(scim.open(method, f"/Users/{quoted}", None if method == "GET" else person()))

    ask()


@sqlite_only
def test_any_bytes_as_a_body(scim):
    made = create(scim, person())
    team = create(scim, group("Team", made["id"]), "/Groups")
    places = [("POST", "/Users"), ("PUT", f"/Users/{made['id']}"), ("PATCH", f"/Users/{made['id']}"), ("POST", "/Bulk"),
              ("POST", "/.search"), ("POST", "/Users/.search"), ("PATCH", f"/Groups/{team['id']}"), ("POST", "/Groups")]  # fmt: skip

    @bounded
    @given(raw=ANY_BYTES | JSON.map(lambda value: json.dumps(value).encode()), place=st.sampled_from(places))
    def ask(raw, place):
        method, path = place
        assert_answered(scim.open(method, path, raw))

    ask()


@sqlite_only
def test_any_values_in_the_right_places(scim):
    made = create(scim, person())
    team = create(scim, group("Team", made["id"]), "/Groups")
    targets = st.sampled_from([f"/Users/{made['id']}", f"/Groups/{team['id']}"])
    operation = st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "replace", "remove"])},
        optional={"path": NEARLY | st.sampled_from(PATHS), "value": JSON},
    )

    @bounded
    @given(path=targets, operations=st.lists(operation, min_size=1, max_size=3))
    def change(path, operations):
        assert_answered(scim.patch(path, *operations))

    @bounded
    @given(
        name=st.sampled_from(["name", "emails", "active", ENTERPRISE, "members", "userName", "schemas", "displayName"]),
        value=JSON,
    )
    def make(name, value):
        assert_answered(scim.post("/Users", person() | {name: value}))
        assert_answered(scim.post("/Groups", group("Crew") | {name: value}))
        assert_answered(scim.post("/.search", {"schemas": [SEARCH], name: value, "filter": value, "count": value}))

    change()
    make()


PATHS = ["title", "name", "name.givenName", "emails", 'emails[type eq "work"]', 'emails[type eq "home"].value', "emails.primary",
         f"{ENTERPRISE}:department", ENTERPRISE, f"{ENTERPRISE}:manager", "userName", "active", "id", "roles", "members", "displayName"]  # fmt: skip
GOOD = st.one_of(
    st.fixed_dictionaries({"op": st.sampled_from(["add", "replace"]), "path": st.just("title"), "value": st.sampled_from("ABC")}),
    st.fixed_dictionaries({
        "op": st.sampled_from(["add", "replace"]), "path": st.just("phoneNumbers"),
        "value": st.lists(st.fixed_dictionaries(
            {"value": st.sampled_from("123"), "type": st.sampled_from(["work", "Work", "home"])},
            optional={"primary": st.booleans()}), max_size=3)}),
    st.fixed_dictionaries({"op": st.just("replace"), "path": st.just('phoneNumbers[type eq "work"].primary'), "value": st.just(True)}),
    st.fixed_dictionaries({"op": st.just("replace"), "path": st.just('phoneNumbers[value eq "1"].type'), "value": st.just("home")}),
    st.fixed_dictionaries({"op": st.just("add"), "path": st.just(f"{ENTERPRISE}:department"), "value": st.sampled_from("AB")}),
    st.fixed_dictionaries({"op": st.just("remove"), "path": st.sampled_from(
        [ENTERPRISE, "title", "phoneNumbers", 'phoneNumbers[value eq "1"]', f"{ENTERPRISE}:department"])}),
)  # fmt: skip
BAD = {"op": "replace", "path": "userName", "value": None}


@pytest.mark.parametrize("preset", ["strict", "entra"])
def test_a_row_of_changes_keeps_what_must_hold(scim, preset):
    """One primary, no element twice, schemas as the content, and a refused PATCH leaves no trace."""
    client = scim.for_provider(preset)
    path = f"/Users/{create(client, person())['id']}"

    @settings(max_examples=30)
    @given(changes=st.lists(st.lists(GOOD, min_size=1, max_size=3), min_size=1, max_size=4), fails=st.booleans())
    def change(changes, fails):
        for operations in changes:
            before = client.get(path).json
            answer = client.patch(path, *operations, *([BAD] if fails else []))
            after = client.get(path).json
            if answer.status_code != 200:
                assert answer.status_code == 400
                assert after == before
            phones = after.get("phoneNumbers", [])
            assert sum(phone.get("primary", False) for phone in phones) <= 1
            assert len({(phone.get("value"), phone.get("type", "").lower()) for phone in phones}) == len(phones)
            assert (ENTERPRISE in after) is (ENTERPRISE in after["schemas"])
            assert after.get(ENTERPRISE) != {}
            assert (after["meta"]["version"] == before["meta"]["version"]) is (after == before)

    change()
