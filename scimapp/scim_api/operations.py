"""The operations of the protocol on one resource type, without HTTP: values in, documents out.

A PUT or PATCH is computed from what was read and written only if that is still there. A client that sent ``If-Match``
is told when it is not; without it the operation is applied again to what is there now, a bounded number of times.
"""

from ..directory.errors import StaleVersion
from ..scim.errors import PreconditionFailed, Unavailable
from ..scim.patch import parse_patch
from ..scim.projection import Projection
from ..scim.validation import validate
from ..scim.version import is_match

ATTEMPTS = 40  # every round has a winner, so this many writers of one resource can wait for each other
EVERYTHING = Projection()


def get(call, bound, resource_id, projection=EVERYTHING):
    """One resource. Raises NotInAccount."""
    return _document(call, bound, bound.get(call.scope, resource_id), projection)


def create(call, bound, body, projection=EVERYTHING):
    """POST: the new resource, or one that came back. Raises what the directory refuses."""
    validated = validate(body, bound.description, call.rules.dialect)
    call.warnings.extend(validated.warnings)
    resource_id = bound.create(call.scope, validated)
    return get(call, bound, resource_id, projection)


def replace(call, bound, resource_id, body, *, if_match=None, projection=EVERYTHING):
    """PUT. Raises NotInAccount, PreconditionFailed, and what the directory refuses."""
    bound.get(call.scope, resource_id)  # an unknown id is 404, whatever the body says
    validated = validate(body, bound.description, call.rules.dialect, replacing=True)
    call.warnings.extend(validated.warnings)

    def write(row, version):
        bound.replace(call.scope, row, validated, call.addresses, call.rules, version)

    _write(call, bound, resource_id, write, if_match)
    return get(call, bound, resource_id, projection)


def patch(call, bound, resource_id, body, *, if_match=None):
    """PATCH. Raises NotInAccount, PreconditionFailed, and what the protocol or the directory refuses."""
    bound.get(call.scope, resource_id)
    operations = parse_patch(body, bound.description, call.rules.dialect, call.warnings)
    guarded = if_match is not None or bound.guards_patch(operations, call.rules)

    def write(row, version):
        bound.patch(call.scope, row, operations, call.addresses, call.rules, version if guarded else None)

    _write(call, bound, resource_id, write, if_match)


def remove(call, bound, resource_id, *, if_match=None):
    """DELETE. Raises NotInAccount, PreconditionFailed."""
    version = None
    if if_match is not None:
        version = _checked(bound.get(call.scope, resource_id), if_match).version
    bound.remove(call.scope, resource_id, version)


def _write(call, bound, resource_id, write, if_match):
    for _ in range(ATTEMPTS):
        row = bound.get(call.scope, resource_id)
        if if_match is not None:
            _checked(row, if_match)
        try:
            write(row, row.version)
            return
        except StaleVersion:
            if if_match is not None:
                raise
    raise Unavailable("Too many changes of this resource at the same moment. Try again.")


def _checked(row, if_match):
    if not is_match(if_match, row.version):
        raise PreconditionFailed("Somebody changed this in the meantime. Read it again and repeat.")
    return row


def _document(call, bound, row, projection):
    return bound.documents(call.scope, [row], call.addresses, projection)[0]
