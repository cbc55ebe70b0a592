"""What SQLite reads for people whom a file names: them, and nobody else (see ``tests/support/sqlite_plans``)."""

import pytest

from scimapp.directory.imports import import_people
from scimapp.directory.imports.import_columns import EMAIL, EXTERNAL_ID
from tests.support.sqlite_plans import lines

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def walks(log):
    """The lines of plans that read all people of the account."""
    return [line for line in lines(log, "users") if line.endswith("(account_id=?)") or line.startswith("SCAN")]


def test_people_in_a_file_are_looked_up_by_whatever_names_them(scope, statements, make_user):
    ann, bea, cid, dan = (make_user() for _ in range(4))
    eve = make_user(external_id="e-7")
    rows = [
        {EMAIL: ann.email.upper(), "manager": bea.id, "user_name": "", EXTERNAL_ID: "e-7"},
        {EMAIL: "nobody@acme.example", "user_name": dan.user_name, "manager": cid.scim_id},
    ]

    with statements() as log:
        here = import_people.look_up(scope, rows)

    assert {person.seq for person in here.by_id.values()} == {person.seq for person in (ann, bea, cid, dan, eve)}
    assert walks(log) == []
