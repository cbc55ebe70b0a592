"""The values in a file of people: one line each for a spreadsheet, one object each for a program.

The name and the e-mail address come first, as on the screen; an object begins with the person's id.
"""

from datetime import datetime

from flask_babel import gettext

from ....directory.roles import Role
from ....directory.user_list import list_attributes, user_export
from ....directory.user_list.list_attributes import PERSON
from ....languages import spoken
from ..states import STATES
from .user_cells import people_named, source_of, text_of, value_of
from .user_search import source_words

_FIRST = ("name", "email")


class FileCells:
    """Reads the values of ``columns`` (ListAttributes). ``of`` prepares a slice of UserRows for ``texts`` or ``object``."""

    def __init__(self, scope, columns, names):
        email = next(attribute for attribute in list_attributes.CORE if attribute.key == "email")
        others = [attribute for attribute in columns if attribute.key not in _FIRST]
        self.attributes = [list_attributes.NAME, email, *others]
        self._scope, self._directories, self._people = scope, names, {}
        # Computed once for all rows: translating words costs more than reading a row.
        states = {state: str(words) for state, words in STATES.items()} | {"invited": gettext("Invited")}
        self._words = {"state": states, "role": {role.value: spoken(role.label) for role in Role}}

    def of(self, rows):
        """The same rows, after reading the people and directories they name: no statement may run while rows are being sent.
        One statement where a column refers to people.
        """
        self._people = people_named(self._scope, self.attributes, rows)
        for connection in {row.user.connection_id for row in rows}:
            self._directories(connection)
        user_export.let_go()
        return rows

    def texts(self, row):
        """The values of one row for a spreadsheet; semicolons separate several values of one field."""
        return [self._text(attribute, self._value(attribute, row)) for attribute in self.attributes]

    def object(self, row):
        """``{key: value}`` of one row, with people as ids, and moments and days in the format of RFC 3339."""
        values = {
            attribute.key: self._referred(attribute, self._value(attribute, row)) for attribute in self.attributes
        }
        return {"id": row.user.id} | values

    def _value(self, attribute, row):
        """A value as it is stored."""
        if attribute.key == "name":
            return row.user.display_name
        if attribute.key in ("state", "role"):
            return getattr(row.user, attribute.key)
        if attribute.key == "source":
            return source_of(row.user)
        if attribute.key == "groups":
            return row.groups
        return value_of(attribute, row)

    def _text(self, attribute, value):
        """A value in words."""
        if attribute.key in self._words:
            return self._words[attribute.key][value]
        if attribute.key == "source":
            return source_words(self._directories, value)
        if isinstance(value, datetime):
            return value.isoformat(timespec="seconds")
        if isinstance(value, list):
            return "; ".join(text_of(attribute, item, self._people) for item in value)
        return text_of(attribute, value, self._people)

    def _referred(self, attribute, value):
        """A value for a program: the id of a known person instead of what refers to them."""
        if attribute.kind == PERSON and isinstance(value, str) and value in self._people:
            return self._people[value].id
        return value
