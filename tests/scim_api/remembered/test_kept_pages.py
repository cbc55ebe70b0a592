"""A page of everybody that is kept shows what the people on it show when each is asked for alone, whatever has changed."""

import pytest
from sqlalchemy import update

from scimapp.database import db, writing
from scimapp.directory.changes import UserChanges
from scimapp.directory.client_reads import everybody, same_page
from scimapp.directory.fields import custom_fields
from scimapp.directory.groups.nesting import nest, unnest
from scimapp.directory.model import Group, User
from scimapp.directory.people import users
from scimapp.resource_types import kept_pages
from scimapp.scim.urns import ENTERPRISE_USER
from tests.scim_api.bodies import create, extension, group, op, person
from tests.scim_api.call_log.kept_calls import bodies, logged


def listed(scim, **query):
    """The resources of a page that is asked for twice, each as it is alone."""
    first, again = (scim.get("/Users", **query) for _ in range(2))
    assert again.json == first.json
    for one in again.json["Resources"]:
        assert scim.get(f"/Users/{one['id']}").json == one
    return again.json["Resources"]


def reads_people(statements, scim, **query):
    """Whether a page is read with the documents of its people."""
    with statements() as log:
        assert scim.get("/Users", **query).status_code == 200
    return any("user_documents" in text for text in log)


@pytest.fixture(autouse=True)
def pages(monkeypatch):
    """Room of its own for the pages of a test: what those before it have used a moment ago is not given up for it."""
    monkeypatch.setattr("scimapp.resource_types.users.user.pages", pages := kept_pages.KeptPages())
    return pages


@pytest.fixture
def crowd(scim, account):
    """``(ids, group id)`` of four people, of whom the second and the third are in a group, and the fourth has a manager."""
    account.make_field("grade", "number", label="Grade")
    made = [
        person(f"P{number}", "One", externalId=f"x{number}", **{extension(account): {"grade": number}})
        for number in range(4)
    ]
    ids = [create(scim, body)["id"] for body in made[:3]]
    ids.append(create(scim, made[3] | {ENTERPRISE_USER: {"manager": {"value": ids[0]}}})["id"])
    return ids, create(scim, group("Crew", *ids[1:3]), "/Groups")["id"]


def row_of(scim_id):
    return db.session.query(User).filter_by(scim_id=scim_id).one()


def members(scim, crew, how, scim_id):
    scim.patch(f"/Groups/{crew}", op(how, "members", [{"value": scim_id}]))


CHANGES = {
    "a name": lambda scim, scope, ids, crew: scim.patch(f"/Users/{ids[1]}", replace={"displayName": "Élan"}),
    "a title": lambda scim, scope, ids, crew: scim.patch(f"/Users/{ids[1]}", replace={"title": "Cook"}),
    "an external id": lambda scim, scope, ids, crew: scim.patch(f"/Users/{ids[2]}", replace={"externalId": "other"}),
    "the state": lambda scim, scope, ids, crew: scim.patch(f"/Users/{ids[2]}", replace={"active": False}),
    "a manager's name": lambda scim, scope, ids, crew: scim.patch(f"/Users/{ids[0]}", replace={"displayName": "Boss"}),
    "a manager who left": lambda scim, scope, ids, crew: scim.delete(f"/Users/{ids[0]}"),
    "somebody who left": lambda scim, scope, ids, crew: scim.delete(f"/Users/{ids[2]}"),
    "somebody new": lambda scim, scope, ids, crew: scim.post("/Users", person("New", "One")),
    "a group's name": lambda scim, scope, ids, crew: scim.patch(f"/Groups/{crew}", replace={"displayName": "Team"}),
    "a group that went": lambda scim, scope, ids, crew: scim.delete(f"/Groups/{crew}"),
    "a member more": lambda scim, scope, ids, crew: members(scim, crew, "add", ids[0]),
    "a member less": lambda scim, scope, ids, crew: members(scim, crew, "remove", ids[1]),
    "a member for another": lambda scim, scope, ids, crew: (
        members(scim, crew, "add", ids[3]), members(scim, crew, "remove", ids[1])
    ),
    "a field that is archived": lambda scim, scope, ids, crew: custom_fields.archive(scope, "grade"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_kept_page_shows_what_has_changed(scim, scope, statements, crowd, change):
    ids, crew = crowd
    before = listed(scim)
    assert not reads_people(statements, scim)

    CHANGES[change](scim, scope, ids, crew)

    assert listed(scim) != before
    assert not reads_people(statements, scim)


def test_a_manager_who_stands_on_another_page_is_shown_by_the_new_name(scim, crowd):
    last = {"startIndex": 5, "count": 1}
    before = listed(scim, **last)

    scim.patch(f"/Users/{crowd[0][0]}", replace={"displayName": "Boss"})

    assert "Boss" in str(listed(scim, **last)) and "Boss" not in str(before)


def test_somebody_who_comes_back_stands_in_the_page_again(scim, scope, crowd):
    ids, _ = crowd
    here = row_of(ids[2])
    before = listed(scim)
    scim.delete(f"/Users/{ids[2]}")
    assert len(listed(scim)) == len(before) - 1

    users.update(scope, here.id, UserChanges(active=True))

    assert len(listed(scim)) == len(before)


def test_who_comes_and_goes_behind_the_counts_is_told_by_the_statement(scim, scope, monkeypatch):
    """As many people with the same sum of versions between the same numbers."""
    ids = [create(scim, person(f"P{number}", "One"))["id"] for number in range(3)]
    away = row_of(ids[1]).id
    scim.delete(f"/Users/{ids[1]}")
    listed(scim)
    counted, version = everybody.state(scope), row_of(ids[2]).version

    users.update(scope, away, UserChanges(active=True))
    scim.delete(f"/Users/{ids[2]}")
    with writing() as session:
        session.execute(update(User).where(User.id == away).values(version=version))
    monkeypatch.setattr(everybody, "state", lambda _: counted)

    assert ids[2] not in [one["id"] for one in scim.get("/Users").json["Resources"]]


def test_groups_around_are_shown_in_a_kept_page_as_they_come_and_go(scim, scope, crowd, make_group):
    ids, crew = crowd
    outer = make_group("Outer")

    def shown():
        return [each["display"] for one in listed(scim) if one["id"] == ids[1] for each in one["groups"]]

    assert shown() == ["Crew"]
    nest(scope, outer.id, crew)
    assert shown() == ["Crew", "Outer"]
    unnest(scope, outer.id, crew)
    assert shown() == ["Crew"]


def test_a_group_that_is_renamed_without_a_count_is_read_anew_in_time(scim, crowd, monkeypatch):
    """As by a server of an older version, see ``groups_of_people``."""
    _, crew = crowd
    before = scim.get("/Users").json
    with writing() as session:
        session.execute(update(Group).where(Group.id == crew).values(display_name="Quietly"))
    assert scim.get("/Users").json == before

    monkeypatch.setattr("scimapp.directory.client_reads.groups_of_people.time.monotonic", lambda: 10.0**9)

    assert "Quietly" in scim.get("/Users").text


def test_each_page_and_each_client_has_its_own(account, scim, statements, crowd):
    other = account.scim("entra")
    for client, has_ids in ((scim, True), (other, False), (scim, True)):
        assert any("externalId" in one for one in client.get("/Users").json["Resources"]) is has_ids
    assert [one["userName"] for one in scim.get("/Users", startIndex=2, count=2).json["Resources"]] == [
        one["userName"] for one in scim.get("/Users").json["Resources"][1:3]
    ]
    assert (
        scim.get("/Users", excludedAttributes="name,groups").json["Resources"][1].keys().isdisjoint({"name", "groups"})
    )
    assert "name" in scim.get("/Users", attributes="name").json["Resources"][1]
    assert "name" in scim.get("/Users").json["Resources"][1]
    assert not reads_people(statements, scim, startIndex=2, count=2)


def test_the_log_keeps_as_much_of_a_kept_page(account, scim, crowd):
    for _ in range(2):
        scim.get("/Users")

    again, first = (bodies(account, call).answer for call in logged(account)[:2])

    assert again == first
    assert "… 2 more" in str(again)


def test_only_so_much_is_kept_and_what_nobody_asks_for_again_gives_way(scim, statements, crowd, pages, monkeypatch):
    monkeypatch.setattr(kept_pages, "MAXIMUM_BYTES", 1)
    scim.get("/Users", count=1)
    assert reads_people(statements, scim, count=2)
    assert reads_people(statements, scim, count=2)  # there was no room for it

    monkeypatch.setattr(kept_pages, "NEW_SECONDS", -1)
    pages._drop(next(iter(pages._kept)))
    scim.get("/Users", count=1)
    scim.get("/Users", count=2)
    assert not reads_people(statements, scim, count=2)
    assert reads_people(statements, scim, count=1)  # gave way to the other, and cannot come back: that one was found

    monkeypatch.setattr(kept_pages, "FOUND_SECONDS", -1)
    scim.get("/Users", count=2)
    scim.get("/Users", count=1)
    assert not reads_people(statements, scim, count=1)
    assert len(pages._kept) == 1 and pages.size == sum(
        map(kept_pages._size_of, (page for page, _ in pages._kept.values()))
    )


def test_a_page_that_can_never_hold_again_gives_way_at_once(scim, statements, crowd, monkeypatch):
    """It kept its room for ten minutes, in which nothing else of the account was kept."""
    monkeypatch.setattr(kept_pages, "MAXIMUM_BYTES", 1)
    for _ in range(2):
        scim.get("/Users", count=1)
    create(scim, person("Somebody", "New"))

    assert reads_people(statements, scim, count=2)
    assert not reads_people(statements, scim, count=2)


def test_a_page_that_is_too_large_is_not_kept(scim, statements, crowd, monkeypatch):
    """One page of great documents took many times the room of all, for as long as somebody asked for it."""
    before = listed(scim)
    monkeypatch.setattr("scimapp.resource_types.users.user.pages", pages := kept_pages.KeptPages())
    monkeypatch.setattr(kept_pages, "LARGEST_BYTES", 1_000)

    assert listed(scim, startIndex=1) == before
    assert reads_people(statements, scim)
    assert pages.size == 0 and not pages._kept

    scim.get("/Users", count=1)
    assert not reads_people(statements, scim, count=1)


def test_nothing_is_kept_inside_a_transaction_that_writes(crowd):
    assert same_page.can_be_told()
    with writing():
        assert not same_page.can_be_told()
