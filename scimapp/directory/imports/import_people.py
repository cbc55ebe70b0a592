"""The people and groups here that a chunk of an imported file refers to, read in a constant number of statements."""

import re

from msgspec import Struct, field
from sqlalchemy import union_all

from ...database import db
from ...texts import fold, fold_user_name
from ..model import Account, Group, Membership, User, UserDocument
from ..people import managers, named_people, ownership
from ..people.profile import Profile
from ..text_keys import fold_email
from .import_columns import EMAIL, EXTERNAL_ID

_SEPARATOR = re.compile(r"[;\r\n]+")


class Here(Struct):
    """The people here whom some rows name. By name, only people visible to SCIM and the list are found."""

    by_email: dict = field(default_factory=dict)
    by_user_name: dict = field(default_factory=dict)
    by_external_id: dict = field(default_factory=dict)  # lists, since each directory has its own numbering
    by_id: dict = field(default_factory=dict)
    profiles: dict = field(default_factory=dict)  # by seq, like the following
    locked: dict = field(default_factory=dict)
    groups_of: dict = field(default_factory=dict)  # lists of Group, sorted by name
    groups: dict = field(default_factory=dict)  # {folded name: [Group]}

    def named(self, text):
        """The person with this e-mail address, user name or id, or None."""
        return (
            self.by_email.get(fold_email(text)) or self.by_user_name.get(fold_user_name(text)) or self.by_id.get(text)
        )

    def is_same(self, text, stored):
        """Whether a cell names the same person as a stored id or address; exports write the name."""
        present = self.named(stored) if isinstance(stored, str) else None
        return present is not None and (text == present.display_name.strip() or self.named(text) is present)


def look_up(scope, rows, people_fields=()):
    """The Here for ``rows``, dicts ``{key of import_columns: text}``. ``people_fields`` are the Field IDs whose values name
    people. Six statements.
    """
    here = Here()
    account = db.session.get(Account, scope.account_id)
    people = list(db.session.scalars(_people(scope, rows)))
    for person in people:
        here.by_email.setdefault(person.email_key, person)
        here.by_user_name.setdefault(person.user_name_key, person)
        here.by_id |= {person.id: person, person.scim_id: person}
        if person.external_id is not None:
            here.by_external_id.setdefault(person.external_id, []).append(person)
    by_seq = {person.seq: person for person in people}
    _read_documents(scope, here, by_seq, ownership.yielded_by(account))
    _read_named(scope, here, people_fields)
    _read_groups(scope, here, rows, by_seq)
    return here


def names_in(cell):
    """The group names of a cell: several are separated by semicolons or line breaks."""
    return [name.strip() for name in _SEPARATOR.split(cell) if name.strip()]


def _people(scope, rows):
    def texts(*keys):
        return {row[key] for row in rows for key in keys if row.get(key)}

    emails = {fold_email(text) for text in texts(EMAIL, "user_name", "manager")}
    user_names = {fold_user_name(text) for text in texts(EMAIL, "user_name", "manager")}
    ways = [User.email_key.in_(emails), User.user_name_key.in_(user_names)]
    if named := texts("manager"):
        ways += [User.id.in_(named), User.scim_id.in_(named)]
    if external_ids := texts(EXTERNAL_ID):
        ways.append(User.external_id.in_(external_ids))
    # One query per index: for an OR, SQLite reads everybody.
    seqs = (scope.select(User, User.seq).where(User.scim_id.is_not(None), way).correlate(None) for way in ways)
    return scope.select(User).where(User.seq.in_(union_all(*seqs))).order_by(User.seq)


def _read_documents(scope, here, by_seq, yielded):
    query = scope.select(UserDocument).where(UserDocument.user_seq.in_(by_seq))
    for stored in db.session.scalars(query) if by_seq else ():
        profile = Profile.load(stored)
        here.profiles[stored.user_seq] = profile
        here.locked[stored.user_seq] = ownership.managed_values(by_seq[stored.user_seq], stored, profile, yielded)


def _read_named(scope, here, people_fields):
    """Read the people named by stored values, so that a file that names them differently counts as changing nothing."""
    profiles = here.profiles.values()
    values = {managers.value_of(profile) for profile in profiles}
    values |= {profile.custom.get(field_id) for profile in profiles for field_id in people_fields}
    texts = sorted({text for text in values if isinstance(text, str) and here.named(text) is None})
    for text, person in named_people.named_by(scope, texts).items():
        here.by_id[text] = person


def _read_groups(scope, here, rows, by_seq):
    cells = {row["groups"] for row in rows if row.get("groups")}
    if not cells:
        return
    query = (
        scope.select(Membership, Membership.user_seq, Group)
        .join(Group, (Group.account_id == Membership.account_id) & (Group.seq == Membership.group_seq))
        .where(Membership.user_seq.in_(by_seq))
        .order_by(Group.display_name_key, Group.seq)
    )
    for seq, group in db.session.execute(query) if by_seq else ():
        here.groups_of.setdefault(seq, []).append(group)
    names = {fold(name) for cell in cells for name in (*names_in(cell), *_by_comma(cell), cell)}
    for group in db.session.scalars(scope.select(Group).where(Group.display_name_key.in_(names)).order_by(Group.seq)):
        here.groups.setdefault(group.display_name_key, []).append(group)


def _by_comma(cell):
    return [name.strip() for name in cell.split(",")]


def groups_named(here, cell):
    """``[(name, [Group])]`` for a cell. Commas separate if there is no semicolon and no group has the whole as its name."""
    names = names_in(cell)
    if len(names) == 1 and fold(names[0]) not in here.groups:
        names = [name for name in _by_comma(names[0]) if name]
    return [(name, here.groups.get(fold(name), [])) for name in names]
