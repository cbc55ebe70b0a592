"""The operations of the protocol on one resource type, without HTTP: values in, documents out.

A PUT or PATCH is computed from what was read and written only if that is still there. A client that sent ``If-Match``
is told when it is not; without it the operation is applied again to what is there now, a bounded number of times.
"""

from dataclasses import dataclass

from ..directory import reading
from ..directory.errors import StaleVersion
from ..resource_types.filter_sql import condition
from ..resource_types.sort_sql import after, order, position, sort_key
from ..scim.errors import PreconditionFailed, Unavailable
from ..scim.patch import parse_patch
from ..scim.projection import Projection
from ..scim.validation import validate
from ..scim.version import is_match

ATTEMPTS = 40  # every round has a winner, so this many writers of one resource can wait for each other
EVERYTHING = Projection()


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list: ``start_index`` where it was asked for by index, ``next_cursor`` where more is to come by cursor."""

    documents: list
    total: int
    start_index: int | None = None
    next_cursor: str | None = None


def get(call, bound, resource_id, projection=EVERYTHING):
    """One resource. Raises NotInAccount."""
    return _document(call, bound, bound.get(call.scope, resource_id), projection)


def search(call, bound, query):
    """A Found for a query: the page, its links and the total are a statement each."""
    scope, paging = call.scope, query.paging
    conditions = () if query.filter is None else (condition(query.filter, scope, bound.places),)
    by = order(query.sort_by, query.descending, scope, bound.places)
    if paging.cursor is not None:
        return _walk(call, bound, query, conditions, by)
    rows = bound.page(scope, conditions, by, paging.start_index - 1, paging.count) if paging.count else []
    return Found(_documents(call, bound, rows, query), bound.count(scope, conditions), paging.start_index)


def _walk(call, bound, query, conditions, by):
    """The page after a cursor; one row more is read to know whether there is another."""
    scope, count = call.scope, query.paging.count
    place = query.cursors.read(query.paging.cursor)
    here = conditions
    if place is not None:
        here = (*conditions, after(place, query.sort_by, query.descending, scope, bound.places))
    rows = bound.page(scope, here, by, 0, count + 1) if count else []
    following = None
    if len(rows) > count:
        rows = rows[:count]
        following = query.cursors.make(_position(scope, bound, query, rows[-1].seq))
    return Found(_documents(call, bound, rows, query), bound.count(scope, conditions), next_cursor=following)


def _position(scope, bound, query, seq):
    if query.sort_by is None:
        return position(seq, None)
    key = sort_key(query.sort_by, scope, bound.places)
    return position(seq, reading.value_of(scope, bound.places.owner, seq, key))


def _documents(call, bound, rows, query):
    return bound.documents(call.scope, rows, call.addresses, query.projection) if rows else []


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
    operations = parse_patch(body, bound.description, call.rules.dialect)
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
