"""Discovery: /ServiceProviderConfig, /ResourceTypes, /Schemas (RFC 7644 §4).

The account's extension is made from its custom fields as they are now. The configuration is public (RFC 7643 §5), the
other two need a token: the names of custom fields are the account's own.
"""

from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

import orjson
from flask import current_app, g

from ..scim.bulk import MAXIMUM_OPERATIONS
from ..scim.errors import Forbidden, NotFound
from ..scim.listing import DEFAULT_COUNT, MAXIMUM_COUNT, list_begin
from ..scim.schemas import discovery
from ..scim.schemas.of_discovery import SCHEMAS as DISCOVERY_SCHEMAS
from .access.gate import addresses, current_call
from .blueprint import scim_api
from .calls.call_excerpts import Excerpt
from .calls.call_masking import Masking
from .responses import json_answer, kept_answer

KEPT = 64  # lists of schemas, 50 kB each with what the log keeps of it


@scim_api.get("/ServiceProviderConfig")
def service_provider_config():
    """The supported features, from the values that the code uses."""
    _refuse_filter()
    location = f"{addresses(g.scim_account_id).base_url}/ServiceProviderConfig"
    return json_answer(
        discovery.service_provider_config(
            location,
            maximum_results=MAXIMUM_COUNT,
            default_page=DEFAULT_COUNT,
            bulk_operations=MAXIMUM_OPERATIONS,
            bulk_bytes=current_app.config["MAX_CONTENT_LENGTH"],
        )
    )


@scim_api.get("/ResourceTypes")
def resource_types():
    """The resource types. Paging and sorting are ignored here (RFC 7644 §4)."""
    _refuse_filter()
    call = current_call()
    call.summary = "asked for the resource types"
    return json_answer(_all([_shown_type(call, resource_type) for resource_type in call.types]))


@scim_api.get("/ResourceTypes/<name>")
def resource_type(name):
    """One resource type."""
    call = current_call()
    resource_type = call.types.named(name)
    if resource_type is None:
        raise NotFound("There is no resource type of this name.")
    return json_answer(_shown_type(call, resource_type))


@scim_api.get("/Schemas")
def schemas():
    """Every schema, the account's own extension among them."""
    _refuse_filter()
    call = current_call()
    call.summary = "asked for the schemas"
    kept = _kept_schemas(call.types, call.addresses.base_url, call.rules.on_request)
    return kept_answer(kept.text, kept.etag, kept.excerpt)


@scim_api.get("/Schemas/<urn>")
def schema(urn):
    """One schema by its URN; letter case makes no difference."""
    call = current_call()
    found = next((schema for schema in _schemas_of(call.types) if schema.id.lower() == urn.lower()), None)
    if found is None:
        raise NotFound("There is no schema with this URN.")
    return json_answer(_schema(found, call.addresses.base_url, call.rules.on_request))


class _Kept(NamedTuple):
    """A list as sent, its ETag, and its Excerpt for the log."""

    text: bytes
    etag: str
    excerpt: Excerpt


@lru_cache(KEPT)
def _kept_schemas(types, base_url, on_request):
    """The _Kept of all schemas. ``types`` is a new object once a custom field has changed."""
    shown = [_schema(schema, base_url, on_request) for schema in _schemas_of(types)]
    text, masking = _all(shown), Masking()
    logged = masking.text_of(masking.read(text, is_answer=True)).encode()
    excerpt = Excerpt(logged, False, total=len(shown), shown=len(shown), is_clean=True)
    return _Kept(text, f'W/"{sha256(text).hexdigest()[:16]}"', excerpt)


def _schemas_of(types):
    described = [schema for resource_type in types for schema in resource_type.description.schemas]
    return [*described, *DISCOVERY_SCHEMAS]


def _schema(schema, base_url, on_request):
    return schema.to_dict(f"{base_url}/Schemas/{schema.id}", on_request)


def _shown_type(call, resource_type):
    name = resource_type.description.name
    return resource_type.description.to_dict(f"{call.addresses.base_url}/ResourceTypes/{name}")


def _all(items):
    """All items as a ListResponse, JSON in bytes."""
    return list_begin(len(items), len(items), 1) + orjson.dumps(items)[1:] + b"}"


def _refuse_filter():
    if "filter" in map(str.lower, g.request.args):  # in any letter case, as for lists
        raise Forbidden("These lists cannot be filtered (RFC 7644 §4).")
