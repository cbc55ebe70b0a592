"""The time zone of the person who reads: chosen on the own page or sent by the directory; times and days are in it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scimapp.directory import clock as now_here
from scimapp.directory.accounts import account_settings, accounts
from scimapp.directory.changes import UserChanges
from scimapp.directory.errors import InvalidValue
from scimapp.directory.people import own_profile, users
from scimapp.directory.scope import person_scope
from scimapp.languages import force_locale
from scimapp.local_time import in_zone, time_of
from scimapp.web.moment_words import ago, as_title
from scimapp.web.view_models.calls.chart import _starts
from scimapp.web.view_models.value_words import custom_text
from scimapp.zones import midnight, offered, zone_of
from tests.support.databases import on_both
from tests.web.people.test_users_list import names

SECOND = timedelta(seconds=1)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Berlin", ZoneInfo("Europe/Berlin")),
        ("europe/BERLIN", ZoneInfo("Europe/Berlin")),
        ("Etc/UTC", UTC),
        ("Pacific Standard Time", None),
        ("../../etc/passwd", None),
        ("localtime", None),
        ("", None),
        (None, None),
    ],
)
def test_a_zone_is_known_by_its_name_in_any_letter_case(name, zone):
    assert zone_of(name) is zone


def test_places_of_our_day_are_offered_and_each_is_a_zone():
    assert {"Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "Europe/Kyiv"} <= set(offered())
    assert not {"US/Pacific", "Asia/Calcutta", "Etc/GMT+5", "EST"} & set(offered())
    assert None not in map(zone_of, offered())


def test_zones_are_offered_by_area_and_by_the_name_of_their_place(page):
    groups = page("/me").tree.find("select", name="time_zone").find_all("optgroup")
    places = {group.get("label"): [option.text.casefold() for option in group.find_all("option")] for group in groups}

    assert list(places) == sorted(places)
    assert len(places["Europe"]) > 30
    assert all(names == sorted(names) for names in places.values())


@pytest.mark.parametrize(
    ("day", "name", "moment"),
    [
        ("2026-11-26", "UTC", "2026-11-26T00:00"),
        ("2026-03-29", "Europe/Berlin", "2026-03-28T23:00"),
        ("2026-03-30", "Europe/Berlin", "2026-03-29T22:00"),
        ("2026-10-26", "Europe/Berlin", "2026-10-25T23:00"),
        ("2026-03-29", "Asia/Beirut", "2026-03-28T22:00"),  # begins at one o'clock
        ("2026-11-01", "America/Havana", "2026-11-01T04:00"),  # has two midnights
        ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00"),  # never came: it ends as it begins
        ("2011-12-31", "Pacific/Apia", "2011-12-30T10:00"),
        ("0001-01-01", "Europe/Berlin", "0001-01-01T00:00"),
    ],
)
def test_a_day_begins_with_its_first_moment(day, name, moment):
    assert midnight(date.fromisoformat(day), zone_of(name)) == at(moment)


@pytest.mark.parametrize(
    ("name", "moment", "words"),
    [
        ("Europe/Berlin", "2026-10-25T00:30", "02:30 CEST"),
        ("Europe/Berlin", "2026-10-25T01:30", "02:30 CET"),
        ("America/Sao_Paulo", "2026-11-26T13:05", "10:05 UTC-03:00"),
        ("Asia/Kathmandu", "2026-11-26T13:05", "18:50 UTC+05:45"),
        ("Mars/Olympus", "2026-11-26T13:05", "13:05 UTC"),
    ],
)
def test_a_time_names_its_zone(name, moment, words):
    with in_zone(name):
        assert time_of(at(moment)) == words


def test_a_moment_is_told_anew_in_each_language_and_zone(app, clock):
    moment, told = clock.now() - timedelta(hours=2, minutes=30), set()  # far from the next hour

    for language, zone in (("en", "UTC"), ("de", "UTC"), ("en", "Asia/Kathmandu"), ("de", "Asia/Kathmandu")) * 2:
        with app.test_request_context(), force_locale(language), in_zone(zone):
            told.add((ago(moment), as_title(moment)))

    assert len(told) == 4
    assert {words for words, _ in told} == {"2 hours ago", "vor 2 Stunden"}


def test_the_bars_of_a_chart_are_days_of_the_zone_whatever_the_clocks_do():
    with in_zone("Europe/Berlin"), now_here.set_to(at("2026-10-26T12:00")):
        starts = _starts(30, 24)

    assert starts[-1] == at("2026-10-25T23:00")
    assert starts[-1] - starts[-2] == timedelta(hours=25)
    assert starts[-2] - starts[-3] == timedelta(hours=24)


def choose(page, name):
    return page("/me").form("profile").fill(time_zone=name).submit()


def test_a_chosen_zone_is_that_of_every_page_and_a_value_of_the_person(account, page, scim, clock):
    clock.advance_to(at("2027-01-15T23:30"))
    page = account.screens()  # a session of that day
    saved = choose(page, "Europe/Berlin")

    assert "Your profile is saved." in saved.text
    assert page("/me").form("profile").values["time_zone"] == ["Europe/Berlin"]
    assert scim.get(f"/Users/{account.owner.scim_id}").json["timezone"] == "Europe/Berlin"
    entry = page("/audit").tree.find("tbody").find_all("time")[0]
    assert entry.text.startswith("16 Jan 2027, 00:30") and entry.text.endswith(" CET")
    assert entry.get("title") == "15 Jan 2027, 23:30 UTC"
    assert entry.get("datetime").endswith("+00:00")

    choose(page, "")

    assert "timezone" not in scim.get(f"/Users/{account.owner.scim_id}").json
    assert page("/audit").tree.find("tbody").find_all("time")[0].text.startswith("15 Jan 2027, 23:30")
    assert "Time (UTC)" in page("/audit").text


def test_files_stay_in_utc(page):
    choose(page, "Asia/Tokyo")

    for path in ("/audit/export?format=json", "/audit/export"):
        assert "+00:00" in page(path).html
        assert "+09:00" not in page(path).html


def test_a_choice_that_is_no_zone_is_refused(page, account):
    form = page("/me").form("profile")
    form.values["time_zone"] = ["Mars/Olympus"]
    answer = form.submit()

    assert answer.status_code == 422
    with pytest.raises(InvalidValue, match="one of the time zones"):
        own_profile.change(person_scope(account.owner), UserChanges(core={"timezone": "Mars/Olympus"}))


@pytest.fixture
def sent(scim, sign_in_as, make_user):
    """``sent(zone)`` → the screens of somebody whom a directory gave that time zone."""

    def send(zone):
        person = make_user(given_name="Ann")
        assert scim.patch(f"/Users/{person.scim_id}", replace={"timezone": zone}).status_code == 200
        return sign_in_as(person)

    return send


def test_the_zone_that_a_directory_sends_is_in_use_and_the_directorys_to_change(sent):
    page = sent("america/new_york")
    me = page("/me")

    assert "time_zone" not in me.form("profile").names
    shown = me.tree.find("textarea", id="time_zone")
    assert shown.text.startswith("America/New_York (UTC-0")
    assert me.tree.find_all("time")[0].get("title").partition(" · ")[0].endswith(("EST", "EDT"))


def test_what_a_directory_sends_in_place_of_a_zone_is_kept_and_times_stay_in_utc(sent):
    me = sent("(UTC-08:00) Pacific Time")("/me")

    shown = me.tree.find("textarea", id="time_zone").text
    assert shown == "(UTC-08:00) Pacific Time (unknown here: times are in UTC)"
    assert me.tree.find_all("time")[0].get("title").endswith(" UTC")


def test_a_form_with_a_zone_that_is_not_known_here_meets_who_chose_another(page, scope, scim, make_user):
    """The page complained of the zone that nobody had altered, and told nothing of the other person."""
    person = make_user(given_name="Ann")
    assert scim.patch(f"/Users/{person.scim_id}", replace={"timezone": "Pacific Time"}).status_code == 200
    accounts.change_options(scope, yielded_values=["timezone", "title"])
    form = page(f"/users/{person.id}").form("profile").fill(title="Chemist")
    users.update(scope, person.id, UserChanges(core={"timezone": "Europe/Oslo"}))

    told = form.submit()

    assert told.status_code == 409
    assert "Oslo (UTC+01:00)" in told.tree.find("section", role="alert").text
    assert told.form("profile").values["time_zone"] == ["Europe/Oslo"]
    assert told.form("profile").submit().status_code == 200


def time_there(page):
    """The zone of the first time on the own page."""
    return page("/me").tree.find_all("time")[0].get("title").partition(" · ")[0].rpartition(" ")[2]


def test_who_has_no_zone_reads_times_in_the_accounts(scope, page, sent):
    account_settings.change_account(scope, time_zone="asia/tokyo")

    assert "As the account: Asia/Tokyo (UTC+09:00)" in page("/me").text
    assert time_there(page) == "JST"
    choose(page, "UTC")
    assert (page("/me").form("profile").values["time_zone"], time_there(page)) == (["UTC"], "UTC")
    unknown = sent("Tokyo Standard Time")
    assert "Tokyo Standard Time (unknown here: times are in Asia/Tokyo)" in unknown("/me").html
    assert time_there(unknown) == "JST"


def test_an_administrator_gives_somebody_a_zone(account, page, make_user):
    ann = make_user()
    form = page(f"/users/{ann.id}").form("profile")

    saved = form.fill(time_zone="Europe/Berlin").submit()

    assert "Saved 1 change." in saved.text
    assert users.document(account.scope, ann).core["timezone"] == "Europe/Berlin"
    with pytest.raises(InvalidValue, match="one of the time zones"):
        users.update(person_scope(account.owner), ann.id, UserChanges(core={"timezone": "Mars/Olympus"}))
    saved.form("profile").fill(time_zone="").submit()
    assert "timezone" not in users.document(account.scope, ann).core


# Days of Berlin: one of 23 hours, one of 25.
DAYS = {"2026-03-29": ("2026-03-28T23:00", "2026-03-29T22:00"), "2026-10-25": ("2026-10-24T22:00", "2026-10-25T23:00")}


@on_both
@pytest.mark.parametrize("day", DAYS)
def test_a_day_of_a_filter_is_one_of_the_zone(account, make_user, make_field, clock, day):
    begins, ends = map(at, DAYS[day])
    make_field("seen", "datetime", label="Seen")
    for name, moment in (("Eve", begins - SECOND), ("First", begins), ("Last", ends - SECOND), ("Next", ends)):
        clock.advance_to(moment)
        make_user(given_name=name, family_name="X", custom={"seen": f"{moment:%Y-%m-%dT%H:%M:%S}Z"})
    page = account.screens()
    choose(page, "Europe/Berlin")

    for key in ("created", "custom.seen"):
        assert names(page(f"/users?f={key}:is:{day}")) == ["First X", "Last X"]
        assert names(page(f"/users?f={key}:between:{day}..{day}")) == ["First X", "Last X"]
        assert "Eve X" in names(page(f"/users?f={key}:before:{day}"))
        assert "First X" not in names(page(f"/users?f={key}:before:{day}"))
        assert names(page(f"/users?f={key}:after:{day}"))[:1] == ["Next X"]
    hint = page("/users?").form("condition").fill(field="Created").submit("Choose").text
    assert "Days begin at midnight (Europe/Berlin)." in hint


def test_moments_of_the_accounts_own_fields_are_read_in_the_zone_and_typed_in_utc(account, make_user, make_field):
    make_field("seen", "datetime", label="Seen", help_text="At the gate.", show_in_list=True)
    ann = make_user(custom={"seen": "2026-11-26T23:30:00Z"})
    page = account.screens()
    choose(page, "Europe/Berlin")

    form = page(f"/users/{ann.id}")
    assert "At the gate. In UTC." in form.text
    form.form("profile").fill(title="Baker").submit()

    assert users.document(account.scope, ann).custom["seen"] == "2026-11-26T23:30:00Z"
    assert "27 Nov 2026" in page("/users").text


def test_the_end_of_the_calendar_and_a_text_without_a_zone_are_shown_as_they_are(account, make_user, make_field):
    seen = make_field("seen", "datetime", label="Seen", show_in_list=True)
    make_user(custom={"seen": "9999-12-31T23:30:00Z"})
    page = account.screens()
    choose(page, "Asia/Tokyo")

    assert "31 Dec 9999" in page("/users").text
    with in_zone("Asia/Tokyo"):
        assert custom_text(seen, "9999-12-31T23:30:00Z") == "31 Dec 9999, 23:30 UTC"
        assert custom_text(seen, "2026-11-26T15:00:30Z") == "27 Nov 2026, 00:00:30 JST"
        assert custom_text(seen, "2026-11-26") == "2026-11-26"  # kept before the field had moments
