"""/Me: the person signed in at this browser, as a SCIM resource (RFC 7644 §3.11).

A token belongs to an account and not to a person, so it gets 501. A browser session opens only this address and only for
reading: a page of another site can neither read the answer nor change anything through it.
"""

import orjson
from flask import g
from msgspec.structs import replace

from ..auth.guards import current_scope, person_at_browser
from ..directory.people import own_profile, users
from ..scim.errors import NotImplementedByServer, Unauthorized
from . import operations
from .access.gate import Call, settings
from .blueprint import scim_api
from .requests.parameters import projection_of
from .responses import resource_answer


@scim_api.get("/Me")
def me():
    """The signed-in person's own resource, with its real address as Location."""
    if "scim_call" in g:
        _refuse()
    person = person_at_browser()
    if person is None or person.account_id != g.scim_account_id:
        raise Unauthorized("Sign in to this account in the browser to see yourself here.")
    call = Call(None, current_scope(), settings())
    resource_type, user = call.types.user, users.get(call.scope, person.id)
    document = operations.get(call, resource_type, user.scim_id, projection_of(resource_type.description))
    answer = resource_answer(_for_own_eyes(call, resource_type, document))
    answer.headers.append(("Location", document.location))
    return answer


@scim_api.route("/Me", methods=["POST", "PUT", "PATCH", "DELETE"])
def change_me():
    """501: people change their data on their own page."""
    _refuse()


def _refuse():
    raise NotImplementedByServer("A token of an account is nobody in particular; /Me is for people who are signed in.")


def _for_own_eyes(call, resource_type, document):
    """The document without the custom fields for administrators only, unless the person may view the directory."""
    hidden = own_profile.hidden_fields(call.scope)
    if not hidden:
        return document
    body = orjson.loads(document.text)
    shown = {name: value for name, value in body.get(resource_type.extension.urn, {}).items() if name not in hidden}
    body[resource_type.extension.urn] = shown
    if not shown:
        del body[resource_type.extension.urn]
        body["schemas"] = [urn for urn in body["schemas"] if urn != resource_type.extension.urn]
    return replace(document, text=orjson.dumps(body))
