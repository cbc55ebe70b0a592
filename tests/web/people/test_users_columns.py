"""How somebody likes the list: columns, order and rows per page, kept for the person and shown to nobody else."""

from urllib.parse import quote

import pytest

from scimapp.directory.errors import InvalidValue
from scimapp.directory.fields import custom_fields
from scimapp.directory.user_list import list_preferences
from tests.support.databases import on_both
from tests.web.people.test_users_list import headings, names, row_of


def shown(screen):
    return [label for label in headings(screen) if label not in ("Select", "Name", "Actions")]


USUAL = ["State", "Role", "Source", "Groups", "Last sign-in"]


def test_columns_are_chosen_kept_for_the_person_and_stand_in_the_address(page, sign_in_as, make_user, make_field):
    make_field("site", label="Site")
    ada = make_user("user_admin", given_name="Ada", core={"title": "Baker"}, custom={"site": "Hull"})

    chosen = page("/users?q=ada").form("columns").fill(col=["title", "custom.site"]).submit("Show")

    assert shown(chosen) == ["Site", "Title"]
    assert "Hull Baker" in row_of(chosen, ada)
    assert "q=ada" in chosen.url
    assert "col=title" in chosen.url
    assert shown(page("/users")) == ["Site", "Title"]
    assert shown(sign_in_as(ada)("/users")) == USUAL
    assert shown(sign_in_as(ada)(chosen.url)) == ["Site", "Title"]


def test_all_columns_of_very_many_fields_are_shown_at_an_address_that_can_be_read(page, make_field):
    names = [f"{'n' * 40}{number:03}" for number in range(custom_fields.MAXIMUM_FIELDS)]
    for name in names:
        make_field(name)

    chosen = page("/users?q=olive").form("columns").fill(col=[f"custom.{name}" for name in names]).submit("Show")

    assert len(chosen.url) < 8_000
    assert "q=olive" in chosen.url
    assert shown(chosen) == names


def test_an_address_with_columns_leaves_room_for_a_search(page, make_field, make_user):
    """One that could just be read was answered with 414 once something was typed or sorted by."""
    make_user()
    names = [f"{'n' * 40}{number:03}" for number in range(135)]
    for name in names:
        make_field(name)

    chosen = page("/users").form("columns").fill(col=[f"custom.{name}" for name in names]).submit("Show")

    assert len(chosen.url) + len(quote("\N{SLIGHTLY SMILING FACE}") * 200) < 8_000
    assert shown(chosen) == names


def test_a_view_whose_address_nobody_could_open_is_refused(page, make_user):
    make_user()
    token = page("/users").form("columns").values["csrf_token"][0]
    many = "&".join(f"f=title~has~{number:04}" for number in range(500))

    refused = page("/users/view", method="POST", data=f"csrf_token={token}&columns=1&col=title&{many}")

    assert refused.status_code == 414
    assert "Search for less, or with fewer filters." in refused.text
    assert shown(page("/users")) == USUAL


def test_the_usual_columns_chosen_again_follow_the_fields_that_are_marked_later(page, make_field, make_user):
    make_user()
    page("/users").form("columns").fill(col=["title"]).submit("Show")
    page("/users").form("columns").fill(col=["state", "role", "source", "groups", "last_sign_in"]).submit("Show")

    make_field("site", label="Site", show_in_list=True)

    assert shown(page("/users")) == ["State", "Role", "Source", "Groups", "Site", "Last sign-in"]


@on_both
def test_no_column_leaves_the_name(page, make_user):
    make_user()

    screen = page("/users").form("columns").fill(col=[]).submit("Show")

    assert shown(screen) == []
    assert shown(page("/users")) == []
    assert len(names(screen)) == 2


def test_a_column_whose_field_is_archived_is_left_out_in_silence_where_it_was_kept(page, scope, make_field, make_user):
    make_user()
    make_field("site", label="Site")
    page("/users").form("columns").fill(col=["title", "custom.site"]).submit("Show")

    custom_fields.archive(scope, "site")

    assert shown(page("/users")) == ["Title"]


def test_rows_per_page_are_kept_too(page, make_user, scope):
    for number in range(26):
        make_user(given_name=f"P{number:02}")

    screen = page("/users?sort=-name").form("rows-per-page").submit("50")

    assert len(names(screen)) == 27
    assert screen.url == "/users?sort=-name&per=50"
    assert len(names(page("/users"))) == 27
    assert list_preferences.of(scope).per_page == 50


@pytest.mark.parametrize("rows", [0, 26, 1_000])
def test_another_number_of_rows_is_refused(scope, rows):
    with pytest.raises(InvalidValue, match="25, 50 or 100"):
        list_preferences.remember(scope, per_page=rows)


def test_every_column_that_can_be_sorted_is_sorted_both_ways(page, make_user, make_field):
    make_field("hours", "number", label="Weekly hours")
    make_user(given_name="Ada", family_name="A", custom={"hours": 9})
    make_user(given_name="Bo", family_name="B", custom={"hours": 37.5})
    every = page("/users").tree.find("form", id="columns").find_all("input", type="checkbox")
    screen = page("/users?" + "&".join(f"col={box.get('value')}" for box in every))

    for label, heading in headings(screen).items():
        for link in heading.find_all("a"):
            up = screen.go(link.get("href"))
            down = up.go(headings(up)[label].find("a").get("href"))
            assert headings(up)[label].get("aria-sort") in ("ascending", "descending")
            assert headings(down)[label].get("aria-sort") != headings(up)[label].get("aria-sort")
            assert sorted(names(up)) == sorted(names(down)) == ["Ada A", "Bo B", "Olive Owner"]
    assert names(page("/users?sort=custom.hours")) == ["Ada A", "Bo B", "Olive Owner"]
    assert names(page("/users?sort=-custom.hours")) == ["Bo B", "Ada A", "Olive Owner"]


def test_values_are_shown_as_people_read_them(page, make_user, make_field):
    for field_id, type_ in (("start", "date"), ("aider", "boolean"), ("hours", "number"), ("mentor", "user")):
        make_field(field_id, type_)
    make_field("languages", "multiselect", choices=("Danish", "Dutch"))
    boss = make_user(given_name="Bea", family_name="Boss")
    ada = make_user(
        enterprise={"manager": {"value": boss.id}},
        custom={"start": "2026-03-01", "aider": False, "hours": 37.5, "mentor": boss.email, "languages": ["Danish", "Dutch"]},
    )  # fmt: skip

    keys = (
        "custom.start",
        "custom.aider",
        "custom.hours",
        "custom.mentor",
        "custom.languages",
        "manager",
        "external_id",
    )
    row = row_of(page("/users?" + "&".join(f"col={key}" for key in keys)), ada)

    assert "1 Mar 2026 No 37.5 Bea Boss Danish, Dutch Bea Boss –" in row


def test_each_cell_says_on_a_phone_which_column_it_stands_in(page, make_user, make_field):
    make_field("site", label="Site", show_in_list=True)
    ada = make_user(custom={"site": "Hull"})

    screen = page("/users")
    cells = screen.tree.find("tr", id=f"user-{ada.id}").find_all("td")

    assert [cell.get("data-l") for cell in cells if cell.get("data-l")] == shown(screen)


def test_a_person_leads_back_to_the_list_as_it_was(page, make_user):
    ada = make_user(given_name="Ada", family_name="Z")
    view = "/users?state=active&q=ada&sort=-email"
    page(view)

    person = page(f"/users/{ada.id}")
    saved = person.form("profile").submit()

    assert person.tree.find("div", class_="crumb").find("a").get("href") == view
    assert saved.tree.find("div", class_="crumb").find("a").get("href") == view
