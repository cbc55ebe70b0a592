"""The index over values: the numbers of its paths, and what was stored before an attribute was in it."""

import flask_migrate
import pytest
from sqlalchemy import delete, select, text

from scimapp.database import db, writing
from scimapp.directory.changes import UserDraft
from scimapp.directory.errors import DirectoryError
from scimapp.directory.model import IndexedPath, IndexedValue
from scimapp.directory.people import users, value_index
from scimapp.directory.unit_of_work import unit_of_work
from tests.support import databases as made
from tests.support.at_once import at_once
from tests.support.people import MadeAccount

CERTIFICATES = [{"value": "MAA="}, {"display": "without"}, {"value": "MAIFAA" + "A" * 2000}]


def test_the_migration_indexes_certificates_that_were_stored_before_it(database, databases):
    own = made.build_app(databases.copy(database, "certificates"), databases.folder)
    with own.app_context():
        account = MadeAccount(own)
        core = {"userName": "ann@corp.example", "x509Certificates": CERTIFICATES}
        users.provision(account.scope, UserDraft(core=core))
        account.make_user()
        indexed = values(account.id)
        db.session.rollback()
        flask_migrate.downgrade(revision="0021")
        assert values(account.id) == []
        db.session.rollback()
        flask_migrate.upgrade()

        assert values(account.id) == indexed
        assert [element for element, _ in indexed] == [1, 3]
    made.dispose(own)


def values(account_id):
    """By the name that they have before and after every migration."""
    query = "SELECT element, text_key FROM user_values WHERE account_id = :account_id AND path = :path ORDER BY element"
    rows = db.session.execute(text(query), {"account_id": account_id, "path": "x509certificates.value"})
    return [tuple(row) for row in rows]


def numbers(account_id):
    """``{path: number}`` of an account."""
    db.session.rollback()
    rows = select(IndexedPath.path, IndexedPath.number).where(IndexedPath.account_id == account_id)
    return dict(db.session.execute(rows).tuples().all())


def test_a_path_has_one_number_however_many_need_it_first(app, account, other_account, make_field):
    for each in (account, other_account):
        each.make_field("grade", "text")
        each.make_field("level", "number")
    scopes, custom = (account.scope, other_account.scope), {"level": 4, "grade": "A"}
    db.session.close()

    def provisioning(number):
        values = dict(sorted(custom.items(), reverse=number % 4 < 2))
        draft = UserDraft.from_form(given_name="Ann", email=f"ann{number}@corp.example", custom=values)
        return lambda: users.provision(scopes[number % 2], draft).seq

    seqs = at_once(app, *[provisioning(number) for number in range(8)])

    mine, theirs = numbers(account.id), numbers(other_account.id)
    assert mine.keys() == theirs.keys() >= {"custom.grade", "custom.level", "emails.value"}
    assert len({*mine.values(), *theirs.values()}) == 2 * len(mine)
    for place, own in enumerate((mine, theirs)):
        at_level = select(IndexedValue.user_seq).where(IndexedValue.path_number == own["custom.level"])
        assert set(db.session.scalars(at_level)) == set(seqs[place::2])


def test_a_number_belongs_to_nobody_when_the_write_that_needed_it_fails(account, make_user, make_field):
    make_field("grade", "text")
    make_user(email="taken@corp.example")
    before = numbers(account.id)

    with pytest.raises(DirectoryError):
        make_user(email="taken@corp.example", custom={"grade": "A"})
    assert numbers(account.id) == before
    made = make_user(custom={"grade": "A"})

    after = numbers(account.id)
    assert after.keys() - before.keys() == {"custom.grade"}
    assert after["custom.grade"] > max(before.values())
    at_grade = value_index.select_at(account.scope, "custom.grade", IndexedValue.user_seq, IndexedValue.text_key)
    assert db.session.execute(at_grade).tuples().all() == [(made.seq, "a")]


def test_numbers_are_not_used_again(account, make_user):
    make_user()
    last = max(numbers(account.id).values())

    with writing() as session:
        session.execute(delete(IndexedValue))
        session.execute(delete(IndexedPath))
    make_user()

    assert min(numbers(account.id).values()) > last


def test_people_of_one_transaction_share_what_is_known_of_paths(account, make_field):
    make_field("grade", "text")
    make_field("level", "number")
    given = [{"grade": "Ä“1\\”"}, {"grade": "B"}, {"grade": "C", "level": 0.1}, {"level": -2.5e15}]

    with unit_of_work(account.scope):
        made = [
            users.provision(
                account.scope, UserDraft.from_form(given_name="Ann", email=f"ann{at}@corp.example", custom=custom)
            ).seq
            for at, custom in enumerate(given)
        ]

    for path, wanted in {
        "custom.grade": [(0, "ä“1\\”", None), (1, "b", None), (2, "c", None)],
        "custom.level": [(2, "0.1", 0.1), (3, "-2500000000000000", -2.5e15)],
    }.items():
        at_path = value_index.select_at(
            account.scope, path, IndexedValue.user_seq, IndexedValue.text_key, IndexedValue.number
        )
        found = db.session.execute(at_path.order_by(IndexedValue.user_seq)).tuples().all()
        assert [(made.index(seq), key, number) for seq, key, number in found] == wanted
