"""The operations of the protocol on one resource type, without HTTP: values in, documents out.

A PUT or PATCH is computed from the locked row, inside the transaction that writes it (decision 0057).
"""

from functools import wraps

from ..scim import version
from ..scim.errors import ScimError
from ..scim.patch import parse_patch
from ..scim.projection import EVERYTHING
from ..scim.validation import validate
from ..scim.warnings import warn


def _unknown_first(operation):
    """Wraps an operation that may refuse a body before it looks up the resource: an unknown id is 404, whatever the body."""

    @wraps(operation)
    def looking(call, resource_type, resource_id, body, **further):
        try:
            return operation(call, resource_type, resource_id, body, **further)
        except ScimError:
            resource_type.get(call.scope, resource_id)
            raise

    return looking


def get(call, resource_type, resource_id, projection=EVERYTHING):
    """One resource. Raises NotInAccount."""
    return resource_type.one(call.scope, resource_id, call.addresses, projection)


def document(call, resource_type, row, projection=EVERYTHING):
    """The Document of a row."""
    return resource_type.written(call.scope, row, call.addresses, projection)


def create(call, resource_type, body, projection=EVERYTHING):
    """POST: the new resource, or one that came back. Raises the directory's refusals."""
    validated = validate(body, resource_type.description, call.rules.dialect)
    _note(call, validated.warnings)
    return document(call, resource_type, resource_type.create(call.scope, validated), projection)


def create_people(call, bodies):
    """As ``create`` for several people in one unit: all of them are created, or none. Yields their documents without a text."""
    people = call.types.user
    validated = [validate(body, people.description, call.rules.dialect) for body in bodies]
    for one in validated:
        _note(call, one.warnings)
    for row in people.create_many(call.scope, validated):
        yield people.told(call.scope, row, call.addresses)


@_unknown_first
def replace(call, resource_type, resource_id, body, *, precondition=None, projection=EVERYTHING):
    """PUT. Raises NotInAccount, PreconditionFailed, and the directory's refusals."""
    validated = validate(body, resource_type.description, call.rules.dialect)
    _note(call, validated.warnings)
    row = resource_type.replace(call.scope, resource_id, validated, call.addresses, call.rules, precondition)
    return document(call, resource_type, row, projection)


@_unknown_first
def patch(call, resource_type, resource_id, body, *, precondition=None):
    """PATCH: the row as written. Raises NotInAccount, PreconditionFailed, and the refusals of the protocol and the
    directory.
    """
    operations = parse_patch(body, resource_type.description, call.rules.dialect, call.warnings)
    return resource_type.patch(call.scope, resource_id, operations, call.addresses, call.rules, precondition)


def remove(call, resource_type, resource_id, *, precondition=None):
    """DELETE. Raises NotInAccount, PreconditionFailed."""
    seen = None
    if precondition is not None:
        seen = resource_type.get(call.scope, resource_id).version
        version.check(precondition, seen)
    resource_type.remove(call.scope, resource_id, seen)


def _note(call, warnings):
    """Add warnings to those of the call, which may hold several operations."""
    for text in warnings:
        warn(call.warnings, text)
