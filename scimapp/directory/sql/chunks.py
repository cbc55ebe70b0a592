"""Long lists in pieces, so that one statement, or one transaction, never grows with the account."""


def in_chunks(items, size):
    """The ``items`` of a list in lists of ``size``, in order; the last may be shorter."""
    return (items[start : start + size] for start in range(0, len(items), size))
