"""Warnings about a request beside its result: what was ignored, and what was read in another form.

They are a list of texts, bounded because a body may hold more unknown names than anybody reads.
"""

MOST = 20  # warnings of one request


class Reading(str):
    """A warning about a value that came in another form but was understood: nothing was lost, no action is needed."""

    __slots__ = ()


class UnknownSchema(str):
    """A warning about values below a URN that no schema has; ``urn`` is the one that was sent."""

    __slots__ = ("urn",)

    def __new__(cls, urn):
        told = super().__new__(
            cls, f"the schema {urn!r} is unknown here (is the Account ID filled in?) and was ignored"
        )
        told.urn = urn
        return told


def warn(warnings, text):
    """Add ``text`` to a list of warnings, unless it is there already or the list is full."""
    if len(warnings) < MOST and text not in warnings:
        warnings.append(text)


def archived(name):
    """The warning about an attribute of the account's own that it archived; ``name`` may be a whole path."""
    name = name.partition("[")[0].rpartition(":")[2]
    return f"the attribute {name[:60]!r} is archived and was ignored"


def unknown(name, container=None):
    """The warning about an unknown name: an attribute, a schema, or an attribute of an unknown schema."""
    if name.lower().startswith("urn:"):
        schema, user, _ = name[:200].partition(":User:")
        return UnknownSchema(f"{schema}:User" if user else schema)
    return f"the attribute {name[:60]!r} is unknown" + (f" in {container}" if container else "") + " and was ignored"
