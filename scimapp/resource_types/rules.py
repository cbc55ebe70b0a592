"""What holds for the client of a token: what it may send, what it is told, and what becomes of a PUT."""

from dataclasses import dataclass

from ..scim.work import Work

# Presets of clients we know nothing special of: they are told what the standard says and nothing beside it.
BY_THE_STANDARD = frozenset(("strict", "generic"))
NAMES_ON_REQUEST = frozenset(("manager.displayName", "members.display"))  # what those are told of others when they ask


@dataclass(frozen=True, slots=True)
class Rules:
    """What a token's kind of client may send (``dialect``), and what this account makes of a PUT.

    ``warnings`` is the list that takes what is ignored, for the log, and ``work`` counts what operations look at.
    """

    dialect: object
    is_strict: bool
    put_clears_extension: bool
    warnings: list
    work: Work

    @property
    def on_request(self):
        """The names of attributes that this client sees only when it asks for them."""
        return NAMES_ON_REQUEST if self.dialect.name in BY_THE_STANDARD else frozenset()

    @property
    def unassigns_active(self):
        """Whether an ``active`` that was removed is not shown any more (RFC 7644 §3.5.2.2), see decision 0010."""
        return self.dialect.name in BY_THE_STANDARD
