"""The audit log: the list, one entry, and the whole as a file."""

import json

from flask import render_template, request

from ...auth.guards import current_scope, needs
from ...directory import audit_log
from ...directory.roles import Permission
from ..blueprint import web
from ..downloads import csv_file, dated, json_file
from ..view_models.audit import CATEGORIES, PERIODS, SIGNED_IN, Telling, audit_list, read_search

_COLUMNS = ("at", "actor_kind", "actor_label", "event", "target_kind", "target_id", "target_label", "changes",
            "request_id", "batch_id", "address", "agent")  # fmt: skip


@web.get("/audit")
@needs(Permission.VIEW_AUDIT)
def audit():
    """What happened, newest first."""
    return render_template(
        "audit/index.html",
        list=audit_list(current_scope(), request.args),
        categories=CATEGORIES,
        periods=PERIODS,
        signed_in=SIGNED_IN,
    )


@web.get("/audit/<int(max=9223372036854775807):seq>")  # the range of the database's integers
@needs(Permission.VIEW_AUDIT)
def audit_entry(seq):
    """One entry: before and after side by side."""
    scope = current_scope()
    entry, is_veiled = audit_log.get(scope, seq)
    return render_template("audit/entry.html", row=Telling(scope, [entry])(entry, is_veiled))


@web.get("/audit/export")
@needs(Permission.VIEW_AUDIT)
def audit_export():
    """All entries that match the filters, as CSV or JSON."""
    scope = current_scope()
    search, _ = read_search(request.args)
    records = (_record(entry, is_veiled) for entry, is_veiled in audit_log.export(scope, search))
    if request.args.get("format") == "json":
        return json_file(dated("audit", "json"), records)
    rows = (["" if record[name] is None else _cell(record[name]) for name in _COLUMNS] for record in records)
    return csv_file(dated("audit", "csv"), _COLUMNS, rows)


def _record(entry, is_veiled):
    record = {name: getattr(entry, name) for name in _COLUMNS}
    return record | {"at": entry.at.isoformat(), "changes": None if is_veiled else entry.changes}


def _cell(value):
    if not isinstance(value, list):
        return value
    return "; ".join(f"{change['field']}: {_json(change['before'])} -> {_json(change['after'])}" for change in value)


def _json(value):
    return json.dumps(value, ensure_ascii=False)
