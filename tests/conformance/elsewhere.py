"""Addresses and servers that the tests of the rules look at beside the account's base URL."""

from tests.support.doors import ScimClient


def at(client, path, method="GET", **rest):
    """An answer of any address of the application, below the base URL or not."""
    anywhere = client.with_token(client.token)
    anywhere.base_path = ""
    return anywhere.open(method, path, **rest)


def account_at(app, account):
    """A client of the account at another application on the same database."""
    return ScimClient(app, account.id, account.make_token())
