"""sortBy and sortOrder as ORDER BY (RFC 7644 §3.4.2.3), with the same order on both databases.

People without a value come last ascending and first descending; equals stay in the order of creation.
"""

from ..scim.errors import InvalidFilter, InvalidPath


def order(path, descending, scope, places):
    """The ORDER BY terms for ``path``; none without one. Raises InvalidPath, Sensitive."""
    if path is None:
        return ()
    try:
        key = places.at(path).sort_key(scope)
    except InvalidFilter as error:
        raise InvalidPath(f"sortBy: {error.detail}") from error
    is_missing = key.is_(None)
    return (is_missing.desc(), key.desc()) if descending else (is_missing, key)
