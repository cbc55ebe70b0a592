"""Functions of SQL that SQLite and Postgres write differently, and hints for SQLite's planner."""

from sqlalchemy import Boolean, Integer, Label, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from ...database.column_types import Octets
from ...database.engines import AS_STORED


class Spelled(GenericFunction):
    """A function with a pattern for each database, in which each ``{}`` is an argument and ``{all}`` all of them."""

    _register = False
    postgres = sqlite = ""

    def __init_subclass__(cls):
        cls.inherit_cache = True  # SQLAlchemy asks each class for it
        super().__init_subclass__()

    def spelled(self, pattern, compiler, options):
        """The text of the function in a statement."""
        arguments = [compiler.process(argument, **options) for argument in self.clauses]
        return pattern.format(*arguments, all=", ".join(arguments))


@compiles(Spelled)
def _on_postgres(element, compiler, **options):
    return element.spelled(element.postgres, compiler, options)


@compiles(Spelled, "sqlite")
def _on_sqlite(element, compiler, **options):
    return element.spelled(element.sqlite, compiler, options)


class text_position(Spelled):
    """The 1-based position of the second text in the first, 0 if it does not occur."""

    type = Integer()
    postgres = "strpos({}, {})"
    sqlite = "instr({}, {})"


class text_end(Spelled):
    """The last ``n`` characters of a text."""

    type = Text()
    postgres = "right({}, {})"
    sqlite = "substr({}, -{})"


class any_case_like(Spelled):
    """Whether a text matches a LIKE pattern, with ``\\`` as escape, ignoring case; SQLite ignores the case of A to Z only."""

    type = Boolean()
    postgres = "({} ILIKE {})"  # whose escape is ``\\`` by itself
    sqlite = r"({} LIKE {} ESCAPE '\')"


class by_code_point(Spelled):
    """A text to be compared and sorted byte by byte, whatever the collation of its column."""

    type = Text()
    postgres = '({} COLLATE "C")'
    sqlite = "{}"


class moment_text(Spelled):
    """A moment as text in UTC: ``2026-11-23 09:30:00.000000``, as SQLite stores it."""

    type = Text()
    postgres = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    sqlite = "{}"


class quoted(Spelled):
    """A text as a JSON string, quotes included."""

    type = Text()
    postgres = "CAST(to_json({}) AS TEXT)"
    sqlite = "json_quote({})"


class in_one(Spelled):
    """Values as one text, equal to another one exactly if all values are. NULL on SQLite."""

    type = Text()
    postgres = "CAST(ROW({all}) AS TEXT)"
    sqlite = "NULL"


class next_of_sequence(Spelled):
    """See ``next_number``."""

    type = Integer()
    postgres = "nextval(pg_get_serial_sequence({}, {}))"
    sqlite = "NULL"


def next_number(column):
    """On Postgres, the number that the next row gets in a ``column`` with a sequence. NULL on SQLite, which has no sequences."""
    return next_of_sequence(column.table.name, column.name)  # the column itself would join its table to the query


class unsought(Spelled):
    """A column's value for a condition that SQLite should check without using an index."""

    type = Text()
    postgres = "{}"
    sqlite = "+{}"


class even_chance(Spelled):
    """A condition that SQLite's planner estimates to hold for half of the rows, so it prefers any other comparison."""

    type = Boolean()
    postgres = "{}"
    sqlite = "likelihood({}, 0.5)"

    def self_group(self, against=None):
        return self  # as in ``lists.among``


class walked(even_chance):
    """As ``even_chance``, for a column whose index SQLite should walk. The chance is just small enough for that; but if an
    order is asked for, it is too great and SQLite walks in that order.
    """

    sqlite = "likelihood({}, 0.4)"


class octets(Spelled):
    """A text as UTF-8 bytes, for texts that are sent on unchanged. Python would decode them and encode them again,
    character by character if one of them is not ASCII.

    With a label it takes SQLite two thirds of the time (docs/decisions/0145), and an empty text comes as None there.
    """

    type = Octets()
    # ``convert_to`` does the same in half as much time again. This one converts to the encoding of the client, which is
    # UTF-8.
    postgres = "textsend({})"
    sqlite = "CAST({} AS BLOB)"

    def label(self, name):
        return _LabelledOctets(name, self, self.type)


class _LabelledOctets(Label):
    inherit_cache = True


@compiles(_LabelledOctets)
def _labelled_octets(element, compiler, **options):
    return compiler.visit_label(element, **options)


@compiles(_LabelledOctets, "sqlite")
def _labelled_octets_on_sqlite(element, compiler, **options):
    options.pop("render_label_as_label", None)  # an order is by the value: the name in the statement is another one
    text = compiler.visit_label(element, **options)  # which notes a column of the result
    if not options.get("within_columns_clause"):
        return text
    text = compiler.process(element.element.clauses, literal_binds=options.get("literal_binds", False))
    return f'{text} AS "{element.name} [{AS_STORED}]"'
