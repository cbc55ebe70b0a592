"""The index over values: what was stored before an attribute was in it."""

import flask_migrate

from scimapp.database import db
from scimapp.directory import users
from scimapp.directory.changes import UserDraft
from scimapp.directory.model import UserValue
from tests.support import databases as made
from tests.support.people import MadeAccount

CERTIFICATES = [{"value": "MAA="}, {"display": "without"}, {"value": "MAIFAA" + "A" * 2000}]


def test_the_migration_indexes_certificates_that_were_stored_before_it(database, databases):
    own = made.build_app(databases.copy(database, "certificates"), databases.folder)
    with own.app_context():
        account = MadeAccount(own)
        core = {"userName": "ann@corp.example", "x509Certificates": CERTIFICATES}
        users.provision(account.scope, UserDraft(core=core))
        account.make_user()
        indexed = values(account.scope)
        db.session.rollback()
        flask_migrate.downgrade(revision="0021")
        assert values(account.scope) == []
        db.session.rollback()
        flask_migrate.upgrade()

        assert values(account.scope) == indexed
        assert [element for element, _ in indexed] == [1, 3]
    made.dispose(own)


def values(scope):
    query = scope.select(UserValue, UserValue.element, UserValue.text_key)
    rows = db.session.execute(query.where(UserValue.path == "x509certificates.value").order_by(UserValue.element))
    return [tuple(row) for row in rows]
