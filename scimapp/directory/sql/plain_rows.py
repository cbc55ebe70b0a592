"""Rows that are locked, changed and written by their difference, independent of the session.

Directories change people and groups many times a second, and a row in the session would cost more than all the rest.
"""

from collections import deque
from functools import cache, lru_cache
from itertools import compress, repeat
from operator import attrgetter, ne

from sqlalchemy import bindparam, update

from ...database.statements import Prepared

_KEPT_COMBINATIONS = 256  # of columns that change together; an UPDATE is kept for each
_do_all = deque(maxlen=0).extend  # go through an iterator, without a step of Python for each of up to 45 columns


@cache
def columns_of(model):
    """The names of all columns of a model, in the order of its table."""
    return tuple(column.key for column in model.__table__.columns)


@cache
def _is_column_of(model):
    return frozenset(columns_of(model)).__contains__


class PlainRow:
    """A row as the database holds it. Set attributes; ``changed`` returns what differs, until ``settle``.

    A subclass names its attributes in ``NAMES`` and repeats them in ``__slots__``.
    """

    __slots__ = ("_saved",)
    NAMES = ()

    def __init_subclass__(cls):
        cls._all_of = attrgetter(*cls.NAMES)

    def __init__(self, values, *, is_new=False):
        if len(values) != len(self.NAMES):
            raise ValueError(f"{len(values)} values for {len(self.NAMES)} columns")
        _do_all(map(setattr, repeat(self), self.NAMES, values))
        self._saved = None if is_new else tuple(values)

    def __repr__(self):
        return f"<{type(self).__name__} {self.id}>"

    def values(self):
        """``{name: value}`` of all attributes."""
        return dict(zip(self.NAMES, type(self)._all_of(self), strict=True))

    def changed(self):
        """``{name: value}`` of what changed since the row was read or settled."""
        values = type(self)._all_of(self)
        if values == self._saved:
            return {}
        return dict(compress(zip(self.NAMES, values, strict=True), map(ne, self._saved, values)))

    def settle(self):
        """Take the current values as those that the database holds."""
        self._saved = type(self)._all_of(self)


def write(row, model, key, changed):
    """Write the ``changed`` values that are columns of ``model``. ``key`` is the column with the row's number."""
    names = tuple(filter(_is_column_of(model), changed))
    if names:
        _update(model, key, names).send(in_account=row.account_id, of_seq=row.seq, **changed)


@lru_cache(_KEPT_COMBINATIONS)
def _update(model, key, names):
    """An UPDATE of these columns only, so that SQLite leaves the indexes of all others alone."""
    mine = (model.account_id == bindparam("in_account"), getattr(model, key) == bindparam("of_seq"))
    return Prepared(update(model).where(*mine), names)
