"""Statements of the hottest paths: written in SQLAlchemy Core, compiled once, run on the driver's own connection.

For each execution SQLAlchemy makes a cache key, a compiled form and result objects, which takes many times what SQLite needs
for the row. A ``Prepared`` does this once per dialect and is then as quick as the driver. It joins the transaction of
``database.writing``; outside of one, each statement reads what is committed at that moment. The session is not flushed, so a
prepared statement does not see its unwritten changes.
"""

from collections import namedtuple
from functools import partial
from importlib import import_module
from operator import itemgetter

from sqlalchemy import Boolean, Float

from . import at_hand, deliver, run, way_of_sending
from .columns import read_by, touched_by

observers = []  # called with the text of each statement run, for counting and tracing


class Prepared:
    """One Core statement with named ``bindparam`` values; a list of values is one JSON text, see ``directory.sql.lists.among``.

    ``columns`` are the columns of an INSERT or UPDATE that get a value, passed under the column's name. In place of a
    statement, a function may make it from ``insert_of`` the dialect.

    Rows are named tuples of the values that the ORM would give. Raises SQLAlchemy's exceptions for the statement
    (IntegrityError, OperationalError …), without its parameters.
    """

    __slots__ = ("_columns", "_forms", "_reads", "_statement")

    def __init__(self, statement, columns=None):
        self._statement, self._columns = statement, columns
        self._forms, self._reads = {}, None  # ``_forms``: name of a dialect → _Form

    @property
    def reads(self):
        """The columns that a SELECT mentions, see ``columns``."""
        if self._reads is None:
            self._reads = read_by(self._statement)
        return self._reads

    def first(self, **values):
        """The first row, or None."""
        form, cursor = self._run(values)
        raw = cursor.fetchone()
        cursor.close()
        return None if raw is None else form.row(raw)

    def raw(self, **values):
        """The first row as the driver returns it, or None. Enough to see whether it has changed; ``named`` converts it."""
        _, cursor = self._run(values)
        raw = cursor.fetchone()
        cursor.close()
        return raw

    def ahead(self, **values):
        """The Ahead of the statement, which Postgres gets together with the next one of this thread; ``row_of`` returns what
        ``raw`` would. Until ``call_off`` nothing of this thread is written unless it goes behind. Only where one ``asks_ahead``.
        """
        held = at_hand()
        form = self._forms.get(held.engine.dialect.name) or self._form(held)
        held.ahead = form.execute(form.arguments(values), held, "ahead")
        return held.ahead

    def named(self, raw):
        """Convert a row of ``raw`` to one of ``first``."""
        return self._form(at_hand()).row(raw)

    def scalar(self, **values):
        """The first column of the first row, or None."""
        row = self.first(**values)
        return None if row is None else row[0]

    def all(self, **values):
        """A list of all rows."""
        form, cursor = self._run(values)
        return list(map(form.row if form.converters else form.make, cursor.fetchall()))

    def tuples(self, **values):
        """As ``all``, in plain tuples, for many thousand rows."""
        form, cursor = self._run(values)
        return cursor.fetchall() if not form.converters else form.tuples(cursor.fetchall())

    def run(self, **values):
        """Change rows, inside ``writing``. Returns how many were changed."""
        return self._run(values)[1].rowcount

    def run_many(self, rows):
        """Run once for each dict of ``rows``. Returns how many rows were changed."""
        if not rows:
            return 0
        held = at_hand()
        form = self._forms.get(held.engine.dialect.name) or self._form(held)
        arguments = form.arguments_of_many(rows)
        return form.execute(arguments, held, "executemany").rowcount if arguments else 0

    def send(self, **values):
        """As ``run``, without the count. On Postgres it goes to the server with a later statement or COMMIT, which then
        raises its errors, because waiting for the server costs more than all the rest.
        """
        held = at_hand()
        if way_of_sending(held) == "later":
            self.send_many([values])
        else:
            self._run(values, held)

    def send_many(self, rows):
        """As ``send``, once for each dict of ``rows``."""
        if not rows:
            return
        held = at_hand()
        form = self._forms.get(held.engine.dialect.name) or self._form(held)
        arguments = form.arguments_of_many(rows)
        if arguments:
            form.execute(arguments, held, way_of_sending(held))

    def soon(self, **values):
        """The Soon of the statement. On Postgres, inside ``writing``, it goes to the server with the next one; elsewhere it runs
        once it is asked for, if ever.
        """
        held, coming = at_hand(), None
        form = self._forms.get(held.engine.dialect.name) or self._form(held)
        if way_of_sending(held) == "later":
            coming = form.execute(form.arguments(values), held, "soon")
        return Soon(self, values, form, coming)

    def _run(self, values, held=None):
        held = held or at_hand()
        form = self._forms.get(held.engine.dialect.name) or self._form(held)
        if observers or form.touches:
            return form, form.execute(form.arguments(values), held)
        return form, run(form.text, form.arguments(values), held=held)  # a call less

    def _form(self, held):
        dialect = held.engine.dialect
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _Form(self._statement, dialect, self._columns)
        return form


class Soon:
    """What a statement returns that nobody waits for yet; ask in the transaction in which it was made."""

    __slots__ = ("_coming", "_form", "_statement", "_values")

    def __init__(self, statement, values, form, coming):
        self._statement, self._values, self._form, self._coming = statement, values, form, coming

    def first(self):
        """As ``Prepared.first``."""
        if self._coming is None:
            return self._statement.first(**self._values)
        raw = self._result().fetchone()
        return None if raw is None else self._form.row(raw)

    def tuples(self):
        """As ``Prepared.tuples``."""
        if self._coming is None:
            return self._statement.tuples(**self._values)
        return self._form.tuples(self._result().fetchall())

    def _result(self):
        if self._coming.result is None:
            deliver()
        return self._coming.result


def insert_of(dialect):
    """The ``insert`` of a dialect, which says what happens on a conflict, in the same words for both. That of Postgres would
    be a thirtieth of a start on SQLite, so it is imported when it is asked for.
    """
    return import_module(f"sqlalchemy.dialects.{dialect.name}").insert


class _Form:
    """A statement compiled for one dialect."""

    def __init__(self, statement, dialect, columns):
        if callable(statement):
            statement = statement(insert_of(dialect))
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        self.touches = touched_by(statement, columns)
        if compiled.post_compile_params or compiled.literal_execute_params:
            raise ValueError("a prepared statement takes no list of values: see directory.sql.lists.among")
        self.text, self.names = (str(compiled), compiled.positiontup) if compiled.positional else _numbered(compiled)
        parameters = [self._parameter(compiled, name) for name in self.names]
        self._defaults = {
            name: value for name, (is_given, value, _) in zip(self.names, parameters, strict=True) if not is_given
        }
        several = len(self.names) > 1
        self._values_of = (
            itemgetter(*self.names) if several else lambda values: tuple(values[name] for name in self.names)
        )
        self._conversions = [(place, way) for place, (_, _, way) in enumerate(parameters) if way]
        columns = compiled._result_columns or ()
        found = [(place, _converter(column.type, dialect)) for place, column in enumerate(columns)]
        self.converters = [(place, convert) for place, convert in found if convert]
        row = namedtuple("Row", [column.keyname for column in columns], rename=True)
        self.make = partial(tuple.__new__, row)  # as quick as it gets

    @staticmethod
    def _parameter(compiled, name):
        """``(whether a value must be given, default value, conversion of a given one or None)``."""
        convert, bound = compiled._bind_processors.get(name), compiled.binds[name]
        if isinstance(bound.type, Float):
            convert = None  # both drivers take floats; for SQLite SQLAlchemy would make floats of them once more
        if convert is not None and isinstance(bound.type, Boolean):
            kept = bool if compiled.dialect.supports_native_boolean else int
            convert = {one: kept(one) for one in (False, True)}.__getitem__  # SQLAlchemy's own takes two calls
        if bound.required:
            return True, None, convert
        return False, bound.effective_value if convert is None else convert(bound.effective_value), None

    def arguments(self, values):
        """The values by name, put in the order of the text. Raises KeyError for a missing one."""
        given = self._values_of({**values, **self._defaults} if self._defaults else values)
        if self._conversions:
            given = list(given)
            for place, convert in self._conversions:
                if given[place] is not None:  # None stays None in every type
                    given[place] = convert(given[place])
        return given

    def arguments_of_many(self, rows):
        """A list with the ``arguments`` of each of ``rows``."""
        is_plain = not (self._conversions or self._defaults)
        return list(map(self._values_of if is_plain else self.arguments, rows))

    def row(self, raw):
        """A row of the driver as a named tuple."""
        if self.converters:
            raw = list(raw)
            for place, convert in self.converters:
                value = raw[place]
                if value is not None:  # None stays None in every type
                    raw[place] = convert(value)
        return self.make(raw)

    def tuples(self, rows):
        """Rows of the driver as plain tuples."""
        return [tuple(self.row(raw)) for raw in rows] if self.converters else rows

    def execute(self, arguments, held, way="execute"):
        """The driver's cursor after running in one of the ways of ``run``. ``held`` is the result of ``at_hand``."""
        for observer in observers:
            observer(self.text)
        if self.touches and held.is_writing:
            held.touched.add(self.touches)
        return run(self.text, arguments, way=way, held=held)


def _numbered(compiled):
    """``(text, names)`` of a statement whose named values become ``$1``, ``$2`` … in the order of ``names``."""
    numbers = _Numbers()
    return str(compiled) % numbers, list(numbers)


class _Numbers(dict):
    """Gives each name that is looked up the next number."""

    def __missing__(self, name):
        number = self[name] = f"${len(self) + 1}"
        return number


def _converter(column_type, dialect):
    if isinstance(column_type, Float):
        return None  # both drivers return floats; SQLAlchemy would look up the type in a result that does not exist yet
    return column_type.dialect_impl(dialect).result_processor(dialect, None)
