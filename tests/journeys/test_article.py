"""The article (Kissflow's help page for Okta), sentence by sentence: an admin in Chromium, Okta over a real socket, a mail
from a real SMTP server.

The requests are the recorded ones of ``tests/idp/okta``, in the dialect of the catalogue template and of the wizard.
"""

import http.client
import json
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.idp.recordings import FIELDS, Player, load
from tests.support.mail_sink import body_of

PASSWORD = "a long walk over the hill"
OWNER = "olive.owner@acme.example"


class Okta:
    """Sends recorded requests over a socket; ``play`` runs the actions up to and including a name."""

    def __init__(self, base_url, token, dialect, **variables):
        self._parts, self._token = urlsplit(base_url), token
        story = load(f"okta/{dialect}")
        self._player = Player(story, self._send, token, **variables)
        self._actions = iter(story.recordings.items())

    def play_until(self, last):
        for name, recording in self._actions:
            self._player.play(recording)
            if name == last:
                return self._player.variables
        raise AssertionError(f"no action {last!r}")

    def _send(self, method, path, headers, body):
        connection = http.client.HTTPConnection(self._parts.hostname, self._parts.port, timeout=30)
        connection.request(method, self._parts.path + path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, dict(answer.getheaders()), json.loads(text) if text else None


@pytest.fixture
def admin(live_server, browser_page):
    """The first start: the link from the server's log, the form, and the admin on User management."""
    link = live_server.flask_json("accounts", "setup-link")["setup_url"]
    page = browser_page
    page.goto(link)
    page.fill("#account_name", "Acme")
    page.fill("#given_name", "Olive")
    page.fill("#family_name", "Owner")
    page.fill("#email", OWNER)
    page.fill("#password", PASSWORD)
    page.click("text=Create account")
    expect(page.locator("h1")).to_have_text("User management")
    return page


def configure_scim(page):
    """Configure SCIM: base URL, token shown once, Save."""
    page.click("main a:has-text('Configure SCIM')")
    page.click("button:has-text('Generate token')")
    base_url, token = page.input_value("#base"), page.input_value("#token")
    page.click("text=Save and switch on")
    expect(page.locator("[data-status=waiting]")).to_be_visible()
    return base_url, token


def add_fields(page):
    """The custom fields that Okta maps, added in the editor."""
    for field_id, field in FIELDS.items():
        page.goto("/fields/new")
        page.fill("#label", field_id)
        page.fill("#field_id", field_id)
        page.select_option("#type", field["type"])
        if field.get("multi_valued"):
            page.check("#multi_valued")
        page.click("main form button:has-text('Add field')")
        expect(page.locator("[role=status]").first).to_contain_text("is added")


def add_person(page, given, family, email):
    page.goto("/users/new")
    page.fill("#given_name", given)
    page.fill("#family_name", family)
    page.fill("#email", email)
    page.click("button:text-is('Add')")
    expect(page.locator("h1")).to_contain_text(f"{given} {family}")
    return page.url.rsplit("/", 1)[1]


def find_person(page, text):
    page.goto(f"/users?q={text}")
    return page.locator("main tbody tr")


# Each dialect on one of the databases: the requests of both run on either in ``tests/idp``.
@pytest.mark.journey
@pytest.mark.parametrize("database, dialect", [("sqlite", "oin"), ("postgres", "aiw")], indirect=["database"])
def test_the_article_from_a_fresh_server_to_a_provisioned_person(
    admin, live_server, smtp_sink, open_page, axe, picture, dialect
):
    page = admin
    base_url, token = configure_scim(page)
    account_id = urlsplit(base_url).path.split("/")[2]
    assert base_url == f"{live_server.url}/scim/{account_id}/v2"

    # "… the token once generated will not be available again for copy or download."
    page.goto("/provisioning")
    assert token not in page.content()
    page.goto("/provisioning/configure")
    assert token not in page.content()

    # Custom fields, a person and a group who are here before Okta is.
    add_fields(page)
    add_person(page, "Grace", "Hopper", "grace.hopper@okta-customer.example")
    member = add_person(page, "Edsger", "Dijkstra", "edsger.dijkstra@okta-customer.example")
    group_maker = live_server.flask_json("tokens", "generate", "--account", account_id, "--provider", "generic")
    make_group(group_maker, "Programmers", member)

    okta = Okta(
        base_url, token, dialect,
        extension=f"urn:kissflow:scim:schemas:extension:{account_id}:2:User",
        known_user_name="grace.hopper@okta-customer.example",
        known_group_name="Programmers",
        known_member=member,
    )  # fmt: skip

    # "Click Test API Credentials": the open dialog notices by itself.
    page.goto("/provisioning/configure")
    okta.play_until("02-save-provisioning")
    expect(page.locator("[data-status=on]")).to_contain_text("Connected")
    picture(page, f"configure-scim-on-{dialect}")

    # "Any new user in Okta will receive an email invitation": mail, link, password, signed in.
    okta.play_until("03-assign-new-person")
    row = find_person(page, "ada")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Invited")
    expect(row).to_contain_text("Okta")
    row.locator("a.plain").click()
    address = page.locator("input[type=email], #email").first.input_value()
    mail = smtp_sink.wait_for(address)
    link = re.search(r"http://\S+/invitations/\S+", body_of(mail))[0]
    assert "Acme" in mail["Subject"]
    newcomer = open_page(base_url=live_server.url)
    newcomer.goto(link)
    axe(newcomer)
    newcomer.fill("#password", "an umbrella in the rain")
    newcomer.click("text=Set password and sign in")
    expect(newcomer.locator("main")).to_contain_text("Ada")
    newcomer.goto("/users")
    expect(newcomer.locator("h1")).to_have_text("You need another role for this page")

    # Updating, deactivating ("retained … as an inactive user"), assigning again.
    okta.play_until("07-deactivate")
    row = find_person(page, "ada")
    expect(row).to_contain_text("Inactive")
    newcomer.goto("/me")
    expect(newcomer.locator("h1")).to_have_text("Sign in")
    okta.play_until("08-assign-again")
    expect(find_person(page, "ada")).to_contain_text("Active")
    invitations = [mail for mail in smtp_sink.to(address) if "invites you" in mail["Subject"]]
    assert len(invitations) == 1, "somebody who accepted is not invited again"

    # Custom attributes arrive in the fields of the person.
    variables = okta.play_until("11-custom-attributes")
    page.goto(f"/users/{variables['ada']}")
    expect(page.locator("main")).to_contain_text("EmpCode")

    # Push groups: created here, only people who are here are members, the others are reported.
    variables = okta.play_until("25-push-strangers")
    page.goto(f"/groups/{variables['group']}")
    expect(page.locator("main")).to_contain_text("00uNOBODYhere000009x")
    axe(page)
    picture(page, f"group-skipped-{dialect}")
    okta.play_until("29-lookup-of-somebody-gone")


def make_group(made, name, member):
    parts = urlsplit(made["base_url"])
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    body = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": name,
        "members": [{"value": member}],
    }
    connection.request(
        "POST", f"{parts.path}/Groups", json.dumps(body),
        {"Authorization": f"Bearer {made['token']}", "Content-Type": "application/scim+json"},
    )  # fmt: skip
    assert connection.getresponse().status == 201
    connection.close()
