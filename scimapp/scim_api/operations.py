"""The operations of the protocol on one resource type, without HTTP: values in, documents out.

A PUT or PATCH is computed from what was read and written only if that is still there. A client that sent ``If-Match``
is told when it is not; without it the operation is applied again to what is there now, a bounded number of times.
"""

from ..directory.errors import StaleVersion
from ..scim.errors import PreconditionFailed, Unavailable
from ..scim.patch import parse_patch
from ..scim.projection import EVERYTHING
from ..scim.validation import validate
from ..scim.version import is_match

ATTEMPTS = 40  # every round has a winner, so this many writers of one resource can wait for each other


def get(call, bound, resource_id, projection=EVERYTHING):
    """One resource. Raises NotInAccount."""
    return bound.one(call.scope, resource_id, call.addresses, projection)


def document(call, bound, row, projection=EVERYTHING):
    """A row as it is sent."""
    return bound.documents(call.scope, [row], call.addresses, projection)[0]


def create(call, bound, body, projection=EVERYTHING):
    """POST: the new resource, or one that came back. Raises what the directory refuses."""
    validated = validate(body, bound.description, call.rules.dialect)
    call.warnings.extend(validated.warnings)
    return document(call, bound, bound.create(call.scope, validated), projection)


def replace(call, bound, resource_id, body, *, if_match=None, projection=EVERYTHING):
    """PUT. Raises NotInAccount, PreconditionFailed, and what the directory refuses."""
    row = bound.get(call.scope, resource_id)  # an unknown id is 404, whatever the body says
    validated = validate(body, bound.description, call.rules.dialect, replacing=True)
    call.warnings.extend(validated.warnings)

    def write(row):
        return bound.replace(call.scope, row, validated, call.addresses, call.rules, row.version)

    written = _written(call, bound, row, resource_id, write, if_match)
    return document(call, bound, written, projection)


def patch(call, bound, resource_id, body, *, if_match=None):
    """PATCH: the row as it was written. Raises NotInAccount, PreconditionFailed, and what the protocol or the directory
    refuses.
    """
    row = bound.get(call.scope, resource_id)
    operations = parse_patch(body, bound.description, call.rules.dialect, call.warnings)
    guarded = if_match is not None or bound.guards_patch(operations, call.rules)

    def write(row):
        version = row.version if guarded else None
        return bound.patch(call.scope, row, operations, call.addresses, call.rules, version)

    return _written(call, bound, row, resource_id, write, if_match)


def remove(call, bound, resource_id, *, if_match=None):
    """DELETE. Raises NotInAccount, PreconditionFailed."""
    version = None
    if if_match is not None:
        version = _checked(bound.get(call.scope, resource_id), if_match).version
    bound.remove(call.scope, resource_id, version)


def _written(call, bound, row, resource_id, write, if_match):
    """The row after ``write(row)``, read and tried again where somebody was faster."""
    for _ in range(ATTEMPTS):
        if if_match is not None:
            _checked(row, if_match)
        try:
            return write(row)
        except StaleVersion:
            if if_match is not None:
                raise
            row = bound.get(call.scope, resource_id)
    raise Unavailable("Too many changes of this resource at the same moment. Try again.")


def _checked(row, if_match):
    if not is_match(if_match, row.version):
        raise PreconditionFailed("Somebody changed this in the meantime. Read it again and repeat.")
    return row
