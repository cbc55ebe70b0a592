"""Keys of names that were stored before they were folded to the end."""

import flask_migrate

from scimapp.database import db
from scimapp.directory.model import ScimCall, User
from scimapp.directory.user_list import search
from scimapp.directory.user_list.search import UserSearch
from tests.scim_api.bodies import person
from tests.support import databases as made
from tests.support.people import MadeAccount

NAME, AS_IT_WAS = "\u210dans \u01fe", "Hans \u00f8"  # a capital in a compatibility form, and one under a mark
LONG, LONG_AS_IT_WAS = 199 * "x" + "\u01e3", 199 * "x" + "\u00e6"


def test_the_migration_folds_them_again(database, databases):
    own = made.build_app(databases.copy(database, "names"), databases.folder)
    with own.app_context():
        account = MadeAccount(own)
        account.scim("generic").post("/Users", person(displayName=NAME))
        account.make_user(core={"displayName": LONG})
        account.make_user(core={"displayName": "Jos\u00e9 \u0416"})
        new = keys()
        for shown, old, key in ((NAME, AS_IT_WAS, "hans o"), (LONG, LONG_AS_IT_WAS, 199 * "x" + "ae")):
            searched = db.func.replace(User.search_key, key, old)
            those = db.update(User).where(User.display_name == shown)
            db.session.execute(those.values(order_key=old, search_key=searched))
        db.session.execute(db.update(ScimCall).values(target_key=AS_IT_WAS))
        db.session.commit()
        assert AS_IT_WAS in str(old_keys := keys()) and old_keys != new
        flask_migrate.downgrade(revision="0054")
        flask_migrate.upgrade()

        found = search.find_users(account.scope, UserSearch(q="hans o"))
        assert [row.user.display_name for row in found.items] == [NAME]
        assert keys() == new
        db.session.rollback()
    made.dispose(own)


def keys():
    """All that are stored of people and of calls."""
    people = db.select(User.display_name, User.order_key, User.search_key).order_by(User.seq)
    calls = db.select(ScimCall.target_label, ScimCall.target_key).order_by(ScimCall.seq)
    found = [*db.session.execute(people).tuples(), *db.session.execute(calls).tuples()]
    db.session.rollback()
    return found
