"""What decides whether a thread may write, or read: with the first of what follows it, and before it.

To Postgres it is a statement that is sent with the first of those behind it. Nothing of a trip that follows a refused statement is
carried out, so whatever comes behind it waits for nobody and changes nothing unless it was accepted (decisions 0146 and 0151).
SQLite is asked behind BEGIN, where nobody else can write any more (decision 0103).
"""

REFUSED = b"22P02"  # SQLSTATE: a text that is no number, which is how such a statement refuses what follows


class Overtaken(BaseException):
    """What went ahead was refused, or was lost with its connection: what follows may not be carried out.

    No Exception, because none of the call goes on: whoever sent something ahead makes it again.
    """


class Ahead:
    """The first row of a statement that runs with a later one on the same ``connection``; ``row`` is None until it ``has_come``."""

    __slots__ = ("connection", "has_come", "place", "row")

    def __init__(self, connection, place):
        self.connection, self.place = connection, place  # ``place``: among the statements that wait
        self.row, self.has_come = None, False

    def goes_with(self, connection):
        """Whether it goes with the next statement of this connection. Raises Overtaken if it went for good without an answer."""
        if self.has_come:
            return False
        if self.connection is not connection or not connection.awaits(self):
            raise Overtaken
        return True

    def goes_before_reading(self):
        """Whatever is read next takes it along by itself."""

    def call_off(self):
        """Let it go with nothing."""
        self.connection.call_off(self)


class AtBegin:
    """The same on SQLite: ``ask()`` returns a row, or None to refuse. It ``has_come`` once it has returned, and is asked again only
    behind the first BEGIN, for which one waits after a read.
    """

    __slots__ = ("_ask", "_is_asking", "_is_behind_begin", "has_come", "row")

    def __init__(self, ask):
        self._ask, self._is_asking, self._is_behind_begin = ask, False, False
        self.row, self.has_come = None, False

    def goes_with(self, connection):
        """Ask now if nobody has, or not behind BEGIN on this ``connection``; None for one that reads. Raises Overtaken if it is
        refused, and what ``ask`` raises.
        """
        begins = connection is not None
        if not self.has_come or (begins and self.row is not None and not self._is_behind_begin):
            self._is_asking = True
            try:
                self.row = self._ask()
            finally:
                self._is_asking = False
            self.has_come, self._is_behind_begin = True, begins
        if self.row is None:
            raise Overtaken
        return False

    def goes_before_reading(self):
        """Ask now, on the connection that is about to read, unless it is ``ask`` that reads."""
        if not self._is_asking:
            self.goes_with(None)

    def call_off(self):
        """Nothing waits."""
