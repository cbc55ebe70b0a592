"""Custom fields: the list, adding, editing, ordering, archiving."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest

from ..auth.guards import current_scope, needs
from ..directory import custom_fields
from ..directory.roles import Permission
from .blueprint import web
from .field_mapping import extension_urn
from .forms.fields import FieldForm, shown
from .view_models.fields import field_rows, sheets


@web.get("/fields")
@needs(Permission.MANAGE_FIELDS)
def fields():
    """Every field in its order, and the mapping sheet of the first or the chosen one."""
    scope = current_scope()
    rows, archived = field_rows(scope)
    wanted = request.args.get("sheet")
    chosen = next((row.field for row in rows if row.field_id == wanted), rows[0].field if rows else None)
    sheet = sheets(scope, extension_urn(scope), [chosen])[0] if chosen else None
    return render_template("fields/index.html", rows=rows, archived=archived, sheet=sheet)


@web.route("/fields/new", methods=["GET", "POST"])
@needs(Permission.MANAGE_FIELDS)
def field_new():
    """Add a field."""
    form = FieldForm()
    if form.validate_on_submit():
        defined = form.attempt(custom_fields.define, current_scope(), form.draft())
        if defined is not None:
            flash(f"{defined.label} is added. Its mapping sheet says what to type into Okta.", "ok")
            return redirect(url_for("web.fields", sheet=defined.field_id), 303)
    return render_template("fields/new.html", form=form), 422 if form.is_submitted() else 200


@web.route("/fields/<field_id>", methods=["GET", "POST"])
@needs(Permission.MANAGE_FIELDS)
def field(field_id):
    """Edit a field."""
    scope = current_scope()
    known = custom_fields.get(scope, field_id)
    has_values = custom_fields.has_values(scope, known)
    form = FieldForm(data=shown(known))
    if has_values:
        form.type.data, form.multi_valued.data = known.type, known.multi_valued  # fixed: the inputs are disabled
    if form.validate_on_submit() and form.attempt(custom_fields.edit, scope, field_id, form.changes()) is not None:
        flash(f"{form.label.data} is saved.", "ok")
        return redirect(url_for("web.fields", sheet=known.field_id), 303)
    page = render_template("fields/edit.html", form=form, field=known, has_values=has_values)
    return page, 422 if form.is_submitted() else 200


@web.post("/fields/<field_id>/move")
@needs(Permission.MANAGE_FIELDS)
def field_move(field_id):
    """Move a field up or down; the page comes back to the same row."""
    direction = request.form.get("direction")
    if direction not in ("up", "down"):
        raise BadRequest
    moved = custom_fields.move(current_scope(), field_id, direction)
    return redirect(url_for("web.fields", _anchor=f"field-{moved.field_id}"), 303)


@web.route("/fields/<field_id>/archive", methods=["GET", "POST"])
@needs(Permission.MANAGE_FIELDS)
def field_archive(field_id):
    """Ask, then take a field out of the schema and the screens."""
    scope = current_scope()
    known = custom_fields.get(scope, field_id)
    if request.method == "POST":
        custom_fields.archive(scope, field_id)
        flash(f"{known.label} is archived. Its values are kept.", "ok")
        return redirect(url_for("web.fields"), 303)
    filled = custom_fields.filled_counts(scope).get(known.field_id, 0)
    return render_template("fields/archive.html", field=known, filled=filled)


@web.post("/fields/<field_id>/restore")
@needs(Permission.MANAGE_FIELDS)
def field_restore(field_id):
    """Bring an archived field back."""
    restored = custom_fields.restore(current_scope(), field_id)
    flash(f"{restored.label} is back, at the end of the list.", "ok")
    return redirect(url_for("web.fields", _anchor=f"field-{restored.field_id}"), 303)
