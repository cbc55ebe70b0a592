"""How texts that name a person stand in bodies and logs: as they are, and as either writer of JSON has them."""

import json

import orjson

# Characters of a text that is looked for: a shorter one stands in every other body without meaning anybody.
SHORTEST = 6


def spellings(ids, texts):
    """A frozenset of what to look for, in no letter case of its own: ids and addresses wherever they stand, other texts where one
    is the whole of a value, or of what a filter in a body compares with.
    """
    found = set(ids)
    for text in texts:
        if len(text) < SHORTEST:
            continue
        for written in (orjson.dumps(text).decode()[1:-1], json.dumps(text)[1:-1]):
            found |= {written} if "@" in text else {f'"{written}"', f'"{written}\\"'}
    return frozenset(found)


def lowered(texts):
    """The texts in lower case, as any database makes it: SQLite knows the letter case of ASCII alone."""
    return {form for text in texts for form in (text.lower(), text.encode().lower().decode())}
