"""The set-up guides: how far the set-up in a directory has come, and texts to paste there whole."""

import json

from flask_babel import gettext as _
from msgspec import Struct

from ....directory.connection import scim_tokens
from ....directory.connection.providers import UNNAMED
from ....directory.fields import custom_fields
from ....directory.groups import group_search
from ....directory.user_list import filter_choices
from ....scim.urns import CORE_USER, ENTERPRISE_USER
from ..mapping import DIRECTORIES, template_line

# Entra attribute → target attribute, both by Entra's own names; the matching attribute comes first.
ENTRA_PEOPLE = (
    ("userPrincipalName", "userName"),
    ('Switch([IsSoftDeleted], , "False", "True", "True", "False")', "active"),
    ("objectId", "externalId"),
    ("givenName", "name.givenName"),
    ("surname", "name.familyName"),
    ("displayName", "displayName"),
    ("mail", 'emails[type eq "work"].value'),
    ("jobTitle", "title"),
    ("telephoneNumber", 'phoneNumbers[type eq "work"].value'),
    ("mobile", 'phoneNumbers[type eq "mobile"].value'),
    ("employeeId", f"{ENTERPRISE_USER}:employeeNumber"),
    ("department", f"{ENTERPRISE_USER}:department"),
    ("manager", f"{ENTERPRISE_USER}:manager"),
)
ENTRA_GROUPS = (("displayName", "displayName"), ("objectId", "externalId"), ("members", "members"))


class Progress(Struct, frozen=True):
    """How far the set-up in one directory has come, judged by what the server has seen of that directory.

    ``token`` is the newest working one for it, or None.
    """

    token: object
    has_call: bool
    has_people: bool
    has_groups: bool
    has_custom_value: bool

    @classmethod
    def of(cls, scope, name):
        """Four statements."""
        connections = UNNAMED if name == "other" else (name,)
        tokens = [token for token in scim_tokens.list_tokens(scope) if token.connection_id in connections]
        has_call = any(token.first_used_at for token in tokens)
        received = any(field.last_received_at for field in custom_fields.list_fields(scope))
        return cls(
            token=next((token for token in tokens if scim_tokens.is_live(token)), None),
            has_call=has_call,
            has_people=not set(connections).isdisjoint(filter_choices.connections(scope)),
            has_groups=not set(connections).isdisjoint(group_search.connections(scope)),
            has_custom_value=has_call and received,
        )


class Guide(Struct, frozen=True):
    """One guide. ``directory`` is what its sentences call the directory."""

    name: str
    title: str
    directory: str


def guide_of(name):
    """The Guide of this name; None for an unknown one."""
    if name not in DIRECTORIES:
        return None
    if name == "other":
        return Guide(name, _("Set up another directory"), _("the directory"))
    return Guide(name, _("Set up %(directory)s", directory=DIRECTORIES[name]), str(DIRECTORIES[name]))


def onelogin_template(fields, extension_urn):
    """OneLogin's SCIM JSON Template with all custom fields, as text to paste."""
    body = {
        "schemas": [CORE_USER, ENTERPRISE_USER],
        "userName": "{$parameters.scimusername}",
        "name": {"givenName": "{$user.firstname}", "familyName": "{$user.lastname}"},
        "emails": [{"value": "{$user.email}", "type": "work", "primary": True}],
        "title": "{$parameters.title}",
        ENTERPRISE_USER: {
            "department": "{$parameters.department}",
            "manager": {"value": "{$parameters.external_manager_id}"},
        },
    }
    if fields:
        body["schemas"].append(extension_urn)
        body[extension_urn] = dict(template_line(field) for field in fields)
    return json.dumps(body, indent=2)


def example_body(fields, extension_urn, example):
    """The body of a client that creates a person, with custom fields. ``example`` gives the value of a field."""
    body = {
        "schemas": [CORE_USER],
        "userName": "ana.ruiz@example.com",
        "externalId": "7f3a2c",
        "name": {"givenName": "Ana", "familyName": "Ruiz"},
        "emails": [{"value": "ana.ruiz@example.com", "type": "work", "primary": True}],
        "active": True,
    }
    if fields:
        body["schemas"].append(extension_urn)
        body[extension_urn] = {field.field_id: example(field) for field in fields}
    return json.dumps(body, indent=2, ensure_ascii=False)
