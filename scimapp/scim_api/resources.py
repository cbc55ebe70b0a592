"""/Users and /Groups: one set of views for both, which differ only in their resource type."""

from functools import wraps

from ..scim.errors import NotFound
from ..scim.version import etag
from . import operations
from .blueprint import scim_api
from .bodies import read_body
from .gate import current_call
from .list_requests import query_of
from .parameters import precondition, projection_of, search_request
from .responses import nothing, page_answer, resource_answer
from .search import search

MAXIMUM_GROUP_BODY = 8 * 1024 * 1024  # bytes; a list of 100,000 members
MEMBERS_SHOWN = 200  # a PATCH of a larger group is answered without a body (RFC 7644 §3.5.2)


def on_resources(method, rest=""):
    """Register a view at /Users and at /Groups; it gets the call and the resource type that the URL names."""

    def register(view):
        for name in ("user", "group"):
            rule, endpoint = f"/{name.title()}s{rest}", f"{view.__name__}_{name}"
            scim_api.add_url_rule(rule, endpoint, _bound(view, name), methods=[method])
        return view

    return register


def _bound(view, name):
    @wraps(view)
    def bound(**arguments):
        call = current_call()
        call.go_back_to()  # the whole call may be repeated
        return view(call, getattr(call.types, name), **arguments)

    return bound


@on_resources("GET")
def list_resources(call, bound):
    """A page of resources (RFC 7644 §3.4.2)."""
    return _page(call, bound, query_of(call, bound))


@on_resources("POST", "/.search")
def search_resources(call, bound):
    """The same with the parameters in a body (RFC 7644 §3.4.3)."""
    return _page(call, bound, query_of(call, bound, search_request(call.rules.dialect)))


@on_resources("POST")
def create_resource(call, bound):
    """A new resource (RFC 7644 §3.3)."""
    call.summary = f"asked to create a {bound.description.name}"
    projection = projection_of(bound.description)
    document = operations.create(call, bound, _body(bound), projection)
    return resource_answer(document, 201)


@on_resources("GET", "/<resource:resource_id>")
def get_resource(call, bound, resource_id):
    """One resource (RFC 7644 §3.4.1)."""
    call.summary = f"asked for one {bound.description.name}"
    return resource_answer(operations.get(call, bound, _known(resource_id), projection_of(bound.description)))


@on_resources("PUT", "/<resource:resource_id>")
def replace_resource(call, bound, resource_id):
    """A resource replaced (RFC 7644 §3.5.1)."""
    call.summary = f"asked to replace a {bound.description.name}"
    projection = projection_of(bound.description)
    document = operations.replace(
        call, bound, _known(resource_id), _body(bound), precondition=precondition(), projection=projection
    )
    return resource_answer(document)


@on_resources("PATCH", "/<resource:resource_id>")
def patch_resource(call, bound, resource_id):
    """A resource changed in parts (RFC 7644 §3.5.2)."""
    call.summary = f"asked to change a {bound.description.name}"
    projection = projection_of(bound.description)
    row = operations.patch(call, bound, _known(resource_id), _body(bound), precondition=precondition())
    if projection.is_everything and getattr(row, "member_count", 0) > MEMBERS_SHOWN:
        answer = nothing()
        answer.headers.append(("ETag", etag(row.version)))  # for the If-Match of the next change
        return answer
    return resource_answer(operations.document(call, bound, row, projection))


@on_resources("DELETE", "/<resource:resource_id>")
def remove_resource(call, bound, resource_id):
    """A resource removed (RFC 7644 §3.6)."""
    call.summary = f"asked to remove a {bound.description.name}"
    operations.remove(call, bound, _known(resource_id), precondition=precondition())
    return nothing()


def _page(call, bound, query):
    found = search(call, bound, query)
    call.summary = f"asked for {bound.noun} and received {len(found.texts):,} of {found.total:,}"
    return page_answer(found)


def _body(bound):
    return read_body(MAXIMUM_GROUP_BODY if bound.description.name == "Group" else None)


def _known(resource_id):
    """Refuse an id that no database takes: nothing has it."""
    if "\0" in resource_id or len(resource_id) > 256:
        raise NotFound("This resource does not exist here.")
    return resource_id
