"""``flask batches run``: what was begun is carried out, whoever has the time."""

from scimapp.directory.batches import batches
from scimapp.directory.people import users
from scimapp.directory.user_list.search import UserSearch


def test_what_was_begun_is_carried_out(flask, account, make_user, clock):
    person = make_user()
    batch = batches.begin(account.scope, "deactivate", {}, UserSearch(ids=(person.id,)))

    clock.advance(seconds=11)  # until then it belongs to the request that began it

    done = flask("batches", "run", "--once")

    assert (done.code, done.out) == (0, "Nothing is left to do.\n")
    assert batches.get(account.scope, batch.id).state == "done"
    assert not users.get(account.scope, person.id).active


def test_nothing_to_do_is_no_failure(flask):
    flask("batches", "run", "--once")

    assert flask("batches", "run", "--once", "--json").json == {"turns": 0}
