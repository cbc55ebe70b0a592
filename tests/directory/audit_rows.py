"""Rows of the audit log that tests put in themselves."""

from scimapp.directory import clock


def said_by_the_server(account):
    """The values that every entry needs, but for its event and label: of an account, about nothing."""
    return {
        "account_id": account.id,
        "at": clock.now(),
        "actor_kind": "server",
        "actor_label": "",
        "target_kind": "none",
    }
