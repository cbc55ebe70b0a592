"""Texts that mean the same on SQLite and Postgres, with ``%`` and ``_`` as ordinary characters; hints for SQLite's planner.

Keys compare byte by byte (SQLite's BINARY, Postgres' collation "C"), which is the order of code points.
"""

from sqlalchemy import Boolean, Integer, Label, Text, and_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from ..database.column_types import Octets
from ..database.engines import AS_STORED

_LAST = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


class text_position(GenericFunction):
    """The 1-based position of the second text in the first, 0 if it does not occur."""

    type = Integer()
    inherit_cache = True
    name = "strpos"


class text_end(GenericFunction):
    """The last ``n`` characters of a text."""

    type = Text()
    inherit_cache = True
    name = "right"


class any_case_like(GenericFunction):
    """Whether a text matches a LIKE pattern, with ``\\`` as escape, ignoring case; SQLite ignores the case of A to Z only."""

    type = Boolean()
    inherit_cache = True


class by_code_point(GenericFunction):
    """A text to be compared and sorted byte by byte, whatever the collation of its column."""

    type = Text()
    inherit_cache = True


class moment_text(GenericFunction):
    """A moment as text in UTC: ``2026-11-23 09:30:00.000000``, as SQLite stores it."""

    type = Text()
    inherit_cache = True


class unsought(GenericFunction):
    """A column's value for a condition that SQLite should check without using an index."""

    type = Text()
    inherit_cache = True


class next_of_sequence(GenericFunction):
    """See ``next_number``."""

    type = Integer()
    inherit_cache = True


class in_one(GenericFunction):
    """Values as one text, equal to another one exactly if all values are. NULL on SQLite."""

    type = Text()
    inherit_cache = True


class even_chance(GenericFunction):
    """A condition that SQLite's planner estimates to hold for half of the rows, so it prefers any other comparison."""

    type = Boolean()
    inherit_cache = True

    chance = 0.5

    def self_group(self, against=None):
        return self  # as in ``sql_lists.among``


class walked(even_chance):
    """As ``even_chance``, for a column whose index SQLite should walk. The chance is just small enough for that; but if an
    order is asked for, it is too great and SQLite walks in that order.
    """

    inherit_cache = True
    chance = 0.4


class quoted(GenericFunction):
    """A text as a JSON string, quotes included."""

    type = Text()
    inherit_cache = True


class octets(GenericFunction):
    """A text as UTF-8 bytes, for texts that are sent on unchanged. Python would decode them and encode them again,
    character by character if one of them is not ASCII.

    With a label it takes SQLite two thirds of the time (docs/decisions/0145), and an empty text comes as None there.
    """

    type = Octets()
    inherit_cache = True

    def label(self, name):
        return _LabelledOctets(name, self, self.type)


class _LabelledOctets(Label):
    inherit_cache = True


@compiles(quoted)
def _quoted(element, compiler, **options):
    return f"CAST(to_json({compiler.process(element.clauses, **options)}) AS TEXT)"


@compiles(quoted, "sqlite")
def _quoted_on_sqlite(element, compiler, **options):
    return f"json_quote({compiler.process(element.clauses, **options)})"


@compiles(octets)
def _octets(element, compiler, **options):
    # ``convert_to`` does the same in half as much time again. This one converts to the encoding of the client, which is
    # UTF-8.
    return f"textsend({compiler.process(element.clauses, **options)})"


@compiles(octets, "sqlite")
def _octets_on_sqlite(element, compiler, **options):
    return f"CAST({compiler.process(element.clauses, **options)} AS BLOB)"


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


@compiles(even_chance, "sqlite")
def _even_chance_on_sqlite(element, compiler, **options):
    return f"likelihood({compiler.process(element.clauses, **options)}, {element.chance})"


@compiles(even_chance)
@compiles(unsought)
def _as_it_is(element, compiler, **options):
    return compiler.process(element.clauses, **options)


@compiles(unsought, "sqlite")
def _unsought_on_sqlite(element, compiler, **options):
    return f"+{compiler.process(element.clauses, **options)}"


@compiles(moment_text)
def _moment_text(element, compiler, **options):
    moment = compiler.process(element.clauses, **options)
    return f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"


@compiles(moment_text, "sqlite")
def _moment_text_on_sqlite(element, compiler, **options):
    return compiler.process(element.clauses, **options)


@compiles(any_case_like)
def _any_case_like(element, compiler, operator="ILIKE", **options):
    text, pattern = (compiler.process(part, **options) for part in element.clauses)
    return f"({text} {operator} {pattern} ESCAPE {compiler.render_literal_value(chr(92), Text())})"


@compiles(any_case_like, "sqlite")
def _any_case_like_on_sqlite(element, compiler, **options):
    return _any_case_like(element, compiler, operator="LIKE", **options)


@compiles(by_code_point)
def _by_code_point(element, compiler, **options):
    return f'({compiler.process(element.clauses, **options)} COLLATE "C")'


@compiles(by_code_point, "sqlite")
def _by_code_point_on_sqlite(element, compiler, **options):
    return compiler.process(element.clauses, **options)


@compiles(text_position, "sqlite")
def _position_on_sqlite(element, compiler, **options):
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(text_end, "sqlite")
def _end_on_sqlite(element, compiler, **options):
    text, length = element.clauses
    return f"substr({compiler.process(text, **options)}, -{compiler.process(length, **options)})"


def escaped(words):
    """``words`` for a LIKE pattern with ``\\`` as its escape: ``%`` and ``_`` stand for themselves."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def has_words(column, words):
    """The condition that ``column``, a folded text, contains folded ``words``: for others, SQLite's LIKE ignores case."""
    return column.like(f"%{escaped(words)}%", escape="\\")


def contains(column, key):
    """The condition that ``column`` contains ``key``; with an empty key, that it has a value."""
    return text_position(column, key) > 0 if key else column.is_not(None)


def starts_with(column, key):
    """The condition that ``column`` starts with ``key``, as a range, which an index can answer."""
    if not key:
        return column.is_not(None)
    end = following(key)
    return and_(column >= key, column < end) if end else column >= key


def following(key):
    """The smallest text greater than every text that starts with ``key``, None if there is none."""
    for place in range(len(key) - 1, -1, -1):
        code = ord(key[place]) + 1
        if code in _SURROGATES:
            code = _SURROGATES.stop
        if code <= _LAST:
            return key[:place] + chr(code)
    return None


def next_number(column):
    """On Postgres, the number that the next row gets in a ``column`` with a sequence. NULL on SQLite, which has no sequences."""
    return next_of_sequence(column.table.name, column.name)  # the column itself would join its table to the query


@compiles(next_of_sequence)
def _next_of_sequence(element, compiler, **options):
    return f"nextval(pg_get_serial_sequence({compiler.process(element.clauses, **options)}))"


@compiles(in_one)
def _in_one(element, compiler, **options):
    return f"CAST(ROW({compiler.process(element.clauses, **options)}) AS TEXT)"


@compiles(in_one, "sqlite")
@compiles(next_of_sequence, "sqlite")
def _none_on_sqlite(element, compiler, **options):
    return "NULL"
