"""Whom a text means that names a person."""

from scimapp.directory.changes import UserChanges
from scimapp.directory.people import managers, named_people, users


def test_of_two_who_had_a_name_in_turn_the_one_who_is_here_is_meant(scope, okta_scope, make_user):
    stays, gone = make_user(), make_user(by=okta_scope, email="ana@acme.example")
    users.remove(okta_scope, gone.id)
    users.update(scope, stays.id, UserChanges(core={"userName": "ana@acme.example"}))

    found = named_people.named_by(scope, ["ana@acme.example", gone.id])

    assert {text: person.id for text, person in found.items()} == {"ana@acme.example": stays.id, gone.id: gone.id}
    assert managers.named(scope, "ana@acme.example") == {"value": stays.scim_id}
