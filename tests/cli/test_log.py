"""``flask log prune``."""

from scimapp.directory.calls import call_log, call_search
from scimapp.directory.calls.call_search import CallSearch


def test_what_was_kept_long_enough_is_deleted(flask, account, scim, clock):
    scim.get("/Users")
    call_log.flush()
    clock.advance(days=31)
    scim.get("/Users")
    call_log.flush()

    first = flask("log", "prune", "--json").json
    kept = call_search.find(account.scope, CallSearch()).items
    bodies = [call_search.get(account.scope, call.request_id)[1] is not None for call in kept]
    clock.advance(days=160)
    second = flask("log", "prune")

    assert bodies == [True, False]
    assert first["bodies"] >= 1
    assert second.out.startswith("Deleted ")
    assert len(call_search.find(account.scope, CallSearch()).items) == 1
