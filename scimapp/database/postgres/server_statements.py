"""Prepared statements on Postgres: kept by the server, and run without the driver's cursors.

For each execution a cursor of psycopg splits the text, counts its uses and chooses how each value is sent and read,
which takes five times as long as sending and reading. Here a text is analysed once per connection. psycopg still waits
for the server (see ``silence``), converts values and reports errors.
"""

from functools import partial
from itertools import count

from psycopg import OperationalError, errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.generators import execute, send
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format
from psycopg.waiting import WAIT_R

from ..ahead import REFUSED, Ahead, Overtaken

MOST_KEPT = 256  # texts per connection; with one more all are dropped
# Members of an Enum are looked up slowly in Python 3.11, so those of each statement are kept here.
_BINARY, _TEXT, _SYNC = Format.BINARY, PyFormat.TEXT, ExecStatus.PIPELINE_SYNC
_REFUSED = (ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED)
_OUTDATED = ("0A000", "26000")  # SQLSTATE: a migration changed a kept statement's result; the kept one is gone


class Undone(OperationalError):
    """The server refused a statement, and the connection is gone: nothing was committed, not even by a COMMIT sent after it."""

    is_undone = True


class ServerStatements:
    """A connection of psycopg for recurring statements, with the interface of a ``sqlite3`` connection.

    A text names its values ``$1``, ``$2`` … in this order. Raises the errors of psycopg's cursors. Waiting for
    the server costs more than all the rest of a statement, so one whose result is not needed at once is sent
    with the next one (``later``).
    """

    def __init__(self, connection):
        connection.autocommit = True  # a transaction begins with BEGIN here
        # psycopg must prepare nothing: at each rollback it drops what it prepared, and all other kept statements as well.
        connection.prepare_threshold = None
        self._connection, self._server = connection, connection.pgconn
        self._adapter = Transformer(connection)
        self._names, self._numbers = {}, count()  # text → its name on the server, None if used once so far
        self._waiting = []  # steps to be sent with the next one
        self._ahead = None  # the Ahead of one of these
        self._coming = []  # (place among these, Coming)

    def execute(self, text, arguments=()):
        """The Result of a statement, to be read before the next one runs."""
        name = self._names.get(text)
        if name is not None and not self._waiting:  # nearly always: the same as below in fewer steps
            self._server.send_query_prepared(name, self._as_sent(arguments), None, _BINARY)
            return Result(self._adapter, self._received())
        step = self._step(text, arguments)
        if self._waiting:
            return Result(self._adapter, self._in_one_go([step])[-1])
        step()
        return Result(self._adapter, self._received())

    def executemany(self, text, rows):
        """The Result of a statement that makes a change for each of ``rows``, without a wait between them."""
        steps = self._steps(text, rows)
        return Result(self._adapter, *self._in_one_go(steps)[-len(steps) :])

    def later(self, text, rows):
        """Run a statement for each of ``rows`` together with the next one or with ``deliver``, which then raises its
        errors.
        """
        self._waiting += self._steps(text, rows)

    def soon(self, text, arguments):
        """The Coming of a statement that runs together with the next one or with ``deliver``, which then raises its errors."""
        steps = self._steps(text, [arguments])
        coming = Coming()
        self._coming.append((len(self._waiting), coming))
        self._waiting += steps
        return coming

    def ahead(self, text, arguments):
        """The Ahead of a statement that runs together with the next one, before it, or with ``deliver``. Both raise its errors,
        and Overtaken where it refused what follows.
        """
        steps = self._steps(text, [arguments])
        ahead = self._ahead = Ahead(self, len(self._waiting))
        self._waiting += steps
        return ahead

    def awaits(self, ahead):
        """Whether an Ahead is still among the waiting steps."""
        return self._ahead is ahead

    def call_off(self, ahead):
        """Let an Ahead that waits go with nothing."""
        if self._ahead is ahead:
            self._drop()

    def deliver(self):
        """Run the waiting steps."""
        if self._waiting:
            self._in_one_go([])

    def rollback(self):
        """Undo the transaction, if there is one, and drop the waiting steps."""
        self._drop()
        self._connection.rollback()

    def end(self):
        """Reset the connection to its initial state, with no statement kept."""
        self._forget()
        self._connection.autocommit = False

    def _step(self, text, arguments):
        """The step that sends a statement."""
        if text in self._names:
            return self._steps(text, [arguments])[0]
        self._make_room_for(text)
        self._names[text] = None  # many searches run only once, so do not prepare it yet
        return partial(self._server.send_query_params, text.encode(), self._as_sent(arguments), result_format=_BINARY)

    def _steps(self, text, rows):
        name = self._prepared(text)
        send_one = partial(self._server.send_query_prepared, name, result_format=_BINARY)
        return [partial(send_one, self._as_sent(row)) for row in rows]

    def _prepared(self, text):
        name = self._names.get(text)
        if name is None:
            self._make_room_for(text)
            name = b"kept_%d" % next(self._numbers)
            self._server.send_prepare(name, text.encode())
            self._received()
            self._names[text] = name
        return name

    def _make_room_for(self, text):
        if text not in self._names and len(self._names) >= MOST_KEPT:
            self.deliver()  # waiting steps use names that are dropped here
            self._forget()
            self._names.clear()

    def _drop(self):
        self._waiting.clear()
        self._ahead, self._coming = None, []

    def _forget(self):
        self._server.send_query(b"DEALLOCATE ALL")
        self._received()

    def _as_sent(self, values):
        return self._adapter.dump_sequence(values, [_TEXT] * len(values))

    def _received(self):
        results = self._connection.wait(execute(self._server))
        for result in results:
            self._accepted(result)
        return results[0]

    def _in_one_go(self, steps):
        """The results of the waiting steps and of ``steps``.

        Raises the first refusal; the server skips the steps after it.
        """
        steps, server, found = [*self._waiting, *steps, self._server.pipeline_sync], self._server, []
        ahead, coming = self._ahead, self._coming
        self._drop()
        server.enter_pipeline_mode()
        try:
            self._connection.wait(self._sent_and_received(steps, found))
            server.exit_pipeline_mode()
        except BaseException as error:
            is_undone = isinstance(error, OperationalError) and self._has_refused_before(len(steps) - 1, found)
            server.finish()  # what the server still sends on it is unknown
            if is_undone:
                raise Undone(str(error)) from error
            raise
        if ahead is not None:
            decided = found[ahead.place]
            if decided.status in _REFUSED and decided.error_field(DiagnosticField.SQLSTATE) == REFUSED:
                raise Overtaken
            ahead.row = Result(self._adapter, self._accepted(decided)).fetchone()
            ahead.has_come = True
        results = [self._accepted(result) for result in found]
        for place, one in coming:
            one.result = Result(self._adapter, results[place])
        return results

    def _has_refused_before(self, last, found):
        """Whether the server, before the connection broke, refused a step that came before the step number ``last``."""
        if self._server.status == ConnStatus.BAD and (unread := self._server.get_result()) is not None:
            found.append(unread)  # it arrived together with the end of the connection
        told = [bool(result.error_field(DiagnosticField.SQLSTATE)) for result in found]
        return any(told) and told.index(True) + 1 < last

    def _sent_and_received(self, steps, found):
        """Fill ``found`` with a result for each of ``steps`` except the last, which only ends the batch."""
        server, is_between = self._server, False
        for step in steps:
            step()
        yield from send(server)  # also reads what arrives meanwhile
        while True:  # ``fetch_many`` takes twice as long: it makes a generator and a list for each result
            while server.is_busy():
                if (yield WAIT_R):
                    server.consume_input()
            result = server.get_result()
            if result is not None:
                if result.status == _SYNC:
                    return
                found.append(result)
            elif is_between:  # None stands behind the result of each step, once
                raise OperationalError("the connection is lost")
            is_between = result is None

    def _accepted(self, result):
        """Return ``result``. Raises psycopg.Error if it is a refusal."""
        if result.status not in _REFUSED:
            return result
        error = errors.error_from_result(result)
        if error.sqlstate in _OUTDATED:
            self._server.finish()  # it would refuse this text forever; a new connection prepares it afresh
            raise Undone("a prepared statement is outdated") from error
        raise error


class Coming:
    """A statement that waits for the next one; ``result`` is its Result once both have run, None before."""

    __slots__ = ("result",)

    def __init__(self):
        self.result = None


class Result:
    """The outcome of a statement: the rows of one result, or the number of rows changed by several ``results``."""

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
        row = self._adapter.load_row(0, tuple)
        self._adapter.set_pgresult(None)  # else an idle connection would keep its last result, however large
        return row

    def fetchall(self):
        """A list of all rows as tuples."""
        [result] = self._results
        self._adapter.set_pgresult(result)
        rows = self._adapter.load_rows(0, result.ntuples, tuple)
        self._adapter.set_pgresult(None)
        return rows

    def close(self):
        """Do nothing: no resource is held."""
