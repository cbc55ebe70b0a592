"""Lists sorted by state, role or source: value by value, and by name among those who have the same."""

import pytest
from sqlalchemy import update

from scimapp.database import db
from scimapp.directory.model import User
from scimapp.directory.user_list import search
from scimapp.directory.user_list.list_attributes import attributes
from scimapp.directory.user_list.search import UserSearch

BY_SOURCE = [("entra", "scim"), ("okta", "demo"), ("okta", "scim"), (None, "cli"), (None, "import"), (None, "setup")]


@pytest.fixture
def of_sources(scope, make_user):
    """Two people of each source, the first of them last by name. The owner alone came with the account."""
    made = []
    for connection, source in BY_SOURCE[:-1]:
        made += [(make_user(given_name=name, family_name="Ash").seq, connection, source) for name in ("Bo", "Al")]
    for seq, connection, source in made:
        of_one = update(User).where(User.account_id == scope.account_id, User.seq == seq)
        db.session.execute(of_one.values(connection_id=connection, source=source))
    db.session.commit()
    return [seq for seq, *_ in made]


@pytest.mark.parametrize("wanted", [{}, {"state": "active"}, {"q": "person"}, {"role": "member"}])
def test_people_stand_by_directory_then_by_how_they_came_then_by_name(scope, of_sources, make_user, wanted):
    bos, als = of_sources[::2], of_sources[1::2]
    expected = [seq for pair in zip(als, bos, strict=True) for seq in pair]
    expected += [] if wanted.keys() & {"q", "role"} else [make_user(role="owner").seq]
    sort = attributes(scope)["source"]

    for descending, right in ((False, expected), (True, expected[::-1])):
        asked = {"sort": sort, "descending": descending, **wanted}
        pages = [search.find_users(scope, UserSearch(page=page, per_page=3, **asked)).items for page in (1, 2, 3, 4)]

        assert [row.user.seq for rows in pages for row in rows][: len(right)] == right
        assert search.all_seqs(scope, UserSearch(**asked)) == right


def test_who_came_in_a_way_that_is_not_known_stands_somewhere(scope, make_user):
    known, other = make_user().seq, make_user().seq
    db.session.execute(
        update(User).where(User.account_id == scope.account_id, User.seq == other).values(source="carrier")
    )
    db.session.commit()

    assert {known, other} < set(search.all_seqs(scope, UserSearch(sort=attributes(scope)["source"])))
