"""Finds the person that a value names: a manager, a value of a field of type User, a cell of a file."""

from sqlalchemy import union_all

from ...database import db
from ...texts import fold_user_name
from ..errors import InvalidValue
from ..model import User
from ..text_keys import fold_email
from ..words import say


def nobody(attribute, text):
    """The InvalidValue for a text that names nobody here."""
    return InvalidValue(attribute, say("“%(text)s” is nobody here. Write the e-mail address.", text=text))


def check_typed(scope, field, value):
    """Raise InvalidValue if a value typed into a custom field of type User names nobody here.

    Only typed values are checked: a directory sends people it knows, and a file may name somebody who comes later in it.
    """
    if field.type == "user" and value is not None and one_named(scope, value) is None:
        raise nobody(field.field_id, value)


def one_named(scope, text):
    """The person that a typed text names, None for nobody. An erased person keeps an id but counts as nobody."""
    person = named_by(scope, [text]).get(text)
    return None if person is None or person.erased_at is not None else person


def named_by(scope, texts, *, removed=True):
    """``{text: person}`` for texts that are somebody's id, SCIM id, user name or e-mail address here. If several people had
    a name in turn, the one who has not been removed counts. With ``removed`` False, only ids find people who were removed.
    """
    keys = {text: (fold_user_name(text), fold_email(text)) for text in texts}
    names, addresses = {name for name, _ in keys.values()}, {address for _, address in keys.values()}
    by_name, by_address = User.user_name_key.in_(names), User.email_key.in_(addresses)
    is_seen, is_gone = User.scim_id.is_not(None), User.removed_at.is_not(None)
    # One query per index: for an OR, SQLite would read everybody. The two unique indexes hold the people visible to SCIM;
    # all others were removed. Those are found by user name in ``ix_users_removed``, by address in
    # ``ix_users_email_sign_in``, which does not begin with the account.
    ways = [(User.id.in_(texts),), (User.scim_id.in_(texts),), (by_name, is_seen), (by_address, is_seen)]
    seqs = [scope.select(User, User.seq).where(*way) for way in ways]
    if removed:
        seqs.append(scope.select(User, User.seq).where(by_name, is_gone))
        seqs.append(scope.select(User, User.seq, by_number=True).where(by_address, is_gone))
    seqs = union_all(*(each.correlate(None) for each in seqs))
    people = db.session.scalars(scope.select(User).where(User.seq.in_(seqs))).all() if texts else ()
    people = sorted(people, key=lambda person: person.removed_at is None)  # the last match wins below
    return {
        text: person
        for text, (name, address) in keys.items()
        for person in people
        if text in (person.id, person.scim_id) or person.user_name_key == name or person.email_key == address
    }
