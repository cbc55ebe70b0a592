"""The form of a filter: its text with placeholders for quoted values, so that what is made of it can be reused.

Identity providers send the same few filters thousands of times with other values. Only plain values become placeholders: a
value that needs no decoding and is not empty, long or unprintable does not affect how the filter is read.
"""

MAXIMUM_LENGTH = 4096  # characters of a filter
LONGEST_VALUE = 64  # characters


def form_of(text):
    """``(form, values)`` of a filter; ``(None, ())`` for one that must be parsed with its values."""
    if len(text) > MAXIMUM_LENGTH or "\\" in text:  # without escapes each quote begins or ends a value
        return None, ()
    parts = text.split('"')
    values = parts[1::2]
    if len(parts) % 2 == 0 or not all(0 < len(value) <= LONGEST_VALUE and value.isprintable() for value in values):
        return None, ()
    return '""'.join(parts[0::2]), values
