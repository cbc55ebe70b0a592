"""How invitations stand, for the words of the people list."""

from scimapp.database import db
from scimapp.directory.clock import now
from scimapp.directory.links import invitations, sent_invitations
from scimapp.directory.outbox import outbox
from scimapp.directory.people import users
from scimapp.directory.user_list import search
from scimapp.directory.user_list.search import UserSearch


def word(scope, row):
    return sent_invitations.newest(scope, [row.seq])[row.seq].word_at(now())


def send(row, error=None):
    """What the mail worker does with everything that waits."""
    for mail in outbox.lease(100):
        if mail.user_seq == row.seq and error:
            outbox.mark_failed(mail, error, None)
        else:
            outbox.mark_sent(mail)


def test_an_invitation_waits_leaves_expires_and_is_accepted(scope, make_user, clock):
    row = make_user(state="invited")
    words = [word(scope, row)]
    send(row)
    words.append(word(scope, row))
    clock.advance(days=8)
    words.append(word(scope, row))
    renewed = invitations.resend(scope, row.id)
    words.append(word(scope, row))
    invitations.accept(invitations.link_token(renewed), "hash")
    words.append(word(scope, row))

    assert words == ["waiting", "sent", "expired", "waiting", "accepted"]
    assert [sent.word_at(now()) for sent in sent_invitations.history(scope, row)] == ["accepted", "withdrawn"]


def test_a_mail_that_was_refused_and_a_link_that_was_withdrawn_say_so(scope, make_user):
    row = make_user(state="invited")
    send(row, "550 no such mailbox")
    assert word(scope, row) == "failed"

    users.deactivate(scope, row.id)

    assert word(scope, row) == "withdrawn"


def test_people_who_were_never_invited_are_left_out(scope, account):
    assert sent_invitations.newest(scope, [account.owner.seq]) == {}
    assert sent_invitations.newest(scope, []) == {}


def test_open_invitations_that_nobody_can_use_are_counted_within_the_search(scope, make_user, clock):
    old, refused, waiting = (make_user(state="invited", email=f"{name}@trouble.example") for name in "abc")
    send(refused, "550 no")
    db.session.rollback()
    clock.advance(days=8)
    for row in (refused, waiting):
        invitations.resend(scope, row.id)
    send(refused, "550 no")

    def in_vain(wanted):
        return search.find_and_count(scope, wanted)[2:]

    assert in_vain(UserSearch()) == (1, 1)
    assert in_vain(UserSearch(q="a@trouble")) == (1, 0)
    assert in_vain(UserSearch(q="c@trouble")) == (0, 0)
