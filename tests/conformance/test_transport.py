"""Transport, authentication, versions, errors (R-001 … R-018)."""

import re
from datetime import timedelta

import pytest

from scimapp.directory.connection import scim_tokens
from tests.conformance.elsewhere import account_at, at
from tests.scim_api.bodies import CORE, SEARCH, assert_error, create, group, person
from tests.support.doors import Screens
from tests.support.people import PASSWORD

sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@sqlite_only
def test_R_001_only_over_tls(app_with, account):
    """Traffic goes over TLS: behind https every address is https; without it there is a warning, and production does not start."""
    safe, plain = app_with(external_url="https://people.example"), app_with(external_url="http://people.example")
    answer = account_at(safe, account).get("/ServiceProviderConfig")
    assert answer.json["meta"]["location"].startswith("https://people.example/scim/")
    assert "max-age" in answer.headers["Strict-Transport-Security"]

    warned = configure_scim(plain, account)
    assert "reached without https" in warned.text
    assert "reached without https" not in configure_scim(safe, account).text


@sqlite_only
def test_R_002_the_base_url_has_no_query(page, scim):
    """The base URL that administrators copy has no query part."""
    urls = set(re.findall(r"https?://[^\s\"<]+/scim/[^\s\"<]+", page("/provisioning/configure?another=1").html))

    assert scim.base_url in urls
    assert not any("?" in url for url in urls)


@sqlite_only
def test_R_003_a_refused_caller_is_told_the_scheme(scim):
    """401 carries WWW-Authenticate and names Bearer."""
    answer = scim.with_token(None).get("/Users")

    assert_error(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_R_004_a_token_opens_its_account_and_no_other(scim, make_account):
    """A caller has the rights of one account: the token decides which, and no more than its maker may do."""
    other = make_account("Globex").scim()
    made = create(scim, person())

    assert_error(scim.with_token(other.token).get("/Users"), 401)
    assert_error(other.get(f"/Users/{made['id']}"), 404)
    assert other.get("/Users", filter=f'userName eq "{made["userName"]}"').json["totalResults"] == 0


@sqlite_only
def test_R_005_a_change_is_recorded_with_who_made_it(scim, page):
    """Every change names its subject: the token by its label, a person by name."""
    create(scim, person("Ada", "Lovelace"))

    shown = page("/audit").text
    assert "Ada Lovelace" in shown
    assert "Test okta" in shown


@sqlite_only
def test_R_006_tokens_are_random_and_end(scim, account, clock):
    """Tokens hold at least 128 random bits and end at a time that the server tells."""
    others = {account.make_token() for _ in range(3)}
    assert len(others) == 3
    assert all(len(secret) >= 32 for secret in others)
    row, secret = scim_tokens.generate(account.scope, "Short", "okta", activate=True)
    client = scim.with_token(secret)
    assert client.get("/Users").status_code == 200

    clock.advance_to(row.expires_at + timedelta(seconds=1))

    assert_error(client.get("/Users"), 401)


@sqlite_only
def test_R_007_a_session_ends_with_the_browser(app, account):
    """The session cookie has no life of its own: it ends with the browser, and no script can read it."""
    screens = Screens(app, account.owner)
    form = screens("/sign-in").form("/sign-in").fill(email=account.owner.email, password=PASSWORD)

    signed_in = screens.visitor.open("/sign-in", method="POST", data=form.values)

    cookie = next(text for text in signed_in.headers.getlist("Set-Cookie") if "session" in text)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie


@sqlite_only
def test_R_008_a_token_is_not_written_down(scim, page, caplog):
    """No log and no page holds the secret of a token."""
    caplog.set_level("DEBUG")
    scim.get("/Users")
    scim.post("/Users", "{")

    assert scim.token not in caplog.text
    for url in ("/provisioning", "/provisioning/log", "/audit"):
        shown = page(url)
        assert shown.status_code == 200
        assert scim.token not in shown.html
    assert_error(scim.with_token(None).get("/Users", access_token=scim.token), 401)


@sqlite_only
def test_R_009_the_version_stands_before_the_resource(scim, account):
    """v2 stands right before the resource; another version is refused as invalidVers."""
    assert scim.get("/Users").status_code == 200
    for version in ("v1", "v3", "v20"):
        assert_error(at(scim, f"/scim/{account.id}/{version}/Users"), 400, "invalidVers", version)


@sqlite_only
def test_R_010_without_a_version_the_newest_one_is_meant(scim, account):
    """A URL without a version leads to the newest one with 308, query and all, for every method."""
    for path in ("/Users", "/Users/x", "/Groups", "/Schemas", "/Bulk", "/.search", "/Users/%2F", ""):
        answer = at(scim, f"/scim/{account.id}{path}", query={"count": 1})
        assert answer.status_code == 308, path
        assert answer.headers["Location"] == f"{scim.base_url}{path}?count=1"
    posted = at(scim, f"/scim/{account.id}/Users", method="POST", body={})
    assert (posted.status_code, posted.headers["Location"]) == (308, f"{scim.base_url}/Users")
    assert_error(at(scim.with_token(None), f"/scim/{account.id}/Users"), 401)
    assert_error(at(scim, f"/scim/{account.id}/Robots"), 404)


def test_R_011_texts_are_utf_8(scim):
    """JSON in UTF-8 goes in and comes out, whatever the script."""
    name = "Zoë 山田 \U0001f600 Ñandú"
    made = create(scim, person(displayName=name))

    answer = scim.get(f"/Users/{made['id']}")
    assert answer.json["displayName"] == name
    assert name in answer.get_data(as_text=True)
    assert scim.get("/Users", filter=f'displayName eq "{name}"').json["totalResults"] == 1


@sqlite_only
def test_R_012_answers_are_scim_json(scim):
    """application/scim+json is answered by default and when asked for, application/json when only that is accepted."""
    for path, status in (("/Users", 200), ("/Schemas", 200), ("/Users/nobody", 404), ("/Nothing", 404)):
        for accept, shown in (
            ("application/scim+json", "application/scim+json"),
            ("*/*", "application/scim+json"),
            ("application/json", "application/json"),
            ("application/json, application/scim+json", "application/scim+json"),
        ):
            answer = scim.get(path, headers={"Accept": accept})
            assert (answer.status_code, answer.content_type) == (status, shown)


@sqlite_only
def test_R_013_bodies_are_json(scim):
    """Bodies come as application/scim+json, application/json or without a type; any other is 415."""
    for content_type in ("application/scim+json", "application/json", "application/scim+json; charset=utf-8", ""):
        assert scim.post("/Users", person(), headers={"Content-Type": content_type}).status_code == 201
    for content_type in ("text/plain", "application/xml", "application/x-www-form-urlencoded"):
        assert_error(scim.post("/Users", person(), headers={"Content-Type": content_type}), 415)


@sqlite_only
def test_R_014_the_suffix_selects_the_format(scim):
    """.scim at the end of an address changes nothing."""
    made = create(scim, person())

    assert scim.get(f"/Users/{made['id']}.scim").json == made
    assert scim.get("/Users.scim").json == scim.get("/Users").json
    assert scim.get("/Schemas.scim").json == scim.get("/Schemas").json


@sqlite_only
def test_R_015_every_error_has_a_scim_body(scim, app_with, account):
    """Every error, also 401, 404 of unknown addresses, 405, 413 and 415, has the Error URN, its status as text, a detail."""
    for answer, status, word in (
        (scim.with_token("wrong").get("/Users"), 401, None),
        (scim.get("/Users/nobody"), 404, None),
        (scim.get("/Nothing/at/all"), 404, None),
        (scim.open("PROPFIND", "/Users"), 405, None),
        (scim.delete("/Schemas"), 405, None),
        (scim.post("/Users", b"x" * (1024 * 1024 + 1)), 413, None),
        (scim.post("/Users", b"x", headers={"Content-Type": "text/html"}), 415, None),
        (scim.post("/Users", b"{"), 400, "invalidSyntax"),
        (scim.get("/Users", filter="("), 400, "invalidFilter"),
        (scim.post("/Me", {}), 501, None),
    ):
        assert_error(answer, status, word)
        assert answer.json["detail"]
    limited = account_at(app_with(scim_rate=1), account)
    refused = next(answer for answer in (limited.get("/Users") for _ in range(20)) if answer.status_code != 200)
    assert_error(refused, 429)
    assert int(refused.headers["Retry-After"]) >= 1


def test_R_016_each_status_where_it_belongs(scim):
    """400, 401, 403, 404, 409, 412, 413, 501 and 308 stand for what the standard lists; only faults of ours are 500."""
    made = create(scim, person())
    path = f"/Users/{made['id']}"
    owner = scim.get("/Users").json["Resources"][0]
    got = {
        400: scim.patch(path, {"op": "fly"}),
        401: scim.with_token("x").get(path),
        403: scim.delete(f"/Users/{owner['id']}"),
        404: scim.get("/Users/nobody"),
        409: scim.post("/Users", person(userName=made["userName"])),
        412: scim.delete(path, headers={"If-Match": 'W/"999"'}),
        413: scim.post("/Users", b" " * (1024 * 1024 + 1)),
        501: scim.get("/Me"),
    }

    assert {status: answer.status_code for status, answer in got.items()} == {status: status for status in got}


def test_R_017_each_word_where_it_belongs(scim, strict):
    """scimType says what is wrong: one word for each kind of fault, in searches, bodies and operations."""
    made = create(scim, person())
    path = f"/Users/{made['id']}"
    team = create(strict, group("Team", made["id"]), "/Groups")

    def patched(operation, at=path):
        return strict.patch(at, operation)

    assert_error(scim.get("/Users", filter="title eq"), 400, "invalidFilter")
    assert_error(patched({"op": "replace", "path": "emails[type eq].value", "value": "x"}), 400, "invalidFilter")
    assert_error(scim.post("/Users", person(userName=made["userName"])), 409, "uniqueness")
    assert_error(patched({"op": "replace", "path": "id", "value": "x"}), 400, "mutability")
    member = f'members[value eq "{made["id"]}"].value'
    assert_error(patched({"op": "replace", "path": member, "value": "x"}, f"/Groups/{team['id']}"), 400, "mutability")
    assert_error(scim.post("/Users", "[]"), 400, "invalidSyntax")
    assert_error(patched({"op": "replace", "path": "no such", "value": 1}), 400, "invalidPath")
    assert_error(patched({"op": "remove"}), 400, "noTarget")
    assert_error(
        patched({"op": "replace", "path": 'emails[type eq "x"].value', "value": "a@b.example"}), 400, "noTarget"
    )
    assert_error(patched({"op": "replace", "path": "active", "value": "perhaps"}), 400, "invalidValue")
    assert_error(scim.get("/Users", filter='password eq "x"'), 403, "sensitive")
    assert_error(scim.get("/Users", cursor="x"), 400, "invalidCursor")
    cursor = scim.get("/Users", cursor="", count=1).json["nextCursor"]
    assert_error(scim.get("/Users", cursor=cursor, count=2), 400, "invalidCount")


@sqlite_only
def test_R_018_unknown_parameters_are_ignored(scim):
    """A parameter that the standard does not know changes nothing; one in other letters is known, and counts once."""
    made = scim.post("/Users?foo=1", person())
    assert made.json["schemas"] == [CORE]
    everybody = scim.get("/Users").json
    assert scim.get("/Users", foo="1", filters="x").json == everybody
    assert scim.post("/Users/.search", {"schemas": [SEARCH], "foo": 1}).json == everybody
    for where in ({"Filter": f'id eq "{made.json["id"]}"'}, {"FILTER": "active eq false"}):
        assert scim.get("/Users", **where).json["totalResults"] < everybody["totalResults"]
        assert scim.post("/Users/.search", {"Schemas": [SEARCH]} | where).json == scim.get("/Users", **where).json
    assert scim.get("/Users", startindex="2", COUNT="1").json["Resources"] == everybody["Resources"][1:2]
    assert scim.get(f"/Users/{made.json['id']}", ATTRIBUTES="userName").json.keys() == {"schemas", "id", "userName"}
    assert_error(scim.get("/Users?count=1&Count=2"), 400, "invalidValue")
    assert_error(scim.post("/Users/.search", {"schemas": [SEARCH], "count": 1, "Count": 2}), 400, "invalidValue")


def configure_scim(app, account):
    """The dialog at another application, for the owner."""
    screens = Screens(app, account.owner)
    assert screens.sign_in(account.owner.email, PASSWORD).status_code == 200
    return screens("/provisioning/configure")
