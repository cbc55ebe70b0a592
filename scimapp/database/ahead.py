"""A statement that decides whether those behind it may run, sent with the first of them in one trip to Postgres.

Nothing of a trip that follows a refused statement is carried out, so whatever comes behind it waits for nobody and changes
nothing unless it was accepted. See decisions 0146 and 0151.
"""

REFUSED = b"22P02"  # SQLSTATE: a text that is no number, which is how such a statement refuses what follows


class Overtaken(BaseException):
    """What went ahead of a transaction was refused, or was lost with its connection: what follows may not be carried out.

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
