"""A problem of the SCIM connection as its page tells it."""

from msgspec import Struct


class Warning(Struct, frozen=True):
    """``parts`` are the sentences, for ``woven``. ``kind`` is "warn", or "info" for what may be intended."""

    parts: list
    links: tuple
    kind: str = "warn"
