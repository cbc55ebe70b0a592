"""Custom fields on the screens: the list with what a directory last sent, and the question about removed options."""

from datetime import timedelta

from flask_babel import gettext as _
from msgspec import Struct

from ...directory.calls import call_pulse
from ...directory.connection import scim_tokens
from ...directory.fields import custom_fields, field_options
from ...directory.fields.field_types import FIELD_TYPES
from ...languages import ngettext, spoken
from .connection.namespaces import names_of, unknown_namespaces

LOOKED_BACK = timedelta(days=7)  # how long a refused value is shown


class FieldFacts(Struct, frozen=True):
    """All fields of an account with what is known about them, by lower-case Field ID."""

    live: list
    archived: list
    filled: dict
    refused: dict  # the newest call whose value was refused, unless a later one was accepted
    misnamed: object  # the newest UnknownNamespace that its directory has not mended, or None

    @classmethod
    def of(cls, scope, extension_urn):
        """Three statements, and one or two more if a directory sent another extension."""
        known = custom_fields.list_fields(scope, archived=None)
        live = [field for field in known if field.archived_at is None]
        archived = [field for field in known if field.archived_at is not None]
        warnings = call_pulse.recent_warnings(scope, LOOKED_BACK.days)
        refused = refused_values(warnings, extension_urn, live)
        return cls(live, archived, custom_fields.filled_counts(scope), refused, _misnamed(scope, warnings, live))

    def rows(self):
        """The FieldRows of the list."""
        return [
            FieldRow(
                field,
                type_words(field),
                self.filled.get(field.field_id_key, 0),
                place,
                len(self.live),
                self.refused.get(field.field_id_key),
            )
            for place, field in enumerate(self.live, 1)
        ]


class FieldRow(Struct, frozen=True):
    """One field in the list. ``refused`` is the call whose value was refused, unless a later one was accepted."""

    field: object
    type_words: str
    filled: int
    place: int
    count: int
    refused: object

    @property
    def field_id(self):
        return self.field.field_id

    @property
    def is_first(self):
        return self.place == 1

    @property
    def is_last(self):
        return self.place == self.count

    @property
    def moved_text(self):
        """The message after the field was moved."""
        return _(
            "%(label)s moved to place %(place)s of %(count)s",
            label=self.field.label,
            place=self.place,
            count=self.count,
        )


class OptionQuestion(Struct, frozen=True):
    """Removed options that people still have: ``lines`` are ``(option, people, suggested target)``."""

    lines: list
    targets: list

    def is_answered_by(self, moves):
        return all(option in moves for option, _people, _target in self.lines)


def type_words(field):
    """ "Dropdown, 9 options", "Integer, several"."""
    words = spoken(FIELD_TYPES[field.type].label)
    if field.choices:
        words += ", " + ngettext("%(num)s option", "%(num)s options", len(field.choices))
    return _("%(type)s, several", type=words) if field.multi_valued else words


def option_question(scope, field, options):
    """The OptionQuestion of a new list of options; None where nobody has a removed option."""
    if not FIELD_TYPES[field.type].has_choices or not options:
        return None
    going = field_options.removed(field, options)
    people = field_options.counts(scope, field) if going else {}
    lines = [(option, people[option], _successor(field, options, option)) for option in going if people[option]]
    return OptionQuestion(lines, options) if lines else None


def _successor(field, options, option):
    """The new option in the place of a removed one, "" where there is none: this is probably a new name for it."""
    place = field.choices.index(option)
    if len(options) == len(field.choices) and options[place] not in field.choices:
        return options[place]
    return ""


def _misnamed(scope, calls, fields):
    named = [call for call in calls if any(warning["cause"] == "namespace" for warning in call.warnings or ())]
    if not named:
        return None
    return next(iter(unknown_namespaces(scope, named, names_of(scim_tokens.list_tokens(scope)), fields)), None)


def refused_values(calls, extension_urn, fields):
    """``{lower-case Field ID: call}``: for each field the newest of ``calls`` that was refused for its value.

    Fields that accepted a value later are left out: the problem is solved.
    """
    found = {}
    for call in calls:
        if call.cause != "value" or call.status != 400:
            continue
        detail, named = (call.detail or "").lower(), str(call.facts.get("attribute", "")).lower()
        for field in fields:
            is_about = named == field.field_id_key or f"{extension_urn}:{field.field_id}:".lower() in detail
            is_newer = field.last_received_at is None or field.last_received_at < call.at
            if is_about and is_newer:
                found.setdefault(field.field_id_key, call)
    return found
