"""What is told of a request beside its result: what was ignored of it, and what was read as something else.

A list of texts, as short as a log can show: a body may hold more unknown names than anybody reads.
"""

MOST = 20  # warnings of one request


class Reading(str):
    """A warning about a value that came in another form and was read: nothing was lost, and nobody has to do anything."""

    __slots__ = ()


def warn(warnings, text):
    """Add ``text`` to a list of warnings, unless it is there already or the list is full."""
    if len(warnings) < MOST and text not in warnings:
        warnings.append(text)


def unknown(name, container=None):
    """The warning about a name that nothing here has: an attribute, a schema, or an attribute of such a schema."""
    if name.lower().startswith("urn:"):
        schema, user, _ = name[:200].partition(":User:")
        shown = f"{schema}:User" if user else schema
        return f"the schema {shown!r} is unknown here (is the Account ID filled in?) and was ignored"
    return f"the attribute {name[:60]!r} is unknown" + (f" in {container}" if container else "") + " and was ignored"
