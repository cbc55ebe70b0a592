"""What every page says to the browser, and what forged forms meet."""

import gzip
import hashlib
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from wtforms import PasswordField
from wtforms.fields.core import UnboundField

from scimapp.web.forms.base import Form
from scimapp.web.forms.kept import SECRET

STATIC = Path(__file__).parents[3] / "static"
BROUGHT = re.compile(r"""url\(["']?(?!data:)([^"')]+)""")
PAGES = ("/sign-in", "/invitations/renew", "/nothing/here")
OWN_PAGES = (
    "/users", "/users/new", "/groups", "/fields", "/fields/new", "/fields/mapping", "/provisioning",
    "/provisioning/configure", "/provisioning/guides/okta", "/outbox", "/me", "/nothing/here",
)  # fmt: skip


def assert_strict(page):
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-store"
    assert not page.tree.find_all("style")
    assert not [node for node in page.tree.find_all("script") if not node.get("src")]


@pytest.mark.parametrize("address", PAGES)
def test_pages_of_strangers_are_strict(visitor, address):
    assert_strict(visitor(address))


def test_pages_of_an_admin_are_strict(page):
    for address in OWN_PAGES:
        assert_strict(page(address))


def test_static_files_may_be_kept_because_their_address_changes(page):
    sheet = page("/me").tree.find_all("link")[-1].get("href")

    assert "immutable" in page.visitor.open(sheet).headers["Cache-Control"]


def test_a_browser_that_takes_gzip_gets_stylesheets_packed_and_no_pages(page):
    """The first page brought 700 kB of stylesheets."""
    takes = {"Accept-Encoding": "gzip, deflate, br"}
    sheet = page.visitor.open("/static/vendor/tabler.min.css", headers=takes)
    again = page.visitor.open("/static/vendor/tabler.min.css", headers=takes | {"If-None-Match": sheet.headers["ETag"]})
    plain = page.visitor.open("/static/vendor/tabler.min.css", headers={"Accept-Encoding": "gzip;q=0"})

    assert (sheet.headers["Content-Encoding"], sheet.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert int(sheet.headers["Content-Length"]) == len(sheet.data) < 90_000
    assert gzip.decompress(sheet.data) == plain.data == (STATIC / "vendor" / "tabler.min.css").read_bytes()
    assert (again.status_code, plain.headers["Vary"]) == (304, "Accept-Encoding")
    assert "Content-Encoding" not in page.visitor.open("/users", headers=takes).headers


def test_what_a_sheet_brings_along_has_an_address_that_changes_as_well(page):
    """Else every page asks for the fonts again."""
    addresses = [found for sheet in (STATIC / "css").glob("*.css") for found in BROUGHT.findall(sheet.read_text())]
    assert len(addresses) == 3

    for address in addresses:
        path, _, version = address.partition("?v=")
        content = (STATIC / "css" / path).read_bytes()
        assert version == hashlib.sha256(content).hexdigest()[:12], f"{path} has changed, and its address has not"
        assert "immutable" in page.visitor.open(urljoin("/static/css/", address)).headers["Cache-Control"]


def test_over_https_the_cookie_is_bound_and_transport_is_kept_secure(app_with):
    client = app_with(external_url="https://people.example").test_client()
    answer = client.get("/sign-in", base_url="https://people.example")

    assert answer.headers["Set-Cookie"].startswith("__Host-scimapp_session=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_every_form_route_refuses_a_forged_form(app, page):
    adapter_rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("web.")]
    unsafe = [rule for rule in adapter_rules if "POST" in rule.methods]

    assert len(unsafe) > 15
    for rule in unsafe:
        address = rule.build(dict.fromkeys(rule.arguments, "x"))[1]
        if rule.endpoint == "web.sign_in":
            continue  # whoever is signed in is led on, see test_forms_given_back
        answer = page.visitor.open(address, method="POST", data={"given_name": "Kept"})
        assert answer.status_code == 403, address
        assert "open too long" in answer.get_data(as_text=True)


def test_a_stale_form_keeps_what_was_typed_but_no_password(page):
    answer = page.go("/users/new", method="POST", data="given_name=Ana&password=hunter2&csrf_token=old")

    assert 'value="Ana"' in answer.html
    assert "hunter2" not in answer.html


def test_a_stale_form_keeps_custom_fields_whatever_their_name_holds(page, make_user, make_field):
    make_field("badge_token")
    make_field("password_hint")
    form = page(f"/users/{make_user().id}").form("profile")
    form.fill({"custom-badge_token": "T-17", "custom-password_hint": "a walk"}).values["csrf_token"] = ["old"]

    saved = form.submit().form("stale-form").submit()

    assert saved.status_code == 200
    assert saved.form("profile").values["custom-badge_token"] == ["T-17"]
    assert saved.form("profile").values["custom-password_hint"] == ["a walk"]


def test_every_input_for_a_password_is_one_that_is_never_kept():
    inputs = [pair for form in below(Form) for kind in form.__mro__ for pair in vars(kind).items()]
    names = {name for name, bound in inputs if isinstance(bound, UnboundField) and bound.field_class is PasswordField}

    codes = {"code"}  # of a second step: typed in sight, and used up at once
    assert names | codes == SECRET - {"csrf_token"}


def below(form):
    for kind in form.__subclasses__():
        yield kind
        yield from below(kind)
