"""No list that is mended on Postgres misses what was committed, whoever writes beside the reader (decision 0158)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from scimapp.database import db
from scimapp.directory.changes import UserChanges
from scimapp.directory.people import users
from scimapp.directory.user_list import kept_lists, search, user_filters, user_order
from scimapp.directory.user_list.list_attributes import attributes
from scimapp.directory.user_list.search import UserSearch
from tests.support.dice import Dice, thrown

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)
WRITERS, OWN, STEPS = 4, 3, 12
_LAST = text("UPDATE users SET order_key = 'zz' || order_key WHERE seq = :seq")


@pytest.fixture(autouse=True)
def every_walk_is_kept(monkeypatch):
    monkeypatch.setattr(user_order, "_KEPT_FROM", 0)


@pytest.fixture
def bakers(scope):
    """The searches for all bakers, by title and by name, and for those who are inactive."""
    title = attributes(scope)["title"]
    by_title = UserSearch(conditions=(user_filters.read(title, "is", ["Baker"]),), sort=title, per_page=500)
    return by_title, UserSearch(conditions=by_title.conditions, state="inactive", per_page=500)


def told(scope, asked):
    """The seqs of the people on a page, as a call of its own would find them."""
    db.session.rollback()
    return [row.user.seq for row in search.find_users(scope, asked).items]


def one_last(seqs, last):
    return [*(seq for seq in seqs if seq != last), last]


@pytest.mark.parametrize("is_slow_one_first", [True, False])
def test_a_list_is_mended_for_whoever_wrote_across_the_read(scope, make_user, is_slow_one_first):
    one, two, _ = (make_user(given_name=name).seq for name in "ABC")
    everybody = UserSearch()
    before = told(scope, everybody)

    with db.engine.connect() as slow, db.engine.connect() as quick:
        slow.execute(_LAST, {"seq": one})
        assert told(scope, everybody) == before  # kept while the first one is open
        quick.execute(_LAST, {"seq": two})
        assert told(scope, everybody) == before
        ends = [(slow, one_last(before, one)), (quick, one_last(one_last(before, one), two))]
        if not is_slow_one_first:
            ends = [(quick, one_last(before, two)), (slow, ends[1][1])]
        for ending, expected in ends:
            ending.commit()
            assert told(scope, everybody) == expected


def test_whoever_has_written_finds_it_whatever_others_write_and_read_meanwhile(app, scope, make_user, bakers):
    people = [make_user(core={"title": "Cook"}) for _ in range(WRITERS * OWN)]
    ids = {row.seq: row.id for row in people}
    start, dice = Barrier(WRITERS), thrown()
    chances = [Dice(dice.random()) for _ in range(WRITERS)]
    db.session.rollback()

    def write_and_look(number):
        chance, mine = chances[number], list(ids)[number * OWN : (number + 1) * OWN]
        titles, active = dict.fromkeys(mine, "Cook"), dict.fromkeys(mine, True)
        start.wait()
        for _ in range(STEPS):
            one = chance.choice(mine)
            if chance.often(0.6):
                titles[one] = "Cook" if titles[one] == "Baker" else "Baker"
                changes = UserChanges(core={"title": titles[one]})
            else:
                active[one] = not active[one]
                changes = UserChanges(active=active[one])
            with app.app_context():
                users.update(scope, ids[one], changes)
                db.session.commit()
                found, inactive = (set(told(scope, asked)) & set(mine) for asked in bakers)
            assert found == {seq for seq in mine if titles[seq] == "Baker"}
            assert inactive == {seq for seq in found if not active[seq]}

    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(write_and_look, number) for number in range(WRITERS)]:
            done.result()
    mended = [told(scope, asked) for asked in bakers]
    kept_lists.forget_all()
    assert mended == [told(scope, asked) for asked in bakers]
