"""The blueprint below each account's base URL, its gate, and the errors of everything at and below ``/scim``."""

from urllib.parse import quote

from flask import Blueprint, current_app, g, request
from werkzeug.exceptions import MethodNotAllowed

from ..directory.availability import UNAVAILABLE
from ..request_log import request_id
from ..scim import errors as scim
from . import errors
from .call_record import remember
from .gate import addresses, admit, note_use, opens_with_a_session
from .paths import PREFIX, VERSION, account_in, is_ours, with_version
from .responses import error_answer, moved

scim_api = Blueprint("scim_api", __name__, url_prefix="/scim/<account_id>/v2")
PUBLIC_ENDPOINTS = frozenset({"scim_api.service_provider_config"})  # RFC 7643 §5: readable before there is a token


@scim_api.url_value_preprocessor
def _take_account_id(_endpoint, values):
    g.scim_account_id = values.pop("account_id")


@scim_api.before_request
def _admit():
    if request.endpoint not in PUBLIC_ENDPOINTS and not opens_with_a_session():
        admit(g.scim_account_id)


@scim_api.after_request
def _note_use(answer):
    if not opens_with_a_session():  # a person looking at themselves is no call of a directory
        if not isinstance(g.get("scim_error", (None,))[0], UNAVAILABLE):  # it would be kept waiting a second time
            note_use(g.get("scim_refusal"))
        remember(answer, g.scim_account_id)
    return answer


@scim_api.errorhandler(Exception)
def _refused(error):
    return refusal(error)


def watch_unrouted(app):
    """Answer what no rule below ``/scim`` fits: 308, 404, 405 and 400 ``invalidVers``, behind the same gate."""

    @app.before_request
    def _answer_unrouted():
        problem = request.routing_exception
        if problem is None or not is_ours(request.path):
            return None
        account_id = account_in(request.path)
        try:
            admit(account_id)
            newest = _newest()
            answer = moved(newest) if newest else refusal(_unrouted(problem, request.path), _allow(problem))
        except (scim.ScimError, *UNAVAILABLE) as error:
            answer = refusal(error)
        if account_id:
            remember(answer, account_id)
        return answer


def refusal(error, headers=()):
    """The answer to anything that was raised."""
    raised, error = error, errors.translated(error, request_id())
    g.scim_error = (raised, error)
    return error_answer(error, [*dict(headers).items(), *errors.headers_of(error).items()])


def _newest():
    """The same address in the newest version for one that names no version (RFC 7644 §3.13); None for any other."""
    path = with_version(request.path)
    if path is None or not current_app.create_url_adapter(request).allowed_methods(path):
        return None
    account_id, base_url = account_in(path), addresses(account_in(path)).base_url
    rest = quote(path.removeprefix(f"{PREFIX}/{account_id}/{VERSION}"), safe="/:")
    return base_url + rest + (f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else "")


def _unrouted(problem, path):
    if isinstance(problem, MethodNotAllowed):
        return scim.MethodNotAllowed(f"{request.method} is not offered here.")
    version = path.split("/")[3] if path.count("/") >= 3 else ""
    if version != VERSION and version[:1] == "v" and version[1:].isdigit():
        return scim.InvalidVersion(f"This server speaks SCIM version v2, not {version[:8]}.")
    return scim.NotFound("There is nothing at this URL.")


def _allow(problem):
    if not isinstance(problem, MethodNotAllowed):
        return {}
    return {"Allow": ", ".join(sorted(problem.valid_methods or ()))}
