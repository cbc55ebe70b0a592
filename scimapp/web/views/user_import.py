"""CSV import: the file, what its columns fill, the preview, which saves nothing, and the start of the batch."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...auth.guards import current_scope, needs
from ...directory.batches import batches as batch_rows
from ...directory.errors import Conflict, DirectoryError, InvalidValue
from ...directory.imports import import_columns, import_preview, import_start
from ...directory.imports.csv_table import MAXIMUM_BYTES
from ...directory.imports.import_plans import ACTIVE
from ...directory.imports.import_start import PreviewOutdated
from ...directory.roles import Permission
from ...languages import spoken
from ..blueprint import web
from ..downloads import csv_file
from ..forms.people.user_import import COLUMN, StartForm, UploadForm, columns_form
from ..view_models import user_import as view

_AROUND_THE_FILE = 64 * 1024  # most bytes of the form beside the file


@web.url_value_preprocessor
def _allow_for_the_file(endpoint, _values):
    """Allow a file to be larger than other forms; this runs before CSRF protection reads the form."""
    if endpoint == "web.user_import":
        request.max_content_length = MAXIMUM_BYTES + _AROUND_THE_FILE


@web.route("/users/import", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
def user_import():
    """Choose a file. If all columns are known, the preview comes next, else the page that asks about the columns."""
    scope, form = current_scope(), UploadForm()
    if request.method == "GET":
        return render_template("imports/upload.html", form=form)
    if not form.validate():
        return render_template("imports/upload.html", form=form), 422
    words = view.vocabulary()
    batch = import_preview.start(scope, form.file_name, form.table, form.match.data, words)
    if view.left_out(batch)[0] or batch.options["match"] not in batch.options["columns"]:
        return redirect(url_for("web.user_import_columns", batch_id=batch.id), 303)
    import_preview.check(scope, batch.id, vocabulary=words)
    return redirect(url_for("web.user_import_preview", batch_id=batch.id), 303)


@web.get("/users/import/sample.csv")
@needs(Permission.MANAGE_USERS)
def user_import_sample():
    """A file to fill in."""
    targets, cells = import_columns.sample(current_scope())
    return csv_file("people-sample.csv", [spoken(target.label) for target in targets], [cells])


@web.route("/users/import/<batch_id>/columns", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
def user_import_columns(batch_id):
    """Choose what each column fills; then every row is checked."""
    scope = current_scope()
    batch = import_preview.get(scope, batch_id)
    if batch.state != batch_rows.PREVIEW:
        return redirect(url_for("web.batch", batch_id=batch_id))
    known = import_columns.targets(scope)
    form = columns_form(batch.options, known)
    if request.method == "GET":
        if batch.options["match"] not in batch.options["columns"]:
            _try_columns(form, known, batch)
        return _show_columns(scope, batch, form, known)
    if not form.validate() or not _try_columns(form, known, batch):
        return _show_columns(scope, batch, form, known), 422
    import_preview.check(scope, batch_id, form.keys, view.vocabulary())
    return redirect(url_for("web.user_import_preview", batch_id=batch_id), 303)


@web.route("/users/import/<batch_id>", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
def user_import_preview(batch_id):
    """What each row would do; then the start."""
    scope = current_scope()
    batch = import_preview.get(scope, batch_id)
    if batch.state != batch_rows.PREVIEW:
        return redirect(url_for("web.batch", batch_id=batch_id))
    if batch.options["checked_at"] is None:
        return redirect(url_for("web.user_import_columns", batch_id=batch_id))
    form = StartForm()
    if request.method == "GET":
        return _show_preview(scope, batch, form)
    starts_as = form.starts_as.data if form.starts_as.raw_data else ACTIVE
    try:
        begun = import_start.begin(scope, batch_id, starts_as, skips_errors=form.skips_errors.data)
    except PreviewOutdated as error:
        return _show_preview(scope, batch, form, outdated=spoken(error.message)), 409
    except Conflict:  # pressed twice
        return redirect(url_for("web.batch", batch_id=batch_id), 303)
    except DirectoryError as error:
        form.refuse(error)
        return _show_preview(scope, batch, form), 422
    batch_rows.finish_small(scope, begun)
    return redirect(url_for("web.batch", batch_id=batch_id), 303)


@web.post("/users/import/<batch_id>/check")
@needs(Permission.MANAGE_USERS)
def user_import_check(batch_id):
    """Check every row again, against the present people."""
    import_preview.check(current_scope(), batch_id, vocabulary=view.vocabulary())
    flash(_("Checked again just now."), "ok")
    return redirect(url_for("web.user_import_preview", batch_id=batch_id), 303)


@web.post("/users/import/<batch_id>/drop")
@needs(Permission.MANAGE_USERS)
def user_import_drop(batch_id):
    """Throw a preview away."""
    import_start.drop(current_scope(), batch_id)
    flash(_("The file was thrown away. Nothing was imported."))
    return redirect(url_for("web.users"), 303)


@web.get("/users/import/<batch_id>/errors.csv")
@needs(Permission.MANAGE_USERS)
def user_import_errors(batch_id):
    """A file of only the rows with errors, to be mended and imported again."""
    scope = current_scope()
    batch = import_preview.get(scope, batch_id)
    rows = import_preview.rows_with_errors(scope, batch)
    headings = [*batch.options["headings"], _("What is wrong")]
    return csv_file("people-with-errors.csv", headings, ([*cells, spoken(reason)] for reason, cells in rows))


def _try_columns(form, known, batch):
    """Whether these columns can be used; if not, the form says why."""
    try:
        import_columns.checked(known, batch.options["headings"], form.keys, batch.options["match"])
    except InvalidValue as error:
        if error.attribute.startswith(COLUMN):
            form.refuse(error)
        else:
            form.form_errors = [*form.form_errors, spoken(error.reason)]
        return False
    return True


def _show_columns(scope, batch, form, known):
    needed = import_columns.required_without_column(known, form.keys)
    columns = view.columns(scope, batch, form)
    return render_template("imports/columns.html", batch=batch, form=form, columns=columns, needed=needed)


def _show_preview(scope, batch, form, outdated=None):
    return render_template(
        "imports/preview.html", page=view.preview(scope, batch, request.args), form=form, outdated=outdated
    )
