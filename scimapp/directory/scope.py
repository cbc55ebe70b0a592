"""The only way to an account's rows: who asks, for which account, and what they may do."""

from functools import lru_cache

from msgspec import Struct
from sqlalchemy import bindparam, select

from ..database import db
from .errors import NotInAccount, RoleNeeded
from .roles import SERVER_PERMISSIONS, TOKEN_PERMISSIONS, Role, permissions_of
from .sql.functions import unsought
from .words import say

# The names of the server as an actor, as rows store them, each with the Sentence that a front can translate.
SERVER_LABELS = {
    str(label): label
    for label in (
        say("Server command"),
        say("First start"),
        say("Scheduled check"),
        say("Sign-in page"),
        say("Renewal asked for on the invitation page"),
        say("Demo"),
    )
}


class Actor(Struct, frozen=True):
    """The one who acts: a signed-in person, a SCIM token, or the server itself (command line, first start)."""

    kind: str  # person | token | server
    id: str | None
    label: str
    role: Role  # for a token, the role of its maker: a token is never stronger
    provider: str | None = None
    connection_id: str | None = None

    @property
    def is_token(self):
        return self.kind == "token"


class Scope(Struct, frozen=True):
    """The first argument of every directory function. The audit log stores the fields after ``permissions``."""

    account_id: str
    actor: Actor
    permissions: frozenset
    request_id: str | None = None
    address: str | None = None
    agent: str | None = None  # the browser or client, as it identifies itself
    batch_id: str | None = None  # set while a batch acts

    def allows(self, permission):
        return permission in self.permissions

    def require(self, permission):
        """Raise RoleNeeded, a NotAllowed, if this scope lacks ``permission``."""
        if permission not in self.permissions:
            raise RoleNeeded(permission)

    def select(self, model, *columns, by_number=False):
        """Begin a query on the account's own rows of ``model``: whole rows or ``columns``.

        For ``by_number`` see ``own_rows``.
        """
        return select(*columns or (model,)).where(_account_of(model, by_number) == self.account_id)

    def one(self, model, *conditions, kind="resource", for_update=False):
        """The one row that meets ``conditions``. Raises NotInAccount, also if the row belongs to another account."""
        query = self.select(model).where(*conditions)
        if for_update:
            query = query.with_for_update(key_share=True)  # rows that refer to this one may still be added
        row = db.session.scalars(query.execution_options(populate_existing=for_update)).first()
        if row is None:
            raise NotInAccount(kind)
        return row


def own_rows(model, *columns, by_number=False):
    """Begin a statement for ``statements.Prepared`` on the rows of one account, bound as ``account_id``.

    Set ``by_number`` if further conditions name the row numbers. Otherwise SQLite would look up each row in an index that
    begins with the account, and then again in the table.
    """
    return select(*columns).select_from(model).where(_account_of(model, by_number) == bindparam("account_id"))


def _account_of(model, by_number):
    return unsought(model.account_id) if by_number else model.account_id


def person_scope(user, *, request_id=None, address=None, agent=None):
    """The scope of a signed-in person; ``user`` needs account_id, id, display_name and role."""
    actor = Actor("person", user.id, user.display_name, Role(user.role))
    return Scope(user.account_id, actor, permissions_of(user.role), request_id, address, agent)


def own_scope(user, *, address=None):
    """The scope of somebody who came with a link of their own: it allows only what the link is for."""
    actor = Actor("person", user.id, user.display_name, Role(user.role))
    return Scope(user.account_id, actor, frozenset(), address=address)


def token_scope(token, *, request_id=None, address=None, agent=None):
    """The scope of a SCIM token: it allows provisioning only."""
    actor = _acting(token.id, token.label, token.maker_role, token.provider, token.connection_id)
    return Scope(token.account_id, actor, TOKEN_PERMISSIONS, request_id, address, agent)


@lru_cache(1_000)  # every call asks for one
def _acting(token_id, label, maker_role, provider, connection_id):
    return Actor("token", token_id, label, Role(maker_role), provider, connection_id)


def server_scope(account_id, label="Server command"):
    """The scope of somebody with a shell on the server, or of the server itself.

    ``label`` is one of SERVER_LABELS, or the name of whoever began what the server goes on with.
    """
    return Scope(account_id, Actor("server", None, label, Role.OWNER), SERVER_PERMISSIONS)
