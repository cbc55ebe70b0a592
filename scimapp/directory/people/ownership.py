"""Who owns a value of a person that a directory manages: the directory, or the people here.

A value that the directory sent can only change there. A value that it never sent can be edited here, until the directory
sends one and takes it over. Only the names of values set by hand are stored, a short and mostly empty list.

An account may also keep single values for good (``Account.yielded_values``): what a directory sends for them is ignored,
whether it creates, replaces or patches, and they stay editable here.
"""

from msgspec.structs import replace

from ...database import db
from ..connection.providers import product
from ..errors import InvalidValue, Managed
from ..fields.custom_fields import list_fields
from ..model import Account
from ..words import say
from .profile import Profile

# Every directory sends these with every person: it owns them as soon as a person made by hand is linked.
_ALWAYS_SENT = frozenset(("userName", "name", "emails"))
# What an account may keep for itself, beside custom fields. Who a person is stays with the directory.
YIELDABLE = (
    "title",
    "displayName",
    "nickName",
    "phoneNumbers",
    "timezone",
    "enterprise.department",
    "enterprise.employeeNumber",
    "enterprise.manager",
)


def managed_values(row, stored, profile, yielded=frozenset()):
    """The names of the values that only the directory may change, such as ``title`` and ``enterprise.department``.

    Empty for a person whom no directory manages, or whom the directory has removed. Names of custom values begin with
    ``custom.``, names of the enterprise extension with ``enterprise.``.
    """
    if not is_managed(row):
        return frozenset()
    return frozenset(_flat(profile)) - frozenset(stored.set_by_hand or ()) - yielded


def is_managed(row):
    """Whether a directory keeps this person up to date."""
    return row.connection_id is not None and row.scim_id is not None


def yielded_by(account):
    """The names of the values that the account keeps for itself."""
    return frozenset(account.yielded_values or ())


def yielded_in(scope):
    """As ``yielded_by``, for the account of a scope."""
    return yielded_by(db.session.get(Account, scope.account_id))


def adopt(scope, row):
    """Link a person to the directory that writes to them. Returns whether the link is new."""
    if scope.actor.connection_id is None or row.connection_id == scope.actor.connection_id:
        return False
    row.connection_id = scope.actor.connection_id
    return True


def takes_over(scope, row):
    """Whether a directory writes to a person or group that another directory manages. The old externalId then belongs to
    the other directory, and is cleared unless the call brings a new one.
    """
    return None not in (scope.actor.connection_id, row.connection_id) and row.connection_id != scope.actor.connection_id


def guard_managed(work, row, before, after):
    """Refuse a person's change to a value of a PersonRow that the directory owns. Raises Managed."""
    if work.scope.actor.kind != "person":
        return
    locked = managed_values(row, row, before, yielded_by(work.account))
    for name in sorted(locked & _altered(before, after)):
        raise Managed(name, product(row.connection_id))


def leaving_ours(work, asked):
    """A draft or changes; if a directory sends them, without the values that the account keeps for itself."""
    yielded = work.account.yielded_values if work.scope.actor.is_token else ()
    if not yielded:
        return asked
    names = {name.lower() for name in yielded}
    parts = {
        part: {name: value for name, value in getattr(asked, part).items() if f"{prefix}{name}".lower() not in names}
        for part, prefix in (("core", ""), ("enterprise", "enterprise."), ("custom", "custom."))
    }
    return replace(asked, **parts)


def with_ours(account, before, after):
    """``after``, but with ``before``'s values for what the account keeps for itself."""
    yielded = yielded_by(account)

    def kept(prefix, old):
        return {name: value for name, value in old.items() if f"{prefix}{name}" in yielded}

    if not yielded:
        return after
    core, enterprise = kept("", before.core), kept("enterprise.", before.enterprise)
    return Profile(after.core | core, after.enterprise | enterprise, after.custom | kept("custom.", before.custom))


def checked_yielded(scope, names):
    """The names to store as ``Account.yielded_values``, in a stable order. Raises InvalidValue."""
    fields = [f"custom.{field.field_id}" for field in list_fields(scope, archived=None)]
    known = [*YIELDABLE, *fields]
    if not set(names) <= set(known):
        raise InvalidValue("yielded_values", say("Choose from the list."))
    return [name for name in known if name in names]


def note(scope, row, before, after, *, was_managed, sent=None):
    """Update the list of values set by hand after a change. The PersonRow already has its new connection.

    ``sent`` is the complete profile that a directory sent, None for a partial change.
    """
    if row.connection_id is None or (scope.actor.is_token and was_managed and not row.set_by_hand):
        return
    ours = set(row.set_by_hand or ())
    if not was_managed:
        ours = _flat(before).keys() - _ALWAYS_SENT
    if scope.actor.is_token:
        ours = ours - _altered(before, after) - (_flat(sent).keys() if sent else set())
    else:
        ours = ours | _altered(before, after)
    kept = sorted(ours & _flat(after).keys()) or None
    row.set_by_hand = kept


def _altered(before, after):
    old, new = _flat(before), _flat(after)
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def _flat(profile):
    """All values of a profile, each by its full name."""
    values = dict(profile.core)
    for prefix, part in (("enterprise", profile.enterprise), ("custom", profile.custom)):
        values |= {f"{prefix}.{name}": value for name, value in part.items()}
    return values
