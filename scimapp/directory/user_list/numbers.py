"""The numbers of many people, read into the process as one text, and compared there.

Either database returns such a text for little more than the cost of counting: a third of looking each person up, and a
tenth of returning as many rows.
"""

from sqlalchemy import Text, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from ...database import db
from ..sql_text import numbers_in

_BYTES_EACH = 64  # of Marks at most: beyond it a set is as quick, and takes no more memory


class numbers_of(GenericFunction):
    """The numbers of a group of rows as one text, in the order in which they are found. ``sql_text.joined`` asks for an
    order instead, for which Postgres would sort.
    """

    type = Text()
    inherit_cache = True


@compiles(numbers_of)
def _numbers_of(element, compiler, **options):
    return f"string_agg(CAST({compiler.process(element.clauses, **options)} AS TEXT), ',')"


@compiles(numbers_of, "sqlite")
def _numbers_of_on_sqlite(element, compiler, **options):
    return f"group_concat({compiler.process(element.clauses, **options)})"


def read(query):
    """The numbers that a query of one column finds, in its order. One statement."""
    return read_each([as_text(query)])[0]


def as_text(query):
    """The numbers that a query finds as one text: a column for ``read_each``."""
    return select(numbers_of(query.subquery().c[0])).scalar_subquery()


def read_each(texts, **values):
    """As ``read``, for several queries, each given ``as_text``. ``values`` are their parameters. One statement."""
    return list(map(numbers_in, db.session.execute(select(*texts), values).one()))


class Marks:
    """A set of numbers, stored as one byte per possible number. To check a hundred thousand people in the
    order of names, a ``set`` takes ten times as long, since its parts are scattered over the memory. Where the
    numbers are few for their size, as in a small account among many, it is a ``set``, so that no request takes
    a byte for everybody in the database.
    """

    __slots__ = ("_bytes", "_set")

    def __init__(self, numbers):
        self._set, self._bytes = None, b""
        size = max(numbers, default=-1) + 1
        if size > _BYTES_EACH * len(numbers):
            self._set = frozenset(numbers)
            return
        self._bytes = marks = bytearray(size)
        for number in numbers:
            marks[number] = 1

    def __len__(self):
        return self._bytes.count(1) if self._set is None else len(self._set)

    def having(self, numbers):
        """Those of ``numbers`` that are in the set, in their order."""
        if (known := self._set) is not None:
            return [number for number in numbers if number in known]
        marks, size = self._bytes, len(self._bytes)
        return [number for number in numbers if number < size and marks[number]]

    def lacking(self, numbers):
        """Those of ``numbers`` that are not in the set, in their order."""
        if (known := self._set) is not None:
            return [number for number in numbers if number not in known]
        marks, size = self._bytes, len(self._bytes)
        return [number for number in numbers if number >= size or not marks[number]]
