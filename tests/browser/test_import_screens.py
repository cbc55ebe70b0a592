"""Adding people, one by hand and many by a file, in every look and without script."""

import pytest
from playwright.sync_api import expect

from tests.support.csv_files import csv_file
from tests.support.fixtures.browser import SIZES, STATE_SIZES

FILE = csv_file(
    "First name,Family name,E-mail,Title,Nickname,Shoe size,State",
    ("Bo", "Andersen", "bo.andersen@brightwater", "Cook", "", "44", "Active"),
    ("Ana", "Ruiz", "ana.ruiz@brightwater.example", "Field Sales Manager", "", "39", ""),
    ("Toby", "Oyelaran", "tobias.oyelaran@brightwater.example", "Chef", "Tobi", "", ""),
    ("Lena", "Fischer", "lena.fischer@brightwater.example", "=HYPERLINK(0)", "", "", ""),
    ("", "", "nobody@brightwater.example", "x" * 240, "", "", ""),
)


def chosen(content, name="new-starters.csv"):
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def upload(page, content):
    page.goto("/users/import")
    page.set_input_files("#file", chosen(content))
    page.click("main form button[type=submit]")


@pytest.mark.parametrize("size", STATE_SIZES)
def test_the_screens_of_adding_people_are_sound(filled, open_page, looked_at, size):
    page = filled.enter(open_page(base_url=filled.server.url, viewport=SIZES[size]))

    def seen(name):
        looked_at(page, name)

    page.goto("/users/new")
    page.fill("#manager", "nobody here")
    page.click("text=Add and add another")
    seen("user-new-errors")
    page.goto("/users/import")
    seen("import-upload")
    upload(page, b"E-mail,Title,E-mail\n" + b"x,\xe9,y\n")
    seen("import-upload-unreadable")
    upload(page, csv_file("Vorname,Adresse", ("Ana", "ana@brightwater.example")))
    seen("import-columns-missing")
    upload(page, FILE)
    seen("import-columns")
    page.click("text=Check the rows")
    expect(page.locator("h1")).to_have_text("Check before importing")
    seen("import-preview")
    page.click("text=Show all 5 rows")
    seen("import-preview-all")
    page.uncheck("[name=skips_errors]")
    page.click("text=Import 3 rows")
    seen("import-preview-refused")
    page.check("[name=skips_errors]")
    page.click("text=Import 3 rows")
    expect(page.locator("h1")).to_contain_text("3 done, 2 skipped")
    seen("import-result")


def test_a_file_of_200_000_rows_is_refused_with_words_and_not_with_a_broken_connection(filled_to_read, open_page):
    page = filled_to_read.enter(open_page(base_url=filled_to_read.server.url))

    upload(page, b"E-mail,First name\n" + b"ana.ruiz@brightwater.example,Ana\n" * 200_000)

    expect(page.locator("main")).to_contain_text("up to 10,000 rows and 2 MiB")


def test_managers_are_suggested_while_a_name_is_typed(filled_to_read, open_page):
    page = filled_to_read.enter(open_page(base_url=filled_to_read.server.url))
    page.goto("/users/new")
    page.type("#manager", "tobias.oy")

    expect(page.locator("#manager-options option").first).to_have_attribute(
        "value", "tobias.oyelaran@brightwater.example"
    )


@pytest.mark.journey
def test_people_are_imported_without_script(account, open_page):
    page = open_page(base_url=account.server.url, java_script_enabled=False)
    account.enter(page)

    upload(page, FILE)
    page.select_option("#column-6", label="User type")
    page.click("text=Check the rows")
    expect(page.locator("h1")).to_have_text("Check before importing")
    page.click("text=Import 3 rows")

    while page.get_by_role("link", name="Refresh").count():  # the server's own worker may have been quicker
        page.get_by_role("link", name="Refresh").click()
    expect(page.locator("h1")).to_contain_text("3 done")
    page.goto("/users?q=ana.ruiz")
    expect(page.locator("main table")).to_contain_text("Ana Ruiz")
