"""The list of people in every look and state; searching while typing, choosing rows and conditions with scripts and without."""

import pytest

from tests.support.fixtures.browser import LOOKS

FILTERED = "/users?state=active&role=member&source=hand&q=e&f=custom.site:filled&f=created:after:2020-01-01"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # how a screen looks does not hang on the database
@pytest.mark.parametrize("look", LOOKS)
def test_the_list_is_sound_in_every_state(filled, open_page, looked_at, look):
    page = filled.sign_in(open_page(base_url=filled.server.url, **LOOKS[look]))

    def see(name, address):
        page.goto(address)
        looked_at(page, f"{name}-{look}")

    see("people", "/users")
    page.check("tbody .pick input >> nth=1")
    page.check("tbody .pick input >> nth=3")
    looked_at(page, f"people-chosen-{look}")
    page.click("summary:has-text('More filters')")
    looked_at(page, f"people-more-filters-{look}")
    page.select_option("#condition-field", "custom.languages")
    page.wait_for_selector("#condition-op")
    looked_at(page, f"people-condition-{look}")
    page.keyboard.press("Escape")
    page.click("summary:has-text('Columns')")
    looked_at(page, f"people-columns-{look}")
    page.keyboard.press("Escape")
    page.click("summary:has-text('CSV')")
    looked_at(page, f"people-files-{look}")
    see("people-filtered", FILTERED)
    see("people-none", "/users?q=okafor&state=inactive&source=okta")
    see("people-refused", "/users?group=Sels&f=custom.gone:is:1&f=custom.weeklyHours:is:many&col=custom.gone")
    see("people-filter-page", "/users/filter?state=active")
    see("people-filter-date", "/users/filter?field=custom.startDate")
    see("people-filter-error", "/users/filter?field=custom.weeklyHours&op=between&v=9&v=many&step=add")
    see("people-every-column", "/users?per=50&col=" + "&col=".join(EVERY_COLUMN))


EVERY_COLUMN = (
    "state", "role", "source", "groups", "title", "department", "manager", "custom.site", "custom.startDate",
    "custom.weeklyHours", "custom.firstAider", "custom.languages", "created",
)  # fmt: skip
