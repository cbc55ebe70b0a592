"""What a body may look like on the wire."""

import io
import json

import pytest

from tests.scim_api.bodies import CORE, assert_error, create, group, person


@pytest.mark.parametrize(
    "media_type",
    ["application/scim+json", "application/json", "application/scim+json; charset=utf-8", "Application/JSON", None],
)
def test_json_is_taken_under_both_names_and_without_one(scim, media_type):
    headers = {"Content-Type": media_type} if media_type else {}
    body = json.dumps(person("Zoë", "Ibáñez")).encode()

    answer = scim._visitor.open(
        f"{scim.base_path}/Users",
        method="POST",
        data=body,
        headers={"Authorization": f"Bearer {scim.token}"} | headers,
    )

    assert answer.status_code == 201
    assert answer.json["name"]["givenName"] == "Zoë"


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_other_types_are_415(scim, media_type):
    answer = scim.open("POST", "/Users", person(), {"Content-Type": media_type})

    assert_error(answer, 415, says="application/scim+json")
    assert answer.headers["Accept"] == "application/scim+json, application/json"


def test_a_compressed_body_is_415(scim):
    answer = scim.open("POST", "/Users", person(), {"Content-Encoding": "gzip"})

    assert_error(answer, 415)
    assert answer.headers["Accept-Encoding"] == "identity"
    assert scim.open("POST", "/Users", person(), {"Content-Encoding": ""}).status_code == 201


def test_what_a_patch_may_be_is_told(scim, account):
    path = f"/Users/{account.owner.scim_id}"

    assert scim.open("OPTIONS", path).headers["Accept-Patch"] == "application/scim+json, application/json"
    refused = scim.patch(path, body="[]", headers={"Content-Type": "application/json-patch+json"})
    assert (refused.status_code, refused.headers["Accept-Patch"]) == (415, "application/scim+json, application/json")
    assert "Accept-Patch" not in scim.open("OPTIONS", "/Users").headers


def test_a_byte_order_mark_is_tolerated(scim):
    body = b"\xef\xbb\xbf" + json.dumps(person()).encode()

    assert scim.post("/Users", body).status_code == 201


@pytest.mark.parametrize(
    "extra, name",
    [
        (', "title": "Chief"}', "title"),
        (r', "\u0074itle": "Chief"}', "title"),
        (', "x": [[{"a": 1, "b": ":", "a": ":"}]]}', "a"),
        (
            r', "x": {"a": 1, "a": 2, "b": "\u003a"}}',
            "a",
        ),  # an escaped colon cannot make up for the pair that goes missing
        (r', "x": {"a": 1, "a": 2, "b": "\u003A"}}', "a"),
        (', "x": {"": 1, "": {"c": 1}}}', ""),
    ],
)
def test_a_name_that_stands_twice_in_an_object_is_refused(scim, extra, name):
    """Two readers of such a body may read two different values (RFC 7493 §2.3)."""
    text = json.dumps(person(title="Clerk"))[:-1] + extra

    assert_error(scim.post("/Users", text), 400, "invalidSyntax", says=f"{name!r} stands twice")


@pytest.mark.parametrize(
    "extra, where",
    [({"TITLE": "Chief"}, "title"), ({CORE: {"title": "Chief"}}, "title"), ({"name": {"givenName": "A", "GIVENNAME": "B"}}, "name.givenName")],
)  # fmt: skip
def test_an_attribute_under_two_spellings_with_two_values_is_refused(scim, extra, where):
    assert_error(
        scim.post("/Users", person(title="Clerk") | extra), 400, "invalidValue", says=f"{where}: two different"
    )


def test_the_same_name_in_different_objects_and_colons_in_texts_are_fine(scim):
    more = {"title": "a:b::", "x": [{"a": 1}, {"a": {"a": ":"}}]}
    for text in (
        json.dumps(person(**more)),
        json.dumps(person(**more), indent=2),
        json.dumps(person(**more)).replace("a:b", r"a\u003ab"),
        json.dumps(person(**more)).replace("a:b", r"\\\u003a:\\u003ab"),
    ):
        assert scim.post("/Users", text).status_code == 201


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '"text"', "42", "null", "{'a': 1}", '{"a": NaN}', '{"a": "\ud800"}', b"\xff\xfe", '{"a":\x00}'],
)
def test_what_is_no_json_object_is_invalid_syntax(scim, text):
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")

    for method, path in (("POST", "/Users"), ("POST", "/Users/.search"), ("POST", "/Groups")):
        assert_error(scim.open(method, path, raw), 400, "invalidSyntax")


@pytest.mark.parametrize("depth", [40, 900, 5_000])
def test_deep_nesting_is_refused_and_not_an_accident(scim, depth):
    text = '{"schemas": ["x"], "userName": "a", "x": ' + "[" * depth + "]" * depth + "}"

    assert_error(scim.post("/Users", text), 400, "invalidSyntax", says="deeper than 32 levels")


@pytest.mark.parametrize(
    "raw, says",
    [
        (b'{"x": 1e400}', "line 1 column 7 is beyond 1.8e+308"),
        (b'{"x": 1' + b"0" * 400 + b"}", "beyond 1.8e+308"),
        ('{"userName": "a"}'.encode("utf-16-le"), "UTF-16-LE; JSON is sent as UTF-8"),
        ('{"userName": "a"}'.encode("utf-16"), "UTF-16; JSON is sent as UTF-8"),
    ],
)
def test_what_other_parsers_read_is_refused_for_what_it_is(scim, raw, says):
    assert_error(scim.post("/Users", raw), 400, "invalidSyntax", says=says)


def test_more_than_a_mebibyte_is_413(scim):
    text = json.dumps(person(title="x" * 1024 * 1024))

    assert_error(scim.post("/Users", text), 413, says="1 MiB")


def test_a_group_may_be_as_long_as_its_members_are_many(scim):
    strangers = [f"00u{number:033}" for number in range(25_000)]

    made = create(scim, group("All of them", *strangers), "/Groups")

    assert made["members"] == []
    too_long = json.dumps({"displayName": "x" * 8 * 1024 * 1024})
    assert_error(scim.put(f"/Groups/{made['id']}", too_long), 413, says="8 MiB")


@pytest.mark.parametrize("size, status", [(1024 * 1024 + 1, 413), (200_000, 400)])
def test_a_body_without_a_stated_length_has_the_same_limit(scim, size, status):
    answer = scim._visitor.open(
        f"{scim.base_path}/Users",
        method="POST",
        input_stream=io.BytesIO(b"x" * size),
        headers={"Authorization": f"Bearer {scim.token}", "Transfer-Encoding": "chunked"},
        environ_overrides={"CONTENT_LENGTH": "", "wsgi.input_terminated": True},
    )

    assert answer.status_code == status


@pytest.mark.parametrize("told", ["5000", "0" * 20 + "5000", "-1", "x", "²", "", "1" * 5_000])
def test_a_body_that_is_not_as_long_as_it_says_is_refused(scim, told):
    answer = scim._visitor.open(
        f"{scim.base_path}/Users",
        method="POST",
        input_stream=io.BytesIO(b'{"userName": "somebody"}'),
        headers={"Authorization": f"Bearer {scim.token}"},
        environ_overrides={"CONTENT_LENGTH": told},
    )

    assert answer.status_code in (400, 413)
    assert scim.get("/Users", filter='userName eq "somebody"').json["totalResults"] == 0


def test_answers_are_scim_json_unless_the_client_takes_plain_json_only(scim):
    assert scim.get("/Users").content_type == "application/scim+json"
    assert scim.get("/Users", headers={"Accept": "application/json"}).content_type == "application/json"
    assert scim.get("/Users", headers={"Accept": "*/*"}).content_type == "application/scim+json"
    both = {"Accept": "application/json, text/plain, */*"}
    assert scim.get("/Users", headers=both).content_type == "application/scim+json"
    assert scim.get("/Users", headers={"Accept": "text/html"}).content_type == "application/scim+json"
