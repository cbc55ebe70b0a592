"""What every answer tells the browser, whatever the address and whatever came of it (security L11, L18–L20, V7).

Addresses come from the URL map. Pages that answer 200 are looked at by ``test_hostile_names``, which opens them all.
"""

from urllib.parse import quote, urlsplit

import pytest

from scimapp.auth import known_browsers
from scimapp.web import addresses
from tests.support.doors import Screens
from tests.support.people import PASSWORD

from .policies import assert_guarded
from .routes import SECRETS, routes, unknown
from .who_may import ANYBODY, WEAKEST

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE", "TRACE")


def break_down(**_arguments):
    raise RuntimeError("the secret of the house")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_refusal_is_guarded(app, account, page, make_user):
    """Sent to sign in, turned away, not found, not allowed, not a form of ours: all pages of the policy."""
    member, stranger, seen = account.screens(make_user()), Screens(app), set()

    for route in routes(app, "web"):
        address = route.address()
        for screens in (stranger, member, page):
            for method in {route.method, "PURGE"} if screens is stranger else {route.method}:
                answer = screens.visitor.open(address, method=method)
                if answer.status_code != 200:
                    assert_guarded(answer, f"{method} {address}: {answer.status}")
                    seen.add(answer.status_code)
        if route.endpoint in SECRETS:
            assert stranger.visitor.open(address).headers["Referrer-Policy"] == "no-referrer"
    assert seen >= {303, 403, 404, 405, 410}


def test_every_fault_is_guarded_and_tells_nothing(app_with, account):
    """Each view breaks down once, at the screens and over SCIM."""
    broken = app_with()
    for endpoint in broken.view_functions:
        broken.view_functions[endpoint] = break_down
    stranger, faults = Screens(broken), 0
    broken.config["WTF_CSRF_ENABLED"] = False  # else the proof is missed before anything can break

    for blueprint in ("web", "scim_api", "health"):
        for route in routes(broken, blueprint):
            answer = stranger.visitor.open(route.address(account_id=account.id), method=route.method)
            text = answer.get_data(as_text=True)
            assert answer.status_code in (500, 401), route  # a token is asked for before anything can break
            assert "secret of the house" not in text and "Traceback" not in text and "RuntimeError" not in text, route
            assert_guarded(answer, route)
            faults += answer.status_code == 500
    assert faults > 110


def test_what_is_no_page_is_guarded_too(app, account, page, scim):
    for address in (
        "/nothing/here",
        "/healthz",
        "/static/../wsgi.py",
        "/static/nothing.css",
        "/.git/config",
        "/users/%00",
    ):
        answer = page.visitor.open(address)
        if not address.startswith("/static"):
            assert_guarded(answer, address)
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
    for method in METHODS:
        for path in ("/Users", f"/Users/{unknown('person')}", "/nothing", "/Bulk"):
            answer = scim.open(method, path)
            assert answer.headers["Cache-Control"] == "no-store", (method, path)
            assert answer.headers["X-Content-Type-Options"] == "nosniff", (method, path)
            assert answer.mimetype == "application/scim+json" or not answer.data, (method, path)
            assert "Set-Cookie" not in answer.headers, (method, path)


NEXT = (
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example",
    "/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example", "\t//evil.example", " //evil.example", "/%5cevil.example",
    "/%5Cevil.example", "%2f%2fevil.example", "http://evil.example", "https://evil.example", "HTTPS://evil.example",
    "http:evil.example", "http:/evil.example", "https:///evil.example", "http:\\\\evil.example", "//evil.example/%2f..",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "ftp://evil.example",
    "//evil%E3%80%82example", "//①②.example", "/\x00//evil.example", "/\x0b/evil.example", "/\u2028/evil.example",
    "/\u202e//evil.example", "evil.example", "@evil.example", "people.example@evil.example", "//people.example@evil.example",
    "//people.example:80@evil.example", "?next=//evil.example", "#//evil.example", ".evil.example", "../../evil.example",
    "/\\/evil.example", "/\u00a0/evil.example", "",
)  # fmt: skip


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_next_leads_out_of_the_site_in_no_spelling(app, account):
    """At the sign-in page, by link and by form; every other place asks the same function."""
    assert len(NEXT) > 40
    for target in NEXT:
        stranger = Screens(app)
        form = (
            stranger(f"/sign-in?next={quote(target)}")
            .form("/sign-in")
            .fill(email=account.owner.email, password=PASSWORD)
        )
        pairs = {name: values[0] for name, values in form.values.items() if values}
        answer = stranger.visitor.open(form.action, method="POST", data=pairs)
        assert answer.status_code == 303, target
        assert_stays(answer, target)
        assert addresses.local_path(target) is None, target


def assert_stays(answer, target):
    place = answer.headers["Location"]
    assert urlsplit(place).netloc in ("", "people.example"), target
    assert place.startswith("/") and not place.startswith(("//", "/\\")), (target, place)
    assert "evil" not in place, (target, place)


def test_cookies_are_bound_to_this_host_and_out_of_reach_of_scripts(app_with, account):
    """Over https; the account and its people are read from the same database."""
    app = app_with(external_url="https://people.example")
    shown = app.test_client().get("/sign-in", base_url="https://people.example")
    with app.test_request_context("/sign-in", base_url="https://people.example"):
        known_browsers.remember(["password ann@corp.example"])
        entered = app.process_response(app.response_class())

    cookies = [*shown.headers.getlist("Set-Cookie"), *entered.headers.getlist("Set-Cookie")]
    assert [cookie.partition("=")[0] for cookie in cookies] == ["__Host-scimapp_session", "__Host-scimapp_browser"]
    for cookie in cookies:
        parts = {part.strip().partition("=")[0] for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "Path", "SameSite"} <= parts
        assert "Domain" not in parts
        assert "SameSite=Lax" in cookie and "Path=/" in cookie
    assert shown.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_an_address_that_is_for_nobody_in_particular_is_one_of_the_doors(app):
    """What opens without signing in is short enough to be read."""
    open_to_all = {endpoint for endpoint, role in WEAKEST.items() if role == ANYBODY}

    assert len(open_to_all) == 14
