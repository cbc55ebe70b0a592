"""ETags (RFC 7644 §3.14): weak, made from a row's version number and a mark of what an answer shows of others.

The mark moves when a manager, a group or a member is called otherwise, so a known answer is never an old one. Whether a
change may be made asks for the number alone: nobody is refused because somebody else got a new name (decision 0053).
"""

from .errors import PreconditionFailed


def etag(version, mark=""):
    """The ETag of a version number: ``W/"7"``, or ``W/"7-0a1b2c3d4e"`` with a mark."""
    return f'W/"{version}{mark}"'


def is_match(header, version):
    """Whether an If-Match header names this version number: a list of tags, or ``*``.

    Compared weakly (RFC 9110 §8.8.3.2): ``W/"7"`` and ``"7"`` are the same version here.
    """
    whole, begun = f'"{version}"', f'"{version}-'
    return any(tag in ("*", whole) or (tag.startswith(begun) and tag.endswith('"')) for tag in _tags(header))


def check(header, version):
    """Raise PreconditionFailed unless an If-Match header, None for none, names this version number."""
    if header is not None and not is_match(header, version):
        raise PreconditionFailed("Somebody changed this in the meantime. Read it again and repeat.")


def is_known(header, tag):
    """Whether an If-None-Match header names the ETag ``tag``, compared weakly: a list of tags, or ``*``."""
    return any(known in ("*", tag.removeprefix("W/")) for known in _tags(header))


def _tags(header):
    return (tag.strip().removeprefix("W/") for tag in header.split(","))
