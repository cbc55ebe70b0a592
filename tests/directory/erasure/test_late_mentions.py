"""Somebody is erased while a transaction is open that names them, and is committed afterwards (decision 0112)."""

import contextvars
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from scimapp.database import db
from scimapp.database.postgres import open_transactions
from scimapp.directory.changes import UserChanges
from scimapp.directory.erasure import erasure
from scimapp.directory.people import users
from scimapp.directory.unit_of_work import unit_of_work

from .test_erasure import every_text

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)  # SQLite has one writer
SECONDS = 20


@pytest.fixture
def gone(scope, okta_scope, make_user):
    person = make_user(
        by=okta_scope, given_name="Quilla", family_name="Quillfeather", email="quilla.quillfeather@acme.example"
    )
    users.deactivate(scope, person.id)
    db.session.commit()
    return person


@pytest.fixture
def open_while_erased(app, scope, gone, monkeypatch):
    """A function that erases the person while ``change`` is not committed: it is once the erasure waits for it."""
    was_made, may_end = Event(), Event()

    def change_slowly(change):
        with app.app_context():
            try:
                with unit_of_work(scope):
                    change()
                    was_made.set()
                    assert may_end.wait(SECONDS)
            finally:
                was_made.set()
                db.session.remove()

    def erase_meanwhile(change, before_it_ends=lambda: None):
        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(contextvars.Context().run, change_slowly, change)
            assert was_made.wait(SECONDS)

            def let_it_end(_seconds):
                before_it_ends()
                may_end.set()
                slow.result(SECONDS)

            monkeypatch.setattr(open_transactions, "sleep", let_it_end)
            try:
                erasure.erase(scope, gone.id)
            finally:
                may_end.set()
            slow.result(SECONDS)
        db.session.rollback()

    return erase_meanwhile


def tables_that_say_it():
    return {table for table, text in every_text() if "quillfeather" in text.lower()}


def test_a_reference_that_is_committed_later_names_who_was_erased(scope, gone, make_user, open_while_erased):
    report = make_user()
    manager = UserChanges(enterprise={"manager": {"value": "Quilla.Quillfeather@acme.example"}})
    db.session.commit()

    open_while_erased(lambda: users.update(scope, report.id, manager))

    assert users.document(scope, report).enterprise["manager"]["value"] == users.get(scope, gone.id).user_name
    assert tables_that_say_it() == set()


def test_whoever_has_the_address_by_then_keeps_it(scope, okta_scope, gone, make_user, open_while_erased):
    report, email = make_user(), gone.email
    manager = UserChanges(enterprise={"manager": {"value": email}})
    db.session.commit()

    open_while_erased(
        lambda: users.update(scope, report.id, manager), before_it_ends=lambda: make_user(by=okta_scope, email=email)
    )

    assert users.document(scope, report).enterprise["manager"]["value"] == email
