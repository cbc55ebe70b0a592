"""Custom fields as screens show them: the list, and the mapping sheet that says what to type into Okta."""

from dataclasses import dataclass

from ...directory import custom_fields, search
from ...directory.field_types import FIELD_TYPES, okta_data_type


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field in the list."""

    field: object
    type_words: str
    filled: int
    is_first: bool
    is_last: bool

    @property
    def field_id(self):
        return self.field.field_id


@dataclass(frozen=True, slots=True)
class MappingSheet:
    """What to type into Okta's Profile Editor for one field: ``lines`` are (key, label, value)."""

    field: object
    lines: tuple
    choices: tuple
    last_received_at: object
    filled: int
    people: int

    @classmethod
    def of(cls, field, extension_urn, filled, people):
        lines = (
            ("data-type", "Data type", okta_data_type(field)),
            ("display-name", "Display name", field.label),
            ("variable-name", "Variable name", field.field_id),
            ("external-name", "External name", field.field_id),
            ("external-namespace", "External namespace", extension_urn),
        )
        return cls(field, lines, tuple(field.choices), field.last_received_at, filled, people)


def field_rows(scope):
    """``(live rows, archived fields)``."""
    filled = custom_fields.filled_counts(scope)
    live = custom_fields.list_fields(scope)
    rows = [
        FieldRow(field, type_words(field), filled.get(field.field_id, 0), place == 0, place == len(live) - 1)
        for place, field in enumerate(live)
    ]
    return rows, custom_fields.list_fields(scope, archived=True)


def type_words(field):
    """ "Dropdown, 9 options", "Integer, several"."""
    words = FIELD_TYPES[field.type].label
    if field.choices:
        words += f", {len(field.choices)} option{'s' if len(field.choices) > 1 else ''}"
    return f"{words}, several" if field.multi_valued else words


def sheets(scope, extension_urn, fields):
    """The mapping sheets of some fields."""
    filled, people = custom_fields.filled_counts(scope), search.count_states(scope).people
    return [MappingSheet.of(field, extension_urn, filled.get(field.field_id, 0), people) for field in fields]
