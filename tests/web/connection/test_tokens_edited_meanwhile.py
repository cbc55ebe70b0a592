"""The label and the preset of a token, altered by two administrators at once: the second is told, and keeps what was typed."""

import pytest

from scimapp.directory.connection import scim_tokens, token_changes
from tests.support.at_once import overtaken
from tests.support.databases import on_both


@pytest.fixture
def token(scope):
    row, _secret = scim_tokens.generate(scope, "Okta production", "okta", activate=True)
    return row


@pytest.fixture
def rename(page, token):
    """``rename()``: its form as it shows the token now."""
    return lambda: page(f"/provisioning/tokens/{token.id}/rename").form("rename")


@pytest.fixture
def preset(page, token):
    return lambda: page(f"/provisioning/tokens/{token.id}/preset").form("preset")


def told_of(screen):
    assert screen.status_code == 409 and screen.title.startswith("Error: ")
    told = screen.tree.find("section", role="alert").text
    assert "Olive Owner " in told  # who was first
    return told


@on_both
def test_the_label(rename, scope, token):
    """The last one won, and nobody was told."""
    open_form = rename()
    token_changes.rename(scope, token.id, "Okta")

    told = open_form.fill(label="Okta EU").submit()

    assert "Label Okta Okta EU" in told_of(told)
    assert scim_tokens.get(scope, token.id).label == "Okta"
    assert "The token is called “Okta EU” now." in told.form("rename").submit().text


@on_both
def test_the_preset(preset, scope, token):
    """The last one won, and nobody was told."""
    open_form = preset()
    token_changes.change_preset(scope, token.id, "entra")

    told = open_form.fill(provider="jumpcloud").submit()

    assert "Directory Microsoft Entra ID JumpCloud" in told_of(told)
    assert scim_tokens.get(scope, token.id).provider == "entra"
    assert "has the preset JumpCloud now" in told.form("preset").submit().text


@pytest.mark.parametrize("typed", ["Okta production", "Okta"])
def test_a_label_that_was_left_alone_or_typed_by_both_is_not_put_back(rename, scope, token, typed):
    open_form = rename()
    token_changes.rename(scope, token.id, "Okta")

    assert "The token is called “Okta” now." in open_form.fill(label=typed).submit().text


@pytest.mark.parametrize("chosen", ["okta", "entra"])
def test_a_preset_that_was_left_alone_or_chosen_by_both_is_not_put_back(preset, scope, token, chosen):
    open_form = preset()
    token_changes.change_preset(scope, token.id, "entra")

    assert "has the preset Microsoft Entra ID now" in open_form.fill(provider=chosen).submit().text


@on_both
def test_of_two_who_save_at_the_same_moment_the_second_is_told(app, rename, preset, scope, token):
    form = rename().fill(label="Okta EU")
    told = overtaken(app, scope, form.submit, lambda: token_changes.rename(scope, token.id, "Okta"))
    assert "Label Okta Okta EU" in told_of(told)

    form = preset().fill(provider="jumpcloud")
    told = overtaken(app, scope, form.submit, lambda: token_changes.change_preset(scope, token.id, "entra"))
    assert "Directory Microsoft Entra ID JumpCloud" in told_of(told)
