"""Reading what the provisioning log has kept of an account."""

from scimapp.directory.calls import call_log, call_search
from scimapp.directory.calls.call_search import CallSearch
from scimapp.directory.scope import server_scope


def logged(account, **filters):
    """The calls of an account, newest first."""
    call_log.flush()
    return call_search.find(server_scope(account.id), CallSearch(**filters)).items


def last(account):
    """The newest call of an account."""
    return logged(account)[0]


def bodies(account, call):
    """The request and the answer of a call as the log keeps them, or None where it keeps neither."""
    return call_search.get(server_scope(account.id), call.request_id)[1]
