"""/Users and /Groups: one set of views for both, which differ only in their resource type."""

from functools import wraps

from ..scim.errors import NotFound
from ..scim.version import etag
from . import operations
from .access.gate import current_call
from .blueprint import scim_api
from .requests.bodies import read_body
from .requests.list_requests import query_of
from .requests.parameters import precondition, projection_of, search_request
from .responses import nothing, page_answer, resource_answer
from .search import search

MAXIMUM_GROUP_BODY = 8 * 1024 * 1024  # bytes; a list of 100,000 members
MEMBERS_SHOWN = 200  # a PATCH of a larger group is answered without a body (RFC 7644 §3.5.2)


def on_resources(method, rest=""):
    """Register a view at /Users and at /Groups; it gets the call and the resource type that the URL names."""

    def register(view):
        for name in ("user", "group"):
            rule, endpoint = f"/{name.title()}s{rest}", f"{view.__name__}_{name}"
            scim_api.add_url_rule(rule, endpoint, _with_resource_type(view, name), methods=[method])
        return view

    return register


def _with_resource_type(view, name):
    @wraps(view)
    def answered(**arguments):
        call = current_call()
        call.go_back_to()  # the whole call may be repeated
        return view(call, getattr(call.types, name), **arguments)

    return answered


@on_resources("GET")
def list_resources(call, resource_type):
    """A page of resources (RFC 7644 §3.4.2)."""
    return _page(call, resource_type, query_of(call, resource_type))


@on_resources("POST", "/.search")
def search_resources(call, resource_type):
    """The same with the parameters in a body (RFC 7644 §3.4.3)."""
    return _page(call, resource_type, query_of(call, resource_type, search_request(call.rules.dialect)))


@on_resources("POST")
def create_resource(call, resource_type):
    """A new resource (RFC 7644 §3.3)."""
    call.summary = f"asked to create a {resource_type.description.name}"
    projection = projection_of(resource_type.description)
    document = operations.create(call, resource_type, _body(resource_type), projection)
    return resource_answer(document, 201)


@on_resources("GET", "/<resource:resource_id>")
def get_resource(call, resource_type, resource_id):
    """One resource (RFC 7644 §3.4.1)."""
    call.summary = f"asked for one {resource_type.description.name}"
    return resource_answer(
        operations.get(call, resource_type, _possible_id(resource_id), projection_of(resource_type.description))
    )


@on_resources("PUT", "/<resource:resource_id>")
def replace_resource(call, resource_type, resource_id):
    """A resource replaced (RFC 7644 §3.5.1)."""
    call.summary = f"asked to replace a {resource_type.description.name}"
    projection = projection_of(resource_type.description)
    document = operations.replace(
        call,
        resource_type,
        _possible_id(resource_id),
        _body(resource_type),
        precondition=precondition(),
        projection=projection,
    )
    return resource_answer(document)


@on_resources("PATCH", "/<resource:resource_id>")
def patch_resource(call, resource_type, resource_id):
    """A resource changed in parts (RFC 7644 §3.5.2)."""
    call.summary = f"asked to change a {resource_type.description.name}"
    projection = projection_of(resource_type.description)
    row = operations.patch(
        call, resource_type, _possible_id(resource_id), _body(resource_type), precondition=precondition()
    )
    if projection.is_everything and getattr(row, "member_count", 0) > MEMBERS_SHOWN:
        answer = nothing()
        answer.headers.append(("ETag", etag(row.version)))  # for the If-Match of the next change
        return answer
    return resource_answer(operations.document(call, resource_type, row, projection))


@on_resources("DELETE", "/<resource:resource_id>")
def remove_resource(call, resource_type, resource_id):
    """A resource removed (RFC 7644 §3.6)."""
    call.summary = f"asked to remove a {resource_type.description.name}"
    operations.remove(call, resource_type, _possible_id(resource_id), precondition=precondition())
    return nothing()


def _page(call, resource_type, query):
    found = search(call, resource_type, query)
    call.summary = f"asked for {resource_type.noun} and received {len(found.texts):,} of {found.total:,}"
    return page_answer(found)


def _body(resource_type):
    return read_body(MAXIMUM_GROUP_BODY if resource_type.description.name == "Group" else None)


def _possible_id(resource_id):
    """Refuse an id that no database takes: nothing has it."""
    if "\0" in resource_id or len(resource_id) > 256:
        raise NotFound("This resource does not exist here.")
    return resource_id
