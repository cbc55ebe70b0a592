"""A value that one process refused, and a good one that comes to another process right behind it."""

import multiprocessing

from scimapp.directory import clock as clocks
from scimapp.directory.changes import UserChanges, UserDraft
from scimapp.directory.fields import custom_fields, custom_values
from scimapp.directory.people import users
from tests.support.databases import on_both


@on_both
def test_a_good_value_is_noted_at_once_whichever_process_refused_one(scope, okta_scope, make_field, clock):
    """It was noted a minute later, and where none came by then the warning stayed."""
    make_field("badge", "integer")
    draft = UserDraft.from_form(given_name="Ann", email="ann@corp.example", custom={"badge": 118})
    person = users.provision(okta_scope, draft).id
    clock.advance(seconds=10)
    _in_another_process(custom_values.note_refusal, scope.account_id, clocks.now())
    clock.advance(seconds=10)

    changed = users.update(okta_scope, person, UserChanges(custom={"badge": 119}))

    assert custom_fields.get(scope, "badge").last_received_at == changed.updated_at


def _in_another_process(call, *arguments):
    """As the processes of a server are made: forked."""
    process = multiprocessing.get_context("fork").Process(target=call, args=arguments)
    process.start()
    process.join(30)
    assert process.exitcode == 0
