"""The form of a filter: its text with the quoted values left open, so that what is made of it can be used again.

Directories ask the same few questions with other values, thousands of times. Only plain values are left open: where
nothing has to be decoded, and nothing is empty, long or unprintable, a value decides nothing but itself.
"""

MAXIMUM_LENGTH = 4096  # characters of a filter
LONGEST_VALUE = 64  # characters


def form_of(text):
    """``(form, values)`` of a filter; ``(None, ())`` for one that has to be read as it stands."""
    if len(text) > MAXIMUM_LENGTH or "\\" in text:  # without an escape each quote begins or ends a value
        return None, ()
    parts = text.split('"')
    values = parts[1::2]
    if len(parts) % 2 == 0 or not all(0 < len(value) <= LONGEST_VALUE and value.isprintable() for value in values):
        return None, ()
    return '""'.join(parts[0::2]), values
