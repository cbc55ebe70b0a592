"""Further filters of user management: groups, conditions on any field, and addresses that ask for what is not there."""

from urllib.parse import urlencode

import pytest

from scimapp.directory.fields import custom_fields
from scimapp.directory.groups import nesting
from tests.support.databases import on_both
from tests.web.people.test_users_list import names


def chips(screen):
    """The filters in use, as they stand above the table."""
    return [node.text for node in screen.tree.find_all("span", class_="chosen")]


def alerts(tree):
    return [node for node in tree.find_all("div", role="alert") if node.get("hidden") is None]


def problems(screen):
    return [node.text for node in alerts(screen.tree)]


def condition(page, field, op, *values, state=""):
    """Add a condition as somebody without scripts does, and return the screen after it."""
    chosen = page(f"/users?{state}").form("condition").fill(field=field).submit("Choose")
    form = chosen.form("condition").fill(op=op)
    return (form.fill(v=list(values)) if values else form).submit("Add condition")


@pytest.fixture
def fields(make_field):
    make_field("site", "dropdown", label="Site", choices=("Hull", "Leeds", "a|b"))
    make_field("hours", "number", label="Weekly hours")
    make_field("start", "date", label="Start date")
    make_field("aider", "boolean", label="First aider")


@pytest.fixture
def three(fields, account, make_user):
    ada = make_user(given_name="Ada", family_name="A", core={"title": "Baker"}, custom={"site": "Hull", "hours": 37.5})
    make_user(given_name="Bo", family_name="B", core={"title": "Driver 100%"}, enterprise={"manager": {"value": ada.id}},
              custom={"site": "a|b", "hours": 20, "start": "2026-03-01", "aider": True})  # fmt: skip
    make_user(given_name="Cy", family_name="C", custom={"start": "2026-02-28", "aider": False})
    return account


@on_both
@pytest.mark.parametrize(
    "field, op, values, chip, found",
    [
        ("Title", "contains", ["AKE"], "Title contains AKE", ["Ada A"]),
        ("Title", "contains", ["100%"], "Title contains 100%", ["Bo B"]),
        ("Title", "is not", ["baker"], "Title is not baker", ["Bo B", "Cy C", "Olive Owner"]),
        ("Title", "is empty", [], "Title is empty", ["Cy C", "Olive Owner"]),
        ("Site", "is any of", ["Hull", "a|b"], "Site is any of Hull, a|b", ["Ada A", "Bo B"]),
        ("Site", "is none of", ["Hull"], "Site is none of Hull", ["Bo B", "Cy C", "Olive Owner"]),
        ("Weekly hours", "is greater than", ["20"], "Weekly hours is greater than 20", ["Ada A"]),
        ("Weekly hours", "is between", ["20", "30"], "Weekly hours is between 20 and 30", ["Bo B"]),
        ("Start date", "is before", ["2026-03-01"], "Start date is before 2026-03-01", ["Cy C"]),
        ("Start date", "is on", ["2026-03-01"], "Start date is on 2026-03-01", ["Bo B"]),
        ("First aider", "is", ["Yes"], "First aider: Yes", ["Bo B"]),
    ],
)
def test_a_condition_is_added_step_by_step_and_fits_the_type_of_its_field(page, three, field, op, values, chip, found):
    screen = condition(page, field, op, *values)

    assert screen.url.startswith("/users?")
    assert chips(screen) == [chip]
    assert names(screen) == found
    assert len(names(screen.go(screen.tree.find("a", aria_label=f"Remove the filter {chip}").get("href")))) == 4


def test_the_manager_is_asked_for_by_name_of_address_and_shown_by_name(page, three, scope):
    manager = page("/users?q=ada").tree.find("th", scope="row").find("a").get("href").rsplit("/", 1)[1]

    by_id = page(f"/users?f=manager:is:{manager}&col=manager")
    unknown = page("/users?f=manager:is:nobody@acme.example")

    assert names(by_id) == ["Bo B"]
    assert "Ada A" in by_id.tree.find("tbody").text
    assert problems(unknown) == ["Manager: nobody here is called “nobody@acme.example”. Leave it out"]


@on_both
def test_several_conditions_stand_together_and_keep_every_other_part_of_the_view(page, three):
    first = condition(page, "Site", "is not empty", state="state=active&sort=-email&per=50")
    second = condition(page, "Weekly hours", "is less than", "30", state=first.url.partition("?")[2])

    assert names(second) == ["Bo B"]
    assert chips(second) == ["Active", "Site is not empty", "Weekly hours is less than 30"]
    assert all(part in second.url for part in ("sort=-email", "per=50", "state=active"))
    assert "All people 1" in second.text
    assert len(names(second.follow("Clear all"))) == 4


@pytest.mark.parametrize(
    "field, op, values, complaint",
    [
        ("Weekly hours", "is", ["many"], "“many” is not a number; write it as 42 or 4.2."),
        ("Weekly hours", "is between", ["30"], "“is between” needs two values."),
        ("Weekly hours", "is between", ["30", "20"], "The first value of “is between” is greater than the second."),
        ("Start date", "is on", ["1.3.2026"], "“1.3.2026” is not a date; write it as 2026-11-23."),
        ("Title", "is", [""], "Give a value, or choose “is empty”."),
        ("Site", "is any of", [], "Give a value, or choose “is empty”."),
        ("Manager", "is", ["nobody"], "Nobody here is called “nobody”."),
    ],
)
def test_a_condition_that_cannot_be_read_comes_back_with_what_is_wrong(page, three, field, op, values, complaint):
    screen = condition(page, field, op, *values)

    assert screen.status_code == 422
    assert screen.tree.find("div", id="condition-error").text == complaint
    form = screen.form("condition")
    assert [value for value in form.values.get("v", []) if value] == [value for value in values if value]
    assert screen.tree.find("option", selected="", value=form.values["op"][0]).text == op


@on_both
@pytest.mark.parametrize(
    "query, complaint",
    [
        ("role=god", "“god” is not one of the choices for this filter."),
        ("state=?", "“?” is not one of the choices for this filter."),
        ("source=ocra", "No directory here goes by the name “ocra”."),
        ("group=Sels", "No group is called “Sels”."),
        ("f=custom.gone:is:1", "custom.gone: there is no such field here; it may have been archived."),
        ("f=state:is:active", "State: this column has a filter of its own."),
        ("f=custom.hours:is:many", "Weekly hours: “many” is not a number; write it as 42 or 4.2."),
        ("f=custom.hours:contains:1", "Weekly hours: choose a condition that fits this field."),
        ("f=nonsense", "nonsense: there is no such field here; it may have been archived."),
        ("f=title", "Title: choose a condition that fits this field."),
        ("f=title:is:%00", "Title: at most 200 characters."),
        ("&".join(f"f=title:is:{number}" for number in range(11)), "At most 10 conditions at once."),
    ],
)
def test_what_an_address_asks_for_in_vain_is_said_and_finds_nobody(page, three, query, complaint):
    screen = page(f"/users?{query}")

    assert screen.status_code == 422
    assert problems(screen)[0].startswith(complaint)
    assert not screen.tree.find_all("table")
    assert not screen.tree.find_all("a", class_="tile plain")
    assert screen.follow("Leave it out").status_code == 200


def test_a_column_that_is_gone_hides_nobody(page, three, scope):
    custom_fields.archive(scope, "site")

    screen = page("/users?col=custom.site&col=title")

    assert screen.status_code == 200
    assert len(names(screen)) == 4
    assert problems(screen) == ["There is no column “custom.site” here; the field may have been archived. Leave it out"]
    assert screen.follow("Leave it out").url == "/users?col=title"


@on_both
def test_a_group_is_chosen_by_name_and_holds_the_people_of_groups_in_it(page, three, scope, make_group, make_user):
    ada, bo = make_user(given_name="Ada", family_name="Z"), make_user(given_name="Bo", family_name="Z")
    world, europe = make_group("World", [ada]), make_group("Europe", [bo])
    nesting.nest(scope, world.id, europe.id)

    typed = page("/users").form("filters").fill(group="world").submit()
    by_id = page(f"/users?group={europe.id}")
    everyone = page("/users").form("filters").fill(group="Everyone").submit()

    assert names(typed) == ["Ada Z", "Bo Z"]
    assert chips(typed) == ["Group is World"]
    assert names(by_id) == ["Bo Z"]
    assert by_id.form("filters").values["group"] == ["Europe"]
    assert len(names(everyone)) == 6


def test_of_two_groups_of_one_name_each_keeps_its_own_people(page, make_user, scim):
    ada, bo = make_user(given_name="Ada", family_name="Z"), make_user(given_name="Bo", family_name="Z")
    scim.post("/Groups", {"displayName": "Sales", "members": [{"value": ada.scim_id}]})
    second = scim.post("/Groups", {"displayName": "Sales", "members": [{"value": bo.scim_id}]}).json["id"]

    screen = page(f"/users?group={second}")

    assert names(screen) == ["Bo Z"]
    assert names(screen.form("filters").submit()) == ["Bo Z"]


def test_a_name_that_no_group_has_offers_those_that_are_like_it(page, make_group, make_user):
    make_group("Field Sales", [make_user(given_name="Ada", family_name="Z")])

    screen = page("/users").form("filters").fill(group="sales").submit()

    assert "Did you mean: Field Sales" in screen.text
    assert screen.tree.find("input", id="group").get("aria-invalid") == "true"
    assert names(screen.follow("Field Sales")) == ["Ada Z"]


def test_names_are_suggested_from_this_account_alone(page, make_group, make_user, other_account):
    make_group("Field Sales")
    other_account.make_group("Sales of others")
    make_user(given_name="Salma", email="salma@acme.example")
    other_account.make_user(given_name="Salome", email="salome@acme.example")

    groups = page("/users/filter/groups?q=sales").tree.find_all("option")
    people = page("/users/filter/people?q=sal").tree.find_all("option")

    assert [node.get("value") for node in groups] == ["Field Sales"]
    assert [node.get("value") for node in people] == ["salma@acme.example"]


def test_another_accounts_group_and_people_are_not_here(page, make_user, other_account):
    theirs = other_account.make_group("Theirs", [other_account.make_user()])

    assert "No group is called" in page(f"/users?group={theirs.id}").text
    assert "nobody here is called" in page(f"/users?f=manager:is:{other_account.owner.id}").text


def test_people_of_a_file_are_a_source_of_their_own(page, make_user, scope):
    make_user(given_name="Ada", family_name="Z")

    screen = page("/users").form("filters").fill(source="CSV file").submit()

    assert chips(screen) == ["Source is CSV file"]
    assert "No people match these filters" in screen.text


@on_both
@pytest.mark.parametrize("value", ["a" * 5_000, "\x00", "':;--", "<b>", "%25", "\ud83d", "é" * 200])
def test_odd_addresses_are_answered(page, three, value):
    query = urlencode([(name, value) for name in ("q", "role", "group", "source", "state", "f", "col", "sort", "per")],
                      errors="surrogatepass")  # fmt: skip
    alone = urlencode({"q": value}, errors="surrogatepass")

    assert page(f"/users?{query}").status_code == 422
    assert page(f"/users?{alone}").status_code == 200
    assert page(
        f"/users/filter?{urlencode({'field': 'title', 'op': 'is', 'v': value[:200], 'step': 'add'}, errors='surrogatepass')}"
    ).status_code in (200, 422)


def test_members_see_none_of_it(sign_in_as, make_user):
    screens = sign_in_as(make_user())

    for address in ("/users", "/users/filter", "/users/filter/groups?q=a", "/users/filter/people?q=a", "/users/export"):
        assert screens(address).status_code == 403


def test_of_a_range_the_value_that_is_missing_or_cannot_be_read_is_marked(page, three):
    def at_fault(low, high):
        tree = condition(page, "Weekly hours", "is between", low, high).tree
        marked, told = tree.find("input", aria_invalid="true"), tree.find(id="condition-error")
        assert marked.get("aria-describedby").split()[-1] == told.get("id")
        assert alerts(tree)[0].find("a").get("href") == "#" + marked.get("id")
        return marked.get("value")

    assert at_fault("9", "many") == "many"
    assert at_fault("few", "9") == "few"
    assert at_fault("few", "many") == "few"
    assert at_fault("9", "1") == "9"
    assert at_fault("9", "") == ""
    assert at_fault("", "9") == ""
