"""Of how many accounts, and how much of one, lists and groups of people are remembered."""

from collections import OrderedDict

import pytest

from scimapp.directory.client_reads import everybody, groups_of_people

ACCOUNTS = ("a", "b", "c")


@pytest.fixture
def accounts_of(monkeypatch):
    """``accounts_of(module)`` is what the module remembers by account: nothing yet, and of two at most."""

    def emptied(module):
        monkeypatch.setattr(module, "MAXIMUM_ACCOUNTS", 2)
        monkeypatch.setattr(module, "_accounts", OrderedDict())
        monkeypatch.setattr(module, "origin", lambda: None)
        return module._accounts

    return emptied


def test_places_of_the_accounts_that_were_asked_for_last_are_remembered(accounts_of):
    known = accounts_of(everybody)
    for account_id in (*ACCOUNTS[:2], ACCOUNTS[0], ACCOUNTS[2]):
        everybody._places(account_id, (0, 0))

    assert [*known] == ["a", "c"]


def test_groups_of_the_accounts_that_were_asked_for_last_are_remembered(accounts_of):
    known = accounts_of(groups_of_people)
    for account_id in (*ACCOUNTS[:2], ACCOUNTS[0], ACCOUNTS[2]):
        groups_of_people._remembered(account_id, None, 1)

    assert [account_id for account_id, _ in known] == ["a", "c"]


def test_only_so_many_places_of_an_account_are_remembered(monkeypatch):
    monkeypatch.setattr(everybody, "MAXIMUM_PLACES", 3)
    places = everybody._Places(None)
    for offset in range(1, 8):
        places.remember(offset, 10 * offset)

        assert places.before(offset) == (offset, 10 * offset)
        assert len(places._offsets) == len(places._seqs) <= 3
