"""The provisioning log: all SCIM calls, one call explained, and the whole log as a file."""

from flask import render_template, request

from ...auth.guards import current_scope, needs
from ...directory.accounts import accounts
from ...directory.calls import call_log, call_search
from ...directory.roles import Permission
from ..blueprint import web
from ..downloads import dated, json_lines_file
from ..view_models.calls import calls
from ..view_models.calls.call_words import OPERATIONS, RESULTS


@web.get("/provisioning/log")
@needs(Permission.VIEW_LOG)
def provisioning_log():
    """Every call, newest first, with the chart."""
    scope = current_scope()
    return render_template(
        "provisioning/log.html",
        list=calls.call_list(scope, request.args),
        account=accounts.get(scope.account_id),
        periods=calls.PERIODS,
        operations=OPERATIONS,
        results={name: words[0] for name, words in RESULTS.items()},
    )


@web.get("/provisioning/log/newer")
@needs(Permission.VIEW_LOG)
def provisioning_log_newer():
    """The number of calls since the page was made, as a line that links to them; 204 if there are none."""
    count, address = calls.newer_calls(current_scope(), request.args)
    if not count:
        return "", 204
    return render_template("provisioning/_newer.html", count=count, most=call_search.MOST_COUNTED, address=address)


@web.get("/provisioning/log/<request_id>")
@needs(Permission.VIEW_LOG)
def provisioning_call(request_id):
    """One call: what happened, how to mend it, and both bodies."""
    page = calls.call_page(current_scope(), request_id, request.args)
    kept = {name: request.args[name] for name in calls.FILTERS if name in request.args}
    return render_template("provisioning/call.html", page=page, kept=kept)


@web.get("/provisioning/log/export")
@needs(Permission.VIEW_LOG)
def provisioning_log_export():
    """All calls that match the filters, as JSON lines, masked."""
    scope = current_scope()
    call_log.flush()
    search, _ = calls.read_search(request.args)
    own = calls.labels_of(scope)
    records = (calls.record_of(call, body, own) for call, body in call_search.export(scope, search))
    return json_lines_file(dated("provisioning-log", "jsonl"), records)
