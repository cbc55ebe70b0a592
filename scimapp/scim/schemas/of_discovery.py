"""The schemas of the discovery resources themselves (RFC 7643 §8.7.2), listed by ``/Schemas`` beside those of people."""

from .. import urns
from ..attributes import Attribute, Schema


def _fact(name, type="string", *, required=True, **rest):
    """A readOnly attribute; discovery resources have no others."""
    return Attribute(name, type, required=required, mutability="readOnly", **rest)


def _supported(name, *more):
    return _fact(name, "complex", sub_attributes=(_fact("supported", "boolean"), *more))


_SERVICE_PROVIDER_CONFIG = Schema(
    urns.SERVICE_PROVIDER_CONFIG,
    "ServiceProviderConfig",
    "What the server supports",
    (
        _fact("documentationUri", "reference", required=False, case_exact=True, reference_types=("external",)),
        _supported("patch"),
        _supported("bulk", _fact("maxOperations", "integer"), _fact("maxPayloadSize", "integer")),
        _supported("filter", _fact("maxResults", "integer")),
        _supported("changePassword"),
        _supported("sort"),
        _supported("etag"),
        _fact(
            "pagination", "complex", required=False,
            sub_attributes=(
                _fact("cursor", "boolean"),
                _fact("index", "boolean"),
                _fact("defaultPaginationMethod", required=False),
                _fact("defaultPageSize", "integer", required=False),
                _fact("maxPageSize", "integer", required=False),
                _fact("cursorTimeout", "integer", required=False),
            ),
        ),
        _fact(
            "authenticationSchemes", "complex", multi_valued=True,
            sub_attributes=(
                _fact(
                    "type",
                    canonical_values=("oauth", "oauth2", "oauthbearertoken", "httpbasic", "httpdigest"),
                ),
                _fact("name"),
                _fact("description"),
                _fact("specUri", "reference", required=False, case_exact=True, reference_types=("external",)),
                _fact("documentationUri", "reference", required=False, case_exact=True, reference_types=("external",)),
                _fact("primary", "boolean", required=False),
            ),
        ),
    ),
)  # fmt: skip

_RESOURCE_TYPE = Schema(
    urns.RESOURCE_TYPE,
    "ResourceType",
    "A kind of resource",
    (
        _fact("id", required=False),
        _fact("name"),
        _fact("description", required=False),
        _fact("endpoint", "reference", case_exact=True, reference_types=("uri",)),
        _fact("schema", "reference", case_exact=True, reference_types=("uri",)),
        _fact(
            "schemaExtensions", "complex", required=False, multi_valued=True,
            sub_attributes=(
                _fact("schema", "reference", case_exact=True, reference_types=("uri",)),
                _fact("required", "boolean"),
            ),
        ),
    ),
)  # fmt: skip

_TYPES = ("string", "complex", "boolean", "decimal", "integer", "dateTime", "reference", "binary")
_CHARACTERISTICS = (
    _fact("name", case_exact=True),
    _fact("type", canonical_values=_TYPES),
    _fact("multiValued", "boolean"),
    _fact("description", required=False),
    _fact("required", "boolean"),
    _fact("canonicalValues", required=False, multi_valued=True, case_exact=True),
    _fact("caseExact", "boolean", required=False),
    _fact("mutability", canonical_values=("readOnly", "readWrite", "immutable", "writeOnly"), case_exact=True),
    _fact("returned", canonical_values=("always", "never", "default", "request"), case_exact=True),
    _fact("uniqueness", required=False, canonical_values=("none", "server", "global"), case_exact=True),
    _fact("referenceTypes", required=False, multi_valued=True, case_exact=True),
)
_SCHEMA = Schema(
    urns.SCHEMA,
    "Schema",
    "The attributes of a kind of resource",
    (
        _fact("id"),
        _fact("name"),
        _fact("description", required=False),
        _fact(
            "attributes", "complex", multi_valued=True,
            sub_attributes=(
                *_CHARACTERISTICS,
                _fact(
                    "subAttributes", "complex", required=False, multi_valued=True, sub_attributes=_CHARACTERISTICS
                ),
            ),
        ),
    ),
)  # fmt: skip

SCHEMAS = (_SERVICE_PROVIDER_CONFIG, _RESOURCE_TYPE, _SCHEMA)
