"""Guides, custom fields and mapping sheets in every look and state."""

import pytest

from tests.support.fixtures.browser import LOOKS

GUIDES = ("okta", "entra", "onelogin", "jumpcloud", "other")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("look", LOOKS)
def test_guides_are_sound(filled, open_page, looked_at, look):
    page = filled.sign_in(open_page(base_url=filled.server.url, **LOOKS[look]))

    for name in GUIDES:
        page.goto(f"/provisioning/guides/{name}")
        looked_at(page, f"guide-{name}-{look}")
