"""The order of custom fields: buttons move by one place, dragging by any number; both post and return to the row."""

from flask import redirect, request, url_for
from werkzeug.exceptions import BadRequest

from ...auth.guards import current_scope, needs
from ...directory.errors import StaleVersion
from ...directory.fields import field_order
from ...directory.roles import Permission
from ..blueprint import web
from .fields import show_fields


@web.post("/fields/<field_id>/move")
@needs(Permission.MANAGE_FIELDS)
def field_move(field_id):
    """Move a field up, down, or to a place; the page returns to its row and tells the new place.

    Who looked at another order gets the present one, and nothing is moved.
    """
    scope, direction, place = current_scope(), request.form.get("direction"), request.form.get("place", type=int)
    seen = request.form.get("order")
    if place is None and direction not in ("up", "down"):
        raise BadRequest
    try:
        if place is not None:
            moved = field_order.put_at(scope, field_id, place, seen=seen)
        else:
            moved = field_order.move(scope, field_id, direction, seen=seen)
    except StaleVersion:
        return show_fields(field_id, has_changed=True), 409
    name = moved.field.field_id
    return redirect(url_for("web.fields", moved=name, by=direction or "pointer", _anchor=f"field-{name}"), 303)
