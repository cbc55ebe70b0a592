"""Lists in SQL: many values bound as one JSON text, and many rows read as one text. A statement with a list of any length is
then one text, which is compiled once and kept by the server.
"""

import orjson
from sqlalchemy import BigInteger, Boolean, Text, Tuple, bindparam, column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import Join
from sqlalchemy.sql.functions import GenericFunction

from .functions import Spelled


class among(GenericFunction):
    """Whether a column's value is in a list, given as a JSON array: ``among(User.id, bindparam("ids"))``."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against=None):
        return self  # otherwise SQLite gets ``… IN (…) = 1``, which uses no index


class json_values(Spelled):
    """The values of a JSON array as rows, see ``values_of``."""

    postgres = "jsonb_array_elements_text(CAST({} AS JSONB))"
    sqlite = "json_each({})"


class listed_number(Spelled):
    """A value of ``values_of`` as a number, where the list has numbers."""

    type = BigInteger()
    postgres = "CAST({} AS BIGINT)"
    sqlite = "{}"


class LookedUp(Join):
    """A join that looks up each row of a table for the list on its left. SQLite is told by which index, since it expects so few rows of
    an account, or at a path, that it would rather read all of these for each.
    """

    inherit_cache = True


_LOOKED_UP_BY = {
    "users": "NOT INDEXED",  # by the number of the row
    "indexed_values": "INDEXED BY sqlite_autoindex_indexed_values_1",
    "memberships": "INDEXED BY ix_memberships_user",
}


class joined(GenericFunction):
    """The texts of a group of rows, joined by commas or by the third argument. The second argument gives the order: a
    column, or a tuple of columns by which the rows are found. Numbers are written as text.
    """

    type = Text()
    inherit_cache = True


@compiles(LookedUp, "sqlite")
def _looked_up_in_sqlite(join, compiler, **options):
    options["asfrom"] = True
    left, right = (compiler.process(side, **options) for side in (join.left, join.right))
    by = _LOOKED_UP_BY[right.split()[0]]
    return f"{left} CROSS JOIN {right} {by} ON {compiler.process(join.onclause, **options)}"


@compiles(joined)
def _joined(element, compiler, **options):
    _, order, *_ = element.clauses
    text, _, *between = (compiler.process(part, **options) for part in element.clauses)
    between = between[0] if between else "','"
    columns = order.clauses if isinstance(order, Tuple) else (order,)
    by = ", ".join(compiler.process(column, **options) for column in columns)
    return f"string_agg(CAST({text} AS TEXT), {between} ORDER BY {by})"


@compiles(joined, "sqlite")
def _joined_on_sqlite(element, compiler, **options):
    text, _order, *between = element.clauses  # the separator is a comma unless one is given
    return f"group_concat({', '.join(compiler.process(part, **options) for part in (text, *between))})"


@compiles(among)
def _among(element, compiler, **options):
    column, values = element.clauses
    kind = compiler.dialect.type_compiler_instance.process(column.type.dialect_impl(compiler.dialect))
    kind = kind.partition(" COLLATE ")[0]  # the column's own decides
    listed = f"jsonb_array_elements_text(CAST({compiler.process(values, **options)} AS JSONB))"
    return f"{compiler.process(column, **options)} = ANY(ARRAY(SELECT CAST({listed} AS {kind})))"


@compiles(among, "sqlite")
def _among_on_sqlite(element, compiler, **options):
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"


def json_list(values):
    """Values as the JSON text that ``among`` and ``values_of`` take."""
    return orjson.dumps(list(values)).decode()


def values_of(name):
    """A table of the values in the JSON array bound to ``name``, in its column ``value``. Use it for many values: rows are
    looked up in the order of the array, while ``among`` sorts it first.
    """
    return json_values(bindparam(name, type_=Text())).table_valued(column("value", Text))


def numbers_in(text):
    """The numbers in a text made by ``joined``, [] for None; a tenth of the cost of as many rows."""
    return orjson.loads(f"[{text}]") if text else []


def numbers_as_text(numbers):
    """What ``joined`` makes of a list of numbers, None for no number."""
    return orjson.dumps(numbers)[1:-1].decode() or None
