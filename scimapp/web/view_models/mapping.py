"""Mapping sheets: exactly what to type into each directory for a field, under the names in its menus."""

import json

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from msgspec import Struct

from ...directory.connection import directory_names, scim_tokens
from ...directory.fields.field_types import FIELD_TYPES, is_multi_valued, okta_data_type
from ...directory.user_list import search

# The directories with sheets and guides, in the order of their tabs.
DIRECTORIES = {
    "okta": "Okta",
    "entra": "Microsoft Entra ID",
    "onelogin": "OneLogin",
    "jumpcloud": "JumpCloud",
    "other": _l("Other"),
}
_ENTRA_TYPES = {"integer": "Integer", "boolean": "Boolean", "datetime": "DateTime"}
_EXAMPLES = {
    "number": 4.5, "integer": 1180, "boolean": True, "date": "2026-11-23", "datetime": "2026-11-23T09:30:00Z",
    "email": "name@example.com", "url": "https://example.com", "phone": "+49 30 1234567", "user": "name@example.com",
}  # fmt: skip


class MappingSheet(Struct, frozen=True):
    """What to type for one field: ``lines`` are (key, label, value), ``notes`` are sentences after them.

    ``refused`` is a call with a refused value, if none was accepted since;
    ``misnamed`` is an UnknownNamespace that its directory has not mended, where the field never had a value.
    """

    field: object
    title: str
    where: str
    lines: tuple
    notes: tuple
    choices: tuple
    filled: int
    people: int
    sender: str
    refused: object
    misnamed: object


def usual_directory(scope):
    """``(name in DIRECTORIES, sender)``: of the newest working token, which is the one to set up, and the name for people of
    the directory that sends; Okta before there is one.
    """
    tokens = [token for token in scim_tokens.list_tokens(scope) if scim_tokens.is_live(token)]
    if not tokens:
        return "okta", "Okta"
    return (tokens[0].provider if tokens[0].provider in DIRECTORIES else "other"), directory_names.of_sender(tokens)


def chosen_directory(name, usual):
    """The directory in the query string, else the usual one."""
    return name if name in DIRECTORIES else usual


def title_of(directory):
    """ "Okta mapping sheet"."""
    if directory == "other":
        return _("Mapping sheet")
    return _("%(directory)s mapping sheet", directory=DIRECTORIES[directory])


def sheets(scope, extension_urn, facts, fields, directory, sender):
    """The mapping sheets of some fields for one directory. ``facts`` is a ``fields.FieldFacts``."""
    people = search.count_states(scope).people
    return [
        MappingSheet(
            field,
            title_of(directory),
            str(_WHERE[directory]),
            _LINES[directory](field, extension_urn),
            _NOTES[directory](field),
            tuple(field.choices),
            facts.filled.get(field.field_id_key, 0),
            people,
            sender,
            facts.refused.get(field.field_id_key),
            facts.misnamed if field.last_received_at is None else None,
        )
        for field in fields
    ]


def template_line(field):
    """The line of a OneLogin template for a field."""
    value = "{$parameters." + field.field_id + "}"
    return field.field_id, [value] if is_multi_valued(field) else value


def example(field):
    """An example value as sent in JSON, for people who write a client."""
    value = field.choices[0] if field.choices else _EXAMPLES.get(field.type, "text")
    return [value] if is_multi_valued(field) else value


def _okta_lines(field, urn):
    # Okta's administrators read its names in English, in whatever language they read ours.
    return (
        ("data-type", "Data type", okta_data_type(field)),
        ("display-name", "Display name", field.label),
        ("variable-name", "Variable name", field.field_id),
        ("external-name", "External name", field.field_id),
        ("external-namespace", "External namespace", urn),
    )


def _entra_lines(field, urn):
    return (
        ("name", _("Name"), f"{urn}:{field.field_id}"),
        ("type", _("Type"), _ENTRA_TYPES.get(field.type, "String")),
        ("target", _("Target attribute"), f"{urn}:{field.field_id}"),
    )


def _onelogin_lines(field, urn):
    name, value = template_line(field)
    return (
        ("field-name", _("Field name"), field.field_id),
        ("line", _("Line of the SCIM JSON Template, inside the extension"), f'"{name}": {json.dumps(value)}'),
        ("extension", _("Key of the extension"), urn),
    )


def _jumpcloud_lines(field, urn):
    return (
        ("attribute", _("SCIM attribute"), f"{urn}:{field.field_id}"),
        ("name", _("Name in the extension"), field.field_id),
        ("schema", _("Schema"), urn),
    )


def _other_lines(field, urn):
    several = _("%(type)s, several values", type=FIELD_TYPES[field.type].scim_type)
    body = json.dumps({urn: {field.field_id: example(field)}}, ensure_ascii=False)
    return (
        ("attribute", _("Attribute"), f"{urn}:{field.field_id}"),
        ("type", _("SCIM type"), several if is_multi_valued(field) else FIELD_TYPES[field.type].scim_type),
        ("body", _("In the body of a person"), body[1:-1]),
        ("filter", _("As a filter"), f"{urn}:{field.field_id} pr"),
    )


def _okta_notes(_field):
    return (
        _("Leave the other boxes as they are. Then map a source under Provisioning › Attribute Mappings and press "
          "Force Sync."),
    )  # fmt: skip


def _entra_notes(field):
    notes = [
        _("Then Add New Mapping: Mapping type Direct, your source attribute, and the name above as target attribute. "
          "Save, and start provisioning again."),
        _("The list is read-only in some tenants. Open the portal once with "
          "?Microsoft_AAD_Connect_Provisioning_forceSchemaEditorEnabled=true behind its address."),
    ]  # fmt: skip
    if is_multi_valued(field):
        notes.insert(0, _("Entra sends one value for a custom attribute, never several."))
    return tuple(notes)


def _onelogin_notes(_field):
    return (
        _("Tick Include in User Provisioning, choose the source and save. The guide has the whole template with every "
          "field in it."),
    )  # fmt: skip


def _jumpcloud_notes(_field):
    return (
        _("JumpCloud's custom SCIM connector sends standard attributes. Where yours maps further ones, these are the "
          "names; else fill the field here."),
    )  # fmt: skip


def _other_notes(_field):
    return (
        _("List the schema under schemas in the body. Null, an empty text and an empty list clear the value."),
    )  # fmt: skip


_WHERE = {
    "okta": _l("In Okta: Directory › Profile Editor › your app › Add Attribute. Copy line by line."),
    "entra": _l(
        "In Entra: Enterprise applications › your app › Provisioning › Mappings › Provision Microsoft Entra ID Users › "
        "Show advanced options › Edit attribute list. Copy line by line."
    ),
    "onelogin": _l("In OneLogin: Applications › your app › Parameters › +. Then Configuration › SCIM JSON Template."),
    "jumpcloud": _l("In JumpCloud: SSO Applications › your app › Identity Management."),
    "other": _l("For any client that speaks SCIM 2.0."),
}
_LINES = {
    "okta": _okta_lines,
    "entra": _entra_lines,
    "onelogin": _onelogin_lines,
    "jumpcloud": _jumpcloud_lines,
    "other": _other_lines,
}
_NOTES = {
    "okta": _okta_notes,
    "entra": _entra_notes,
    "onelogin": _onelogin_notes,
    "jumpcloud": _jumpcloud_notes,
    "other": _other_notes,
}
