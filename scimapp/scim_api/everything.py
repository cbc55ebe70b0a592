"""Searches at the base URL, over all resource types at once (RFC 7644 §3.4.2.1)."""

from .access.gate import current_call
from .blueprint import scim_api
from .requests.list_requests import queries_of
from .requests.parameters import search_request
from .responses import page_answer
from .search import search_everything


@scim_api.get("")
def list_everything():
    """People and groups in one list. An attribute that a resource type lacks counts as absent."""
    return _page(None)


@scim_api.post("/.search")
def search_root():
    """The same with the parameters in a body (RFC 7644 §3.4.3)."""
    return _page(search_request(current_call().rules.dialect))


def _page(parameters):
    call = current_call()
    types = list(call.types)
    queries = queries_of(call, types, parameters)
    found = search_everything(call, list(zip(types, queries, strict=True)))
    call.summary = f"asked for everything and received {len(found.texts):,} of {found.total:,}"
    return page_answer(found)
