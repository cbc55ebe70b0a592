"""What a column of an imported file can set: attributes of a person, role, groups, and the account's custom fields.

The target is guessed from headings of our own exports and samples, of SCIM, and common ones of spreadsheets. A front in
another language passes its words for ours as ``vocabulary``: ``{folded word shown: our English word}``.
"""

import re

from msgspec import Struct

from ...texts import fold
from ..errors import InvalidValue
from ..fields import custom_fields
from ..words import quoted, say

EMAIL, EXTERNAL_ID = "email", "external_id"
MATCHED_BY = (EMAIL, EXTERNAL_ID)  # a row's person is found by one of these
CUSTOM = "custom."
LEFT_OUT = ""  # the target of an ignored column


class Target(Struct, frozen=True):
    """What a column sets. ``attribute`` is its name in the stored document, under ``part``: core or enterprise."""

    key: str
    label: str
    aliases: tuple = ()
    part: str | None = None
    attribute: str | None = None
    field: object = None  # the CustomField
    example: str = ""

    @property
    def owned_as(self):
        """The value's name in ``directory.people.ownership``; None for what no directory owns."""
        if self.field is not None:
            return f"{CUSTOM}{self.field.field_id}"
        return f"enterprise.{self.attribute}" if self.part == "enterprise" else self.attribute


def _core(key, label, attribute, *aliases, example=""):
    return Target(key, label, aliases, "core", attribute, example=example)


def _enterprise(key, label, attribute, *aliases, example=""):
    return Target(key, label, aliases, "enterprise", attribute, example=example)


FIXED = (
    _core("given_name", say("First name"), "name", "given name", "forename", "name.givenName", example="Ana"),
    _core("family_name", say("Family name"), "name", "last name", "surname", "name.familyName", example="Ruiz"),
    _core(EMAIL, say("E-mail"), "emails", "e-mail address", "mail", "emails.value", "primary email",
          example="ana.ruiz@example.com"),
    _core("display_name", say("Display name"), "displayName", "name", "full name"),
    _core("nickname", say("Nickname"), "nickName", "nick name"),
    _core("title", say("Title"), "title", "job title", "position", example="Field Sales Manager"),
    _core("phone", say("Phone"), "phoneNumbers", "phone number", "telephone", "phoneNumbers.value",
          example="+49 30 1234567"),
    _core("user_name", say("User name"), "userName", "login"),
    _core("user_type", say("User type"), "userType"),
    _enterprise("department", say("Department"), "department", example="Field Sales"),
    _enterprise("employee_number", say("Employee number"), "employeeNumber", "employee id", "personnel number"),
    _enterprise("cost_center", say("Cost center"), "costCenter", "cost centre"),
    _enterprise("division", say("Division"), "division"),
    _enterprise("organization", say("Organization"), "organization", "organisation", "company"),
    _enterprise("manager", say("Manager"), "manager", "manager email", "manager.value", "reports to"),
    Target(EXTERNAL_ID, say("External ID"), ("external id", "externalId")),
    Target("role", say("Role"), example="Member"),
    Target("groups", say("Groups"), ("group", "teams"), example="Sales; Berlin office"),
)  # fmt: skip
# Further columns of our own files, which cannot be set by a file.
_KEPT_BY_US = frozenset(
    ("state", "source", "created", "lastupdate", "updated", "lastsignin", "city", "id", "scimid", "whatiswrong", "row")
)
_MADE_HERE = frozenset(("given_name", "family_name", EMAIL, "title", "phone", "department", "role", "groups"))


def targets(scope):
    """``{key: Target}`` of all that a column may set here, in the order in which people choose. One statement."""
    own = (
        Target(f"{CUSTOM}{field.field_id}", field.label, (field.field_id,), "custom", field.field_id, field)
        for field in custom_fields.list_fields(scope)
    )
    return {target.key: target for target in (*FIXED, *own)}


def guess(known, headings, vocabulary=()):
    """The key meant by each heading, in their order; ``LEFT_OUT`` if none fits or no file can set the value.

    No key occurs twice: the first column wins, and names of attributes take precedence over those of custom fields.
    """
    words = dict(vocabulary)
    names = {}
    own_names = [(name, target.key) for target in known.values() for name in (target.key, target.label)]
    # A custom field's label takes precedence over alternative spellings of ours, such as "Cost centre".
    for name, key in own_names + [(name, target.key) for target in known.values() for name in target.aliases]:
        names.setdefault(_bare(name), key)
    chosen = []
    for heading in headings:
        ours = words.get(fold(heading), heading)
        key = names.get(_bare(ours), LEFT_OUT)
        chosen.append(LEFT_OUT if key in chosen else key)
    return chosen


def is_kept_by_us(heading, vocabulary=()):
    """Whether a heading is one of our own that no file can set, such as "Last sign-in"."""
    return _bare(dict(vocabulary).get(fold(heading), heading)) in _KEPT_BY_US


def checked(known, headings, keys, match):
    """The keys of a valid mapping. Raises InvalidValue, whose attribute is the number of the column or ``columns``."""
    if len(keys) != len(headings):
        raise InvalidValue("columns", say("Choose for every column."))
    places = {}
    for place, key in enumerate(keys, 1):
        if key != LEFT_OUT and key not in known:
            raise InvalidValue(f"column-{place}", say("Choose from the list."))
        if key != LEFT_OUT and key in places:
            first = places[key]
            raise InvalidValue(
                f"column-{place}",
                say("Column %(first)s fills %(field)s already.", first=first, field=known[key].label),
            )
        places[key] = place
    if match not in keys:
        raise InvalidValue(
            "columns",
            say(
                "Line 1 has no column for %(field)s, by which rows are matched: %(headings)s.",
                field=known[match].label,
                headings=quoted(headings[:12]),
            ),
        )
    return list(keys)


def required_without_column(known, keys):
    """The labels of the fields that each new person needs and no column of ``keys`` fills; those with a default fill themselves."""
    needed = (target for target in known.values() if target.field is not None and target.field.required)
    return [target.label for target in needed if target.field.default_value is None and target.key not in keys]


def sample(scope):
    """``(Targets, cells)`` for a sample file: what most people need, and every custom field."""
    chosen = [target for target in targets(scope).values() if target.key in _MADE_HERE or target.field is not None]
    return chosen, [target.example or _example(target.field) for target in chosen]


def _example(field):
    if field is None:
        return ""
    return field.choices[0] if field.choices else _EXAMPLES.get(field.type, "")


_EXAMPLES = {
    "integer": "1180",
    "number": "4.5",
    "boolean": "Yes",
    "date": "2026-11-23",
    "datetime": "2026-11-23T09:30:00Z",
    "email": "name@example.com",
    "url": "https://example.com",
    "phone": "+49 30 1234567",
    "user": "name@example.com",
}


def _bare(name):
    """Letters and digits only, so that "E-mail", "email" and "E Mail" are one name."""
    return re.sub(r"[\W_]+", "", fold(name))
