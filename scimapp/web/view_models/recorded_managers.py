"""Managers in recorded changes by name: a directory names them by SCIM id, and the record keeps what it sent."""

from ...directory.people.named_people import named_by

_FIELD = "manager"


class RecordedManagers:
    """The people who are managers in the changes of ``entries``. One statement, none where nobody is."""

    def __init__(self, scope, entries):
        changes = [change for entry in entries for change in entry.changes or () if change["field"] == _FIELD]
        told = (_text_in(value) for change in changes for value in (change["before"], change["after"]))
        self._people = named_by(scope, {text for text in told if text})

    def named(self, change):
        """The change with names in place of what names people of this account; any other change as it is."""
        if change["field"] != _FIELD:
            return change
        return change | {side: self._name(change[side]) for side in ("before", "after")}

    def _name(self, value):
        person = self._people.get(_text_in(value))
        return value if person is None else person.display_name


def _text_in(value):
    """The text that names a manager, None where there is none."""
    text = value.get("value") if isinstance(value, dict) else value
    return text if isinstance(text, str) else None
