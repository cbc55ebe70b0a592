"""Erasing somebody who signed much: in pieces, which another process goes on with where one was ended."""

import pytest
from msgspec.structs import replace

from scimapp.batch_worker import BatchWorker
from scimapp.database import db
from scimapp.directory import audit_log
from scimapp.directory.erasure import erasure, erasure_marks, signatures
from scimapp.directory.errors import Conflict, PersonErased
from scimapp.directory.model import User
from scimapp.directory.people import users
from scimapp.directory.scope import person_scope

from .test_erasure import every_text, sign


class Ended(BaseException):
    """The end of a process."""


@pytest.fixture
def signer(scope, okta_scope, make_user, monkeypatch, clock):
    """An administrator who is inactive and signed more than one transaction rewrites."""
    monkeypatch.setattr(erasure, "AT_ONCE", 3)
    monkeypatch.setattr(signatures, "PIECE", 2)
    admin = make_user(by=okta_scope, given_name="Quilla", family_name="Quillfeather", external_id="00uQUILL")
    admin.role = admin.given_role = "super_admin"
    db.session.commit()
    sign(person_scope(admin), make_user)
    users.deactivate(scope, admin.id)
    clock.advance(days=1)
    return admin


@pytest.fixture
def ended(scope, signer, make_user, monkeypatch):
    """The scope of somebody whose process was ended while they erased the administrator."""
    asker = replace(
        person_scope(make_user(role="super_admin", given_name="Ada", family_name="Lee")), request_id="asked"
    )
    blank, calls = signatures.blank, []

    def blank_some(*arguments):
        calls.append(arguments)
        if len(calls) == 4:
            raise Ended
        blank(*arguments)

    with monkeypatch.context() as until, pytest.raises(Ended):
        until.setattr(signatures, "blank", blank_some)
        erasure.erase(asker, signer.id)
    return asker


def names():
    """The tables that hold the name."""
    db.session.commit()
    return {table for table, text in every_text() if "Quillfeather" in text}


def test_what_somebody_signed_goes_in_pieces_before_anything_tells_of_it(scope, signer, monkeypatch):
    blank, seen = signatures.blank, []

    def look_and_blank(scope, piece, words):
        seen.append((len(piece.keys), users.get(scope, signer.id).erased_at))
        blank(scope, piece, words)

    monkeypatch.setattr(signatures, "blank", look_and_blank)

    erasure.erase(scope, signer.id)

    assert names() == set()
    assert len(seen) > 10
    assert max(rows for rows, _ in seen) == 2
    assert {moment for _, moment in seen} == {None}


def test_what_somebody_else_has_signed_since_the_look_keeps_their_name(scope, signer, monkeypatch):
    pieces, signed = signatures.pieces, User.deactivated_by == "Quilla Quillfeather"
    bo = db.session.scalar(scope.select(User, User.id).where(signed))

    def look_first(*arguments, **named):
        found = pieces(*arguments, **named)
        if "upto" in named:
            users.activate(scope, bo)
            users.deactivate(scope, bo)
        return found

    monkeypatch.setattr(signatures, "pieces", look_first)

    erasure.erase(scope, signer.id)

    assert users.get(scope, bo).deactivated_by == scope.actor.label


def test_another_process_goes_on_where_one_was_ended(app, scope, signer, ended, clock):
    worker = BatchWorker(app)

    worker.work()
    assert users.get(scope, signer.id).erased_at is None  # as long as somebody may still be at it
    clock.advance(minutes=2)
    worker.work()

    assert names() == set()
    entry, _ = audit_log.of_target(scope, signer.id, 1)[0]
    assert (entry.event, entry.actor_id, entry.actor_label, entry.request_id) == (
        "person erased", ended.actor.id, "Ada Lee", "asked",
    )  # fmt: skip


def test_an_erasure_held_by_a_clock_that_ran_ahead_goes_on(scope, signer, ended, clock):
    clock.advance(days=1)
    erasure_marks.hold(scope, signer.id)
    db.session.commit()
    clock.advance(days=-1)

    assert erasure.take_up()
    assert users.get(scope, signer.id).erased_at is not None


def test_nobody_brings_back_who_is_being_erased(scope, okta_scope, signer, ended, make_user):
    with pytest.raises(PersonErased):
        users.activate(scope, signer.id)
    with pytest.raises(Conflict):
        make_user(by=okta_scope, core={"userName": signer.user_name}, email=signer.email, external_id="00uQUILL")


def test_what_may_not_be_done_any_more_is_forgotten(scope, signer, ended, clock):
    assert erasure_marks.is_asked(scope, signer.id)
    users.get(scope, signer.id).active = True
    db.session.commit()
    clock.advance(minutes=2)

    while erasure.take_up():
        pass

    assert users.get(scope, signer.id).erased_at is None
    assert not erasure_marks.is_asked(scope, signer.id)


def test_whom_a_server_of_older_code_has_erased_meanwhile_is_left_alone(scope, signer, ended, clock, monkeypatch):
    """Such a server, beside this one while it is replaced, writes nothing down of an erasure."""
    with monkeypatch.context() as until:
        until.setattr(erasure_marks, "note_done", lambda *_: None)
        erasure.erase(scope, signer.id)
    clock.advance(minutes=2)

    assert erasure.take_up()

    clock.advance(minutes=2)
    assert not erasure.take_up()
