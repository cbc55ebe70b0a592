"""Names that are said without the row around them, as those of boxes and menus are, or that one person's groups share: no two of
them are alike.
"""

from collections import Counter

from flask_babel import gettext as _


def told_apart(people):
    """The display names of ``people`` on one page, in their order; those that several of them have with the address."""
    counts = Counter(person.display_name for person in people)
    return [
        person.display_name
        if counts[person.display_name] == 1
        else f"{person.display_name} ({person.email or person.user_name})"
        for person in people
    ]


def groups_told_apart(names, connections, directories, beside=()):
    """The ``names`` of groups in their order; those that several of them have, in whatever letter case, with where they come from.

    ``connections`` are the ids of their connections, ``directories`` turns one into a directory's name (None where a group was
    made here). ``beside`` are further names that stand with them, in lower case.
    """
    keys = [*map(str.casefold, names), *beside]
    if len(set(keys)) == len(keys):
        return names
    counts, here = Counter(keys), _("Made here")
    return [
        name if counts[key] == 1 else f"{name} ({directories(connection) or here})"
        for name, key, connection in zip(names, keys[: len(names)], connections, strict=True)
    ]
