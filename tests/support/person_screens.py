"""The page of one person: its form, and what the database has of the person after it was sent."""

from scimapp.database import db
from scimapp.directory.people import users


def stored(scope, user_id):
    """The person as the database has it now: what a test read before is not looked at again."""
    db.session.close()
    return users.get(scope, user_id)


def profile(screen):
    """The form with the values of the person."""
    return screen.form("profile")
