"""Warnings of the SCIM connection: each has a sentence and the way to mend it, and goes when it is mended."""

import pytest

from scimapp.directory.accounts import accounts
from scimapp.directory.connection import deactivation_guard
from scimapp.directory.groups import role_rules
from tests.support.databases import on_both
from tests.support.people import seen_by_scim

PAGE = "/provisioning"
PLACEHOLDER = "urn:kissflow:scim:schemas:extension:YOUR_ACCOUNT_ID:2:User"
ALLOWED = deactivation_guard.ALWAYS_ALLOWED


def person(**more):
    return {"userName": "ann@corp.example", "name": {"givenName": "Ann"}, **more}


def test_a_healthy_connection_warns_of_nothing(page, scim):
    scim.post("/Users", person())

    before_the_panel = page(PAGE).html.partition('aria-labelledby="health"')[0]

    assert 'class="note' not in before_the_panel


@pytest.mark.parametrize(
    "sent", [PLACEHOLDER, "urn:kissflow:scim:schemas:extension:AnOtherAccount:2:User", "urn:corp:hr"]
)
def test_a_namespace_that_is_not_known(page, scim, account, make_field, sent):
    make_field("badge", "integer")
    scim.post("/Users", person(**{sent: {"badge": 1}}))
    scim.post("/Users", person(userName="bob@corp.example", **{sent: {"badge": 1}}))

    screen = page(PAGE)

    ours = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"
    assert "Okta sends a namespace we do not know, so the values in it are left out." in screen.text
    assert f"2 calls of the last 24 hours carried {sent}; your custom fields have {ours}." in screen.text
    assert screen.go(screen.link("Open the mapping sheets")).status_code == 200


def test_a_namespace_that_is_not_known_until_a_good_value_comes(page, scim, account, make_field, clock):
    """The warning stayed for a day, while the mapping sheet told of nothing any more."""
    make_field("badge", "integer")
    ours, warning = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User", "a namespace we do not know"
    made = scim.post("/Users", person(**{ours: {"badge": 1}, PLACEHOLDER: {"badge": 1}})).json["id"]
    assert warning in page(PAGE).text, "a good value in the same call mends nothing"

    clock.advance(minutes=2)
    scim.patch(f"/Users/{made}", replace={"active": False})
    assert warning in page(PAGE).text
    scim.patch(f"/Users/{made}", replace={f"{ours}:badge": 2})
    assert warning not in page(PAGE).text


def test_a_namespace_that_is_not_known_while_another_directory_sends_good_values(
    page, scim, account, make_field, clock
):
    make_field("badge", "integer")
    make_field("floor", "integer")
    scim.post("/Users", person(**{PLACEHOLDER: {"badge": 1}}))
    clock.advance(minutes=2)

    sent = {f"urn:kissflow:scim:schemas:extension:{account.id}:2:User": {"badge": 1}}
    assert account.scim("entra").post("/Users", person(userName="bob@corp.example", **sent)).status_code == 201

    assert "Okta sends a namespace we do not know" in page(PAGE).text
    assert f"Okta sends another namespace: {PLACEHOLDER}." in page("/fields/floor/mapping").text


@on_both
def test_a_namespace_that_is_not_known_is_mended_by_its_own_directory(page, scim, account, make_field, clock):
    """With several directories the warning stayed for a day."""
    make_field("badge", "integer")
    ours = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"
    made = scim.post("/Users", person(**{PLACEHOLDER: {"badge": 1}})).json["id"]
    entra = account.scim("entra")
    entra.post("/Users", person(userName="bob@corp.example", **{PLACEHOLDER: {"badge": 1}}))
    clock.advance(minutes=2)
    scim.patch(f"/Users/{made}", replace={f"{ours}:badge": 2})

    words = page(PAGE).text

    assert "Microsoft Entra ID sends a namespace we do not know" in words
    assert "Okta sends a namespace we do not know" not in words

    clock.advance(minutes=2)
    body = person(userName="eve@corp.example", **{ours: {"badge": 3}})
    one = {"method": "POST", "path": "/Users", "bulkId": "a", "data": body}
    entra.post("/Bulk", {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [one]})
    assert "a namespace we do not know" not in page(PAGE).text


def test_a_value_of_the_wrong_type_until_one_is_taken(page, account, scim, make_field):
    make_field("badge", "integer", label="Badge number")
    urn = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"
    assert scim.post("/Users", person(**{urn: {"badge": "118A"}})).status_code == 400

    screen = page(PAGE)
    assert "A value that Okta sent for Badge number (Integer) was refused:" in screen.text
    assert "not '118A'. Change the data type there." in screen.text
    assert screen.follow("See the call").status_code == 200
    assert screen.follow("Open the mapping sheet").status_code == 200

    assert scim.post("/Users", person(**{urn: {"badge": 118}})).status_code == 201
    assert "Badge number" not in page(PAGE).tree.find("main").text.partition("Options")[0]


def test_an_option_that_nobody_listed_is_mended_where_options_are(page, account, scim, make_field):
    make_field("site", "dropdown", label="Site", choices=["Oslo"])
    scim.post("/Users", person(**{f"urn:kissflow:scim:schemas:extension:{account.id}:2:User": {"site": "Rome"}}))

    screen = page(PAGE)
    assert "“Rome” is not one of the options: Oslo. List the option here" in screen.text
    assert screen.link("Edit the options") == "/fields/site"


def test_a_field_that_was_never_sent_until_it_is_ours(page, scim, make_field):
    make_field("badge", "integer", label="Badge number")
    assert "has never sent" not in page(PAGE).text
    scim.post("/Users", person())

    screen = page(PAGE)
    assert "Okta has never sent a value for “Badge number”." in screen.text
    assert screen.link("Open the mapping sheet") == "/fields/badge/mapping"

    page(PAGE).form("options").fill(yielded_values=["custom.badge"]).submit()
    assert "has never sent" not in page(PAGE).text


def test_many_fields_that_were_never_sent_are_one_sentence(page, scim, make_field):
    for number in range(5):
        make_field(f"field{number}", label=f"Field {number}")
    scim.get("/Users")

    screen = page(PAGE)
    assert "“Field 0”, “Field 1”, “Field 2” and 2 more" in screen.text
    assert screen.link("Open the mapping sheets") == "/fields/mapping"


@pytest.fixture
def leavers(make_user):
    return [make_user(state="invited") for _ in range(ALLOWED + 3)]


def deactivate(scim, people):
    return [scim.patch(f"/Users/{row.scim_id}", replace={"active": False}).status_code for row in people]


def test_stopped_deactivations_wait_for_a_decision(page, scope, scim, leavers):
    accounts.change_options(scope, stop_deactivations=True)
    deactivate(scim, leavers)

    screen = page(PAGE)
    everybody = len(leavers)
    assert f"Okta wanted to deactivate {everybody} of {everybody + 1} people within 1 minute." in screen.text
    assert f"{ALLOWED} were done, the rest waits" in screen.text

    kept = screen.form("keep").submit()
    assert "decided on" in kept.text
    assert set(deactivate(scim, leavers[ALLOWED:])) == {503}
    asked = kept.follow("Let them through…")
    assert "3 people wait and lose access as soon as Okta tries again." in asked.text
    let = asked.form("release").submit()

    assert "wanted to deactivate" not in let.text
    assert set(deactivate(scim, leavers[ALLOWED:])) == {200}


def test_a_run_that_nobody_stopped_is_told(page, scim, leavers):
    deactivate(scim, leavers)

    screen = page(PAGE)

    assert f"Okta deactivated {len(leavers)} of {len(leavers) + 1} people within 1 minute" in screen.text
    assert screen.link("Be asked the next time") == "/provisioning#stop_deactivations"


@on_both
def test_a_decision_that_somebody_else_made_meanwhile(page, scope, scim, leavers):
    accounts.change_options(scope, stop_deactivations=True)
    deactivate(scim, leavers)
    screen = page(PAGE)
    deactivation_guard.let_through(scope, deactivation_guard.runs(scope)[0].token.id)

    assert screen.follow("Let them through…").status_code == 404
    assert screen.form("keep").submit().status_code == 200
    assert set(deactivate(scim, leavers[ALLOWED:])) == {200}


def test_anothers_stop_is_not_found(page, account, other_account, leavers):
    accounts.change_options(account.scope, stop_deactivations=True)
    deactivate(account.scim("okta"), leavers)
    token_id = deactivation_guard.runs(account.scope)[0].token.id
    stranger = other_account.screens()

    assert stranger(f"{PAGE}/stopped/{token_id}/let-through").status_code == 404


def test_a_role_that_the_directory_or_a_group_gives_is_explained_on_the_persons_page(page, account, scope, scim):
    accounts.change_options(scope, directory_roles="user_admin")
    made = scim.post("/Users", person(roles=[{"value": "User Admin"}])).json

    given = page(f"/users/{made['id']}").text
    group = account.make_group("IT", [seen_by_scim(scope, made["id"])])
    role_rules.set_rule(scope, group.id, "super_admin")
    raised = page(f"/users/{made['id']}").text

    assert "Okta gives the role User Admin. It ends when the directory takes it away." in given
    assert "A group rule raises this to Super Admin." in raised
    assert "Okta gives" not in raised
