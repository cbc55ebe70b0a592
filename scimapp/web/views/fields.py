"""Custom fields: the list, adding, editing, archiving."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...auth.guards import current_scope, needs
from ...directory.fields import custom_fields, field_edits, field_order
from ...directory.roles import Permission
from ..blueprint import web
from ..forms.fields import FieldForm, moves_asked, shown
from ..overtaken import again_if_overtaken
from ..view_models.fields import FieldFacts, option_question
from ..view_models.first_saver import first_saver
from ..view_models.mapping import sheets, title_of, usual_directory
from .field_mapping import extension_urn


@web.get("/fields")
@needs(Permission.MANAGE_FIELDS)
def fields():
    """All fields in order, and the mapping sheet of the chosen field or the first."""
    return show_fields(request.args.get("moved"))


def show_fields(moved, *, has_changed=False):
    """The page with the list. ``moved`` is the ID of the field that was moved, None for none; ``has_changed`` says that it was not
    moved, because the list has changed.
    """
    scope, urn = current_scope(), extension_urn()
    facts = FieldFacts.of(scope, urn)
    rows = facts.rows()
    wanted = request.args.get("sheet")
    chosen = next((row.field for row in rows if row.field_id == wanted), rows[0].field if rows else None)
    directory, sender = usual_directory(scope)
    return render_template(
        "fields/index.html",
        rows=rows,
        archived=facts.archived,
        sheet=sheets(scope, urn, facts, [chosen], directory, sender)[0] if chosen else None,
        sheet_title=title_of(directory),
        moved=next((row for row in rows if row.field_id == moved), None),
        order=field_order.mark_of(facts.live),
        by=request.args.get("by") or request.form.get("direction"),
        has_changed=has_changed,
    )


@web.route("/fields/new", methods=["GET", "POST"])
@needs(Permission.MANAGE_FIELDS)
def field_new():
    """Add a field."""
    form = FieldForm()
    if form.validate_on_submit():
        defined = form.attempt(custom_fields.define, current_scope(), form.draft())
        if defined is not None:
            title = title_of(usual_directory(current_scope())[0])
            flash(_("%(label)s is added. Beside the list: %(sheet)s.", label=defined.label, sheet=title), "ok")
            return redirect(url_for("web.fields", sheet=defined.field_id), 303)
    return render_template("fields/new.html", form=form), 422 if form.is_submitted() else 200


@web.route("/fields/<field_id>", methods=["GET", "POST"])
@needs(Permission.MANAGE_FIELDS)
@again_if_overtaken
def field(field_id):
    """Edit a field. If people have options that are being removed, the page first asks what they get instead."""
    scope = current_scope()
    known = custom_fields.get(scope, field_id)
    has_values = custom_fields.has_values(scope, known)
    form = _edit_form(known, has_values)
    live = custom_fields.list_fields(scope)
    if known in live:
        form.offer_places(live.index(known) + 1, len(live))
    if request.method == "GET" or "back" in request.form:
        return render_template("fields/edit.html", form=form, field=known, has_values=has_values, last_change=None)
    if form.validate() and not form.met(_edit_form(known, has_values, formdata=None)):
        question, moves = option_question(scope, known, form.options), moves_asked()
        if question is not None and not question.is_answered_by(moves):
            return render_template("fields/options.html", field=known, question=question, typed=_typed())
        place, place_seen = form.wanted_place, form.place_shown.data
        saved = form.attempt(
            field_edits.edit, scope, field_id, form.changes(), moves, place=place, place_seen=place_seen, seen=known
        )
        if saved is not None:
            if saved.archived_at is None:
                flash(_("%(label)s is saved.", label=saved.label), "ok")
            else:
                flash(
                    _(
                        "%(label)s is saved. It is archived, though: you can restore it below the list.",
                        label=saved.label,
                    )
                )
            return redirect(url_for("web.fields", sheet=known.field_id), 303)
    first = first_saver(scope, form, known.field_id, "custom field changed")
    page = render_template("fields/edit.html", form=form, field=known, has_values=has_values, last_change=first)
    return page, form.refusal


def _edit_form(known, has_values, **given):
    form = FieldForm(data=shown(known), **given)
    form.edited = known
    form.note_shown(known)
    if has_values:
        form.type.data, form.multi_valued.data = known.type, known.multi_valued  # fixed; disabled inputs send nothing
    return form


@web.route("/fields/<field_id>/archive", methods=["GET", "POST"])
@needs(Permission.MANAGE_FIELDS)
def field_archive(field_id):
    """Ask, then remove a field from the schema and the screens."""
    scope = current_scope()
    known = custom_fields.get(scope, field_id)
    if request.method == "POST":
        custom_fields.archive(scope, field_id)
        flash(_("%(label)s is archived. Its values are kept.", label=known.label), "ok")
        return redirect(url_for("web.fields"), 303)
    filled = custom_fields.filled_counts(scope).get(known.field_id_key, 0)
    directory = usual_directory(scope)[1]
    return render_template("fields/archive.html", field=known, filled=filled, directory=directory)


@web.post("/fields/<field_id>/restore")
@needs(Permission.MANAGE_FIELDS)
def field_restore(field_id):
    """Bring an archived field back."""
    restored = custom_fields.restore(current_scope(), field_id)
    flash(_("%(label)s is back, at the end of the list.", label=restored.label), "ok")
    return redirect(url_for("web.fields", _anchor=f"field-{restored.field_id}"), 303)


def _typed():
    """The inputs of the form, to be sent again with the answer."""
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
