"""ETags (RFC 7644 §3.14): weak, made from a row's version number and a mark for what an answer shows of other rows.

The mark changes when a manager, a group or a member is renamed, so a 304 never confirms an outdated answer. If-Match
compares only the number, so no change is refused because another resource was renamed (decision 0053).
"""

from typing import NamedTuple

from .errors import PreconditionFailed


def etag(version, mark=""):
    """The ETag of a version number: ``W/"7"``, or ``W/"7-0a1b2c3d4e"`` with a mark."""
    return f'W/"{version}{mark}"'


def is_match(header, version):
    """Whether an If-Match or If-None-Match header names this version number: a list of tags, or ``*``.

    Compared weakly (RFC 9110 §8.8.3.2): ``W/"7"`` and ``"7"`` are the same version here.
    """
    whole, begun = f'"{version}"', f'"{version}-'
    return any(tag in ("*", whole) or (tag.startswith(begun) and tag.endswith('"')) for tag in _tags(header))


class Precondition(NamedTuple):
    """The headers If-Match and If-None-Match of a change, None for one that was not sent."""

    match: str | None
    none_match: str | None = None


def check(precondition, version):
    """Raise PreconditionFailed unless this version number meets a Precondition, None for none (RFC 9110 §13.1).

    ``If-None-Match: *`` requires that the resource does not exist, so it always fails for a change or removal.
    """
    if precondition is None:
        return
    if precondition.match is not None and not is_match(precondition.match, version):
        raise PreconditionFailed("Somebody changed this in the meantime. Read it again and repeat.")
    if precondition.none_match is not None and is_match(precondition.none_match, version):
        raise PreconditionFailed("If-None-Match names what is here, so nothing was changed.")


def is_known(header, tag):
    """Whether an If-None-Match header names the ETag ``tag``, compared weakly: a list of tags, or ``*``."""
    return any(known in ("*", tag.removeprefix("W/")) for known in _tags(header))


def _tags(header):
    return (tag.strip().removeprefix("W/") for tag in header.split(","))
