"""The search index over a person's attributes: one row a filterable value, found by ``(path, key)`` at any size.

Kept in the transaction of the change and altered by the difference of two small sets. Paths are lower case, sub-
attributes follow a dot, extensions begin with ``enterprise.`` or ``custom.``. userName and externalId have columns.
"""

from sqlalchemy import bindparam, delete, insert, update

from ..database import db
from ..statements import Prepared
from .model import UserValue
from .sql_text import starts_with
from .text_keys import index_key

CUSTOM = "custom."  # begins the paths of custom fields, and the names of the counters of who has a value of them

# What stands in a column of its own.
_LEFT_OUT = frozenset({"username"})
# caseExact attributes of RFC 7643 keep their case in the index (a test compares with the attribute table).
CASE_EXACT = frozenset(
    {"profileurl", "photos.value", "x509certificates.value", "enterprise.manager.$ref", "enterprise.manager.value"}
)

_ADD = Prepared(insert(UserValue), ("account_id", "user_seq", "path", "element", "text_key", "number"))
_HERE = (
    UserValue.user_seq == bindparam("of_seq"),
    UserValue.path == bindparam("at_path"),
    UserValue.element == bindparam("at_element"),
)
_CHANGE = Prepared(
    update(UserValue).where(UserValue.account_id == bindparam("in_account"), *_HERE), ("text_key", "number")
)
_REMOVE = Prepared(delete(UserValue).where(UserValue.account_id == bindparam("in_account"), *_HERE))


def entries(core, enterprise, custom):
    """The index rows of one person: a dict ``(path, element) -> (text key, number or None)``."""
    found = {}
    _walk(found, "", core)
    _walk(found, "enterprise.", enterprise)
    _walk(found, CUSTOM, custom)
    return found


def _walk(found, prefix, attributes):
    for name, value in attributes.items():
        path = prefix + name.lower()
        if isinstance(value, dict):
            _walk_element(found, path, value, 0)
        elif isinstance(value, list):
            for number, item in enumerate(value, 1):
                if isinstance(item, dict):
                    _walk_element(found, path, item, number)
                else:
                    _add(found, path, item, number)
        else:
            _add(found, path, value, 0)


def _walk_element(found, path, element, number):
    for name, value in element.items():
        _add(found, f"{path}.{name.lower()}", value, number)


def _add(found, path, value, element):
    if value is None or path in _LEFT_OUT:
        return
    found[path, element] = key_of(value, path in CASE_EXACT)


def key_of(value, case_exact=False):
    """``(text key, number)`` of one value, as the index keeps it and as a filter must look for it."""
    if isinstance(value, bool):
        return ("true" if value else "false"), None
    if isinstance(value, int | float):
        text = str(int(value)) if float(value).is_integer() and abs(value) < 2**63 else repr(value)
        return text, float(value)
    return index_key(value, case_exact), None


def write(work, user_seq, before, after):
    """Bring the index of one person from ``before`` to ``after`` (both as from ``entries``), and the kept counts along."""
    account_id = work.scope.account_id
    mine = {"in_account": account_id, "of_seq": user_seq}
    gone = [mine | {"at_path": path, "at_element": element} for path, element in before.keys() - after.keys()]
    if gone:
        _REMOVE.run_many(gone)
    changed, come = [], []
    for place, (text_key, number) in after.items():
        path, element = place
        if place not in before:
            key = {"path": path, "element": element, "text_key": text_key, "number": number}
            come.append({"account_id": account_id, "user_seq": user_seq} | key)
        elif before[place] != (text_key, number):
            place = {"at_path": path, "at_element": element}
            changed.append(mine | place | {"text_key": text_key, "number": number})
    if changed:
        _CHANGE.run_many(changed)
    if come:
        _ADD.run_many(come)
    _count(work, _custom_paths(after) - _custom_paths(before), +1)
    _count(work, _custom_paths(before) - _custom_paths(after), -1)


def clear(work, user_seq):
    """Take a person out of the index, whatever it holds of them."""
    mine = (UserValue.account_id == work.scope.account_id, UserValue.user_seq == user_seq)
    paths = work.scope.select(UserValue, UserValue.path.distinct()).where(*mine, starts_with(UserValue.path, CUSTOM))
    _count(work, db.session.scalars(paths).all(), -1)
    db.session.execute(delete(UserValue).where(*mine))


def _custom_paths(found):
    return {path for path, _element in found if path.startswith(CUSTOM)}


def _count(work, paths, by):
    for path in paths:
        work.count(path, by)
