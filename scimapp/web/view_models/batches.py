"""The pages of actions on many people: the question before, the progress, the result, and the list of batches."""

from flask_babel import gettext as _
from flask_babel import ngettext
from msgspec import Struct

from ...directory.batches import batch_people, batch_registry, batch_runs, batch_undo, batches
from ...directory.batches.batch_people import Forecast
from ...directory.batches.batch_runs import DONE, FINISHED, SKIPPED
from ..template_helpers import number
from . import batch_words
from .listing import ListAddress, Pager, read_number

PER_PAGE = 50


class Check(Struct, frozen=True):
    """The question. ``more`` counts the people chosen beside those named; ``managed`` labels the box that includes
    directory-managed people, "" where there are none; ``reached`` says how many people the action will change.
    ``with_managed`` and ``without_managed`` are the button's words while that box is ticked or not."""

    action: str
    title: str
    sentences: list
    button: str
    is_dangerous: bool
    forecast: Forecast
    more: int
    managed: str
    with_managed: str
    without_managed: str
    reached: str


class SkippedRow(Struct, frozen=True):
    row: batches.ItemRow
    advice: str


class BatchPage(Struct, frozen=True):
    """A batch as its page shows it. ``skipped`` and ``done`` are pages of rows with their pagers."""

    batch: object
    title: str
    is_finished: bool
    is_mine: bool
    skipped: list
    skipped_pager: Pager | None
    done: list
    done_pager: Pager | None
    was_done: str
    undo: str  # the text of the button, "" where the batch cannot be undone
    undone_by: object
    is_idle: bool  # no worker is on it right now


class BatchRow(Struct, frozen=True):
    """One batch in the list."""

    batch: object
    label: str
    counts: str
    is_finished: bool


def check(scope, action_name, options, selection):
    """The Check of an action on everybody in a selection."""
    forecast = batch_people.foresee(scope, action_name, options, selection)
    return Check(
        action=action_name,
        title=_("%(question)s?", question=batch_words.asked(action_name, forecast.reached or forecast.total)),
        sentences=batch_words.happens(action_name),
        button=batch_words.asked(action_name, forecast.reached),
        is_dangerous=action_name == "deactivate",
        forecast=forecast,
        more=forecast.total - len(forecast.first),
        managed=batch_words.managed_label(action_name, forecast.directories, forecast.managed),
        with_managed=batch_words.asked(action_name, forecast.reached_with),
        without_managed=batch_words.asked(action_name, forecast.reached_without),
        reached=_reached(forecast),
    )


def _reached(forecast):
    if not forecast.left_out:
        return ""
    if not forecast.reached:
        return _("Nobody is left to do it to.")
    return ngettext(
        "It will be done to %(count)s person.", "It will be done to %(count)s people.", forecast.reached,
        count=number(forecast.reached),
    )  # fmt: skip


def batch_page(scope, batch_id, args, now):
    """The page of a batch; six statements at most."""
    batch = batches.get(scope, batch_id)
    is_finished = batch.state == FINISHED
    at = {name: read_number(args.get(name, ""), 1) for name in (SKIPPED, DONE)}
    address = ListAddress("web.batch", {name: page for name, page in at.items() if page > 1}, batch_id=batch_id)
    skipped, skipped_pager = _part(scope, batch, SKIPPED, at, address) if is_finished and batch.skipped else ([], None)
    done, done_pager = _part(scope, batch, DONE, at, address) if is_finished and batch.done else ([], None)
    undo = ""
    if batch_undo.may_undo(batch, now):
        undo = ngettext("Undo for this one", "Undo for these %(count)s", batch.done, count=number(batch.done))
    return BatchPage(
        batch=batch,
        title=_title(batch),
        is_finished=is_finished,
        is_mine=batch.created_by_id == scope.actor.id,
        skipped=[SkippedRow(row, batch_words.advice(row.reason, batch.action)) for row in skipped],
        skipped_pager=skipped_pager,
        done=done,
        done_pager=done_pager,
        was_done=batch_words.was_done(batch.action),
        undo=undo,
        undone_by=batch_undo.undone_by(scope, batch) if batch.undone_at else None,
        is_idle=not is_finished and not batch_runs.is_leased(batch, now),
    )


def batch_list(scope, args):
    """``(rows, Pager)`` of the account's batches. Two statements."""
    page = batches.find(scope, read_number(args.get("page", ""), 1))
    rows = [BatchRow(batch, name_of(batch), counts_of(batch), batch.state == FINISHED) for batch in page.items]
    pager = Pager.of(page, ListAddress("web.batches", {}))
    return rows, Pager(pager.text, pager.previous, pager.next, ())


def name_of(batch):
    """The name of a batch: its action, or the undoing of it."""
    undone = batch_registry.undone_action(batch.action) if batch.undoes_id else None
    if undone is not None:
        return _("Undo of “%(action)s”", action=batch_words.label(undone.name))
    return batch_words.label(batch.action)


def counts_of(batch):
    """ "9 done, 3 skipped" """
    done = ngettext("%(count)s done", "%(count)s done", batch.done, count=number(batch.done))
    if not batch.skipped:
        return done
    skipped = ngettext("%(count)s skipped", "%(count)s skipped", batch.skipped, count=number(batch.skipped))
    return f"{done}, {skipped}"


def _title(batch):
    if batch.state != FINISHED:
        return _("%(action)s: working", action=name_of(batch))
    return f"{name_of(batch)}: {counts_of(batch)}"


def _part(scope, batch, outcome, at, address):
    """``(rows, Pager)`` of the items with one outcome; paging keeps the place of the other list."""
    page = batches.find_items(scope, batch, outcome, at[outcome], PER_PAGE)

    def to(place):
        return f"{address.to(**{outcome: place if place > 1 else None})}#{outcome}"

    text = _(
        "%(first)s–%(last)s of %(total)s", first=number(page.first), last=number(page.last), total=number(page.total)
    )
    previous = to(page.page - 1) if page.has_prev else None
    return page.items, Pager(text, previous, to(page.page + 1) if page.has_next else None, ())
