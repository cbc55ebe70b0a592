"""Files that are written while somebody downloads them hold no transaction in between, however slowly they are taken."""

import pytest

from scimapp.database import db
from scimapp.directory import audit_log
from scimapp.directory.audit_log import AuditSearch
from scimapp.directory.imports import import_preview
from scimapp.directory.user_list import user_export
from scimapp.directory.user_list.search import UserSearch
from tests.support.csv_files import csv_file, previewed


def of_the_audit_log(scope):
    return audit_log.export(scope, AuditSearch())


def of_rows_with_errors(scope):
    return import_preview.rows_with_errors(scope, previewed(scope, csv_file("E-mail,First name", ("bo@corp", "Bo"))))


def of_people(scope):
    _, slices = user_export.begin(scope, UserSearch(), "csv", ("email",))
    return slices


@pytest.mark.parametrize("rows_of", [of_the_audit_log, of_rows_with_errors, of_people])
def test_whoever_takes_a_row_and_waits_keeps_no_transaction_open(scope, rows_of):
    assert next(iter(rows_of(scope)))

    assert not db.session().in_transaction()
