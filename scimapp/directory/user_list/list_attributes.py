"""What the people list can show, filter and sort by: one table of attributes, the core ones and the account's custom fields.

An attribute is found in the value index under ``path`` or in a ``column`` of the narrow row. ``read`` takes its value
from a profile; values that are in the row itself (state, role, dates) are read there by the front.
"""

from collections.abc import Callable

from msgspec import Struct

from ...texts import fold_user_name
from ..fields import custom_fields
from ..fields.field_types import is_multi_valued
from ..model import User
from ..words import say

# Kinds tell how an attribute is compared. ``plain`` attributes have filters of their own, or none.
PLAIN, TEXT, NUMBER, DAY, MOMENT, BOOLEAN, CHOICE, PERSON = (
    "plain", "text", "number", "day", "moment", "boolean", "choice", "person",
)  # fmt: skip
_KINDS_OF_FIELDS = {
    "number": NUMBER,
    "integer": NUMBER,
    "boolean": BOOLEAN,
    "date": DAY,
    "datetime": DAY,
    "dropdown": CHOICE,
    "multiselect": CHOICE,
    "user": PERSON,
}
CUSTOM = "custom."
# A person may have several values of each.
_OF_SEVERAL = frozenset(("emails.value", "phonenumbers.value", "addresses.locality"))


class ListAttribute(Struct, frozen=True):
    """One attribute. ``label`` is a Sentence of ours, or the label of a custom field, which is not translated."""

    key: str  # as URLs have it: "title", "custom.site"
    label: str
    kind: str = TEXT
    path: str | None = None
    column: object = None
    fold: Callable | None = None  # computes the key that ``column`` holds; None for exact values
    read: Callable | None = None
    field: object = None  # the CustomField
    is_sortable: bool = True

    @property
    def is_filter(self):
        return self.kind != PLAIN

    @property
    def is_moment(self):
        """Whether the values are moments, so that their day depends on the time zone."""
        return self.kind == MOMENT or (self.field is not None and self.field.type == "datetime")

    @property
    def is_multi_valued(self):
        return self.path in _OF_SEVERAL or (self.field is not None and is_multi_valued(self.field))


def _core(name):
    return lambda profile: profile.core.get(name)


def _enterprise(name):
    return lambda profile: profile.enterprise.get(name)


def _name(part):
    return lambda profile: (profile.core.get("name") or {}).get(part)


def _first(name, part):
    """The primary element of a multi-valued attribute, otherwise the first."""

    def read(profile):
        items = [item for item in profile.core.get(name) or () if item.get(part)]
        return min(items, key=lambda item: not item.get("primary"), default={}).get(part)

    return read


def _custom(field_id):
    return lambda profile: profile.custom.get(field_id)


CORE = (
    ListAttribute("state", say("State"), PLAIN, column=User.state),
    ListAttribute("role", say("Role"), PLAIN, column=User.role),
    ListAttribute("source", say("Source"), PLAIN, column=User.connection_id),
    ListAttribute("groups", say("Groups"), PLAIN, is_sortable=False),
    ListAttribute("title", say("Title"), path="title", read=_core("title")),
    ListAttribute("department", say("Department"), path="enterprise.department", read=_enterprise("department")),
    ListAttribute("manager", say("Manager"), PERSON, "enterprise.manager.value", read=_enterprise("manager"),
              is_sortable=False),
    ListAttribute("employee_number", say("Employee number"), path="enterprise.employeenumber",
              read=_enterprise("employeeNumber")),
    ListAttribute("cost_center", say("Cost center"), path="enterprise.costcenter", read=_enterprise("costCenter")),
    ListAttribute("division", say("Division"), path="enterprise.division", read=_enterprise("division")),
    ListAttribute("organization", say("Organization"), path="enterprise.organization", read=_enterprise("organization")),
    ListAttribute("email", say("E-mail"), path="emails.value", column=User.email_key),
    ListAttribute("user_name", say("User name"), column=User.user_name_key, fold=fold_user_name),
    ListAttribute("external_id", say("External ID"), column=User.external_id),
    ListAttribute("given_name", say("First name"), path="name.givenname", read=_name("givenName")),
    ListAttribute("family_name", say("Family name"), path="name.familyname", read=_name("familyName")),
    ListAttribute("nickname", say("Nickname"), path="nickname", read=_core("nickName")),
    ListAttribute("phone", say("Phone"), path="phonenumbers.value", read=_first("phoneNumbers", "value")),
    ListAttribute("city", say("City"), path="addresses.locality", read=_first("addresses", "locality")),
    ListAttribute("user_type", say("User type"), path="usertype", read=_core("userType")),
    ListAttribute("created", say("Created"), MOMENT, column=User.created_at),
    ListAttribute("updated", say("Last update"), MOMENT, column=User.updated_at),
    ListAttribute("last_sign_in", say("Last sign-in"), MOMENT, column=User.last_sign_in_at),
)  # fmt: skip
_FIRST = 4  # the first four (state, role, source, groups) come before the account's own fields, the rest after them
NAME = ListAttribute("name", say("Name"), PLAIN, column=User.order_key)


def attributes(scope):
    """``{key: ListAttribute}`` of all attributes of the list in this account, in the order of the columns. One statement."""
    return with_fields(custom_fields.list_fields(scope))


def with_fields(fields):
    """The same for these custom fields."""
    own = (_of_field(field) for field in fields)
    return {attribute.key: attribute for attribute in (*CORE[:_FIRST], *own, *CORE[_FIRST:])}


def usual_columns(known):
    """The keys of the columns shown to people who chose none, including custom fields marked for the list."""
    own = [key for key, attribute in known.items() if attribute.field is not None and attribute.field.show_in_list]
    return ["state", "role", "source", "groups", *own, "last_sign_in"]


def _of_field(field):
    kind = _KINDS_OF_FIELDS.get(field.type, TEXT)
    return ListAttribute(
        f"{CUSTOM}{field.field_id}",
        field.label,
        kind,
        f"{CUSTOM}{field.field_id_key}",
        read=_custom(field.field_id),
        field=field,
        is_sortable=kind != PERSON,
    )
