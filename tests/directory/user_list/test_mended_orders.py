"""Lists of numbers that are in an order keep it while they are mended (decisions 0144 and 0158)."""

import pytest

from scimapp.directory.model import IndexedValue, User
from scimapp.directory.people.value_index import select_at
from scimapp.directory.user_list import kept_lists, mended
from tests.support.databases import only_sqlite

pytestmark = only_sqlite


@pytest.fixture
def mend(scope):
    """``mend(known, *changed)``: a list of everybody by name, mended for those who have changed; None if it is to be read anew."""
    query = scope.select(User, User.seq).order_by(User.order_key, User.seq)

    def run(known, *changed, is_all=False):
        found = mended.in_order(query, kept_lists.packed(known), frozenset(changed), is_all)
        return None if found is None else found[0].tolist()

    return run


@pytest.mark.parametrize("one_by_one", [0, 8])  # people who are taken out in either way
def test_of_an_order_that_was_read_in_part_only_that_part_is_mended(make_user, mend, monkeypatch, one_by_one):
    monkeypatch.setattr(mended, "_BY_BYTES", one_by_one)
    a, b, c, d = (make_user(given_name=name).seq for name in "ABCD")

    assert (mend([a, b], d), mend([a, b], b), mend([a], a)) == ([a, b], [a], [])  # they may stand behind others
    assert (mend([b, d], a, c), mend([a, b, c], a, d)) == ([a, b, c, d], [a, b, c])
    assert mend([a, b], c, is_all=True) == [a, b, c]


def test_an_order_that_names_somebody_who_is_gone_is_read_anew(make_user, mend):
    a, b, c = (make_user(given_name=name).seq for name in "ABC")

    assert mend([b, 4_000_000, c], a) is None


def test_nobody_is_taken_for_somebody_whose_number_is_written_across_two_others(mend):
    known = [5 * 256, 512, 5, 7]  # 00 05 00 00, 00 02 00 00, 05 00 00 00, …

    assert mend(known, 5) == [5 * 256, 512, 7]


def test_an_order_in_which_somebody_stands_twice_is_read_anew(scope, make_user):
    row = make_user(core={"phoneNumbers": [{"value": "1", "type": "work"}, {"value": "2", "type": "home"}]})
    query = select_at(scope, "phonenumbers.value", IndexedValue.user_seq).order_by(IndexedValue.text_key)

    assert mended.in_order(query, kept_lists.packed([row.seq, row.seq]), frozenset([row.seq])) is None
