"""Populations that many cases only read: written once a database and worker."""

import pytest

from scimapp.database import db
from scimapp.directory.model import Account

from .known_people import populate

_kept = {}


@pytest.fixture
def once(app, database, make_account):
    """``once(populate)``: what ``populate(account)`` gave, made at the first time; it begins with a scope."""

    def kept(populate):
        known = _kept.get((database, populate))
        if known is None or db.session.get(Account, known[0].account_id) is None:  # another test emptied the database
            known = _kept[database, populate] = populate(make_account())
        return known

    return kept


@pytest.fixture
def directory(once):
    """``(scope, types, account)`` of an account that holds ``known_people.PEOPLE``, some of them in groups."""
    return once(populate)
