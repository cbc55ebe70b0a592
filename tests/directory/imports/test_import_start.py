"""From a preview to the import: what happened meanwhile keeps it from being carried out as it was seen."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from scimapp.database import is_writing
from scimapp.directory import audit_log
from scimapp.directory.audit_log import AuditSearch
from scimapp.directory.batches import batches
from scimapp.directory.changes import UserChanges, UserDraft
from scimapp.directory.erasure import erasure
from scimapp.directory.errors import InvalidValue, NotInAccount
from scimapp.directory.groups import groups
from scimapp.directory.imports import import_columns, import_preview, import_start
from scimapp.directory.imports.import_plans import NOT_INVITED
from scimapp.directory.people import users
from tests.support.at_once import at_once
from tests.support.csv_files import carried_out, csv_file, found, previewed, rows_of


def test_a_preview_with_somebody_who_was_erased_meanwhile_is_outdated(scope, make_user):
    ana = make_user(given_name="Ana", email="ana@acme.example")
    batch = previewed(scope, csv_file("E-mail,Title", ("ana@acme.example", "Lead")))
    users.deactivate(scope, ana.id)
    erasure.erase(scope, ana.id)

    with pytest.raises(import_start.PreviewOutdated):
        import_start.begin(scope, batch.id, NOT_INVITED, skips_errors=True)


def test_a_preview_brings_nobody_back_who_is_erased_while_it_is_checked(app, scope, make_user, monkeypatch):
    ana = make_user(given_name="Ana", email="ana@acme.example")
    batch = previewed(scope, csv_file("E-mail,Title", ("ana@acme.example", "Lead")))
    users.deactivate(scope, ana.id)
    planned, passes = import_preview._planned, []

    def erase_first(*arguments):
        if not passes:
            at_once(app, lambda: erasure.erase(scope, ana.id))
        passes.append(1)
        return planned(*arguments)

    monkeypatch.setattr(import_preview, "_planned", erase_first)

    import_preview.check(scope, batch.id)

    (row,) = rows_of(scope, batch)
    assert (row.label, row.email, len(passes)) == ("", "", 2)


def test_a_preview_is_checked_while_one_after_the_other_is_erased(app, scope, make_user, monkeypatch):
    batch = previewed(scope, csv_file("E-mail,First name", ("bo@acme.example", "Bo")))
    gone = [make_user(state="inactive").id for _ in range(4)]
    planned = import_preview._planned

    def erase_one(*arguments):
        if not is_writing():
            at_once(app, lambda: erasure.erase(scope, gone.pop()))
        return planned(*arguments)

    monkeypatch.setattr(import_preview, "_planned", erase_one)

    assert import_preview.check(scope, batch.id).state == batches.PREVIEW
    assert [row.outcome for row in rows_of(scope, batch)] == ["new"]


def test_what_was_imported_is_not_checked_again(scope):
    batch = previewed(scope, csv_file("E-mail,First name", ("bo@acme.example", "Bo")))
    carried_out(scope, batch)

    with pytest.raises(InvalidValue, match="imported already"):
        import_preview.check(scope, batch.id)


def test_somebody_who_changed_meanwhile_joins_no_group_either(scope, make_user, make_group):
    ana, sales = make_user(email="ana@acme.example"), make_group("Sales")
    batch = previewed(scope, csv_file("E-mail,Groups", ("ana@acme.example", "Sales")))
    import_start.begin(scope, batch.id, NOT_INVITED, skips_errors=True)
    users.update(scope, ana.id, UserChanges(core={"nickName": "An"}))
    batches.finish_small(scope, batches.get(scope, batch.id))

    (row,) = batches.find_items(scope, batch, "skipped").items
    assert str(row.reason) == "Somebody changed this person after the preview."
    assert groups.get(scope, sales.id).member_count == 0


def test_an_address_that_a_directory_keeps_as_the_user_name_is_left_as_it_is(scope, okta_scope):
    users.provision(okta_scope, UserDraft(core={"userName": "ana@acme.example"}, external_id="00uANA"))

    file = csv_file("External ID,E-mail", ("00uANA", "ana@new.example"))
    (row,) = rows_of(scope, previewed(scope, file, match="external_id"))

    assert "E-mail is left as it is: managed by Okta." in [str(note) for note in row.notes]


def test_an_external_id_of_a_directory_keeps_nobody_here_from_having_it(scope, okta_scope, make_user):
    make_user(by=okta_scope, email="ana@acme.example", external_id="7")

    carried_out(scope, previewed(scope, csv_file("E-mail,First name,External ID", ("bo@acme.example", "Bo", "7"))))

    assert found(scope, "bo@acme.example").external_id == "7"


def test_a_preview_that_is_checked_anew_meanwhile_is_not_carried_out_as_it_was(app, scope, monkeypatch):
    batch = previewed(scope, csv_file("E-mail,First name,Title", ("bo@acme.example", "Bo", "Lead")))
    without_title = [*batch.options["columns"][:2], import_columns.LEFT_OUT]
    counts = import_start.counts

    def check_first(*arguments):
        at_once(app, lambda: import_preview.check(scope, batch.id, without_title))
        return counts(*arguments)

    monkeypatch.setattr(import_start, "counts", check_first)

    with pytest.raises(import_start.PreviewOutdated):
        import_start.begin(scope, batch.id, NOT_INVITED, skips_errors=False)
    assert batches.get(scope, batch.id).options["columns"] == without_title


def test_a_preview_that_is_begun_while_it_is_thrown_away_goes_on(app, scope, monkeypatch):
    batch = previewed(scope, csv_file("E-mail,First name", ("bo@acme.example", "Bo")))
    get = import_start.get

    def begin_first(*arguments):
        found = get(*arguments)
        monkeypatch.setattr(import_start, "get", get)
        at_once(app, lambda: import_start.begin(scope, batch.id, NOT_INVITED, skips_errors=False))
        return found

    monkeypatch.setattr(import_start, "get", begin_first)

    import_start.drop(scope, batch.id)

    assert batches.get(scope, batch.id).state == batches.RUNNING


def test_an_import_is_recorded_under_the_request_that_began_it(scope, clock):
    """Not under that of the upload, which may be older and come from elsewhere."""
    upload, begin = (replace(scope, request_id=request_id) for request_id in ("upload", "begin"))
    batch = previewed(upload, csv_file("E-mail,First name", ("bo@acme.example", "Bo")))
    uploaded_at = batch.created_at
    clock.advance(minutes=5)

    carried_out(begin, batch)

    made = audit_log.find(scope, AuditSearch(target=found(scope, "bo@acme.example").id)).items
    assert {entry.request_id for entry in made} == {"begin"}
    assert batches.get(scope, batch.id).created_at >= uploaded_at + timedelta(minutes=5)


def test_a_new_file_takes_the_place_of_those_that_were_left(scope, clock):
    left = previewed(scope, csv_file("E-mail", ("bo@acme.example",)))
    clock.advance(hours=5)
    kept = previewed(scope, csv_file("E-mail", ("cy@acme.example",)))
    clock.advance(hours=2)

    previewed(scope, csv_file("E-mail", ("di@acme.example",)))

    assert import_preview.get(scope, kept.id)
    with pytest.raises(NotInAccount):
        import_preview.get(scope, left.id)
