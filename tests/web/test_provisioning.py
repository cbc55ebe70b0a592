"""The SCIM connection: tokens, revoking, options."""

from scimapp.directory import accounts, scim_tokens


def test_before_set_up_the_page_says_how_to_begin(page):
    assert "No directory is connected" in page("/provisioning").text


def test_a_token_row_tells_everything_but_the_secret(page, account):
    client = account.scim("okta")
    client.get("/Users")

    row = page("/provisioning")

    assert f"{client.token[:8]}…{client.token[-4:]}" in row.text
    assert client.token not in row.html


def test_an_unused_token_is_revoked_with_one_question(page, scope):
    token, secret = scim_tokens.generate(scope, "Okta", "okta", activate=True)

    page(f"/provisioning/tokens/{token.id}/revoke").form("revoke").submit()

    assert scim_tokens.authenticate(secret) is None


def test_a_token_in_use_asks_for_its_label(page, account, scope):
    client = account.scim("okta")
    client.get("/Users")
    token = scim_tokens.list_tokens(scope)[0]
    address = f"/provisioning/tokens/{token.id}/revoke"

    refused = page(address).form("revoke").submit()
    assert (refused.status_code, "exactly" in refused.text) == (422, True)
    assert client.get("/Users").status_code == 200
    page(address).form("revoke").fill(label=token.label).submit()

    assert client.get("/Users").status_code == 401


def test_options_are_saved_and_obeyed(page, account):
    form = page("/provisioning").form("options")
    form.fill(same_name_groups="refuse", strict_members=True, invite_provisioned="no").submit()

    kept = accounts.get(account.id)
    assert (kept.same_name_groups, kept.strict_members, kept.invite_provisioned) == ("refuse", True, False)
    okta = account.scim("okta")
    okta.post("/Groups", {"displayName": "Sales"})
    assert okta.post("/Groups", {"displayName": "sales"}).json["scimType"] == "uniqueness"


def test_an_option_that_is_not_offered_is_refused(page):
    form = page("/provisioning").form("options")
    form.values["same_name_groups"] = ["sometimes"]

    assert form.submit().status_code == 422
