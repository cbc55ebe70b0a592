"""How a text that names a person appears in bodies and logs: as it is, and as either JSON writer escapes it."""

import json

import orjson

# The fewest characters of a text worth searching for: shorter ones occur in many bodies without meaning anybody.
SHORTEST = 6


def spellings(ids, texts):
    """The texts to search for, ignoring case, as a frozenset: ids and addresses anywhere, other texts only as a whole JSON
    value or as a whole value compared by a filter in a body.
    """
    found = set(ids)
    for text in texts:
        if len(text) < SHORTEST:
            continue
        for written in (orjson.dumps(text).decode()[1:-1], json.dumps(text)[1:-1]):
            found |= {written} if "@" in text else {f'"{written}"', f'"{written}\\"'}
    return frozenset(found)


def lowered(texts):
    """The texts in lower case as either database makes it: SQLite lowers only ASCII letters."""
    return {form for text in texts for form in (text.lower(), text.encode().lower().decode())}
