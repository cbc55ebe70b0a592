"""The form of a filter: its text with the quoted values left open, so that what is made of it can be used again.

Directories ask the same few questions with other values, thousands of times. Only plain values are left open: where
nothing has to be decoded, and nothing is empty, long or unprintable, a value decides nothing but itself.
"""

import re

MAXIMUM_LENGTH = 4096  # characters of a filter
LONGEST_VALUE = 64  # characters
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)


def form_of(text):
    """``(form, values)`` of a filter; ``(None, ())`` for one that has to be read as it stands."""
    if len(text) > MAXIMUM_LENGTH:
        return None, ()
    parts = _QUOTED.split(text)
    values = parts[1::2]
    for value in values:
        if not value or len(value) > LONGEST_VALUE or "\\" in value or not value.isprintable():
            return None, ()
    return '""'.join(parts[0::2]), values
