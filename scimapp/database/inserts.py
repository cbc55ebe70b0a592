"""INSERTs of the hottest paths: of one row, which tells its number, and of many rows of a table together."""

from functools import cache

import orjson
from sqlalchemy import JSON, Text, bindparam, cast, column, func, insert, select

from . import at_hand, gather, way_of_sending
from .statements import Prepared

_FEWEST = 3  # rows for which one statement costs Postgres and us less than one for each


class PreparedRows(Prepared):
    """An INSERT of rows of a model with these columns. ``gather`` puts many rows together, which on Postgres are one statement:
    a row in a statement of its own costs both sides three times as much there.
    """

    __slots__ = ("_model", "_together")

    def __init__(self, model, columns):
        super().__init__(insert(model), columns)
        self._model, self._together = model, None

    @property
    def depth(self):
        """How many tables stand above that of these rows, by foreign keys: rows there come first."""
        return _depth_of(self._model.__table__)

    def gather(self, *rows):
        """As ``send_many``, together with what else this transaction gathers before its next statement: the rows of each
        table in one go. The rows are kept until then.
        """
        gather(self, rows)

    def send_many(self, rows):
        if len(rows) < _FEWEST or way_of_sending(held := at_hand()) != "later":
            super().send_many(rows)
            return
        form = self._form(held)
        given = [dict(zip(form.names, arguments, strict=True)) for arguments in form.arguments_of_many(rows)]
        if self._together is None:
            self._together = self._of_a_list(form.names)
        self._together.send(rows=orjson.dumps(given).decode())

    def _of_a_list(self, names):
        """The INSERT of rows that Postgres reads from one JSON text, in the order of the text."""
        table = self._model.__table__
        listed = func.json_to_recordset(cast(bindparam("rows", type_=Text), JSON)).table_valued(
            *[column(name, table.c[name].type) for name in names], name="given"
        )
        listed = listed.render_derived(with_types=True)
        rows = select(*[listed.c[name] for name in names])
        return Prepared(insert(self._model).from_select(names, rows))


@cache
def _depth_of(table):
    above = {key.column.table for key in table.foreign_keys} - {table}
    return 1 + max(map(_depth_of, above), default=-1)


class PreparedInsert:
    """An INSERT of one row of a model, with these columns, that returns the ``seq`` which the database assigns. A row that
    has its ``seq`` already is gathered, see ``PreparedRows``.

    On SQLite it uses the last row id. With RETURNING, SQLite would keep a copy of each page that the statement changes until
    it ends: forty for a person, in as many indexes, which takes longer than writing them.
    """

    __slots__ = ("_numbered", "_plain", "_telling")

    def __init__(self, model, columns):
        self._plain = Prepared(insert(model), columns)
        self._telling = Prepared(insert(model).returning(model.seq), columns)
        self._numbered = PreparedRows(model, [*columns, "seq"])

    def number(self, values):
        """Insert a row of these ``{column: value}``, inside ``writing``, and return its number. Raises as ``Prepared``."""
        seq = values.get("seq")
        if seq is not None:
            self._numbered.gather(values)
            return seq
        if at_hand().engine.dialect.name == "sqlite":
            return self._plain._run(values)[1].lastrowid
        return self._telling.scalar(**values)
