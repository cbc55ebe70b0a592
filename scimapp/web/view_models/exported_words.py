"""What the record of an export of people tells, in the words of the list: its columns, and what narrowed it.

``known`` maps keys to the ListAttributes of the list, archived fields included. A key that it lacks stays as it is.
"""

from flask_babel import gettext

from ...directory.roles import Role
from ...directory.user_list.list_attributes import NAME
from ...languages import spoken
from .states import STATES
from .user_list.user_conditions import operator_words
from .user_list.user_search import source_words


def columns(keys, known):
    """The labels of columns."""
    return [_label(key, known) for key in keys]


def filters(recorded, known, names):
    """``recorded`` as ``user_export`` writes it, such as "state active" and "title empty"; ``names`` is a DirectoryNames."""
    return [_filter(*text.partition(" ")[::2], known, names) for text in recorded]


def _filter(key, value, known, names):
    if key == "search":
        return gettext("Search")
    if key == "group":
        return gettext("Group")
    if key == "state" and value in STATES:
        return str(STATES[value])
    if key == "role" and value in list(Role):
        return gettext("Role is %(role)s", role=spoken(Role(value).label))
    if key == "source":
        return gettext("Source is %(source)s", source=source_words(names, value))
    kind = known[key].kind if key in known else None
    return f"{_label(key, known)} {operator_words(kind, value)}"


def _label(key, known):
    attribute = NAME if key == NAME.key else known.get(key)
    return key if attribute is None else spoken(attribute.label)
