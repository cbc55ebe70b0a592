"""Keys of addresses that were stored before they were folded to the end."""

import flask_migrate
import pytest

from scimapp.database import db
from scimapp.directory.model import User
from scimapp.directory.text_keys import fold_email
from scimapp.texts import normal
from tests.support import databases as made
from tests.support.people import MadeAccount

CAPITALS = "\u03aa\u0301@corp.example"  # an iota with two dots and an accent, as Greek writes in capitals
SMALL = "\u0390@corp.example"
FIRM = "o\u00df@corp.example"  # stable, although it is not of ASCII


def once(email):
    """The key as it was."""
    return normal("NFKC", email).casefold()


@pytest.mark.parametrize("is_taken", [False, True])
def test_the_migration_folds_them_again_unless_somebody_has_the_key(database, databases, is_taken):
    assert once(CAPITALS) != fold_email(CAPITALS) == fold_email(SMALL) == once(SMALL)
    own = made.build_app(databases.copy(database, f"emails-{is_taken}"), databases.folder)
    with own.app_context():
        account = MadeAccount(own)
        ann, firm = account.make_user(email=CAPITALS).id, account.make_user(email=FIRM).id
        db.session.execute(db.update(User).where(User.id == ann).values(email_key=once(CAPITALS)))
        db.session.commit()
        if is_taken:
            account.make_user(email=SMALL, core={"userName": "zoe"})
        flask_migrate.downgrade(revision="0052")
        flask_migrate.upgrade()

        keys = dict(db.session.execute(db.select(User.id, User.email_key)).tuples().all())
        db.session.rollback()
    made.dispose(own)

    assert keys[ann] == (once(CAPITALS) if is_taken else fold_email(SMALL))
    assert keys[firm] == fold_email(FIRM)
