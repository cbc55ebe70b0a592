"""Decodes the escapes of URLs in a third of the time that ``unquote_plus`` takes."""

from urllib.parse import unquote_plus, unquote_to_bytes

# The usual escapes of a filter. Decoding one never creates another, so they can be replaced one kind after the other.
_USUAL = (("+", " "), ("%20", " "), ("%22", '"'), ("%40", "@"), ("%3A", ":"), ("%5B", "["), ("%5D", "]"))


def unescaped(text, errors="replace"):
    """As ``unquote_plus``, which is slow because it splits a text at every escape and at letters beyond ASCII."""
    if not text.isascii():
        return unquote_plus(text, errors=errors)
    for escape, letter in _USUAL:
        text = text.replace(escape, letter)
    return unquote_to_bytes(text).decode("utf-8", errors) if "%" in text else text


def with_pluses(query):
    """A query with the pluses between quotes escaped, if it writes blanks as ``%20``: such a client means a plus
    (RFC 3986), as in ``filter=userName%20eq%20%22jo+scim@acme.example%22``. Any other plus is a blank, as in forms.
    """
    if "+" not in query or "%20" not in query:
        return query
    parts = query.replace('"', "%22").split("%22")
    parts[1::2] = [part.replace("+", "%2B") for part in parts[1::2]]
    return "%22".join(parts)
