"""The values in the columns of the people list on screen; ``user_file`` does the same for a file."""

from datetime import date

from flask_babel import gettext
from msgspec import Struct

from ....directory.fields import field_types
from ....directory.people import named_people
from ....directory.roles import Role
from ....directory.user_list import search
from ....directory.user_list.list_attributes import DAY, MOMENT, NUMBER, PERSON
from ....languages import spoken
from ..namesakes import groups_told_apart
from ..states import state_words
from ..value_words import moment_in
from .user_search import source_words

_ROW_MOMENTS = {"created": "created_at", "updated": "updated_at", "last_sign_in": "last_sign_in_at"}
_ROW_TEXTS = {"email": "email", "user_name": "user_name", "external_id": "external_id"}
_CODES = frozenset(("user_name", "external_id", "employee_number"))  # shown as code, to be compared letter by letter


class Cell(Struct, frozen=True):
    """One value on the screen, under ``label``. ``kind``: state, source, groups, moment, day, number, code or text.

    ``value`` is StateWords, the name of a directory (None beside ``text``), a list of names, a moment or a date.
    """

    label: str
    kind: str
    value: object = None
    text: str = ""


class Cells:
    """Reads the values of ``columns`` (ListAttributes) for the screen. One statement where a column refers to people."""

    def __init__(self, scope, columns, rows, names):
        # Computed once for all rows: translating words costs more than reading a row.
        self._columns = [(attribute, spoken(attribute.label)) for attribute in columns]
        self._roles = {role.value: spoken(role.label) for role in Role}
        self._directories = names
        self._everyone = gettext("Everyone")
        self._everyone_key = (self._everyone.casefold(),)
        self._people = people_named(scope, columns, rows)
        self._sources = {}  # (connection, source) of a row → (name of the directory or None, words)

    def of(self, row, sent):
        """The Cells of one row, in the order of the columns."""
        return [self._cell(attribute, label, row, sent) for attribute, label in self._columns]

    def _cell(self, attribute, label, row, sent):
        user = row.user
        if attribute.key == "state":
            return Cell(label, "state", state_words(user, sent, self._directories))
        if attribute.key == "role":
            return Cell(label, "text", text=self._roles[user.role])
        if attribute.key == "source":
            return Cell(label, "source", *self._source(user))
        if attribute.key == "groups":
            return Cell(label, "groups", self._groups(row))
        value = value_of(attribute, row)
        if attribute.kind == MOMENT:
            return Cell(label, "moment", value)
        if attribute.kind == DAY and value:
            return _day_cell(label, value, attribute.is_moment)
        kind = "number" if attribute.kind == NUMBER else "code" if attribute.key in _CODES else "text"
        return Cell(label, kind, text=text_of(attribute, value, self._people))

    def _groups(self, row):
        """The names of a person's groups; for an active person without any, that of the built-in one.

        Groups with the same name, or with that of the built-in one, are told apart by where they come from.
        """
        if not row.groups:
            return [self._everyone] if row.user.active else []
        return groups_told_apart(row.groups, row.group_connections, self._directories, self._everyone_key)

    def _source(self, user):
        known = self._sources.get((user.connection_id, user.source))
        if known is None:
            known = self._directories(user.connection_id), source_name(self._directories, user)
            self._sources[user.connection_id, user.source] = known
        return known


def people_named(scope, columns, rows):
    """``{text: person}`` of all people that managers and person fields in these rows refer to. One statement."""
    named = [attribute for attribute in columns if attribute.kind == PERSON]
    texts = {item for attribute in named for row in rows for item in _items(value_of(attribute, row))}
    return named_people.named_by(scope, sorted(text for text in texts if isinstance(text, str)))


def text_of(attribute, value, people):
    """A value on one line; the id of a person becomes the name."""
    if attribute.kind == PERSON:
        return ", ".join(people[item].display_name if item in people else str(item) for item in _items(value))
    if attribute.field is not None:
        return spoken(field_types.display(attribute.field, value))
    return "" if value is None else str(value)


def value_of(attribute, row):
    """A stored value: of the row, else of the profile. A manager is an id."""
    if attribute.key in _ROW_MOMENTS:
        return getattr(row.user, _ROW_MOMENTS[attribute.key])
    if attribute.key in _ROW_TEXTS:
        return getattr(row.user, _ROW_TEXTS[attribute.key])
    value = attribute.read(row.profile)
    return value.get("value") if attribute.key == "manager" and isinstance(value, dict) else value


def source_of(user):
    """The value of the source filter that matches this person."""
    if user.connection_id is not None:
        return user.connection_id
    return search.FROM_FILE if user.source == search.FILE_SOURCE else search.BY_HAND


def source_name(directories, user):
    """The source of a person, in words."""
    return source_words(directories, source_of(user))


def _items(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def _day_cell(label, value, is_moment):
    """The day of a date, or of a moment in the zone in use."""
    try:
        day = moment_in(value) if is_moment else date.fromisoformat(value[:10])
        return Cell(label, "day", day, value)
    except ValueError:  # stored before the field became a date
        return Cell(label, "text", text=value)
