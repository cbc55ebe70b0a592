"""Statements of the hottest paths: made of SQLAlchemy Core, compiled once, run on the driver's own connection.

What SQLAlchemy does for each execution anew (cache key, compiled form, result objects) takes many times what SQLite needs
for the row. A ``Prepared`` does it once a dialect and is then as quick as the driver. It joins the transaction of
``database.writing``; outside of one each statement reads what is committed at its moment. The session is not flushed: what
it has not written yet, a prepared statement does not see.
"""

from collections import namedtuple
from functools import partial
from operator import itemgetter

from sqlalchemy import Float, insert

from . import at_hand, run, way_of_sending

observers = []  # called with the text of each statement that is run, to count and to trace


class Prepared:
    """One Core statement, its values ``bindparam`` by name; a list of values is one JSON text, see ``sql_text.among``.

    ``columns`` of an INSERT or UPDATE are those that get a value, given by the column's name.

    Rows are named tuples of what the ORM would give. Raises what SQLAlchemy raises for the same statement
    (IntegrityError, OperationalError …), without its parameters.
    """

    __slots__ = ("_columns", "_forms", "_statement")

    def __init__(self, statement, columns=None):
        self._statement, self._columns = statement, columns
        self._forms = {}  # name of a dialect → _Form

    def first(self, **values):
        """The first row, or None."""
        form, cursor = self._run(values)
        raw = cursor.fetchone()
        cursor.close()
        return None if raw is None else form.row(raw)

    def raw(self, **values):
        """The first row as the driver gives it, or None: enough to see whether it is what it was; ``named`` reads it."""
        _, cursor = self._run(values)
        raw = cursor.fetchone()
        cursor.close()
        return raw

    def named(self, raw):
        """What ``first`` gives, of what ``raw`` gave."""
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
        """As ``all``, in plain tuples: for many thousand rows."""
        form, cursor = self._run(values)
        return cursor.fetchall() if not form.converters else [tuple(form.row(raw)) for raw in cursor.fetchall()]

    def run(self, **values):
        """Change rows, inside ``writing``. Returns how many they were."""
        return self._run(values)[1].rowcount

    def run_many(self, rows):
        """Change rows, once for each dict of ``rows``. Returns how many they were."""
        if not rows:
            return 0
        held = at_hand()
        form = self._forms.get(held.engine.dialect.name) or self._form(held)
        arguments = form.arguments_of_many(rows)
        return form.execute(arguments, held, "executemany").rowcount if arguments else 0

    def send(self, **values):
        """As ``run``, where nobody needs to know how many they were. On Postgres, what is wrong is told by a later statement or
        COMMIT: it goes to the server with that one, because waiting for a server costs more than all the rest.
        """
        self.send_many([values])

    def send_many(self, rows):
        """As ``send``, once for each dict of ``rows``."""
        if not rows:
            return
        held = at_hand()
        form = self._forms.get(held.engine.dialect.name) or self._form(held)
        arguments = form.arguments_of_many(rows)
        if arguments:
            form.execute(arguments, held, way_of_sending(held))

    def _run(self, values):
        held = at_hand()
        form = self._forms.get(held.engine.dialect.name) or self._form(held)
        return form, form.execute(form.arguments(values), held)

    def _form(self, held):
        dialect = held.engine.dialect
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _Form(self._statement, dialect, self._columns)
        return form


class PreparedInsert:
    """An INSERT of one row of a model, with these columns, that tells the number which the database gives it as ``seq``.

    SQLite knows the last one by itself. For RETURNING it keeps a copy of each page that the statement changes until it is
    done: forty for a person, in as many indexes, which takes longer than to write them.
    """

    __slots__ = ("_plain", "_telling")

    def __init__(self, model, columns):
        self._plain = Prepared(insert(model), columns)
        self._telling = Prepared(insert(model).returning(model.seq), columns)

    def number(self, **values):
        """Put a row in, inside ``writing``; returns its number. Raises as ``Prepared``."""
        if at_hand().engine.dialect.name == "sqlite":
            return self._plain._run(values)[1].lastrowid
        return self._telling.scalar(**values)


class _Form:
    """A statement as one dialect says it."""

    def __init__(self, statement, dialect, columns):
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        if compiled.post_compile_params or compiled.literal_execute_params:
            raise ValueError("a prepared statement takes no list of values: see sql_text.among")
        self.text, names = (str(compiled), compiled.positiontup) if compiled.positional else _numbered(compiled)
        parameters = [self._parameter(compiled, name) for name in names]
        self._fixed = [fixed for _, fixed, _ in parameters]
        self._given = [(place, name, way) for place, (name, _, way) in enumerate(parameters) if name]
        is_plain = len(names) > 1 and len(self._given) == len(names)
        self._values_of = itemgetter(*names) if is_plain else None  # where all are given, the quickest way
        self._conversions = [(place, way) for place, _, way in self._given if way]
        columns = compiled._result_columns or ()
        found = [(place, _converter(column.type, dialect)) for place, column in enumerate(columns)]
        self.converters = [(place, convert) for place, convert in found if convert]
        row = namedtuple("Row", [column.keyname for column in columns], rename=True)
        self.make = partial(tuple.__new__, row)  # as quick as it gets

    @staticmethod
    def _parameter(compiled, name):
        """``(name, value or None where one has to be given, conversion or None)``."""
        convert, bound = compiled._bind_processors.get(name), compiled.binds[name]
        if bound.required:
            return name, None, convert
        return None, bound.effective_value if convert is None else convert(bound.effective_value), None

    def arguments(self, values):
        """Values by name, in the order of the text. Raises KeyError for one that is missing."""
        if self._values_of is not None:
            given = self._values_of(values)
            if self._conversions:
                given = list(given)
                for place, convert in self._conversions:
                    given[place] = convert(given[place])
            return given
        given = self._fixed.copy()
        for place, name, convert in self._given:
            given[place] = values[name] if convert is None else convert(values[name])
        return given

    def arguments_of_many(self, rows):
        """A list of ``arguments`` of each."""
        is_plain = self._values_of is not None and not self._conversions
        return list(map(self._values_of if is_plain else self.arguments, rows))

    def row(self, raw):
        """A row of the driver as a named tuple."""
        if self.converters:
            raw = list(raw)
            for place, convert in self.converters:
                value = raw[place]
                if value is not None:  # nothing stays nothing, in every type
                    raw[place] = convert(value)
        return self.make(raw)

    def execute(self, arguments, held, way="execute"):
        """The driver's cursor after it has run in one of the ways of ``run``. ``held`` is what is at hand."""
        for observer in observers:
            observer(self.text)
        return run(self.text, arguments, way=way, held=held)


def _numbered(compiled):
    """``(text, names)`` of a statement whose values have names: they become ``$1``, ``$2`` … in the order of ``names``."""
    numbers = _Numbers()
    return str(compiled) % numbers, list(numbers)


class _Numbers(dict):
    """A new number for each name that is asked for."""

    def __missing__(self, name):
        number = self[name] = f"${len(self) + 1}"
        return number


def _converter(column_type, dialect):
    if isinstance(column_type, Float):
        return None  # a float comes from either driver; SQLAlchemy would ask for the type in an answer that is not there yet
    return column_type.dialect_impl(dialect).result_processor(dialect, None)
