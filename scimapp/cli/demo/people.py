"""The demo's people: the first n of an endless sequence, always the same for a seed, so that a second run can add more."""

import itertools
import random
from datetime import date, timedelta

from msgspec import Struct

from ...directory.roles import Role
from .company import DEPARTMENTS, DOMAIN, LANGUAGES, SITES
from .names import BACKGROUNDS, FIRST

STATES = {"active": 72, "invited": 9, "expired": 6, "inactive": 13}  # per cent


class Person(Struct, frozen=True):
    """One person to add. ``state`` is active, invited, expired (invited, and the link has expired), bounced (invited, and
    the mail was refused), inactive or removed (by the directory).
    """

    given_name: str
    family_name: str
    email: str
    title: str
    department: str
    role: Role
    state: str
    core: dict
    custom: dict
    started: float  # when the person was added: 0 is the beginning of the story, 1 today
    seen: float  # the last sign-in: 0 is right after accepting, 1 just now

    @property
    def comes_from(self):
        """Where a person comes from: offices from the directory, shifts from a file, people with a role by hand."""
        if self.role is not Role.MEMBER:
            return "hand"
        return "file" if self.department == "Production" else "directory"


def people(count, seed=1):
    """The first ``count`` people."""
    return list(itertools.islice(_line(seed), count))


def _line(seed):
    chance = random.Random(seed)
    taken = set()
    for known in FIRST:
        taken.add(known[2])
        yield _person(chance, *known)
    names = _names()
    chance.shuffle(names)
    for turn in itertools.count(1):
        for given_name, family_name, login in names:
            yield _person(chance, given_name, family_name, _free(login, turn, taken), *_place(chance))


def _person(chance, given_name, family_name, login, title, department, role, state):
    hours = chance.choice((37.5, 37.5, 37.5, 40, 32, 30, 20.5, 0))
    custom = {
        "site": chance.choice(SITES),
        "badgeNumber": f"BW-{chance.randrange(10_000, 99_999)}",
        "startDate": (date(2012, 1, 2) + timedelta(days=chance.randrange(5_000))).isoformat(),
        "weeklyHours": hours,
        "firstAider": chance.random() < 0.15,
        "languages": sorted(chance.sample(LANGUAGES, chance.choice((1, 1, 2, 3)))),
    }
    kept = {name: value for name, value in custom.items() if chance.random() < 0.9}  # no real records are complete
    core = {"title": title}
    if chance.random() < 0.7:
        core["phoneNumbers"] = [
            {"type": "work", "value": f"+45 55 5{chance.randrange(10)} {chance.randrange(10_000):04}"}
        ]
    if chance.random() < 0.3:
        core["preferredLanguage"] = chance.choice(("da", "nl", "en-GB", "fr", "ja", "es", "uk"))
    started = {"invited": chance.uniform(0.985, 0.999), "expired": chance.uniform(0.50, 0.85)}
    started["bounced"] = started["invited"]
    return Person(
        given_name=given_name,
        family_name=family_name,
        email=f"{login}@{DOMAIN}",
        title=title,
        department=department,
        role=Role(role),
        state=state,
        core=core,
        custom=kept,
        started=started.get(state, chance.uniform(0, 0.9)),
        seen=1 - chance.random() ** 3 / 2,
    )


def _place(chance):
    """A title, a department, a role and a state, with realistic frequencies."""
    shares = [share for share, _ in DEPARTMENTS.values()]
    ((department, (_, titles)),) = chance.choices(list(DEPARTMENTS.items()), shares)
    (state,) = chance.choices(list(STATES), list(STATES.values()))
    return chance.choice(titles), department, Role.MEMBER, state


def _names():
    found = []
    for given_names, family_names in BACKGROUNDS:
        for given, family in itertools.product(given_names.split(), family_names.split()):
            (given_name, given_login), (family_name, family_login) = _spelled(given), _spelled(family)
            found.append((given_name, family_name, f"{given_login}.{family_login}"))
    return found


def _spelled(word):
    """``(as written, as in the address)``."""
    written, _, login = word.partition("|")
    return written.replace("_", " "), (login or written).lower()


def _free(login, turn, taken):
    """An address that nobody has yet: namesakes get a number."""
    numbered = (f"{login}{number}" for number in itertools.count(turn))
    wanted = itertools.chain([login] if turn == 1 else [], numbered)
    free = next(candidate for candidate in wanted if candidate not in taken)
    taken.add(free)
    return free
