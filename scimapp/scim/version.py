"""ETags (RFC 7644 §3.14): weak, made from a row's version number."""


def etag(version):
    """The ETag of a version: ``W/"7"``."""
    return f'W/"{version}"'


def is_match(header, version):
    """Whether an If-Match or If-None-Match header names this version: a list of tags, or ``*``.

    Compared weakly (RFC 9110 §8.8.3.2): ``W/"7"`` and ``"7"`` are the same version here.
    """
    wanted = f'"{version}"'
    tags = (tag.strip() for tag in header.split(","))
    return any(tag == "*" or tag.removeprefix("W/") == wanted for tag in tags)
