"""/Users and /Groups: one set of views for both, since they differ only in their resource type."""

from functools import wraps

from ..scim.errors import NotFound
from . import operations
from .blueprint import scim_api
from .gate import current_call
from .requests import if_match, projection_of, query_of, read_body, search_request
from .responses import nothing, page_answer, resource_answer

MEMBERS_SHOWN = 200  # a PATCH of a larger group is answered without a body (RFC 7644 §3.5.2)
_ENDPOINTS = '<any("Users", "Groups"):endpoint>'


def bound_view(view):
    """Give a view the call and the resource type that the URL names."""

    @wraps(view)
    def bound(endpoint, **arguments):
        call = current_call()
        return view(call, call.types.user if endpoint == "Users" else call.types.group, **arguments)

    return bound


@scim_api.get(f"/{_ENDPOINTS}")
@bound_view
def list_resources(call, bound):
    """A page of resources (RFC 7644 §3.4.2)."""
    return _page(call, bound, query_of(bound.description))


@scim_api.post(f"/{_ENDPOINTS}/.search")
@bound_view
def search_resources(call, bound):
    """The same with the parameters in a body (RFC 7644 §3.4.3)."""
    return _page(call, bound, query_of(bound.description, search_request()))


@scim_api.post(f"/{_ENDPOINTS}")
@bound_view
def create_resource(call, bound):
    """A new resource (RFC 7644 §3.3)."""
    call.summary = f"asked to create a {bound.description.name}"
    projection = projection_of(bound.description)
    document = operations.create(call, bound, read_body(), projection)
    return resource_answer(document, 201)


@scim_api.get(f"/{_ENDPOINTS}/<resource_id>")
@bound_view
def get_resource(call, bound, resource_id):
    """One resource (RFC 7644 §3.4.1)."""
    call.summary = f"asked for one {bound.description.name}"
    return resource_answer(operations.get(call, bound, _known(resource_id), projection_of(bound.description)))


@scim_api.put(f"/{_ENDPOINTS}/<resource_id>")
@bound_view
def replace_resource(call, bound, resource_id):
    """A resource replaced (RFC 7644 §3.5.1)."""
    call.summary = f"asked to replace a {bound.description.name}"
    projection = projection_of(bound.description)
    document = operations.replace(
        call, bound, _known(resource_id), read_body(), if_match=if_match(), projection=projection
    )
    return resource_answer(document)


@scim_api.patch(f"/{_ENDPOINTS}/<resource_id>")
@bound_view
def patch_resource(call, bound, resource_id):
    """A resource changed in parts (RFC 7644 §3.5.2)."""
    call.summary = f"asked to change a {bound.description.name}"
    projection = projection_of(bound.description)
    operations.patch(call, bound, _known(resource_id), read_body(), if_match=if_match())
    return _patched(call, bound, resource_id, projection)


@scim_api.delete(f"/{_ENDPOINTS}/<resource_id>")
@bound_view
def remove_resource(call, bound, resource_id):
    """A resource removed (RFC 7644 §3.6)."""
    call.summary = f"asked to remove a {bound.description.name}"
    operations.remove(call, bound, _known(resource_id), if_match=if_match())
    return nothing()


def _page(call, bound, query):
    documents, total = operations.search(call, bound, query)
    call.summary = f"asked for {bound.noun} and received {len(documents)} of {total}"
    return page_answer(documents, total, query.paging.start_index)


def _patched(call, bound, resource_id, projection):
    row = bound.get(call.scope, resource_id)
    if projection.is_everything and getattr(row, "member_count", 0) > MEMBERS_SHOWN:
        return nothing()
    return resource_answer(bound.documents(call.scope, [row], call.addresses, projection)[0])


def _known(resource_id):
    """Any text may stand in a URL; one that no database takes names nothing."""
    if "\0" in resource_id or len(resource_id) > 256:
        raise NotFound("This resource does not exist here.")
    return resource_id
