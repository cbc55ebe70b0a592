"""CSV import at the screens: from the file over the preview to the people, and what can change on the way."""

import csv
import io

import pytest

from scimapp.batch_worker import BatchWorker
from scimapp.database import db
from scimapp.directory.accounts import account_settings
from scimapp.directory.changes import UserChanges
from scimapp.directory.imports import import_retention
from scimapp.directory.model import Batch, BatchItem
from scimapp.directory.people import users
from scimapp.directory.user_list import search
from tests.support.csv_files import HEADINGS, csv_file, found, upload
from tests.support.databases import on_both


def table(screen):
    """The cells of the preview's table."""
    rows = screen.tree.find("tbody").find_all("tr") if screen.tree.find_all("tbody") else []
    return [[cell.text for cell in row.find_all("td", "th")] for row in rows]


def downloaded(page, address):
    return list(csv.reader(io.StringIO(page(address).html.removeprefix("\ufeff"))))


def test_from_the_file_over_the_preview_to_the_people(page, scope, make_user):
    make_user(given_name="Tobias", family_name="Okonkwo", email="tobias@acme.example", core={"title": "Cook"})
    make_user(given_name="Uma", family_name="Same", email="uma@acme.example")
    content = csv_file(
        HEADINGS,
        ("Ana", "Ruiz", "ana@acme.example", "Lead"),
        ("Bo", "Andersen", "bo@brightwater", ""),
        ("", "", "tobias@acme.example", "Chef"),
        ("Uma", "Same", "uma@acme.example", ""),
    )

    preview = upload(page, content, "new-starters.csv")

    assert preview.status_code == 200
    assert "new-starters.csv , 4 rows. Nothing is saved yet." in preview.text
    assert [node.text for node in preview.tree.find_all("a", class_="tile plain")] == [
        "New people 1", "Updates 1", "Rows with errors 1", "Unchanged 1",
    ]  # fmt: skip
    assert table(preview) == [
        ["3", "Bo Andersen bo@brightwater", "Error",
         "E-mail: \u201cbo@brightwater\u201d has no domain ending. Write it as name@example.com."],
        ["4", "Tobias Okonkwo tobias@acme.example", "Update", "Title was Cook \u2192 now Chef ."],
    ]  # fmt: skip
    assert found(scope, "ana@acme.example") is None

    everything = preview.follow("Show all 4 rows")
    assert [row[2] for row in table(everything)] == ["New", "Error", "Update", "Unchanged"]

    result = preview.form("start").submit("Import 2 rows")

    assert result.url.startswith("/batches/b-")
    assert "Import: 2 done, 2 skipped" in result.text
    assert "has no domain ending" in result.text
    assert found(scope, "ana@acme.example").state == "invited"
    assert found(scope, "ana@acme.example").source == "import"
    assert "Added with a CSV file." in page(f"/users/{found(scope, 'ana@acme.example').id}").text
    assert found(scope, "tobias@acme.example").title == "Chef"

    rows = downloaded(page, f"/users/import/{result.url.rpartition('/')[2]}/errors.csv")
    assert rows[0] == [*HEADINGS.split(","), "What is wrong"]
    assert [row[:4] for row in rows[1:]] == [["Bo", "Andersen", "bo@brightwater", ""]]
    assert "has no domain ending" in rows[1][4]


def test_the_file_of_rows_with_errors_can_be_mended_and_chosen_again(page, scope):
    preview = upload(page, csv_file(HEADINGS, ("'=Bo", "A", "bo@corp", "'+1"), ("Ana", "R", "ana@acme.example", "")))
    rows = downloaded(page, preview.link("Download the rows with errors"))

    assert rows[1][:4] == ["'=Bo", "A", "bo@corp", "'+1"]

    mended = csv_file(",".join(rows[0]), ["'=Bo", "A", "bo@corp.example", "'+1", rows[1][4]])
    again = upload(page, mended)

    assert "Left out, because nobody sets it by a file: What is wrong." in again.text
    again.form("start").submit()
    assert found(scope, "bo@corp.example").display_name == "=Bo A"
    assert found(scope, "bo@corp.example").title == "+1"


@pytest.mark.parametrize(
    ("choice", "state", "mails"), [("active", "invited", 1), ("not_invited", "invited", 0), ("inactive", "inactive", 0)]
)
def test_what_new_people_start_as_is_chosen(page, scope, choice, state, mails):
    preview = upload(page, csv_file(HEADINGS, ("Ana", "Ruiz", "ana@acme.example", "")))

    preview.form("start").fill(starts_as=[choice]).submit("Import one row")

    assert found(scope, "ana@acme.example").state == state
    assert page("/outbox").text.count("ana@acme.example") == mails


def test_without_skipping_nothing_is_imported_while_a_row_has_an_error(page, scope):
    content = csv_file(HEADINGS, ("Ana", "Ruiz", "ana@acme.example", ""), ("", "", "bo@acme.example", ""))
    preview = upload(page, content)

    refused = preview.form("start").fill(skips_errors=False, starts_as=["inactive"]).submit()

    assert refused.status_code == 422
    assert "One row has an error. Mend the file and choose it again, or skip that row." in refused.text
    assert refused.form("start").values["starts_as"] == ["inactive"]
    assert search.count_states(scope).people == 1


def test_people_who_changed_since_the_preview_are_checked_again(page, scope, make_user):
    ana = make_user(given_name="Ana", family_name="", email="ana@acme.example")
    preview = upload(page, csv_file("E-mail,Title", ("ana@acme.example", "Lead")))
    users.update(scope, ana.id, UserChanges(core={"title": "Lead"}))

    stale = preview.form("start").submit()

    assert stale.status_code == 409
    assert "People changed since this preview. Check again." in stale.text

    checked = stale.form("check").submit("Check again")
    assert "There is nothing to import" in checked.text


@pytest.mark.parametrize("meanwhile", ["an hour", "a new person", "a field"])
def test_a_preview_that_may_be_wrong_by_now_is_not_carried_out(account, clock, make_user, make_field, meanwhile):
    preview = upload(account.screens(), csv_file(HEADINGS, ("Ana", "Ruiz", "ana@acme.example", "")))
    if meanwhile == "an hour":
        clock.advance(minutes=61)
    elif meanwhile == "a new person":
        make_user(email="ana@acme.example")
    else:
        make_field("badge", required=True)

    stale = account.screens()(preview.url).form("start").submit()

    assert stale.status_code == 409
    assert "Check again" in stale.text


def test_seats_are_counted_before_anybody_is_imported(page, scope):
    account_settings.change_security(scope, seat_limit=2, over_seats="refuse")
    content = csv_file(HEADINGS, ("Ana", "R", "ana@acme.example", ""), ("Bo", "A", "bo@acme.example", ""))
    preview = upload(page, content)

    refused = preview.form("start").submit()

    assert refused.status_code == 422
    assert "2 seats are needed and 1 are free." in refused.text
    assert search.count_states(scope).people == 1

    refused.form("start").fill(starts_as=["inactive"]).submit()
    assert search.count_states(scope).inactive == 2


def test_a_preview_is_its_makers_alone(page, sign_in_as, make_user, other_account):
    preview = upload(page, csv_file(HEADINGS, ("Ana", "Ruiz", "ana@acme.example", "")))
    colleague = sign_in_as(make_user("super_admin"))

    for screens in (colleague, other_account.screens()):
        for address in (preview.url, f"{preview.url}/columns", f"{preview.url}/errors.csv"):
            assert screens(address).status_code == 404


def test_members_import_nobody(sign_in_as, make_user):
    member = sign_in_as(make_user())

    assert member("/users/import").status_code == 403
    assert member("/users/import/sample.csv").status_code == 403


def test_a_file_that_is_thrown_away_leaves_nothing(page, scope):
    preview = upload(page, csv_file(HEADINGS, ("Ana", "Ruiz", "ana@acme.example", "")))

    screen = preview.form("start").submit("Cancel")

    assert "The file was thrown away. Nothing was imported." in screen.text
    assert db.session.scalars(scope.select(BatchItem)).all() == []
    assert page(preview.url).status_code == 404


@on_both
def test_files_that_are_left_alone_go_by_themselves(page, scope, clock):
    upload(page, csv_file(HEADINGS, ("Ana", "Ruiz", "ana@acme.example", "")))
    done = upload(page, csv_file(HEADINGS, ("Bo", "A", "bo@acme.example", ""), ("", "", "x@y.example", "")))
    done.form("start").submit()

    def kept():
        import_retention.prune()
        states = db.session.scalars(scope.select(Batch, Batch.state).order_by(Batch.seq)).all()
        return states, sum(item.content is not None for item in db.session.scalars(scope.select(BatchItem)))

    assert kept() == (["preview", "done"], 2)  # the row to import, and the one that had an error

    clock.advance(hours=7)
    assert kept() == (["done"], 1)

    clock.advance(hours=18)
    assert kept() == (["done"], 0)


def test_the_sample_has_this_accounts_fields_and_can_be_imported_as_it_is(page, scope, make_field, make_group):
    make_field("site", "dropdown", label="Site", choices=["Kiel"], required=True)
    make_field("badge", "integer", label="Badge number")
    for name in ("Sales", "Berlin office"):
        make_group(name)
    answer = page("/users/import/sample.csv")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="people-sample.csv"'
    headings = downloaded(page, "/users/import/sample.csv")[0]
    assert headings[:3] == ["First name", "Family name", "E-mail"]
    assert headings[-2:] == ["Site", "Badge number"]

    preview = upload(page, answer.html.encode())
    preview.form("start").submit("Import one row")

    assert users.document(scope, found(scope, "ana.ruiz@example.com")).custom == {"site": "Kiel", "badge": 1180}


def test_an_imported_preview_leads_to_its_result(page):
    preview = upload(page, csv_file(HEADINGS, ("Ana", "Ruiz", "ana@acme.example", "")))
    result = preview.form("start").submit()

    assert page(preview.url).url == result.url
    assert page(f"{preview.url}/columns").url == result.url


def test_texts_of_a_file_are_shown_as_texts(page):
    preview = upload(
        page,
        csv_file(HEADINGS, ("<b>Ana</b>", "<script>alert(1)</script>", "x", "<img src=x onerror=alert(1)>")),
        "<img src=x onerror=alert(1)>.csv",
    )

    assert "<b>Ana</b> <script>alert(1)</script>" in preview.text
    assert not preview.tree.find_all("img", "b")[4:]
    assert "<img src=x onerror=alert(1)>.csv , 1 row." in preview.text


@on_both
def test_whoever_keeps_house_lets_old_files_go(app, page, scope, clock):
    upload(page, csv_file(HEADINGS, ("Ana", "Ruiz", "ana@acme.example", "")))
    clock.advance(hours=7)

    printed = app.test_cli_runner().invoke(args=["batches", "prune"])

    assert printed.output.endswith("previews deleted\n")
    assert db.session.scalars(scope.select(Batch)).all() == []


def test_the_worker_lets_old_files_go(app, page, scope, clock):
    upload(page, csv_file(HEADINGS, ("Ana", "Ruiz", "ana@acme.example", "")))
    clock.advance(hours=7)

    BatchWorker(app).work()

    assert db.session.scalars(scope.select(Batch)).all() == []


@on_both
def test_a_preview_takes_the_same_statements_for_many_rows(page, statements):
    def count(rows):
        content = csv_file(HEADINGS, *((f"P{n}", "", f"p{n}@acme.example", "") for n in range(rows)))
        address = f"{upload(page, content).url}?show=all&per=100"
        with statements() as log:
            assert page(address).status_code == 200
        return len(log)

    assert count(300) == count(3) == 7


@on_both
def test_a_start_that_was_pressed_twice_leads_to_the_one_result(page, scope):
    preview = upload(page, csv_file(HEADINGS, ("Ana", "Ruiz", "ana@acme.example", "")))

    first, second = preview.form("start").submit(), preview.form("start").submit()

    assert first.url == second.url
    assert "Import: 1 done" in second.text
