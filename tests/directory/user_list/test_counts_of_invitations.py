"""The tile of open invitations tells of those who are found alone, wherever they are counted."""

import pytest

from scimapp.directory.outbox import outbox
from scimapp.directory.user_list import search, user_filters
from scimapp.directory.user_list.list_attributes import attributes
from scimapp.directory.user_list.search import UserSearch


@pytest.mark.parametrize(
    "operator, title, invited, expired, bounced",
    [("is", "Clerk", 2, 2, 0), ("not", "Clerk", 2, 1, 1), ("is", "Buyer", 2, 1, 1), ("not", "Buyer", 2, 2, 0)],
)
def test_invitations_in_vain_are_those_of_people_who_are_found(
    scope, make_user, clock, operator, title, invited, expired, bounced
):
    for each in ("Clerk", "Clerk", "Buyer"):
        make_user(state="invited", core={"title": each})
    clock.advance(days=8)
    make_user(state="invited", core={"title": "Buyer"})
    for mail in outbox.lease(10):
        outbox.mark_failed(mail, "550 no such mailbox", None)
    condition = user_filters.read(attributes(scope)["title"], operator, (title,))

    _, counts, *in_vain = search.find_and_count(scope, UserSearch(conditions=(condition,)))

    assert (counts.invited, *in_vain) == (invited, expired, bounced)
