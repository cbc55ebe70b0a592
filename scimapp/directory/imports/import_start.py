"""Starts an import from its preview, after checking that it may start."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from ...database import db
from .. import clock
from ..accounts import seats
from ..batches import batch_rows, batches
from ..errors import DirectoryError, InvalidValue
from ..model import Account, Batch, User
from ..text_keys import fold_email
from ..unit_of_work import unit_of_work
from ..words import Grouped, say
from .import_plans import ERROR, INACTIVE, NEW, STARTS, UPDATE
from .import_preview import chunks, counts, get

FRESH_FOR = timedelta(hours=1)  # an older preview must be checked again first


class PreviewOutdated(DirectoryError):
    """People changed since the preview, or it is older than an hour."""

    message = say("People changed since this preview. Check again.")


class RowsWithErrors(DirectoryError):
    """All rows or none were asked for, and some have errors."""

    def __init__(self, count):
        many = say(
            "%(num)s rows have errors. Mend the file and choose it again, or skip those rows.", num=Grouped(count)
        )
        one = say("One row has an error. Mend the file and choose it again, or skip that row.")
        super().__init__(one if count == 1 else many)


class SeatsMissing(DirectoryError):
    """There are fewer free seats than new people."""

    def __init__(self, wanted, free):
        super().__init__(
            say(
                "%(wanted)s seats are needed and %(free)s are free. Import these people as inactive, deactivate somebody "
                "or raise the limit.",
                wanted=Grouped(wanted),
                free=Grouped(free),
            )
        )


def is_outdated(scope, batch):
    """Whether people or fields have changed since the preview was made, or it is older than FRESH_FOR."""
    checked_at = batch.options["checked_at"]
    if checked_at is None or clock.now() - datetime.fromisoformat(checked_at) > FRESH_FOR:
        return True
    if db.session.get(Account, scope.account_id).fields_version != batch.options["fields_version"]:
        return True
    return any(_has_changed(scope, rows) for rows in chunks(scope, batch, (NEW, UPDATE)))


def begin(scope, batch_id, starts_as, *, skips_errors):
    """Start carrying out a preview and return the Batch.

    Raises NotInAccount, InvalidValue, PreviewOutdated, RowsWithErrors, SeatsMissing; Conflict if it was started before.
    """
    batch = get(scope, batch_id)
    seen = dict(batch.options)
    if starts_as not in STARTS:
        raise InvalidValue("starts_as", say("Choose from the list."))
    found = counts(scope, batch)
    if is_outdated(scope, batch):
        raise PreviewOutdated()
    if found[ERROR] and not skips_errors:
        raise RowsWithErrors(found[ERROR])
    if not found[NEW] and not found[UPDATE]:
        raise InvalidValue("starts_as", say("There is nothing to import."))
    free = seats.free(scope)
    if starts_as != INACTIVE and free is not None and found[NEW] > free:
        raise SeatsMissing(found[NEW], free)
    with unit_of_work(scope):
        if scope.one(Batch, Batch.id == batch_id, kind="import", for_update=True).options != seen:
            raise PreviewOutdated()  # it was checked again meanwhile
        started = batches.start(scope, batch_id, outcomes=(NEW, UPDATE), options=seen | {"starts_as": starts_as})
    batch_rows.wake_worker(started)
    return started


def drop(scope, batch_id):
    """Delete a preview. Raises NotInAccount."""
    batch = get(scope, batch_id)
    if batch.state == batches.PREVIEW:
        mine = (Batch.account_id == scope.account_id, Batch.seq == batch.seq)
        with unit_of_work(scope):
            # The statement checks the state again: the import may have been started meanwhile.
            db.session.execute(delete(Batch).where(*mine, Batch.state == batches.PREVIEW))


def _has_changed(scope, items):
    """Whether a person of these rows has another version now, or a new person is here who was not."""
    if any(item.content is None for item in items):
        return True  # a person was erased
    versions = {item.user_id: item.content["version"] for item in items if item.user_id}
    query = scope.select(User, User.id, User.version).where(User.id.in_(versions), User.scim_id.is_not(None))
    if dict(db.session.execute(query).tuples().all()) != versions:
        return True
    new = [item.content["write"]["core"] for item in items if not item.user_id]
    emails = {fold_email(core["emails"][0]["value"]) for core in new}
    query = scope.select(User, User.seq).where(User.scim_id.is_not(None), User.email_key.in_(emails)).limit(1)
    return bool(emails) and db.session.execute(query).first() is not None
