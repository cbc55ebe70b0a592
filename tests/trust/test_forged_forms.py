"""A form that no page of ours made changes nothing, wherever it is sent (security L14). Addresses from the URL map."""

import pytest

from tests.support.doors import Screens

from .ground import Ground
from .routes import SAFE, routes
from .rows import fingerprint
from .tour import proof

FIELDS = {"label": "x", "display_name": "x", "direction": "up", "provider": "okta", "given_name": "Forged"}
SEEN = ("user_sessions",)


@pytest.fixture
def ground(app, account):
    ground = Ground(account)
    for route in routes(app, "web"):
        if route.kind:
            ground.one(route.kind)
    return ground


def unsafe(app):
    return [route for route in routes(app, "web") if not route.is_safe]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_form_without_its_proof_or_with_anothers_is_refused(app, account, page, ground):
    """Without, with one of another session, with one that was bent."""
    mine, anothers = proof(page), proof(account.screens())
    bent = mine[:-9] + ("a" if mine[-9] != "a" else "b") + mine[-8:]
    proofs = ({}, {"csrf_token": anothers}, {"csrf_token": bent})
    before, tried = fingerprint(account.id, SEEN), 0

    for route in unsafe(app):
        address = route.address(ground.one(route.kind) if route.kind else None)
        for given in proofs:
            answer = page.visitor.open(address, method=route.method, data=FIELDS | given)
            # Whoever is signed in already is led on from the sign-in form.
            assert answer.status_code == (303 if route.endpoint == "web.sign_in" else 403), route
            tried += 1
    assert fingerprint(account.id, SEEN) == before
    assert tried > 180


ELSEWHERE = (
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
    {"Origin": "http://people.example.evil.example"}, {"Origin": "http://people.example:81"},
    {"Origin": "http://["}, {"Origin": "people.example"}, {"Origin": "http://evil.example://people.example"},
)  # fmt: skip
HERE = (
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://people.example"},
    {"Origin": "null"}, {},
)  # fmt: skip


def test_a_form_of_another_site_is_refused_even_with_a_proof_and_is_not_offered_again(app, account, page):
    before = fingerprint(account.id, SEEN)
    token = proof(page)

    for headers in ELSEWHERE:
        for given in ({}, {"csrf_token": token}):
            answer = page.visitor.open("/users/new", method="POST", data=FIELDS | given, headers=headers)
            assert answer.status_code == 400, headers
            assert "Forged" not in answer.get_data(as_text=True), headers
        waits = {"waits_at": "/me", "waiting-x": "Forged"}
        stranger = Screens(app).visitor.open("/sign-in", method="POST", data=waits, headers=headers)
        assert stranger.status_code == 400, headers
        assert "Forged" not in stranger.get_data(as_text=True), headers
    assert fingerprint(account.id, SEEN) == before


def test_a_form_of_ours_is_taken_whatever_the_browser_says_of_it(page):
    fields = {"csrf_token": proof(page), "theme": "dark"}

    for headers in HERE:
        answer = page.visitor.open("/me/theme", method="POST", data=fields, headers=headers)
        assert answer.status_code == 303, headers


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_nothing_is_changed_by_looking(app, account, page, ground):
    """GET and HEAD change no row but what was seen, on any address, with whatever stands in the query."""
    asked = {
        "csrf_token": proof(page),
        "action": "deactivate",
        "user": ground.one("person"),
        "confirm": "1",
        "typed": "x",
    }
    before = fingerprint(account.id, SEEN)

    for route in routes(app, "web"):
        if route.is_safe and route.endpoint not in RECORDED:
            page.visitor.open(
                route.address(ground.one(route.kind) if route.kind else None), method="HEAD", query_string=asked
            )
    assert fingerprint(account.id, SEEN) == before


# Looks that are recorded on purpose: who took a file of people away, and how the list was last arranged.
RECORDED = frozenset(("web.users_export",))


def test_scim_takes_no_proof_because_it_takes_no_session(app, account, page):
    """The front without CSRF protection is the one that a cookie does not open."""
    for route in routes(app, "scim_api"):
        if route.method in SAFE or route.endpoint == "scim_api.change_me":
            continue
        answer = page.visitor.open(route.address(None, account.id), method=route.method, json={"userName": "x"})
        assert answer.status_code == 401, route
