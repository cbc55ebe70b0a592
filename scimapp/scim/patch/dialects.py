"""What real clients send that the standard does not say, each as one named function, switched by the token's preset.

An *amendment* gets one raw operation (a dict with ``op``, perhaps ``path``, perhaps ``value``) and returns the one the
client means. The rest of the code knows only the standard.
"""

from dataclasses import dataclass, field

from .. import urns


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a preset reads its client."""

    name: str
    is_strict: bool = False
    amendments: tuple = field(default=())
    # Numbers sent as text and text sent as numbers are taken for what the attribute is (X-02, D-13).
    coerces: bool = True
    # An unknown attribute in the value of an operation without a path is left out instead of refused.
    ignores_unknown_values: bool = True
    # A path that names an unknown attribute changes nothing instead of being refused (D-09, Entra only).
    ignores_unknown_paths: bool = False
    # add or replace on emails[type eq "work"] where there is none makes that element.
    creates_from_filter: bool = True
    # remove on members with a list in ``value`` takes only those out.
    removes_listed: bool = True
    # readOnly attributes inside a value are left alone, also when they differ from what is stored.
    ignores_read_only_values: bool = True
    # An empty text means "no value".
    empty_text_clears: bool = True
    # A body without ``schemas`` is taken all the same.
    tolerates_missing_schemas: bool = True


def members_in_a_list(operation):
    """X-12. Sent: ``"value": {"value": "42"}`` or ``"value": "42"``. Meant: ``"value": [{"value": "42"}]``."""
    if str(operation.get("path", "")).lower() != "members":
        return operation
    value = operation.get("value")
    if value is None:
        return operation
    items = value if isinstance(value, list) else [value]
    return operation | {"value": [{"value": item} if isinstance(item, str) else item for item in items]}


def manager_by_id(operation):
    """X-11, Entra. Sent: ``"path": "urn:…:enterprise:2.0:User:manager", "value": "42"``. Meant: ``{"value": "42"}``."""
    path = str(operation.get("path", "")).lower()
    is_manager = path in ("manager", f"{urns.ENTERPRISE_USER}:manager".lower())
    if is_manager and isinstance(operation.get("value"), str):
        return operation | {"value": {"value": operation["value"]} if operation["value"] else None}
    return operation


def department_at_the_top(operation):
    """X-17, an old template. Sent: ``"path": "Department"``. Meant: the enterprise extension's ``department``."""
    if str(operation.get("path", "")).lower() == "department":
        return operation | {"path": f"{urns.ENTERPRISE_USER}:department"}
    return operation


def department_in_the_body(body):
    """X-17 in a POST or PUT: a top-level ``Department`` belongs to the enterprise extension unless that has one."""
    name = next((key for key in body if key.lower() == "department"), None)
    if name is None:
        return body
    amended = {key: value for key, value in body.items() if key != name}
    place = next((key for key in amended if key.lower() == urns.ENTERPRISE_USER.lower()), urns.ENTERPRISE_USER)
    extension = amended.get(place)
    if extension is None or isinstance(extension, dict):
        amended[place] = {"department": body[name]} | (extension or {})
    return amended


_EVERYBODY = (members_in_a_list, manager_by_id, department_at_the_top)

DIALECTS = {
    "strict": Dialect(
        "strict",
        is_strict=True,
        coerces=False,
        ignores_unknown_values=False,
        creates_from_filter=False,
        removes_listed=False,
        ignores_read_only_values=False,
        empty_text_clears=False,
        tolerates_missing_schemas=False,
    ),
    "okta": Dialect("okta", amendments=_EVERYBODY),
    "entra": Dialect("entra", amendments=_EVERYBODY, ignores_unknown_paths=True),
    "onelogin": Dialect("onelogin", amendments=_EVERYBODY),
    "jumpcloud": Dialect("jumpcloud", amendments=_EVERYBODY),
    "generic": Dialect("generic", amendments=_EVERYBODY),
}
