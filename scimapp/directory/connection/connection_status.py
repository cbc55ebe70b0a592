"""How the SCIM connection is doing, for whoever sets it up or looks after it: from the first call awaited to a quiet
directory. ``connection.overview`` is the short form that the sidebar shows beside every page.
"""

from msgspec import Struct

from .. import clock
from ..calls import call_log
from ..user_list import filter_choices
from . import connection, quiet_directories, scim_tokens


class ConnectionStatus(Struct, frozen=True):
    """``state``: ``off``, ``paused``, ``waiting`` for the first call, ``refused`` or ``on``.

    ``token`` is the one switched on last, None when off; ``refused`` is a call with a mistyped secret of that token.
    ``meanwhile`` is a token that somebody else switched on after this person made theirs and before they saved it.
    ``is_in_use``: the token's directory has created people, so the set-up is finished. ``quiet`` is a Quiet if the directory
    is unusually quiet. ``ended`` is the used token that ended last, if no token works any more.
    """

    state: str
    token: object = None
    refused: object = None
    meanwhile: object = None
    is_in_use: bool = False
    quiet: object = None
    ended: object = None


def status(scope, known=None):
    """The ConnectionStatus. Three statements, one or two more for a quiet directory; ``known`` are the account's tokens, if
    already read.
    """
    known = scim_tokens.list_tokens(scope) if known is None else known
    tokens = [token for token in known if scim_tokens.is_live(token)]
    if not tokens:
        return ConnectionStatus("off", ended=ended_last(known))
    tokens.sort(key=lambda token: token.activated_at, reverse=True)  # a draft may be saved after a newer one
    newest = tokens[0]
    state, refused = connection.overview(scope).state, None
    if state != "paused":
        state = "on" if newest.first_used_at else "waiting"
    if state == "waiting":
        call_log.flush()  # writes the calls that this process has just answered
        refused = connection.refused_since(scope, newest.activated_at)
        state = "refused" if refused else state
    is_in_use = state == "on" and newest.connection_id in filter_choices.connections(scope)
    quiet = _quiet(scope, tokens) if is_in_use else None
    return ConnectionStatus(state, newest, refused, _meanwhile(scope, tokens), is_in_use, quiet)


def ended_last(tokens):
    """The used token that ended or was revoked last, where none of ``tokens`` works any more; None otherwise."""
    if any(scim_tokens.is_live(token) for token in tokens):
        return None
    used = [token for token in tokens if token.first_used_at]
    return max(used, key=lambda token: token.revoked_at or token.expires_at, default=None)


def _quiet(scope, tokens):
    """The Quiet of the directory of the first of ``tokens``, None if it calls as usual."""
    beside = [token for token in tokens if token.connection_id == tokens[0].connection_id]
    return next(iter(quiet_directories.among(scope, beside)), None)


def _meanwhile(scope, tokens):
    mine = tokens[0]
    if mine.created_by_id != scope.actor.id or mine.first_used_at or mine.activated_at is None:
        return None
    if (clock.now() - mine.activated_at).total_seconds() > scim_tokens.DRAFT_MINUTES * 60:
        return None
    others = (token for token in tokens[1:] if token.created_by_id != scope.actor.id and token.activated_at)
    return next((token for token in others if mine.created_at <= token.activated_at <= mine.activated_at), None)
