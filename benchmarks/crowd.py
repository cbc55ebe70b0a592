"""A large account, written straight into a database: people as the product would have made them, with groups and fields.
The written values are kept in memory, so that a benchmark can check the counts of a page.
"""

import random
import uuid
from collections import Counter as Tally
from dataclasses import dataclass, replace

from sqlalchemy import insert, update

from scimapp.database import db, writing
from scimapp.directory import clock
from scimapp.directory.accounts import accounts
from scimapp.directory.accounts.accounts import AccountDraft
from scimapp.directory.fields import custom_fields
from scimapp.directory.model import (
    Counter,
    Group,
    Invitation,
    Membership,
    OutboxMail,
    User,
    UserDocument,
)
from scimapp.directory.people import value_index
from scimapp.directory.people.profile import Profile
from scimapp.directory.scope import person_scope

from . import calls, crowd_rows, traces

SEED = 20_261_123
SITES = ("Hull", "Leeds", "Lyon", "Rotterdam", "Valencia", "Aarhus")
TITLES = ("Driver", "Baker", "Analyst", "Field Sales Manager", "Plant Manager", "Accountant", "Nurse", "Engineer")
SHIFTS = ("Early", "Late", "Night")
BIG_GROUP = "Group 0000"  # everybody from Okta
DEPARTMENTS = ("Finance", "Operations", "Sales", "People", "Engineering", "Logistics")
FIELDS = (
    ("Site", "dropdown", SITES), ("Weekly hours", "number", ()), ("Start date", "date", ()), ("Badge", "integer", ()),
    ("Shift", "dropdown", SHIFTS), ("Desk", "text", ()),
)  # fmt: skip
_GIVEN = "Ada Émile Grace Ifeanyi Jun Mara Noor Ólafur Priya Tomás Wilhelmina Zoë Łukasz Anh Bo Chidi Dana Eira".split()
_FAMILY = (
    "Lovelace Šimůnek Hopper Okafor Watanabe Lindqvist Haddad Ng Raman Ibáñez Castell Müller Nowak Tran Smith".split()
)
_PEOPLE_A_SLICE = 2_000


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person as written. ``groups`` are names."""

    name: str
    email: str
    state: str
    role: str
    source: str  # okta | hand | file
    site: str | None
    hours: float | None
    started: str | None
    title: str
    department: str
    groups: tuple


@dataclass(frozen=True, slots=True)
class Crowd:
    """The account: its owner's scope, everybody in it, and how many groups there are."""

    account_id: str
    owner: object
    people: list
    groups: int

    def count(self, holds=lambda person: True):
        """How many people meet a condition."""
        return sum(1 for person in self.people if holds(person))


def build(count, groups=2_000):
    """Write an account of ``count`` people, its owner among them, and return the Crowd."""
    created = accounts.create(AccountDraft("Crowd", "owner@crowd.example", "Olive", "Owner", "no password"))
    scope = person_scope(created.owner)
    for label, type_, choices in FIELDS:
        is_shown = label in ("Site", "Weekly hours", "Start date")
        custom_fields.define(scope, custom_fields.FieldDraft(label, type_, choices=choices, show_in_list=is_shown))
    written = [_owner(created.owner)]
    writer = _Writer(scope, random.Random(SEED), groups)
    writer.write_groups()
    for start in range(1, count, _PEOPLE_A_SLICE):
        written += writer.write_people(start, min(count, start + _PEOPLE_A_SLICE))
    writer.finish()
    calls.write(scope, written, random.Random(SEED))
    traces.write(scope, written, random.Random(SEED))
    return Crowd(scope.account_id, created.owner, written, groups)


def scim_id(number):
    """The SCIM id of the person with this number, of the usual length."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"person-{number}"))


def custom_values(person, number):
    """The values of the custom fields, by field id, of the person with this number (1 is the first after the owner)."""
    values = {
        "site": person.site, "weekly_hours": person.hours, "start_date": person.started, "badge": number,
        "shift": SHIFTS[number % 3], "desk": f"Desk {number}",
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}


def _owner(owner):
    return Somebody(owner.display_name, owner.email, "active", "owner", "hand", None, None, None, "", "", ())


class _Writer:
    def __init__(self, scope, chance, groups):
        self._scope, self._chance = scope, chance
        self._always = scope.account_id, clock.now()  # what every row begins with
        self._groups = [BIG_GROUP] + [f"Group {number:04}" for number in range(1, groups)]
        self._group_seqs, self._members, self._filled = {}, {}, Tally()
        self._tally = {"people": 0, "active": 0, "invited": 0, "inactive": 0, "scim_users": 0}

    def write_groups(self):
        rows = [crowd_rows.group(*self._always, name) for name in self._groups]
        with writing() as session:
            session.execute(insert(Group.__table__), rows)
        query = self._scope.select(Group, Group.display_name, Group.seq)
        self._group_seqs = dict(db.session.execute(query).tuples().all())
        self._members = dict.fromkeys(self._groups, 0)

    def write_people(self, first, end):
        """Write the people with these numbers in one transaction."""
        made = [self._person(number) for number in range(first, end)]
        with writing() as session:
            session.execute(insert(User.__table__), [row for _, row, _, _ in made])
            ids = [row["id"] for _, row, _, _ in made]
            seqs = dict(
                session.execute(self._scope.select(User, User.id, User.seq).where(User.id.in_(ids))).tuples().all()
            )
            session.execute(
                insert(UserDocument.__table__),
                [crowd_rows.document(self._scope.account_id, seqs[row["id"]], p) for _, row, p, _ in made],
            )
            value_index.put(self._scope, {seqs[row["id"]]: profile.entries() for _, row, profile, _ in made})
            session.execute(
                insert(Membership), [m for s, row, _, _ in made for m in self._memberships(seqs[row["id"]], s)]
            )
            invited = [(seqs[row["id"]], person, n) for person, row, _, n in made if person.state != "inactive"]
            session.execute(
                insert(Invitation.__table__), [crowd_rows.invitation(*self._always, *one) for one in invited]
            )
            session.execute(insert(OutboxMail.__table__), [crowd_rows.mail(*self._always, *one) for one in invited])
        return [person for person, _, _, _ in made]

    def finish(self):
        """Write the kept counts."""
        with writing() as session:
            for name, value in (self._tally | self._filled | {"scim_groups": len(self._groups)}).items():
                mine = (Counter.account_id == self._scope.account_id, Counter.name == name)
                session.execute(update(Counter).where(*mine).values(value=Counter.value + value))
            for name, value in self._members.items():
                session.execute(update(Group).where(Group.seq == self._group_seqs[name]).values(member_count=value))

    def _person(self, number):
        chance = self._chance
        given, family = chance.choice(_GIVEN), f"{chance.choice(_FAMILY)} {number:06}"
        state = chance.choices(("active", "invited", "inactive"), (80, 8, 12))[0]
        source = chance.choices(("okta", "hand", "file"), (70, 20, 10))[0]
        site = chance.choice(SITES) if chance.random() < 0.9 else None
        hours = chance.choice((20, 32, 37.5, 40)) if chance.random() < 0.8 else None
        started = f"20{chance.randrange(10, 26)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        person = Somebody(
            name=f"{given} {family}",
            email=f"person{number}@crowd.example",
            state=state,
            role=chance.choices(("member", "user_admin", "super_admin"), (9_950, 40, 10))[0],
            source=source,
            site=site,
            hours=hours,
            started=started if chance.random() < 0.9 else None,
            title=chance.choice(TITLES),
            department=chance.choice(DEPARTMENTS),
            groups=tuple(sorted({chance.choice(self._groups[1:]) for _ in range(chance.randrange(6))})),
        )
        if source == "okta":
            person = replace(person, groups=(BIG_GROUP, *person.groups))
        profile = self._profile(person, given, family, number)
        self._filled.update(value_index.CUSTOM + field_id for field_id in profile.custom)
        self._tally["people"] += 1
        self._tally["scim_users"] += 1
        self._tally[state] += 1
        row = crowd_rows.user(*self._always, person, profile, number, scim_id(number))
        return person, row, profile, number

    @staticmethod
    def _profile(person, given, family, number):
        core = {
            "userName": person.email,
            "name": {"givenName": given, "familyName": family},
            "emails": [{"value": person.email, "type": "work", "primary": True}],
            "title": person.title,
        }
        return Profile(core, {"department": person.department}, custom_values(person, number))

    def _memberships(self, seq, person):
        for name in person.groups:
            self._members[name] += 1
            yield crowd_rows.membership(*self._always, self._group_seqs[name], seq)
