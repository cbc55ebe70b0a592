"""Who gets in: the token is looked at before anything else of a request."""

import re
from datetime import timedelta

import pytest

from scimapp.directory import clock
from scimapp.directory.connection import connection, scim_tokens
from scimapp.scim_api.requests.paths import TidyPaths
from tests.scim_api.bodies import ERROR, assert_error
from tests.support.databases import on_both

PATHS = ("/Users", "/Groups", "/Users/x", "/Schemas", "/ResourceTypes", "/Me", "/Bulk", "/nothing/here", "")


def test_a_product_of_any_name_can_challenge(app_with, account):
    """A header takes neither its signs nor its quotes as they are: each 401 was a fault of the server."""
    named = app_with(product_name='日本 "Leute" \\')

    answer = named.test_client().get(f"/scim/{account.id}/v2/Users")

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="?? ?Leute? ?"')


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"])
def test_without_a_token_every_address_and_method_is_the_same_401(scim, path, method):
    answer = scim.with_token(None).open(method, path, body=b"\xff not json" if method in ("POST", "PUT") else None)

    assert_error(answer, 401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="scimapp"'
    assert answer.headers["Cache-Control"] == "no-store"


@on_both
def test_every_token_that_does_not_fit_gets_the_same_answer(scim, account, make_account):
    draft, secret = scim_tokens.generate(account.scope, "Draft", "okta")
    revoked, gone = scim_tokens.generate(account.scope, "Gone", "okta", activate=True)
    scim_tokens.revoke(account.scope, revoked.id)
    foreign = make_account("Globex").make_token()
    valid = scim.token
    tokens = [secret, gone, foreign, valid[:-1], valid[:-1] + ("a" if valid[-1] != "a" else "b"), "é", "x" * 5000]

    answers = [scim.with_token(token).get("/Users") for token in tokens]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


def test_an_expired_token_is_refused_from_the_second_it_ends(account, monkeypatch):
    token, secret = scim_tokens.generate(account.scope, "Short", "okta", 30, activate=True)
    scim = account.scim().with_token(secret)
    end = token.expires_at

    for shift, status in ((-1, 200), (0, 401), (1, 401)):
        moment = end + timedelta(seconds=shift)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        assert scim.get("/Users").status_code == status


@pytest.mark.parametrize("spelling", ["Bearer {}", "bearer {}", "BEARER   {}", "{}"])
def test_the_word_bearer_may_be_missing(scim, spelling):
    answer = scim.with_token(None).get("/Users", headers={"Authorization": spelling.format(scim.token)})

    assert answer.status_code == 200


@pytest.mark.parametrize("spelling", ["Basic {}", "Token {}", "Bearer", "Bearer Bearer {}"])
def test_other_schemes_are_refused(scim, spelling):
    answer = scim.with_token(None).get("/Users", headers={"Authorization": spelling.format(scim.token)})

    assert_error(answer, 401)


def test_a_token_elsewhere_than_in_the_header_is_not_seen(scim):
    stranger = scim.with_token(None)

    assert_error(stranger.get("/Users", access_token=scim.token, token=scim.token), 401)
    assert_error(stranger.get("/Users", headers={"X-Authorization": f"Bearer {scim.token}"}), 401)
    assert_error(stranger.get("/Users", headers={"Cookie": f"token={scim.token}; session={scim.token}"}), 401)


def test_the_configuration_can_be_read_without_a_token(scim):
    answer = scim.with_token(None).get("/ServiceProviderConfig")

    assert answer.status_code == 200
    assert answer.json["authenticationSchemes"][0]["type"] == "oauthbearertoken"


def test_revoking_acts_on_the_very_next_call(scim, account):
    assert scim.get("/Users").status_code == 200
    scim_tokens.revoke(account.scope, scim_tokens.list_tokens(account.scope)[0].id)

    assert_error(scim.get("/Users"), 401)


def test_the_use_of_a_token_is_noted_in_words(scim, account, make_user):
    make_user()
    scim.get("/Users", headers={"User-Agent": "Okta SCIM Client 1.0.0"}, count=1)

    token = scim_tokens.list_tokens(account.scope)[0]
    assert re.fullmatch(r"asked for people and received 1 of 2; answered in \d+ ms", token.last_used_summary)
    assert token.last_used_agent == "Okta SCIM Client 1.0.0"
    assert connection.overview(account.scope).state == "on"


def test_a_refused_call_is_noted_with_its_answer(scim, account):
    scim.get("/Users", filter="nonsense")

    assert "answered 400 invalidFilter" in scim_tokens.list_tokens(account.scope)[0].last_used_summary


@pytest.mark.parametrize(
    "spelling", ["//Users", "/Users/", "/Users//", "/Users.scim", "///Users///", "/Users/?count=1", "/Users?foo=bar"]
)
def test_slashes_suffix_and_unknown_parameters_make_no_difference(scim, spelling):
    assert scim.get(spelling).status_code == 200
    assert_error(scim.with_token(None).get(spelling), 401)


def test_unknown_addresses_and_methods_are_scim_errors(scim):
    assert_error(scim.get("/nothing"), 404)
    assert_error(scim.get("/Users/a/b"), 404)
    wrong = scim.open("PATCH", "/Users", {})
    assert_error(wrong, 405)
    assert set(wrong.headers["Allow"].split(", ")) >= {"GET", "POST"}
    assert_error(scim.open("PURGE", "/Users"), 405)


@pytest.mark.parametrize(
    "path", ["/Users/%2F", "/Groups/%2f", "/Schemas/%2F", "/ResourceTypes/%2F%2f", "%2FUsers", "/Users%2F", "/%2F"]
)
def test_an_escaped_slash_separates_nothing(scim, path):
    assert_error(scim.get(path), 404)
    assert_error(scim.get(f"{path}?filter=userName%20eq%20%22a%2Fb%22"), 404)
    assert scim.get("/Users?filter=userName%20eq%20%22a%2Fb%22").status_code == 200


@pytest.mark.parametrize(
    "path, sent, prefix, routed",
    [
        ("/scim/Ac1/v2/Users//", "/there/scim/Ac1/v2/Users/%2f?a#b", "/there", "/scim/Ac1/v2/Users/%2F"),
        ("/scim/Ac1/v2/Users//", "/scim/Ac1/v2/Users/%2F#part", "", "/scim/Ac1/v2/Users/%2F"),
        ("/scim/Ac1/v2/Users", "/scim/Ac2/v2/Users%20", "", "/scim/Ac1/v2/Users"),
        ("/scim/Ac1/v2/Users", "/there/scim/Ac1%2Fv2/Users", "", "/scim/Ac1/v2/Users"),
    ],
    ids=["below a prefix", "with a fragment", "another account", "another prefix"],
)
def test_the_target_tells_only_which_slashes_were_escaped(path, sent, prefix, routed):
    """Nothing else is taken from it: what has looked at PATH_INFO before has looked at the path that is routed."""
    environ = {"PATH_INFO": path, "RAW_URI": sent, "SCRIPT_NAME": prefix}

    TidyPaths(lambda _environ, _start: ())(environ, None)

    assert environ["PATH_INFO"] == routed


def test_another_version_in_the_address_is_named(scim, account):
    scim.base_path = f"/scim/{account.id}/v1"

    assert_error(scim.get("/Users"), 400, "invalidVers", "v2")


def test_paths_around_the_base_are_scim_errors_too(scim):
    for path in ("/scim", "/scim/", "/scim/v2/Users", "/scim//"):
        scim.base_path = path
        answer = scim.get("")
        assert answer.status_code in (401, 404)
        assert answer.json["schemas"] == [ERROR]


def test_a_session_cookie_opens_no_scim_address(page, account):
    answer = page.visitor.open(f"/scim/{account.id}/v2/Users")

    assert answer.status_code == 401


def test_a_call_from_a_browser_leaves_its_session_alone(page, account, scim):
    with_token = {"Authorization": f"Bearer {scim.token}"}
    paths = ("/Users", "/Me", "/nothing")

    answers = [page.visitor.open(f"/scim/{account.id}/v2{path}", headers=with_token) for path in paths]

    assert [answer.status_code for answer in answers] == [200, 501, 404]
    assert not any("Set-Cookie" in answer.headers for answer in answers)


@pytest.mark.parametrize("path", ["/scim/{0}/v2/Groups/Me", "/scim/Me", "/scim/{0}/v2//Me/"])
def test_whatever_way_a_call_comes_it_is_answered_as_one(page, account, path):
    answer = page.visitor.open(path.format(account.id), method="DELETE")

    assert_error(answer, 401)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_every_answer_has_a_request_id(scim):
    assert scim.get("/Users").headers["X-Request-ID"]
    assert scim.with_token(None).get("/Users").headers["X-Request-ID"]
