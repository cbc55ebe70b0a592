"""The dialog *Configure SCIM* as tests use it."""

import re

ADDRESS = "/provisioning/configure"


def generate(page, **values):
    """The answer that shows a new token, not saved yet."""
    return page(f"{ADDRESS}?another=1").form("generate").fill(values).submit()


def secret_in(html):
    """The secret that a page shows, None for none."""
    found = re.findall(r"scim[A-Za-z0-9]{49}", html)
    return found[0] if found else None
