"""The search index over people's attributes: one row per filterable value, found by ``(path, key)`` at any size.

It changes in the transaction of the person, by the difference of two small sets. Paths are lower case; sub-attributes
follow a dot; extensions begin with ``enterprise.`` or ``custom.``. userName and externalId have columns of their own.

A row names no account. It is reached through the number of a path in an account (``at``, ``below``), or from a person
found in an account. Every statement looks the numbers up, so nothing has to cache them.
"""

import orjson
from sqlalchemy import JSON, Float, Integer, Text, bindparam, cast, column, delete, func, insert, select, update

from ...database import at_hand, db
from ...database.column_types import Sequence
from ...database.inserts import PreparedRows
from ...database.statements import Prepared
from ..model import IndexedPath, IndexedValue, User
from ..scope import own_rows
from ..sql.lists import among, json_list
from ..sql.texts import starts_with
from ..text_keys import MAXIMUM_KEY, index_key

CUSTOM = "custom."  # prefix of the paths of custom fields, and of the counters of people with a value

# Attributes with a column of their own.
_LEFT_OUT = frozenset({"username"})
# caseExact attributes of RFC 7643 keep their case in the index (a test compares with the attribute table).
CASE_EXACT = frozenset(
    {"profileurl", "photos.value", "x509certificates.value", "enterprise.manager.$ref", "enterprise.manager.value"}
)

_NUMBER = own_rows(IndexedPath, IndexedPath.number).where(IndexedPath.path == bindparam("at_path"))
# A value is stored at the number of its path in the account; nothing is stored if the path has no number yet.
_COLUMNS = ("user_seq", "path_number", "element", "text_key", "number")
_VALUES = (
    func.json_to_recordset(cast(bindparam("rows", type_=Text), JSON))
    .table_valued(
        column("seq", Sequence), column("path", Text), column("element", Integer), column("text_key", Text),
        column("number", Float(53)), name="given",
    )
    .render_derived(with_types=True)
)  # fmt: skip
_OF_VALUES = [_VALUES.c[name] for name in ("seq", "element", "text_key", "number")]
_NEW = own_rows(IndexedPath, _OF_VALUES[0], IndexedPath.number, *_OF_VALUES[1:]).where(
    IndexedPath.path == _VALUES.c.path
)
# Postgres takes all values of a person in one statement, which costs our process less than sending one for each.
_ADD = Prepared(insert(IndexedValue).from_select(_COLUMNS, _NEW))
_ADD_REST = Prepared(lambda insert: insert(IndexedValue).from_select(_COLUMNS, _NEW).on_conflict_do_nothing())
# SQLite would, from a SELECT, keep a copy of each page that it changes (decision 0086).
_ADD_TO_SQLITE = Prepared(
    insert(IndexedValue)
    .prefix_with("OR IGNORE")  # one whose path has no number, or that is there
    .values(user_seq=bindparam("of_seq"), path_number=_NUMBER.scalar_subquery(), element=bindparam("at_element"))
    .inline(),  # without RETURNING
    ("text_key", "number"),
)
_NUMBERS = Prepared(
    own_rows(IndexedPath, IndexedPath.path, IndexedPath.number).where(among(IndexedPath.path, bindparam("paths")))
)
_ROWS = PreparedRows(IndexedValue, _COLUMNS)
_GIVE = Prepared(
    lambda insert: (
        insert(IndexedPath)
        .values(account_id=bindparam("account_id"), path=bindparam("at_path"))
        .on_conflict_do_nothing()
    )
)
_HERE = (
    IndexedValue.user_seq == bindparam("of_seq"),
    IndexedValue.path_number == _NUMBER.scalar_subquery(),
    IndexedValue.element == bindparam("at_element"),
)
_ASK = Prepared(_NUMBER)
_CHANGE = Prepared(update(IndexedValue).where(*_HERE), ("text_key", "number"))
_REMOVE = Prepared(delete(IndexedValue).where(*_HERE))


def at(scope, path, value=IndexedValue):
    """The condition that ``value`` is at a path in the account of ``scope``, or of an ``Asking``."""
    return value.path_number == _number(scope, path)


def select_at(scope, path, *columns, value=IndexedValue):
    """Begin a query on the values at a path in the account of ``scope``."""
    return select(*columns).where(at(scope, path, value))


def select_many_at(scope, path, *columns, value=IndexedValue):
    """As ``select_at``, if many people may match or only a first one is wanted. One statement on Postgres, none on SQLite.

    Postgres plans well if it knows the path's number: it has statistics by number. Without it, it expects a tenth of the
    real matches and walks the table for a first one. A number that is not the path's in this account finds nothing.
    """
    if db.engine.dialect.name == "sqlite":
        return select_at(scope, path, *columns, value=value)
    told = bindparam("path_number", _ASK.scalar(account_id=scope.account_id, at_path=path) or 0, unique=True)
    return select(*columns).where(value.path_number == told, _number(scope, path) == told)


def below(scope, prefix, value=IndexedValue, *, beside=()):
    """As ``at``, for all paths that begin with ``prefix`` except those in ``beside``."""
    numbers = scope.select(IndexedPath, IndexedPath.number).where(starts_with(IndexedPath.path, prefix))
    return value.path_number.in_(numbers.where(*(IndexedPath.path != path for path in beside)).correlate(None))


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
    is_exact = path in CASE_EXACT
    if type(value) is str and len(value) <= MAXIMUM_KEY and value.isascii():
        found[path, element] = (value if is_exact else value.lower()), None  # as ``key_of``, which most values need not
    else:
        found[path, element] = key_of(value, is_exact)


def key_of(value, case_exact=False):
    """``(text key, number)`` of one value, as the index keeps it and as a filter must look for it."""
    if isinstance(value, bool):
        return ("true" if value else "false"), None
    if isinstance(value, int | float):
        text = str(int(value)) if float(value).is_integer() and abs(value) < 2**63 else repr(value)
        return text, float(value)
    return index_key(value, case_exact), None


def write(work, user_seq, before, after):
    """Update the index of one person from ``before`` to ``after`` (both from ``entries``), and the kept counts."""
    if not before:  # somebody new, or values that were not there
        if work.arrivals is not None:
            _gather(work, user_seq, after)
        else:
            _insert(work.scope.account_id, {user_seq: after}, work.numbered_paths)
        _count(work, _custom_paths(after), +1)
        return
    mine = {"account_id": work.scope.account_id, "of_seq": user_seq}
    _REMOVE.send_many(
        [{**mine, "at_path": path, "at_element": element} for path, element in before.keys() - after.keys()]
    )
    _CHANGE.send_many(
        _rows(mine, {place: key for place, key in after.items() if place in before and before[place] != key})
    )
    added = {place: key for place, key in after.items() if place not in before}
    _insert(work.scope.account_id, {user_seq: added}, work.numbered_paths)
    has, had = _custom_paths(after), _custom_paths(before)
    _count(work, has - had, +1)
    _count(work, had - has, -1)


def put(scope, found):
    """Add the values of several people, ``{user seq: as from entries}``, where they have none. Kept counts do not change."""
    _insert(scope.account_id, found, set())


def clear(work, user_seq):
    """Remove a person from the index, whatever it holds for them."""
    own = work.scope.select(User, User.seq).where(User.seq == user_seq).scalar_subquery()
    mine = IndexedValue.user_seq == own
    paths = (
        work.scope.select(IndexedPath, IndexedPath.path.distinct())
        .join(IndexedValue, IndexedValue.path_number == IndexedPath.number)
        .where(mine, starts_with(IndexedPath.path, CUSTOM))
    )
    _count(work, db.session.scalars(paths).all(), -1)
    db.session.execute(delete(IndexedValue).where(mine))


def _number(scope, path):
    number = scope.select(IndexedPath, IndexedPath.number).where(IndexedPath.path == path)
    return number.correlate(None).scalar_subquery()


def _insert(account_id, found, numbered):
    """Add the values of people, ``{user seq: as from entries}``. The first at a path of an account gives the path its number.

    ``numbered`` are paths known to have one. It learns the others.
    """
    if at_hand().engine.dialect.name == "sqlite":
        _insert_in_sqlite(account_id, found)
        return
    paths = _paths(found)
    if not paths:
        return
    rows = orjson.dumps([
        {"seq": seq, "path": path, "element": element, "text_key": key, "number": number}
        for seq, values in found.items()
        for (path, element), (key, number) in values.items()
    ]).decode()  # fmt: skip
    if paths <= numbered:
        _ADD.send(account_id=account_id, rows=rows)
        return
    if _ADD.run(account_id=account_id, rows=rows) < sum(map(len, found.values())):
        _give_numbers(account_id, paths)
        _ADD_REST.send(account_id=account_id, rows=rows)
    numbered |= paths


def _gather(work, user_seq, found):
    """Add the values of one of the people who are expected, with those of the others."""
    paths = {path for path, _element in found}
    numbers = work.arrivals.path_numbers
    if not paths <= numbers.keys():
        asked = {"account_id": work.scope.account_id, "paths": json_list(paths)}
        numbers |= _NUMBERS.tuples(**asked)
        if not paths <= numbers.keys():
            _give_numbers(work.scope.account_id, paths - numbers.keys())
            numbers |= _NUMBERS.tuples(**asked)
    _ROWS.gather(*[
        {"user_seq": user_seq, "path_number": numbers[path], "element": element, "text_key": key, "number": number}
        for (path, element), (key, number) in found.items()
    ])  # fmt: skip


def _insert_in_sqlite(account_id, found):
    rows = []
    for seq, values in found.items():
        rows += _rows({"account_id": account_id, "of_seq": seq}, values)
    if _ADD_TO_SQLITE.run_many(rows) < len(rows):
        _give_numbers(account_id, _paths(found))
        _ADD_TO_SQLITE.run_many(rows)


def _paths(found):
    return {path for values in found.values() for path, _element in values}


def _give_numbers(account_id, paths):
    # In one order, so that two units cannot deadlock.
    _GIVE.send_many([{"account_id": account_id, "at_path": path} for path in sorted(paths)])


def _rows(mine, found):
    """The parameters of each of the ``entries`` in ``found``; those in ``mine`` are the same for all."""
    return [
        {**mine, "at_path": path, "at_element": element, "text_key": key, "number": number}
        for (path, element), (key, number) in found.items()
    ]


def _custom_paths(found):
    return {path for path, _element in found if path.startswith(CUSTOM)}


def _count(work, paths, by):
    for path in paths:
        work.count(path, by)
