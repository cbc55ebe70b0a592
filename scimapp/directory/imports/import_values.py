"""Turns the text of a cell into a value: the same checks as everywhere, with a sentence that says what is accepted."""

import re

from msgspec import Struct, field

from ...texts import fold
from ..connection import directory_names
from ..errors import InvalidValue
from ..fields.field_rules import MAXIMUM_CHOICES
from ..fields.field_types import FIELD_TYPES, MAXIMUM_LINE, accept, display, is_multi_valued
from ..roles import Role
from ..text_keys import fold_option
from ..words import say
from .import_columns import CUSTOM

LONGEST_LINE = 200  # characters, as in the forms
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SEVERAL = re.compile(r"[;\r\n]+")


class Frame(Struct):
    """What all rows of a file share. ``claims`` remembers the line that first named an address or person."""

    scope: object
    match: str  # the key of import_columns by which rows are matched
    targets: dict  # {key: Target}
    ruled: dict  # {group seq: Role} of groups that give a role
    vocabulary: dict = field(default_factory=dict)
    claims: dict = field(default_factory=dict)
    coming: dict = field(default_factory=dict)  # {folded e-mail address: line} of the whole file
    directories: dict = field(default_factory=dict)  # {connection id: name for people}, filled on use

    @property
    def fields(self):
        """The account's custom fields."""
        return [target.field for target in self.targets.values() if target.field is not None]

    @property
    def people_fields(self):
        """The Field IDs of custom fields whose values name people."""
        return [custom_field.field_id for custom_field in self.fields if custom_field.type == "user"]

    def directory(self, connection_id):
        """The name of a directory for people."""
        if connection_id not in self.directories:
            self.directories[connection_id] = directory_names.of_connection(self.scope, connection_id)
        return self.directories[connection_id]

    def label(self, key):
        """The label of what a column sets, None for any other key."""
        return self.targets[key].label if key in self.targets else None

    def word(self, text):
        """One of our words in the shown language, such as "Yes" or "Member", in English; any other text unchanged."""
        return self.vocabulary.get(fold(text), text)


def one_line(text):
    """A text of one line. Raises InvalidValue."""
    if _CONTROL.search(text):
        raise InvalidValue("", say("one line of text is expected."))
    if len(text) > LONGEST_LINE:
        raise InvalidValue("", say("at most %(num)s characters.", num=LONGEST_LINE))
    return text


def shown(stored):
    """A stored text as it comes back from a file, where cells lose surrounding blanks."""
    return stored.strip() if isinstance(stored, str) else stored


def role_of(frame, text):
    """The Role that a cell names. Raises InvalidValue."""
    wanted = fold(frame.word(text))
    for role in Role:
        if wanted in (fold(role.label), role.value):
            return role
    raise InvalidValue(
        "role",
        say("“%(value)s” is no role. Write Member, User Admin or Super Admin.", value=text[:LONGEST_LINE]),
    )


def custom_value(frame, custom_field, text):
    """The stored value for the text of a custom field's cell. Raises InvalidValue."""
    if is_multi_valued(custom_field):
        return _several(custom_field, text)
    if custom_field.type == "boolean":
        text = frame.word(text)
    return _accepted(custom_field, text)


def says_the_same(custom_field, stored, text):
    """Whether a cell has the text that exports write for the stored value."""
    if stored is None:
        return False
    texts = stored if isinstance(stored, list) else [stored]
    return text in (
        shown(str(display(custom_field, stored))),
        shown("; ".join(str(display(custom_field, item)) for item in texts)),
    )


def custom_defaults(frame, values):
    """``{Field ID: default}`` for a new person's custom fields that have a default and no cell."""
    return {
        custom_field.field_id: custom_field.default_value
        for custom_field in frame.fields
        if custom_field.default_value is not None and f"{CUSTOM}{custom_field.field_id}" not in values
    }


def _several(custom_field, text):
    """The values in a cell, separated by semicolons or line breaks, otherwise by commas unless the whole is one option."""
    parts = [part.strip() for part in _SEVERAL.split(text) if part.strip()]
    if len(parts) == 1 and "," in parts[0] and not _is_option(custom_field, parts[0]):
        parts = [part.strip() for part in parts[0].split(",") if part.strip()]
    if custom_field.unknown_choice == "add":
        known = {fold_option(choice): choice for choice in custom_field.choices or ()}
        unknown = [part for part in parts if fold_option(part) not in known]
        if unknown and len(known) + len(unknown) <= MAXIMUM_CHOICES:
            return list(dict.fromkeys(known.get(fold_option(part), part[:MAXIMUM_LINE]) for part in parts))
    return accept(custom_field, parts)


def _is_option(custom_field, text):
    return fold_option(text) in map(fold_option, custom_field.choices or ())


def _accepted(custom_field, text):
    learns = FIELD_TYPES[custom_field.type].has_choices and custom_field.unknown_choice == "add"
    if learns and not _is_option(custom_field, text) and len(custom_field.choices) < MAXIMUM_CHOICES:
        return text[:MAXIMUM_LINE]  # the option is added when the row is imported; a preview changes nothing
    return accept(custom_field, text)
