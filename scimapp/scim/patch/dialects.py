"""Deviations of real clients from the standard, switched by the token's preset.

A deviation is one named function that states the request sent and the request meant. It is here if the request can be
rewritten before it is parsed, otherwise where the request is parsed, under a flag of ``Dialect``. The rest of the code knows
only the standard. The numbers X-01 to X-21 are those of the table in ``docs/scim.md``.

An *amendment* gets one raw operation (a dict with ``op``, perhaps ``path``, perhaps ``value``) and returns the one the
client means; a *body amendment* does so with the body of a POST or PUT.
"""

from msgspec import Struct

from .. import urns
from ..errors import InvalidValue
from ..filter.ast import And, Comparison
from ..path import AttributePath

# Attributes of the enterprise extension that clients also send without its URN.
_SHORT_NAMES = frozenset(("department", "manager"))


class Dialect(Struct, frozen=True):
    """How a preset reads its client."""

    name: str
    is_strict: bool = False
    amendments: tuple = ()
    body_amendments: tuple = ()
    # Names that a filter may use for paths, as pairs in lower case and in full.
    filter_names: tuple = ()
    # Numbers and booleans sent as text, and text sent as numbers, are converted to the attribute's type.
    coerces: bool = True
    # An unknown attribute in the value of an operation without a path is left out instead of refused.
    ignores_unknown_values: bool = True
    # A path that names an unknown attribute changes nothing instead of being refused (Entra only); a malformed path is
    # still refused.
    ignores_unknown_paths: bool = False
    # add or replace on emails[type eq "work"] creates that element if there is none.
    creates_from_filter: bool = True
    # readOnly attributes inside a value are ignored, even if they differ from the stored ones.
    ignores_read_only_values: bool = True
    # remove on members with a list in ``value`` removes only those.
    removes_listed: bool = True
    # An element marked for deletion is removed, and the rest of the list stays.
    elements_may_leave: bool = True
    # The keys of a value without a path may be paths themselves.
    keys_are_paths: bool = True
    # An empty text means "no value".
    empty_text_clears: bool = True
    # A body without ``schemas`` is accepted.
    tolerates_missing_schemas: bool = True


def op_in_any_case(operation, _resource_type):
    """X-01, Entra. Sent: ``"op": "Replace"``. Meant: ``"op": "replace"``."""
    op = operation.get("op")
    return operation | {"op": op.lower()} if isinstance(op, str) else operation


def enterprise_by_short_name(operation, resource_type):
    """X-17. Sent: ``"path": "Department"``, or the same below the account's own URN.

    Meant: ``"path": "urn:…:enterprise:2.0:User:department"``; ``manager`` likewise.
    """
    path = operation.get("path")
    if not isinstance(path, str):
        return operation
    urn, _, rest = path.strip().rpartition(":")
    if not _is_short_name(rest.partition(".")[0], urn, resource_type):
        return operation
    return operation | {"path": f"{urns.ENTERPRISE_USER}:{rest}"}


def elements_that_leave(path, value):
    """X-21, scimgateway, as SCIM 1.1 had it (§3.3.2).

    Sent: ``{"emails": [{"operation": "delete", "type": "work", "value": ""}]}``.
    Meant: remove at ``emails[type eq "work"]``, and add what else the list holds. Returns ``(filters, rest)``; no
    filters for any other list. Raises InvalidValue for an element that says neither its value nor its type.
    """
    items = value if isinstance(value, list) else [value]
    if not _may_say_operation(items):
        return (), value
    filters = tuple([_naming(path, item) for item in items if _is_to_leave(item)])
    return filters, [item for item in items if not _is_to_leave(item)]


def _may_say_operation(items):
    """Whether an item might be marked for deletion; quick for the long member lists of group pushes."""
    try:
        return "operation" in map(str.lower, set().union(*items))
    except TypeError:  # one is neither object nor text, such as null
        return True


def _is_to_leave(item):
    said = item.items() if isinstance(item, dict) else ()
    return any(name.lower() == "operation" and str(value).lower() == "delete" for name, value in said)


def _naming(path, item):
    """The filter that selects the element which an item describes."""
    attribute, given = path.attribute, {name.lower(): text for name, text in item.items()}
    parts = [(attribute.find(name), given.get(name)) for name in ("value", "type")]
    terms = [
        Comparison(AttributePath(path.container, attribute, sub), "eq", text)
        for sub, text in parts
        if sub is not None and isinstance(text, str) and text
    ]
    if not terms:
        raise InvalidValue(f"{path}: an element to delete says its value or its type")
    return And(tuple(terms)) if len(terms) > 1 else terms[0]


def enterprise_in_the_body(body, resource_type):
    """X-17 in a POST or PUT. Sent: ``{"Department": "Sales", "urn:kissflow:…:2:User": {"manager": "42"}}``.

    Meant: both in the enterprise extension, whose own values win unless a template left them empty.
    """
    names = [*body]
    for key, value in body.items():
        if isinstance(value, dict) and key != urns.ENTERPRISE_USER:
            names += value
    if _SHORT_NAMES.isdisjoint(map(str.lower, names)):
        return body
    found, amended = {}, {}
    for key, value in body.items():
        if _is_short_name(key, "", resource_type):
            found[key.lower()] = value
        elif isinstance(value, dict):
            moved = {name: item for name, item in value.items() if _is_short_name(name, key, resource_type)}
            found |= {name.lower(): item for name, item in moved.items()}
            amended[key] = {name: item for name, item in value.items() if name not in moved} if moved else value
        else:
            amended[key] = value
    place = next((key for key in amended if key.lower() == urns.ENTERPRISE_USER.lower()), urns.ENTERPRISE_USER)
    extension = amended.get(place)
    if found and (extension is None or isinstance(extension, dict)):
        own = {name: item for name, item in (extension or {}).items() if name.lower() not in found or _is_given(item)}
        named = {name.lower() for name in own}
        amended[place] = {name: item for name, item in found.items() if name not in named} | own
    return amended


def _is_given(value):
    if isinstance(value, dict):
        value = value.get("value")
    return value not in (None, "", [])


def _is_short_name(name, urn, resource_type):
    """Whether a name at the top ("") or below a URN stands for an attribute of the enterprise extension."""
    if name.lower() not in _SHORT_NAMES or resource_type.extension(urns.ENTERPRISE_USER) is None:
        return False
    schema = resource_type.extension(urn) if urn else resource_type
    return schema is not None and schema.find(name) is None


# Entra checks references by ``id eq "…" and manager eq "…"``; PingOne's examples say ``email Co "…"``.
_FILTER_NAMES = (
    ("manager", f"{urns.ENTERPRISE_USER}:manager"),
    ("department", f"{urns.ENTERPRISE_USER}:department"),
    ("email", "emails"),
)
_EVERYBODY = {
    "amendments": (op_in_any_case, enterprise_by_short_name),
    "body_amendments": (enterprise_in_the_body,),
    "filter_names": _FILTER_NAMES,
}

DIALECTS = {
    "strict": Dialect(
        "strict",
        is_strict=True,
        coerces=False,
        ignores_unknown_values=False,
        creates_from_filter=False,
        ignores_read_only_values=False,
        removes_listed=False,
        elements_may_leave=False,
        keys_are_paths=False,
        empty_text_clears=False,
        tolerates_missing_schemas=False,
    ),
    "okta": Dialect("okta", **_EVERYBODY),
    "entra": Dialect("entra", **_EVERYBODY, ignores_unknown_paths=True),
    "onelogin": Dialect("onelogin", **_EVERYBODY),
    "jumpcloud": Dialect("jumpcloud", **_EVERYBODY),
    "generic": Dialect("generic", **_EVERYBODY),
}
