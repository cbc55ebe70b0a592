"""A call of each kind that may write, about one person, and what the database holds of that person behind it."""

from sqlalchemy import text

from scimapp.database import db
from scimapp.directory.model import User
from scimapp.scim.urns import BULK_REQUEST
from tests.scim_api.bodies import op, person

KINDS = ("POST", "PUT", "PATCH", "DELETE", "Bulk")
_NEW = "new@acme.example"


def changes(scim, somebody):
    """``{kind: call}``: each changes somebody or adds a person, a Bulk does both."""
    path, body, new = (
        f"/Users/{somebody.scim_id}",
        {"userName": somebody.user_name, "title": "Other"},
        person(userName=_NEW),
    )
    steps = [
        {"method": "PATCH", "path": path, "data": {"Operations": [op("replace", "title", "Other")]}},
        {"method": "POST", "path": "/Users", "bulkId": "1", "data": new},
        {"method": "DELETE", "path": path},
    ]
    return {
        "POST": lambda: scim.post("/Users", new),
        "PUT": lambda: scim.put(path, body),
        "PATCH": lambda: scim.patch(path, replace={"title": "Other"}),
        "DELETE": lambda: scim.delete(path),
        "Bulk": lambda: scim.post("/Bulk", {"schemas": [BULK_REQUEST], "Operations": steps}),
    }


def stored(somebody):
    """``(title, version, state)`` as another connection sees them."""
    with db.engine.connect() as other:
        row = other.execute(text("SELECT title, version, state FROM users WHERE id = :id"), {"id": somebody.id})
        return tuple(row.one())


def is_added():
    """Whether the person is there whom these calls add."""
    return db.session.query(User).filter_by(user_name=_NEW).first() is not None
