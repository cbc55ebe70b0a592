"""Actions on many people: the question before, the progress, the result, undoing, and the list of batches."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from msgspec import Struct

from ...auth.guards import current_scope, needs
from ...directory import clock
from ...directory.batches import batch_actions, batch_runs, batches
from ...directory.batches.batch_undo import undo
from ...directory.page import MAXIMUM_PER_PAGE
from ...directory.roles import Permission
from ...directory.user_list import search as people
from ..blueprint import web
from ..forms.people.batches import batch_form
from ..view_models import batches as batch_view
from ..view_models.user_list import user_search
from .users import list_state

GO_ON_SECONDS = 5  # how long one press of *Go on* works
_ACTIONS = {action.name: action for action in batch_actions.CHOICES}


class _Asked(Struct, frozen=True):
    """What the list sent: the action, the people, and the list to go back to."""

    action: str
    selection: people.UserSearch
    ids: list  # empty if everybody whom the list finds is meant
    is_all: bool
    address: object


@web.get("/users/batch")
@needs(Permission.MANAGE_USERS)
def users_batch_again():
    """*Back* and a reload lose the choice that the question is about, so this leads to the list as it was."""
    return redirect(url_for("web.users", **list_state(request.args)), 303)


@web.post("/users/batch")
@needs(Permission.MANAGE_USERS)
def users_batch():
    """Ask before an action on many people; the answer comes to the same address and starts the batch."""
    scope = current_scope()
    asked = _read(scope)
    problem = _problem(asked)
    if problem:
        flash(problem, "warn")
        return redirect(asked.address.to(page=asked.address.state.get("page")), 303)
    is_answer = "expected" in request.form
    form = batch_form(scope, asked.action, request.form if is_answer else None)
    if is_answer and form.validate():
        batch = form.attempt(_begin, scope, asked, form)
        if batch is not None:
            batches.finish_small(scope, batch)
            return redirect(url_for("web.batch", batch_id=batch.id), 303)
    return _ask(scope, asked, form)


def _begin(scope, asked, form):
    expected = request.form["expected"]
    return batches.begin(scope, asked.action, form.options(scope), asked.selection, expected=expected)


def _ask(scope, asked, form):
    check = batch_view.check(
        scope, asked.action, {"with_managed": True} if form.with_managed.data else {}, asked.selection
    )
    if not check.forecast.total:
        flash(_("Choose at least one person."), "warn")
        return redirect(asked.address.to(), 303)
    return render_template("batches/check.html", check=check, form=form, asked=asked), 422 if form.problems else 200


def _read(scope):
    listed = user_search.read(scope, request.args)
    ids = list(dict.fromkeys(request.form.getlist("user")))
    is_all = request.form.get("all") == "1"
    selection = listed.search if is_all else people.UserSearch(ids=tuple(ids))
    return _Asked(request.form.get("action", ""), selection, [] if is_all else ids, is_all, listed.address)


def _problem(asked):
    """What is missing, in words."""
    if not asked.ids and not asked.is_all:
        return _("Choose at least one person.")
    if len(asked.ids) > MAXIMUM_PER_PAGE:
        return _("Choose at most %(num)s people, or apply it to all matches.", num=MAXIMUM_PER_PAGE)
    return "" if asked.action in _ACTIONS else _("Choose what to do with the selected people.")


@web.get("/batches", endpoint="batches")
@needs(Permission.MANAGE_USERS)
def batches_list():
    """All batches, newest first."""
    rows, pager = batch_view.batch_list(current_scope(), request.args)
    return render_template("batches/index.html", rows=rows, pager=pager)


@web.get("/batches/<batch_id>")
@needs(Permission.MANAGE_USERS)
def batch(batch_id):
    """The progress of a batch; when it is finished, its result."""
    page = batch_view.batch_page(current_scope(), batch_id, request.args, clock.now())
    return render_template("batches/batch.html" if page.is_finished else "batches/working.html", page=page)


@web.get("/batches/<batch_id>/progress")
@needs(Permission.MANAGE_USERS)
def batch_progress(batch_id):
    """The progress alone, for the script that polls it."""
    page = batch_view.batch_page(current_scope(), batch_id, {}, clock.now())
    return render_template("batches/_progress.html", page=page)


@web.post("/batches/<batch_id>/go-on")
@needs(Permission.MANAGE_USERS)
def batch_go_on(batch_id):
    """Carry out the next part now, if no worker does."""
    scope = current_scope()
    batch_runs.carry_out(scope, batches.get(scope, batch_id), GO_ON_SECONDS)
    return _to(batch_id)


@web.post("/batches/<batch_id>/stop")
@needs(Permission.MANAGE_USERS)
def batch_stop(batch_id):
    """Stop a batch; everybody who still waits stays unchanged."""
    batches.stop(current_scope(), batch_id)
    return _to(batch_id)


@web.post("/batches/<batch_id>/undo")
@needs(Permission.MANAGE_USERS)
def batch_undo(batch_id):
    """Undo a batch, by another batch."""
    scope = current_scope()
    undoing = undo(scope, batch_id)
    batches.finish_small(scope, undoing)
    return _to(undoing.id)


def _to(batch_id):
    return redirect(url_for("web.batch", batch_id=batch_id), 303)
