"""Prepared statements on Postgres: kept by the server, and run without the driver's cursors.

What a cursor of psycopg does for each execution anew (split the text, count its uses, choose how each value is sent and read)
takes five times what sending and reading takes. Here a text is looked at once a connection; psycopg goes on waiting
(see ``silence``), converting values and telling errors.
"""

from collections import deque
from functools import partial
from itertools import count

from psycopg import errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.generators import execute, fetch_many, pipeline_communicate, send
from psycopg.pq import ExecStatus

MOST_KEPT = 256  # texts a connection; with one more it begins anew
_REFUSED = (ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED)


class ServerStatements:
    """A connection of psycopg for texts that come again and again. It offers what a connection of ``sqlite3`` offers.

    Values are ``$1``, ``$2`` … in a text, in this order. Raises what psycopg's cursors raise.
    """

    def __init__(self, connection):
        connection.autocommit = True  # a transaction begins with BEGIN here
        connection.prepare_threshold = (
            None  # psycopg would drop all that the server keeps, ours too, with each rollback
        )
        self._connection, self._server = connection, connection.pgconn
        self._adapter = Transformer(connection)
        self._names, self._numbers = {}, count()  # text → its name on the server, None for one that came once

    def execute(self, text, arguments=()):
        """The Result of a statement, to be read before the next one runs."""
        if arguments:
            self._send(text, self._as_sent(arguments))
        else:
            self._server.send_query(text.encode())
        return Result(self._adapter, self._received())

    def executemany(self, text, rows):
        """The Result of a statement that changes something for each of ``rows``; none of them waits for the one before."""
        rows, name, server = [self._as_sent(row) for row in rows], self._prepared(text), self._server
        steps = [partial(server.send_query_prepared, name, row) for row in rows]
        server.enter_pipeline_mode()
        try:
            found = self._connection.wait(self._in_one_go(deque([*steps, server.pipeline_sync])))
            server.exit_pipeline_mode()
        except BaseException:
            server.finish()  # nobody can tell what is still to come on it
            raise
        return Result(self._adapter, *map(_accepted, found))

    def rollback(self):
        """Undo the transaction, if there is one."""
        self._connection.rollback()

    def _send(self, text, values):
        if text in self._names:
            self._server.send_query_prepared(self._prepared(text), values)
        else:  # many a search is asked once
            self._make_room()
            self._names[text] = None
            self._server.send_query_params(text.encode(), values)

    def _prepared(self, text):
        name = self._names.get(text)
        if name is None:
            self._make_room()
            name = b"kept_%d" % next(self._numbers)
            self._server.send_prepare(name, text.encode())
            self._received()
            self._names[text] = name
        return name

    def _make_room(self):
        if len(self._names) >= MOST_KEPT:
            self.execute("DEALLOCATE ALL")
            self._names.clear()

    def _as_sent(self, values):
        return self._adapter.dump_sequence(values, [PyFormat.TEXT] * len(values))

    def _received(self):
        results = self._connection.wait(execute(self._server))
        return [_accepted(result) for result in results][0]

    def _in_one_go(self, steps):
        """What psycopg waits for: the results of ``steps``, the last of which is the end of a pipeline."""
        found = yield from pipeline_communicate(self._server, steps)
        yield from send(self._server)
        while not found or found[-1][0].status != ExecStatus.PIPELINE_SYNC:
            found.append((yield from fetch_many(self._server)))
        return [result for results in found[:-1] for result in results]


class Result:
    """What a statement gave: rows, of one text, or how many were changed by several ``results``."""

    __slots__ = ("_adapter", "_results")

    def __init__(self, adapter, *results):
        self._adapter, self._results = adapter, results

    @property
    def rowcount(self):
        return sum(result.command_tuples or 0 for result in self._results)

    def fetchone(self):
        """The first row as a tuple, or None."""
        [result] = self._results
        if not result.ntuples:
            return None
        self._adapter.set_pgresult(result)
        return self._adapter.load_row(0, tuple)

    def fetchall(self):
        """A list of all rows as tuples."""
        [result] = self._results
        self._adapter.set_pgresult(result)
        return self._adapter.load_rows(0, result.ntuples, tuple)

    def close(self):
        """Nothing is kept open."""


def _accepted(result):
    """``result``, unless it is a refusal. Raises psycopg.Error."""
    if result.status in _REFUSED:
        raise errors.error_from_result(result)
    return result
