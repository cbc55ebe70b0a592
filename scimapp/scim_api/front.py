"""Takes a call from its request to its answer. Everything at and below ``/scim`` comes through here, and nothing else does.

Flask provides the routes and an application context, whose ``g`` holds the request (``g.request``). A call needs no request
context, no session and none of the hooks that guard browsers. Only a person who reads /Me in a browser comes through Flask.
Whatever happens, the answer is a SCIM answer.
"""

from functools import lru_cache

from flask import g
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from .. import request_log
from ..common_headers import common_headers
from ..database.repeats import insist
from ..directory.availability import UNAVAILABLE, is_away
from ..directory.connection import live_tokens
from ..scim import errors as scim
from . import errors
from .access.gate import addresses, admit, let_in, note_use, presume, turn_out
from .calls.call_record import remember
from .compression import SMALLEST, pack
from .requests.paths import PREFIX, VERSION, account_in, escaped, is_ours, with_version
from .responses import error_answer, moved, offered
from .routes import Routes

_HEADERS, _ROUTES = "scimapp.scim_headers", "scimapp.scim_routes"
_PUBLIC = "scim_api.service_provider_config"  # RFC 7643 §5: readable before there is a token
_ME = "scim_api.me"
_AT_BROWSER = "/Me"


def init_app(app):
    """Prepare what every answer needs. Call it once all views are registered."""
    app.extensions[_HEADERS] = [*common_headers(app.config["SETTINGS"]).items()]
    app.extensions[_ROUTES] = Routes(app.url_map)


class Calls:
    """WSGI middleware: answers SCIM calls and passes everything else to ``otherwise``."""

    def __init__(self, app, otherwise):
        self._app, self._otherwise = app, otherwise

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO", "")
        if not is_ours(path) or (path.endswith(_AT_BROWSER) and "HTTP_AUTHORIZATION" not in environ):
            return self._otherwise(environ, start_response)
        with self._app.app_context() as context:
            request = self._app.request_class(environ, populate_request=False)
            _route(self._app, request)
            return _answer(self._app, request, context.g)(environ, start_response)


def answer_at_browser(app, request):
    """The answer, a WSGI application, to a request below ``/scim`` that came through Flask."""
    answer = _answer(app, request, g._get_current_object())
    if not _opens_with_a_session(request):
        return answer
    response = app.response_class([answer.body, answer.rest], answer.status, answer.headers)
    return app.process_response(response)


def _route(app, request):
    """Find the rule of a request as Flask does. Flask's own map decides if the table finds none."""
    found = (
        app.extensions[_ROUTES].find(request.method, request.path)
        if _is_host(request.environ.get("HTTP_HOST", ""))
        else None
    )
    try:
        request.url_rule, request.view_args = found or app.create_url_adapter(request).match(return_rule=True)
    except HTTPException as error:
        request.routing_exception = error


@lru_cache(1_000)
def _is_host(text):
    """Whether a Host header is valid (RFC 9112 §3.2), by the rules of Flask's map; its value is not used."""
    try:
        text.encode("idna")
    except UnicodeError:
        return False
    return True


def _answer(app, request, g):
    """The Answer to a request; ``g`` is Flask's, of this request. Raises nothing."""
    g.request = request
    request_log.begin(g)
    is_at_browser = _opens_with_a_session(request)
    try:
        answer = _unrouted(app, request, g) if request.routing_exception else _routed(app, request, g, is_at_browser)
    except Exception as error:
        answer = _refusal(error)
    answer.suit(request.environ.get("HTTP_ACCEPT", ""))
    if is_at_browser:  # a person reading /Me: not a call of an identity provider, and the session goes on
        return answer
    if not isinstance(g.get("scim_error", (None,))[0], UNAVAILABLE):  # it would wait for the database a second time
        note_use(request, g)
    if g.scim_account_id:
        remember(answer, g)
    _let_go_of_errors(request, g)
    if answer.length >= SMALLEST:
        pack(answer, request.environ.get("HTTP_ACCEPT_ENCODING", ""))
    answer.headers += app.extensions[_HEADERS]
    answer.headers.append(request_log.end(g, request, answer.status))
    return answer


def _routed(app, request, g, is_at_browser):
    rule, arguments = request.url_rule, request.view_args
    g.scim_account_id = arguments.pop("account_id")
    if rule.endpoint != _PUBLIC and not is_at_browser:
        presumed = presume(request, g)
        if presumed is not None and (answer := _go_ahead(app, request, g, presumed)) is not None:
            return answer
        admit(app, request, g)
    if request.method == "OPTIONS":
        return offered(app.create_url_adapter(request).allowed_methods())
    return insist(app.view_functions[rule.endpoint], **arguments)


def _go_ahead(app, request, g, presumed):
    """The answer to a call whose token the database looks up with what the call asks or does first. None, and nothing is done
    or told of it, if the token is no longer what it was.
    """
    try:
        return _gone_ahead(app, request, g, presumed)
    finally:
        live_tokens.call_off()


def _gone_ahead(app, request, g, presumed):
    try:
        let_in(presumed.token, app, request, g)
        answer = insist(app.view_functions[request.url_rule.endpoint], **request.view_args)
    except (Exception, live_tokens.Overtaken) as error:
        if is_away(error) and not presumed.ahead.has_come:  # the token would be waited for as long again
            turn_out(g)
            raise
        if _is_confirmed(presumed, g):
            raise
        return None
    return answer if presumed.ahead.row is not None or _is_confirmed(presumed, g) else None


def _is_confirmed(presumed, g):
    """Whether the token is what it was presumed to be. Otherwise who was let in is forgotten, also if that cannot be told."""
    is_confirmed = False
    try:
        is_confirmed = live_tokens.is_confirmed(presumed)
    finally:
        if not is_confirmed:
            turn_out(g)
    return is_confirmed


def _unrouted(app, request, g):
    """The refusal of a request that no rule matches, behind the same gate: 308, 404, 405 and 400 ``invalidVers``."""
    path, problem = request.path, request.routing_exception
    g.scim_account_id = account_in(path)
    admit(app, request, g)
    newest = _newest(app, request)
    if newest:
        return moved(newest)
    if isinstance(problem, MethodNotAllowed):
        allowed = ", ".join(sorted(problem.valid_methods or ()))
        return _refusal(
            scim.MethodNotAllowed(f"{request.method} is not offered here. These are: {allowed}."), {"Allow": allowed}
        )
    version = path.split("/")[3] if path.count("/") >= 3 else ""
    if version != VERSION and version[:1] == "v" and version[1:].isdigit():
        raise scim.InvalidVersion(f"This server speaks SCIM version v2, not {version[:8]}.")
    raise scim.NotFound(
        "There is nothing at this URL. Resources are at /Users and /Groups, spelled like this, below the base URL."
    )


def _newest(app, request):
    """The address with the newest version added, for one without a version (RFC 7644 §3.13); None for any other."""
    path = with_version(request.path)
    if path is None or not app.create_url_adapter(request).allowed_methods(path):
        return None
    account_id, base_url = account_in(path), addresses(account_in(path)).base_url
    rest = escaped(path.removeprefix(f"{PREFIX}/{account_id}/{VERSION}"))
    return base_url + rest + (f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else "")


def _let_go_of_errors(request, g):
    """Drop the exception. Its frames refer to the call and the call to it, a cycle that would keep the body in memory."""
    request.routing_exception = None
    g.pop("scim_error", None)


def _opens_with_a_session(request):
    """Whether this request may go without a token: reading /Me."""
    return "HTTP_AUTHORIZATION" not in request.environ and request.endpoint == _ME and request.method in ("GET", "HEAD")


def _refusal(error, headers=()):
    """The answer to any exception."""
    raised, error = error, errors.translated(error, request_log.request_id())
    g.scim_error = (raised, error)
    return error_answer(error, [*dict(headers).items(), *errors.headers_of(error).items()])
