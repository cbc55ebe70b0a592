"""The SCIM connection: its health, pausing it, its options, and who may see which."""

import pytest

from scimapp.directory.accounts import accounts
from scimapp.directory.calls import call_log, call_pulse, call_retention
from scimapp.directory.connection import connection, scim_tokens
from scimapp.directory.people import users
from scimapp.web.view_models.connection.health import span_words
from tests.support.databases import on_both

PAGE = "/provisioning"
OPTIONS = {
    "invite_provisioned": ("no", False),
    "same_name_groups": ("create", "create"),
    "strict_members": (True, True),
    "revive_inactive": (False, False),
    "put_clears_extension": (True, True),
    "stop_deactivations": (True, True),
    "directory_roles": ("user_admin", "user_admin"),
    "yielded_values": (["title", "custom.badge"], ["title", "custom.badge"]),
}
WAYS_IN = ("", "/pause", "/configure", "/status")


def pill(screen):
    """The state of the health panel."""
    card = screen.tree.find("section", aria_labelledby="health")
    return next(node for node in card.find_all("span") if "pill" in (node.get("class") or "").split()).text


@pytest.mark.parametrize(
    "seconds, words",
    [(59, "0 min"), (3_599, "59 min"), (3_600, "1 hour"), (47 * 3_600 + 3_599, "47 hours"), (48 * 3_600, "2 days")],
)
def test_a_span_is_told_in_its_largest_whole_part(app, seconds, words):
    assert span_words(seconds) == words


def test_before_set_up_the_page_says_how_to_begin(page):
    screen = page(PAGE)

    assert "No directory is connected" in screen.text
    assert screen.link("Configure SCIM") == "/provisioning/configure"
    assert not screen.tree.find_all("section", aria_labelledby="health")


def test_the_pill_follows_the_connection(page, account, scope):
    token, secret = scim_tokens.generate(scope, "Okta", "okta", activate=True)
    client = account.scim().with_token(secret)
    client.with_token(secret[:-1]).get("/Users")
    client.with_token("of another product").get("/Users")
    waiting = page(PAGE)
    assert pill(waiting) == "Waiting for the first call"
    assert (
        "First call None yet First token saved just now" in waiting.tree.find("section", aria_labelledby="health").text
    )

    client.get("/Users")
    assert pill(page(PAGE)) == "Connected"  # however often it was tried with other tokens before
    assert connection.overview(scope).needs_a_look is False

    connection.pause(scope)
    assert pill(page(PAGE)) == "Paused"
    connection.resume(scope)

    client.get("/Users/unknown")
    client.get("/Users/unknown")
    assert pill(page(PAGE)) == "Failing"

    for row in scim_tokens.list_tokens(scope):
        scim_tokens.revoke(scope, row.id)
    assert pill(page(PAGE)) == "Off"


@pytest.mark.parametrize("looked_through", [call_pulse.LOOKED_THROUGH, 3])
def test_what_a_pause_kept_waiting_is_no_failure_of_the_directory(page, account, scope, monkeypatch, looked_through):
    monkeypatch.setattr(call_pulse, "LOOKED_THROUGH", looked_through)
    client = account.scim("okta")
    client.get("/Users")
    connection.pause(scope)
    for _ in range(4):
        client.get("/Users")
    connection.resume(scope)

    screen = page(PAGE)
    assert pill(screen) == "Connected"
    assert connection.overview(scope).needs_a_look is False
    assert "5 calls, 4 failed" in screen.text.replace(" ,", ",")

    client.get("/Users/unknown")
    assert pill(page(PAGE)) == "Failing"
    assert connection.overview(scope).needs_a_look is True


def test_a_directory_that_is_quiet_for_long_is_told(account, clock):
    client = account.scim("okta")
    for _ in range(7):
        client.get("/Users")
        call_log.flush()
        clock.advance(hours=1)
    assert pill(account.screens()(PAGE)) == "Connected"

    clock.advance(hours=26)
    screen = account.screens()(PAGE)

    assert pill(screen) == "Quiet for 27 h"
    assert "Okta has been quiet for 27 hours; usually it calls every 1 hour." in screen.text
    assert screen.link("See the last calls").startswith("/provisioning/log")


def test_a_directory_that_is_quiet_beside_another_one_is_told(account, clock):
    okta, entra = account.scim("okta"), account.scim("entra")
    for hour in range(33):
        for client in (okta, entra) if hour < 7 else (entra,):
            client.get("/Users")
        call_log.flush()
        clock.advance(hours=1)

    screen = account.screens()(PAGE)

    assert pill(screen) == "Connected"
    assert "Okta has been quiet for 27 hours; usually it calls every 1 hour." in screen.text
    assert "Entra" not in " ".join(node.text for node in screen.tree.find_all(string=lambda text: "quiet" in text))


def test_the_panel_tells_the_facts(page, account):
    client = account.scim("okta")
    client.get("/Users")
    client.post("/Groups", {"displayName": "Sales", "members": [{"value": "nobody"}]})
    client.get("/Users/unknown")

    screen = page(PAGE)

    for words in ("3 calls, 1 failed", "Not known yet", "1 group member", "First call just now", "Show as table"):
        assert words in screen.text.replace(" ,", ","), words


def test_a_first_call_is_known_for_longer_than_the_log_is_kept(account, clock):
    client = account.scim("okta")
    client.get("/Users")
    first = clock.now()
    clock.advance(days=200)
    call_retention.prune()
    client.get("/Users")

    assert f"First call {first.day} {first:%b %Y}" in account.screens()(PAGE).text


def test_the_page_takes_the_same_statements_at_any_size(page, account, make_user, statements):
    client = account.scim("okta")
    client.get("/Users/unknown")  # most calls fail, before and after
    page(PAGE)
    with statements() as small:
        page(PAGE)
    for _ in range(30):
        client.get("/Users/unknown")
    for _ in range(3):
        account.make_token()
        make_user()
    page(PAGE)
    with statements() as large:
        page(PAGE)

    assert len(large) <= len(small) + 1 <= 30  # the newest token waits for its first call


def test_pausing_asks_and_every_provisioning_page_says_so(page, account):
    client = account.scim("okta")
    asked = page(PAGE).follow("Pause SCIM…")
    assert "Okta is asked to wait (503) and tries again later. Nothing is lost. People can still sign in." in asked.text
    assert client.get("/Users").status_code == 200

    paused = asked.form("pause").submit()

    assert client.get("/Users").status_code == 503
    for address in (PAGE, "/provisioning/configure", "/provisioning/log", "/provisioning/guides/okta"):
        screen = page(address)
        assert f"SCIM is paused. {account.owner.display_name} paused it on " in screen.text
        assert screen.form("resume")
    assert not [form for form in page("/users").forms if form.answers_to("resume")]
    resumed = paused.form("resume").submit()
    assert "SCIM is on again" in resumed.text
    assert client.get("/Users").status_code == 200


def test_options_are_saved_and_obeyed(page, account):
    form = page(PAGE).form("options")
    form.fill(same_name_groups="refuse", strict_members=True, invite_provisioned="no").submit()

    kept = accounts.get(account.id)
    assert (kept.same_name_groups, kept.strict_members, kept.invite_provisioned) == ("refuse", True, False)
    okta = account.scim("okta")
    okta.post("/Groups", {"displayName": "Sales"})
    assert okta.post("/Groups", {"displayName": "sales"}).json["scimType"] == "uniqueness"


@on_both
@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_is_kept(page, account, make_field, name):
    make_field("badge", "integer")
    typed, kept = OPTIONS[name]

    saved = page(PAGE).form("options").fill({name: typed}).submit()

    assert "Options saved." in saved.text
    assert getattr(accounts.get(account.id), name) == kept
    form = page(PAGE).form("options")
    assert form.values[name] == form.fill({name: typed}).values[name]


def test_an_option_that_is_not_offered_is_refused_and_the_others_stay_chosen(page, account):
    form = page(PAGE).form("options").fill(strict_members=True)
    form.values["same_name_groups"] = ["sometimes"]

    refused = form.submit()

    assert (refused.status_code, refused.title.startswith("Error: ")) == (422, True)
    assert refused.form("options").values["strict_members"] == ["y"]
    assert accounts.get(account.id).strict_members is False


def test_only_super_admins_see_the_roles_of_the_directory(sign_in_as, make_user, account):
    weak = sign_in_as(make_user(role="user_admin"))
    form = weak(PAGE).form("options")
    assert "Roles from the directory" not in weak(PAGE).text
    form.values["directory_roles"] = ["user_admin"]
    assert form.fill(strict_members=True).submit().status_code == 200

    kept = accounts.get(account.id)
    assert (kept.directory_roles, kept.strict_members) == ("never", True)
    assert "Roles from the directory" in sign_in_as(make_user(role="super_admin"))(PAGE).text


def test_a_field_that_is_left_to_us_stays_ours(page, account, scope):
    page(PAGE).form("options").fill(yielded_values=["title"]).submit()

    made = account.scim("okta").post("/Users", {"userName": "ann@corp.example", "title": "Buyer"}).json

    assert "title" not in made
    assert users.get(scope, made["id"]).title == ""


@pytest.mark.parametrize("way", WAYS_IN)
@pytest.mark.parametrize(("role", "status"), [("member", 403), ("user_admin", 200), ("super_admin", 200)])
def test_who_may_open_what(sign_in_as, make_user, account, role, status, way):
    account.make_token()

    assert sign_in_as(make_user(role=role))(PAGE + way).status_code == status


@pytest.mark.parametrize("way", ["/pause", "/resume", "/options", "/stopped/x/let-through", "/stopped/x/keep"])
def test_members_change_nothing(sign_in_as, make_user, account, way):
    member = sign_in_as(make_user(role="member"))
    account.make_token()
    token = member("/me").form("sign-out").values["csrf_token"][0]

    answer = member(PAGE + way, method="POST", data={"csrf_token": token})

    assert answer.status_code == 403
    assert connection.overview(account.scope).state == "waiting"


def test_strangers_are_led_to_the_sign_in(visitor):
    for way in WAYS_IN:
        assert visitor(PAGE + way).url.startswith("/sign-in")


def test_what_is_off_or_waits_already_is_not_asked_to_wait(account, page, scope):
    assert page(f"{PAGE}/pause").url == PAGE  # it asked about "your directory"

    account.scim("okta")
    assert "Okta is asked to wait" in page(f"{PAGE}/pause").form("pause").screen.text
    connection.pause(scope)
    assert page(f"{PAGE}/pause").url == PAGE
