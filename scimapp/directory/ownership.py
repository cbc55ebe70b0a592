"""Who owns a value of a person whom a directory manages: the directory, or the people here (requirements D-09).

A value that the directory sent changes there only. One that it never sent is ours to edit, and the moment the directory
sends one it takes that value over. What is remembered is the short, mostly empty list of values set by hand.
"""

from .errors import Managed
from .scim_tokens import PROVIDERS

# What every directory sends with every person: taken over as soon as somebody made by hand is linked.
_ALWAYS_SENT = frozenset(("userName", "name", "emails"))


def managed_values(row, stored, profile):
    """The names of the values that only the directory may change, such as ``title`` and ``enterprise.department``.

    Empty for somebody no directory manages, also for somebody it has removed. Names of custom values begin with
    ``custom.``, those of the enterprise extension with ``enterprise.``.
    """
    if row.connection_id is None or row.scim_id is None:
        return frozenset()
    return frozenset(_flat(profile)) - frozenset(stored.set_by_hand or ())


def guard_managed(scope, row, stored, before, after):
    """Refuse a person's change of a value that the directory owns. Raises Managed."""
    if scope.actor.kind != "person":
        return
    locked = managed_values(row, stored, before)
    for name in sorted(locked & _altered(before, after)):
        raise Managed(name, PROVIDERS.get(row.connection_id, row.connection_id))


def note(scope, row, stored, before, after, *, was_managed, sent=None):
    """Keep the list of values set by hand in line with a change; ``row`` has its new connection already.

    ``sent`` is the profile that a directory sent in full, where it did.
    """
    if row.connection_id is None or (scope.actor.is_token and was_managed and not stored.set_by_hand):
        return
    ours = set(stored.set_by_hand or ())
    if not was_managed:
        ours = _flat(before).keys() - _ALWAYS_SENT
    if scope.actor.is_token:
        ours = ours - _altered(before, after) - (_flat(sent).keys() if sent else set())
    else:
        ours = ours | _altered(before, after)
    kept = sorted(ours & _flat(after).keys()) or None
    if kept != stored.set_by_hand:
        stored.set_by_hand = kept


def _altered(before, after):
    old, new = _flat(before), _flat(after)
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def _flat(profile):
    """Every value of a profile under one name each."""
    values = dict(profile.core)
    for prefix, part in (("enterprise", profile.enterprise), ("custom", profile.custom)):
        values |= {f"{prefix}.{name}": value for name, value in part.items()}
    return values
