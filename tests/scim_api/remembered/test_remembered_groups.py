"""What is remembered of groups never outlives what it tells.

What changed a group is not asked: what is remembered goes by a count in the database, so that the change may as well have
come from another process.
"""

import time
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, text, update

from scimapp.database import db, writing
from scimapp.directory.changes import GroupChanges
from scimapp.directory.client_reads import groups_of_people
from scimapp.directory.client_reads.reference_form import ReferenceForm
from scimapp.directory.errors import GroupNameTaken
from scimapp.directory.groups import group_links, groups
from scimapp.directory.groups.nesting import nest, unnest
from scimapp.directory.model import Counter, Group
from scimapp.directory.unit_of_work import unit_of_work
from scimapp.resource_types import kept_pages
from tests.scim_api.bodies import create, group

PLAIN = (ReferenceForm("direct ", " ", " ", ""), ReferenceForm("around ", " ", " ", ""))


def written(group_id, name):
    """A group that somebody is in, in PLAIN."""
    return f'direct {group_id} {group_id} "{name}"'.encode()


def remembered(scope):
    """What is remembered of the scope's account, by form."""
    return [known for (account_id, _), known in groups_of_people._accounts.items() if account_id == scope.account_id]


@pytest.fixture
def person(make_user):
    return make_user()


def shown(scim, person, **query):
    """``[(display, id, type)]`` of the groups of somebody, alone and in a list alike."""
    alone = scim.get(f"/Users/{person.scim_id}", **query).json.get("groups", [])
    for _ in range(2):  # a page that was read twice is kept
        listed = {item["id"]: item.get("groups", []) for item in scim.get("/Users", **query).json["Resources"]}
        assert listed[person.scim_id] == alone
    assert [item["$ref"] for item in alone] == [f"{scim.base_url}/Groups/{item['value']}" for item in alone]
    return [(item["display"], item["value"], item["type"]) for item in alone]


def test_a_new_name_is_shown_at_once(scope, scim, person, make_group):
    north, south = make_group("North", [person]), make_group("South", [person])
    assert shown(scim, person) == [("North", north.id, "direct"), ("South", south.id, "direct")]

    groups.update(scope, north.id, GroupChanges(display_name='Zone "N"'))

    assert shown(scim, person) == [('Zone "N"', north.id, "direct"), ("South", south.id, "direct")]


def test_groups_stand_in_the_order_of_their_creation_however_postgres_finds_them(
    database, scope, scim, make_user, make_group
):
    """It walks through a table of one page rather than through an index, and finds what was put there last at its end."""
    people, made = [make_user() for _ in range(4)], [make_group(f"G{number}") for number in range(6)]
    for one in reversed(people):
        for number in (4, 1, 5, 0, 3, 2):
            groups.update(scope, made[number].id, GroupChanges(add_ids=[one.scim_id]))
    if database == "postgres":  # SQLite would keep statistics in its file, and plan by them in the tests that follow
        db.session.execute(text("ANALYZE memberships"))
        db.session.commit()

    for one in people:
        assert [name for name, _, _ in shown(scim, one)] == ["G0", "G1", "G2", "G3", "G4", "G5"]


def test_a_removed_group_is_shown_no_more_nor_taken_for_the_next(scope, scim, person, make_group):
    gone = make_group("Gone", [person])
    assert shown(scim, person) == [("Gone", gone.id, "direct")]

    groups.remove(scope, gone.id)
    assert shown(scim, person) == []
    new = make_group("New", [person])  # on SQLite under the number of the one that went

    assert shown(scim, person) == [("New", new.id, "direct")]


def test_a_group_that_is_unlinked_has_its_new_id(scope, scim, person):
    pushed = create(scim, group("Pushed", person.scim_id), "/Groups")["id"]
    assert shown(scim, person) == [("Pushed", pushed, "direct")]

    ours = group_links.unlink(scope, pushed).id

    assert ours != pushed
    assert shown(scim, person) == [("Pushed", ours, "direct")]


def test_a_group_that_is_taken_over_has_the_name_of_the_push(account, scope, person, make_group):
    entra, ours = account.scim("entra"), make_group("Sales", [person])
    assert shown(entra, person) == [("Sales", ours.id, "direct")]
    assert entra.post("/Groups", group("SALES")).status_code == 409
    group_links.link(scope, ours.id)

    create(entra, group("SALES", person.scim_id), "/Groups")

    assert shown(entra, person) == [("SALES", ours.id, "direct")]


def test_groups_around_are_shown_as_they_come_go_and_are_called(scope, scim, person, make_group):
    inner, middle, outer = make_group("Inner", [person]), make_group("Middle"), make_group("Outer")
    direct = ("Inner", inner.id, "direct")
    assert shown(scim, person) == [direct]

    nest(scope, middle.id, inner.id)
    assert shown(scim, person) == [direct, ("Middle", middle.id, "indirect")]
    nest(scope, outer.id, middle.id)
    groups.update(scope, outer.id, GroupChanges(display_name="All"))
    assert shown(scim, person) == [direct, ("Middle", middle.id, "indirect"), ("All", outer.id, "indirect")]
    unnest(scope, middle.id, inner.id)
    assert shown(scim, person) == [direct]


def test_what_is_not_committed_is_seen_inside_and_remembered_by_nobody(scope, person, make_group):
    made = make_group("Before", [person])
    row = SimpleNamespace(seq=person.seq, own_groups=None)
    assert groups_of_people.of_written(scope, row, PLAIN)[0] == written(made.id, "Before")

    with pytest.raises(GroupNameTaken), unit_of_work(scope):
        groups.update(scope, made.id, GroupChanges(display_name="Inside"))
        assert groups_of_people.of_written(scope, row, PLAIN)[0] == written(made.id, "Inside")
        raise GroupNameTaken("Inside")

    assert groups_of_people.of_written(scope, row, PLAIN)[0] == written(made.id, "Before")


def test_only_so_much_is_remembered(scope, scim, monkeypatch, make_user, make_group):
    monkeypatch.setattr(groups_of_people, "MAXIMUM_GROUPS", 2)
    monkeypatch.setattr(groups_of_people, "MAXIMUM_MENTIONS", 3)
    monkeypatch.setattr(kept_pages, "MAXIMUM_BYTES", 0)  # nobody asks for groups by a page that is kept
    people = [make_user() for _ in range(4)]
    made = [make_group(f"G{number}", people[number:]) for number in range(4)]

    for _ in range(2):
        for number, one in enumerate(people):
            assert shown(scim, one) == [(group.display_name, group.id, "direct") for group in made[: number + 1]]
        for count in (1, 1, 2, 2, 3, 3):  # of the owner, who is in no group, and of some of the people
            scim.get("/Users", startIndex=1, count=1 + count)
        (known,) = remembered(scope)
        assert all(len(kept) <= 4 for kept in known.groups)  # of one answer at least
        # The second has three mentions and leaves no room for the first; the third has six.
        assert [*map(len, known.pages.values())] == [3] and known.mentions == 3
        scim.get("/Users", startIndex=2, count=1)
        assert [*known.pages.values()] == [None]  # it was read once


def test_whoever_comes_back_after_the_people_of_a_page_were_read_leaves_them_their_own_groups(
    scope, make_user, make_group
):
    """As on Postgres, where somebody else may commit between two statements."""
    first, back, last = (make_user() for _ in range(3))
    north, south = make_group("North", [back]), make_group("South", [last])

    def told(*people):
        rows = [(one.seq,) for one in people]
        return [told for told, _ in groups_of_people.of_neighbours(scope, rows, PLAIN)]

    for _ in range(3):  # what is told twice is kept
        assert told(first, last) == [b"", written(south.id, "South")]
    assert told(first, back, last) == [b"", written(north.id, "North"), written(south.id, "South")]


def test_another_thread_that_makes_room_takes_no_group_from_somebody(scope, make_user, make_group):
    one, both = make_user(), make_user()
    north, south = make_group("North", [one, both]), make_group("South", [both])

    def told(somebody):
        return groups_of_people.of_written(scope, SimpleNamespace(seq=somebody.seq, own_groups=None), PLAIN)[0]

    told(one)
    (known,) = remembered(scope)

    class Forgotten(dict):
        """Those groups whose numbers are looked at when another thread forgets them all."""

        def keys(self):
            known.forget_groups()
            return super().keys()

    known.groups = (*known.groups[:-1], Forgotten(known.groups[-1]))

    assert told(both) == written(north.id, "North") + b"," + written(south.id, "South")


def test_a_page_that_is_read_again_shows_who_came_and_went(scope, scim, make_user, make_group):
    first, second, third = (make_user() for _ in range(3))
    crew = make_group("Crew", [first, third])
    shown(scim, first)

    assert scim.delete(f"/Users/{second.scim_id}").status_code == 204
    assert shown(scim, first) == shown(scim, third) == [("Crew", crew.id, "direct")]
    new = make_user()
    assert shown(scim, new) == []
    groups.update(scope, crew.id, GroupChanges(remove_ids=[third.scim_id]))
    assert shown(scim, third) == []
    groups.update(scope, crew.id, GroupChanges(add_ids=[new.scim_id]))
    assert shown(scim, new) == shown(scim, first) == [("Crew", crew.id, "direct")]


def test_a_group_around_many_is_kept_once(scope, scim, monkeypatch, make_user, make_group):
    monkeypatch.setattr(groups_of_people, "MAXIMUM_GROUPS", 3)
    people = [make_user() for _ in range(4)]
    inner = [make_group(f"G{number}", [one]) for number, one in enumerate(people)]
    everybody = make_group("Everybody")
    for own in inner:
        nest(scope, everybody.id, own.id)

    for one, own in zip(people, inner, strict=True):
        alone = scim.get(f"/Users/{one.scim_id}").json["groups"]
        assert [item["value"] for item in alone] == [own.id, everybody.id]
        (known,) = remembered(scope)
        (kept,) = known.around.values()
        outer, marks, texts = known.groups
        assert all(around is kept for those in outer.values() for around in those)
        assert len(texts) <= 3 and marks.keys() == texts.keys() == outer.keys()


@pytest.mark.parametrize("by_cursor", [False, True])
def test_people_of_a_page_have_their_own_groups_whoever_left_between_them(
    scope, scim, make_user, make_group, by_cursor
):
    people = [make_user() for _ in range(7)]
    made = [make_group(f"G{9 - number}", people[number::2]) for number in range(4)]
    assert scim.delete(f"/Users/{people[3].scim_id}").status_code == 204
    nest(scope, make_group("Around").id, made[2].id)

    listed, place = [], {"cursor": ""} if by_cursor else {"startIndex": 1}
    while place:
        answer = scim.get("/Users", count=3, **place).json
        listed += answer["Resources"]
        following = {"cursor": answer.get("nextCursor")} if by_cursor else {"startIndex": len(listed) + 1}
        place = following if len(listed) < answer["totalResults"] else None

    assert listed == [scim.get(f"/Users/{one['id']}").json for one in listed]
    assert [len(one.get("groups", [])) for one in listed] == [0, 1, 1, 3, 3, 2, 3]


def test_a_page_of_known_groups_takes_a_statement_less(scim, make_user, make_group, statements):
    make_group("G", [make_user()])
    reads = []
    for _ in range(2):
        with statements() as log:
            assert scim.get("/Users").status_code == 200
        reads.append(sum("FROM groups" in statement for statement in log))

    assert reads == [1, 0]


def test_nothing_is_remembered_for_long_or_without_the_count(scope, scim, person, make_group, monkeypatch):
    """As while a server of a version that does not count runs beside this one."""
    made = make_group("Before", [person])
    assert shown(scim, person) == [("Before", made.id, "direct")]

    def rename(name):
        with writing() as session:
            session.execute(update(Group).where(Group.id == made.id).values(display_name=name))

    rename("Later")
    later = time.monotonic() + groups_of_people.MAXIMUM_SECONDS + 1
    monkeypatch.setattr(groups_of_people, "time", SimpleNamespace(monotonic=lambda: later))
    assert shown(scim, person) == [("Later", made.id, "direct")]

    with writing() as session:
        session.execute(delete(Counter).where(Counter.name == groups_of_people.SHIFTS))
    rename("Uncounted")
    assert shown(scim, person) == [("Uncounted", made.id, "direct")]
    rename("Again")
    assert shown(scim, person) == [("Again", made.id, "direct")]
