"""What tests of batches choose and carry out."""

from scimapp.database import db
from scimapp.directory.batches import batch_runs, batches
from scimapp.directory.people import users
from scimapp.directory.user_list.search import UserSearch


def chosen(*people):
    return UserSearch(ids=tuple(person.id for person in people))


def run(scope, batch, seconds=20):
    batch_runs.carry_out(scope, batch, seconds)
    db.session.close()
    return batches.get(scope, batch.id)


def now(scope, person):
    db.session.close()
    return users.get(scope, person.id)
