"""User management: tiles, search, filters, order, paging and the menu of each row."""

from urllib.parse import urlencode

import pytest

from scimapp.directory.user_list import kept_lists
from tests.support.databases import on_both

# Session 1; fields, preferences 2; counts, invitations in trouble, seats, sources 4; the page with its documents, groups and
# invitations 5; a draft of the connection 1, the sidebar 2.
STATEMENTS = {"sqlite": 16, "postgres": 17}  # Postgres is asked what has been committed


def names(screen):
    """The people shown, from top to bottom."""
    rows = screen.tree.find("table").find_all("th", scope="row")
    return [row.find("a").text for row in rows]


def row_of(screen, user):
    return screen.tree.find("tr", id=f"user-{user.id}").text


def headings(screen):
    return {node.text.partition(",")[0].strip(): node for node in screen.tree.find_all("th", scope="col")}


@pytest.fixture
def four(make_user):
    """One person in each state beside the owner, and a User Admin."""
    return {
        "active": make_user(given_name="Ada", family_name="Active", email="ada@acme.example"),
        "invited": make_user(state="invited", given_name="Ivo", family_name="Invited", email="ivo@acme.example"),
        "inactive": make_user(state="inactive", given_name="Ina", family_name="Inactive", email="ina@acme.example"),
        "admin": make_user("user_admin", given_name="Uma", family_name="Admin"),
    }


def test_the_tiles_count_and_filter(page, four):
    screen = page("/users")
    tiles = {tile.find("b").parent.text: tile for tile in screen.tree.find_all("a", class_="tile plain")}

    assert list(tiles) == [
        "All people 5 Everyone in this account",
        "Active 3 Can sign in",
        "Open invites 1 Not accepted yet",
        "Inactive 1 Cannot sign in, data kept",
    ]
    inactive = page(tiles["Inactive 1 Cannot sign in, data kept"].get("href"))
    assert names(inactive) == ["Ina Inactive"]
    assert inactive.tree.find("a", aria_current="true").text.startswith("Inactive")


def test_the_first_tile_says_when_it_counts_a_part_of_the_account(page, four):
    assert "All people 1 Everyone who matches" in page("/users?q=uma").text
    assert "All people 5 Everyone in this account" in page("/users?state=active").text


def test_the_search_form_finds_by_name_address_and_id_and_keeps_the_other_filters(page, four):
    active = page("/users?state=active&per=50")

    found = active.form("filters").fill(q="uma").submit()
    by_address = page("/users").form("filters").fill(q="IVO@acme").submit()
    by_id = page("/users").form("filters").fill(q=four["inactive"].id).submit()

    assert names(found) == ["Uma Admin"]
    assert "state=active" in found.url
    assert "per=50" in found.url
    assert names(by_address) == ["Ivo Invited"]
    assert names(by_id) == ["Ina Inactive"]


@on_both
def test_role_and_source_narrow_the_list_and_stand_as_removable_filters(page, four, scim):
    scim.post("/Users", {"userName": "okta@acme.example", "name": {"givenName": "Oki", "familyName": "Okta"}})

    admins = page("/users").form("filters").fill(role="User Admin").submit()
    from_okta = page("/users").form("filters").fill(source="Okta").submit()
    by_hand = page("/users").form("filters").fill(source="By hand").submit()

    assert names(admins) == ["Uma Admin"]
    assert "Role is User Admin" in admins.text
    assert names(from_okta) == ["Oki Okta"]
    assert "Oki Okta" not in names(by_hand)
    assert "Oki Okta" in names(
        from_okta.go(from_okta.tree.find("a", aria_label="Remove the filter Source is Okta").get("href"))
    )


def test_tiles_count_within_the_search(page, four):
    screen = page("/users?q=acme.example&role=member")

    assert "All people 3" in screen.text
    assert "Active 1 Can sign in" in screen.text


def test_a_click_on_a_heading_sorts_and_a_second_one_turns_the_order_round(page, four):
    ascending = page("/users")
    descending = page(headings(ascending)["Name"].find("a").get("href"))
    by_role = page(headings(descending)["Role"].find("a").get("href"))

    assert names(ascending) == sorted(names(ascending))
    assert names(descending) == names(ascending)[::-1]
    assert headings(ascending)["Name"].get("aria-sort") == "ascending"
    assert headings(descending)["Name"].get("aria-sort") == "descending"
    assert "sorted Z to A; sort A to Z" in headings(descending)["Name"].text
    assert headings(by_role)["Role"].get("aria-sort") == "ascending"
    assert headings(by_role)["Name"].get("aria-sort") is None


def test_any_order_can_be_chosen_beside_the_columns(page, four):
    by_address = page("/users").form("columns").fill(sort="E-mail, Z to A").submit()
    newest = page("/users").form("columns").fill(sort="Created, newest first").submit()

    assert names(by_address)[-1] == "Ada Active"
    assert names(newest)[0] == "Uma Admin"


@on_both
def test_pages_of_25_50_and_100(page, make_user):
    for number in range(59):
        make_user(state="invited", given_name=f"P{number:02}", family_name="Paged")

    first = page("/users")
    second = first.go(first.tree.find("a", rel="next").get("href"))
    all_of_them = first.form("rows-per-page").submit("100")

    assert "1–25 of 60" in first.text
    assert "26–50 of 60" in second.text
    assert not set(names(first)) & set(names(second))
    assert len(names(all_of_them)) == 60
    assert "51–60 of 60" in page("/users?page=99&per=25").text


@on_both
def test_the_query_string_is_the_whole_state(page, four):
    state = {
        "q": ["acme"],
        "role": ["member"],
        "source": ["hand"],
        "sort": ["-email"],
        "state": ["active"],
        "per": ["100"],
        "group": ["Everyone"],
        "f": ["title:contains:a", "created:after:2020-01-01"],
        "col": ["title", "email"],
    }

    screen = page(f"/users?{urlencode(state, doseq=True)}")

    assert screen.status_code == 200
    assert screen.form("filters").values == state


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=99999999999", "per=7", "sort=password_hash", "sort=groups"]
)
def test_an_order_or_page_that_means_nothing_falls_back_to_the_usual(page, four, query):
    screen = page(f"/users?{query}")

    assert screen.status_code == 200
    assert len(names(screen)) == 5


def test_nothing_found_says_what_was_asked_and_leads_out(page, four):
    by_words = page("/users?q=okafor")
    by_filters = page("/users?q=ada&state=inactive&role=member")
    by_both = page("/users?q=okafor&state=inactive")
    by_group = page("/users?group=everyone&state=inactive")

    assert "No people match “okafor”" in by_words.text
    assert len(names(by_words.follow("Show all people"))) == 5
    assert "No inactive people match “ada” and these filters" in by_filters.text
    assert "1 person matches the search without the filters." in by_filters.text
    assert names(by_filters.follow("Search in all people")) == ["Ada Active"]
    assert "Check the spelling" in by_both.text
    assert len(names(by_both.follow("Show all people"))) == 5
    assert "5 people match without the filters." in by_group.text


def test_an_account_with_nobody_else_shows_the_first_steps(page):
    screen = page("/users")

    assert "Only you so far." in screen.text
    assert "Bring your people in" in screen.text
    assert screen.tree.find("a", href="/fields", class_="tile plain")


@on_both
def test_the_list_takes_the_same_number_of_statements_at_any_length(
    page, make_user, make_group, make_field, statements, database
):
    make_field("site", show_in_list=True)
    ada = make_user(state="invited", custom={"site": "Hull"})
    make_group("One", [ada])
    page("/users")
    kept_lists.forget_all()
    with statements() as few:
        page("/users?per=100")
    people = [make_user(state="invited", custom={"site": "Hull"}) for _ in range(30)]
    for name in ("Two", "Three"):
        make_group(name, people)
    kept_lists.forget_all()  # Postgres would be asked who has changed since

    with statements() as many:
        page("/users?per=100")

    assert len(many) == len(few) == STATEMENTS[database]


def test_row_menus_offer_what_the_viewer_may_do(account, sign_in_as, make_user, four):
    boss = make_user("super_admin", given_name="Sue")

    def menu(viewer, user):
        row = sign_in_as(viewer)("/users").tree.find("tr", id=f"user-{user.id}")
        return [node.text for node in row.find_all("a", "button") if "item" in (node.get("class") or "")]

    assert menu(account.owner, four["invited"]) == ["Open", "Send invitation again", "Deactivate…"]
    assert menu(account.owner, four["inactive"]) == ["Open", "Activate…"]
    assert menu(account.owner, account.owner) == ["Open"]
    assert menu(four["admin"], boss) == ["Open"]
    assert menu(four["admin"], four["admin"]) == ["Open"]
    assert menu(boss, four["admin"]) == ["Open", "Deactivate…"]
