"""The rules for the client of a token: what it may send, what it is shown, and how a PUT is treated."""

from msgspec import Struct

from ..scim.work import Work

# Presets of clients without known deviations: they get what the standard says and nothing else.
BY_THE_STANDARD = frozenset(("strict", "generic"))
NAMES_ON_REQUEST = frozenset(("manager.displayName", "members.display"))  # they see these only on request


class Rules(Struct, frozen=True):
    """What a token's kind of client may send (``dialect``), and how this account treats a PUT.

    ``warnings`` collects notes of ignored input for the log, ``work`` counts what operations examine.
    """

    dialect: object
    put_clears_extension: bool
    warnings: list
    work: Work

    @property
    def on_request(self):
        """The names of attributes that this client sees only when it asks for them."""
        return NAMES_ON_REQUEST if self.dialect.name in BY_THE_STANDARD else frozenset()

    @property
    def unassigns_active(self):
        """Whether a removed ``active`` is no longer shown (RFC 7644 §3.5.2.2), see decision 0010."""
        return self.dialect.name in BY_THE_STANDARD
