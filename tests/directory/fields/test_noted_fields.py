"""When the directory last sent a value of a custom field is noted beside the field."""

import pytest

from scimapp.database import db
from scimapp.directory.changes import UserChanges
from scimapp.directory.errors import InvalidValue
from scimapp.directory.fields import custom_fields, custom_values
from scimapp.directory.people import users
from scimapp.directory.unit_of_work import unit_of_work


def test_when_the_directory_sent_a_value_is_known_to_the_minute(okta_scope, scope, make_field, make_user, clock):
    make_field("site", "text")
    person, noted = make_user(), []

    for seconds in (0, 30, 90):
        clock.advance(seconds=seconds)
        users.update(okta_scope, person.id, UserChanges(custom={"site": f"Dock {seconds}"}))
        db.session.rollback()
        noted.append(custom_fields.get(scope, "site").last_received_at)

    assert noted[0] == noted[1] < noted[2]


def test_a_value_of_a_transaction_that_was_undone_was_not_sent(okta_scope, scope, make_field, make_user):
    make_field("site", "text")
    person = make_user()
    with pytest.raises(InvalidValue), unit_of_work(okta_scope):
        users.update(okta_scope, person.id, UserChanges(custom={"site": "Dock"}))
        raise InvalidValue("site", "not now")
    assert custom_fields.get(scope, "site").last_received_at is None

    users.update(okta_scope, person.id, UserChanges(custom={"site": "Dock"}))
    db.session.rollback()

    assert custom_fields.get(scope, "site").last_received_at is not None


def test_only_so_many_fields_are_known_to_have_been_noted(okta_scope, make_field, make_user, monkeypatch):
    monkeypatch.setattr(custom_values, "_noted", {})
    monkeypatch.setattr(custom_values, "_KEPT_NOTES", 2)
    names = [make_field(f"field{number}", "text").field_id for number in range(6)]
    person = make_user()

    for name in names:
        users.update(okta_scope, person.id, UserChanges(custom={name: "x"}))

    assert 0 < len(custom_values._noted) <= 3
