"""Getting in, error pages and the outbox, in every look and every state; and the way in without script."""

import re

import pytest
from playwright.sync_api import expect

from scimapp.database.postgres import refusals
from tests.support import databases as made
from tests.support.doors import Screens
from tests.support.fixtures.browser import STATE_SIZES
from tests.support.live_account import PASSWORD
from tests.support.mail_sink import SmtpSink, body_of
from tests.support.near_server import NearAccount

NEW = "an umbrella in the rain"
WILMA = "wilhelmina.featherstonehaugh-castellanos@brightwater.example"
PERSON = {"name": {"givenName": "Wilhelmina", "familyName": "Featherstonehaugh-Castellanos"}}


@pytest.fixture
def sink():
    """A mail server that a test may stop."""
    running = SmtpSink()
    yield running
    if running.is_running:
        running.stop()


@pytest.fixture
def account(start_server, sink):
    """An account on a server that mails to the sink, and Wilhelmina, whom Okta has just created."""
    made_account = NearAccount(start_server(SCIMAPP_MAIL_URL=sink.url), "Brightwater Foods")
    made_account.okta = made_account.scim("okta")
    made_account.wilma = made_account.okta.post("/Users", PERSON | {"userName": WILMA}).json["id"]
    yield made_account
    made_account.close()


@pytest.fixture
def away_html(tmp_path, monkeypatch):
    """The page of a server whose database is away."""
    monkeypatch.setattr(refusals, "NOT_NOW_SECONDS", 0)
    away = made.build_app("postgresql://nobody@127.0.0.1:9/none", tmp_path)
    yield Screens(away)("/").html
    made.dispose(away)


def link_in(message):
    return re.search(r"https?://\S+", body_of(message))[0]


def sign_in(page, email, password):
    page.goto("/sign-in")
    page.fill("#email", email)
    page.fill("#password", password)
    page.click("main form button[type=submit]")


def press(page):
    page.click("main form button.btn-primary[type=submit]")


@pytest.fixture
def seeing(account, open_page, looked_at):
    """``page, see``: ``see(name, address)`` opens an address, or stays, and looks at every size."""
    page = open_page(base_url=account.server.url)

    def see(name, address=None):
        if address:
            page.goto(address)
        for viewport in STATE_SIZES.values():
            page.set_viewport_size(viewport)
            looked_at(page, name)

    return page, see


def test_signing_in_is_sound_in_every_state(account, sink, seeing):
    page, see = seeing

    page.goto("/sign-in")
    press(page)
    see("sign-in-empty")
    sign_in(page, "nobody@brightwater.example", "not the password")
    see("sign-in-wrong")
    for _ in range(10):
        sign_in(page, "nobody@brightwater.example", "not the password")
    see("sign-in-pause")
    see("sign-in-ended", "/sign-in?ended=cut")

    see("invitation-ended", f"/invitations/{'x' * 43}")
    press(page)
    see("invitation-ended-errors")
    page.fill("#email", "nobody@brightwater.example")
    press(page)
    see("invitation-renewed")
    invitation = link_in(sink.wait_for(WILMA))
    see("accept", invitation)
    page.fill("#password", "too short")
    press(page)
    see("accept-errors")
    page.fill("#password", NEW)
    press(page)
    see("error-403", "/provisioning/configure")
    see("error-404-member", "/nothing/here")
    page.context.clear_cookies()

    see("forgot", "/password/forgot")
    press(page)
    see("forgot-errors")
    page.fill("#email", WILMA)
    press(page)
    see("forgot-sent")
    see("reset", link_in(sink.wait_for(WILMA, 2)))
    page.fill("#password", "password12345")
    press(page)
    see("reset-errors")
    see("reset-ended", f"/password/reset/{'x' * 43}")

    new = "w@new.example"
    account.okta.patch(f"/Users/{account.wilma}", replace={"emails": [{"value": new, "primary": True}]})
    sign_in(page, new, NEW)
    see("sign-in-unconfirmed")
    see("confirm-email", link_in(sink.wait_for(new)))
    see("confirm-email-ended", f"/email/confirm/{'x' * 43}")
    account.okta.patch(f"/Users/{account.wilma}", replace={"active": False})
    sign_in(page, new, NEW)
    see("sign-in-inactive")

    account.server.flask(
        "accounts", "create", "--name", "Brightwater Foods", "--owner-email", account.email, "--owner-given-name",
        "Olive", "--owner-family-name", "Owner", "--password-stdin", typed=PASSWORD + "\n",
    )  # fmt: skip
    sign_in(page, account.email, PASSWORD)
    see("choose-account")
    press(page)
    see("choose-account-errors")


def test_the_outbox_and_error_pages_are_sound_in_every_state(account, sink, away_html, seeing):
    page, see = seeing
    link = link_in(sink.wait_for(WILMA))
    sink.fail_next("550 5.1.1 <bo@brightwater.example>: recipient unknown", "451 4.3.2 try again later")
    for name in ("bo", "cy"):
        account.okta.post("/Users", PERSON | {"userName": f"{name}@brightwater.example"})
    account.enter(page)
    page.goto("/outbox")
    _reload_until(page, "Retrying 2nd try")
    see("outbox-answers")
    see("outbox-none", "/outbox?q=nobody+of+this+name&state=sent&kind=invitation")
    page.goto("/outbox?state=failed")
    page.click("tbody th a")
    see("outbox-mail-failed")
    see("invitation-signed-in", link)
    sink.stop()
    account.okta.post("/Users", PERSON | {"userName": "dee@brightwater.example"})
    page.goto("/outbox")
    _reload_until(page, "Mail cannot be sent")
    see("outbox-away")

    page.goto("/users/new")
    page.fill("#given_name", "Ana")
    page.fill("#email", "ana@brightwater.example")
    page.evaluate("document.querySelectorAll('main [name=csrf_token]').forEach(input => input.value = 'old')")
    page.click("main form button[type=submit].btn-primary")
    see("error-stale-form")
    page.goto("/users/new")
    page.evaluate("document.querySelector('#given_name').value = 'a'.repeat(1100000)")
    page.click("main form button[type=submit].btn-primary")
    expect(page.locator("h1")).to_have_text("This is too large")
    see("error-413")
    page.context.clear_cookies()
    see("error-404-visitor", "/nothing/here")
    page.route("**/away", lambda route: route.fulfill(body=away_html, content_type="text/html"))
    see("error-503", "/away")


def test_getting_in_works_without_script(account, sink, open_page):
    page = open_page(base_url=account.server.url, java_script_enabled=False)

    sign_in(page, WILMA, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("do not match")
    expect(page.locator("[data-reveal]")).to_be_hidden()
    page.goto(link_in(sink.wait_for(WILMA)))
    page.fill("#password", NEW)
    press(page)
    page.click("text=Sign out")

    page.click("text=Forgot password?")
    page.fill("#email", WILMA)
    press(page)
    page.goto(link_in(sink.wait_for(WILMA, 2)))
    page.fill("#password", PASSWORD)
    press(page)
    expect(page.locator("main")).to_contain_text("Your new password is set.")
    page.context.clear_cookies()

    sink.wait_for(WILMA, 3)  # that the password changed: it would take the refusal meant for the next mail
    sink.fail_next("550 5.1.1 no such user")
    account.okta.post("/Users", PERSON | {"userName": "bo@brightwater.example"})
    account.enter(page)
    page.goto("/outbox")
    _reload_until(page, "The mailbox does not exist.")
    page.check("tbody input[type=checkbox]")
    page.click("text=Cancel mails")
    expect(page.locator("main")).to_contain_text("1 mail was cancelled.")


def _reload_until(page, text):
    """The mail worker of the server is another process; its work shows after a moment."""
    for _ in range(100):
        if text in " ".join(page.locator("main").inner_text().split()):
            return
        page.wait_for_timeout(100)
        page.reload()
    raise AssertionError(f"{text!r} never came; there is {page.locator('main').inner_text()}")
