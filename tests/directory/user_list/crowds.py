"""A small crowd of believable oddities, and what the people list must find in it, worked out without a database.

The evaluation goes by the sentences of the screens ("is not" finds people without a value, days include both ends), not
by the code under test; the keys that texts are compared by have tests of their own.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from scimapp.directory.roles import Role
from scimapp.directory.text_keys import name_order
from scimapp.directory.user_list import user_filters
from scimapp.texts import fold, fold_user_name

GIVEN = ("Ada", "Émile", "ada", "Ægir", "Øystein", "李", "Zoë", "O'Neil", "A_da", "50%", "\\Bo", "Łukasz")
FAMILY = ("Lovelace", "Šimůnek", "ng", "", "Ibáñez", "van der Berg", "山田", "Müller")
TEXTS = ("Baker", "baker", "Bäcker", "100 %", "a_b", "aXb", "\\", "Field Sales", "E\u0301tage", "x" * 260, "a|b", "..")
SITES = ("Hull", "Leeds", "São Paulo", "a|b", "50 % remote")
LANGUAGES = ("Danish", "Dutch", "English")
NUMBERS = (0, -1, 1, 4.25, 37.5, 42, 1e9)
DAYS = ("1999-12-31", "2026-02-28", "2026-03-01", "2026-11-23")
MOMENTS = ("2026-03-01T00:00:00Z", "2026-02-28T23:59:59Z", "2026-11-23T09:30:00.500Z")


@dataclass
class Body:
    """One person. ``values`` are by the keys of the list's attributes: a value, a list, or no key at all."""

    seq: int
    id: str
    names: tuple  # by which others may refer to this person
    name: str
    texts: tuple  # that a search looks through
    state: str
    role: str
    source: str
    groups: frozenset
    values: dict = field(default_factory=dict)


def attributes_of(chance, number):
    """``(core, enterprise, custom)`` of one person, most of it missing now and then."""
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    email = f"{chance.choice(('p', 'P', 'ü', 'a_', 'x'))}{number}@{chance.choice(('Crowd', 'crowd'))}.example"
    core = {"userName": email, "name": _kept({"givenName": given, "familyName": family})}
    core["emails"] = [{"value": email, "type": "work", "primary": True}]
    for name, choices, share in (("title", TEXTS, 0.7), ("nickName", GIVEN, 0.3), ("userType", TEXTS, 0.4)):
        if chance.random() < share:
            core[name] = chance.choice(choices)
    enterprise = {"department": chance.choice(TEXTS)} if chance.random() < 0.6 else {}
    custom = {
        "note": chance.choice(TEXTS),
        "hours": chance.choice(NUMBERS),
        "start": chance.choice(DAYS),
        "seen": chance.choice(MOMENTS),
        "aider": chance.random() < 0.5,
        "site": chance.choice(SITES),
        "languages": chance.sample(LANGUAGES, chance.randrange(1, 4)),
    }
    return core, enterprise, {name: value for name, value in custom.items() if chance.random() < 0.7}


def _kept(values):
    return {name: value for name, value in values.items() if value}


def meets(body, wanted, people):
    """Whether a person is found by a UserSearch. ``people`` are all Bodies, for references."""
    if wanted.q.strip():
        text = wanted.q.strip()
        in_words = any(name_order(text) in name_order(known) for known in body.texts)
        if not in_words and text not in (body.id, *body.values.get("external_id", ())):
            return False
    plain = ((wanted.state, body.state), (wanted.role, body.role), (wanted.connection, body.source))
    if any(asked and asked != own for asked, own in plain):
        return False
    if wanted.group is not None and wanted.group not in body.groups:
        return False
    return all(holds(body, condition, people) for condition in wanted.conditions)


def holds(body, condition, people):
    """Whether a person meets one Condition."""
    operator, attribute = condition.operator, condition.attribute
    if operator in ("not", "none", "empty"):
        return not _any_holds(body, {"not": "is", "none": "any", "empty": "filled"}[operator], condition, people)
    assert attribute.kind != "plain"
    return _any_holds(body, operator, condition, people)


def _any_holds(body, operator, condition, people):
    values = body.values.get(condition.attribute.key, ())
    return bool(values) if operator == "filled" else any(_one(value, operator, condition, people) for value in values)


def _one(value, operator, condition, people):
    kind, typed = condition.attribute.kind, condition.typed
    if kind == "number":
        low, high = float(typed[0]), float(typed[-1])
        return {"is": value == low, "before": value < low, "after": value > low, "between": low <= value <= high}[
            operator
        ]
    if kind in ("day", "moment"):
        day = value.date().isoformat() if isinstance(value, datetime) else value[:10]
        low, high = typed[0], typed[-1]
        return {"is": day == low, "before": day < low, "after": day > low, "between": low <= day <= high}[operator]
    if kind == "boolean":
        return value == (typed[0] == "yes")
    if kind == "person":
        meant = [person for person in people if typed[0] in person.names]
        return any(fold(value) in map(fold, person.names) for person in meant)
    keys = {"user_name": fold_user_name, "external_id": str}
    key = keys.get(condition.attribute.key, fold)
    own = key(value)
    if operator == "any":
        return own in [key(text) for text in typed]
    asked = key(typed[0])
    return {"is": own == asked, "contains": asked in own[:200], "starts": own.startswith(asked)}[operator]


def in_order(bodies, attribute, descending):
    """The ids of people in the order of the list: those with a value by it, then the others by name."""
    by_name = sorted(bodies, key=lambda body: (name_order(body.name), body.seq))
    if attribute.key in _OWN_ORDER:
        key = _OWN_ORDER[attribute.key]
        return [body.id for body in sorted(bodies, key=key, reverse=descending)]
    having = [body for body in by_name if body.values.get(attribute.key)]
    rest = [body.id for body in by_name if not body.values.get(attribute.key)]

    def place(body):
        value = body.values[attribute.key][0]
        value = value.timestamp() if isinstance(value, datetime) else _sorted_as(attribute, value)
        between = (name_order(body.name),) if attribute.key == "last_sign_in" else ()
        return (value, *between, body.seq)

    return [body.id for body in sorted(having, key=place, reverse=descending)] + rest


def _sorted_as(attribute, value):
    if attribute.kind == "number":
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    key = {"user_name": fold_user_name, "external_id": str}.get(attribute.key, fold)(value)
    return key[:200]


def _name(body):
    return name_order(body.name), body.seq


_OWN_ORDER = {
    "name": _name,
    "state": lambda body: (body.state, *_name(body)),
    "role": lambda body: (body.role, *_name(body)),
    "created": lambda body: (body.values["created"][0], body.seq),
    "updated": lambda body: (body.values["updated"][0], body.seq),
}


def some_search(chance, known, bodies, group_seqs):
    """``(q, state, role, connection, group seq, conditions, sort, descending)`` of a search that somebody might make."""
    some = chance.choice(bodies)
    q = ""
    if chance.random() < 0.3:
        text = chance.choice(some.texts)
        start = chance.randrange(len(text))
        q = chance.choice((text[start : start + chance.randrange(1, 6)], text.upper(), some.id, "%", "_", "nobody"))
    conditions = []
    for _ in range(chance.choice((0, 0, 1, 1, 2, 3))):
        attribute = chance.choice([attribute for attribute in known.values() if attribute.is_filter])
        conditions.append(_some_condition(chance, attribute, chance.choice(bodies)))
    sort = chance.choice([attribute for attribute in known.values() if attribute.is_sortable])
    return {
        "q": q,
        "state": chance.choice((None, None, "active", "invited", "inactive")),
        "role": chance.choice((None, None, None, Role.MEMBER.value, Role.USER_ADMIN.value)),
        "connection": chance.choice((None, None, None, "hand", "okta", "file")),
        "group": chance.choice((None, None, None, *group_seqs)),
        "conditions": tuple(conditions),
        "sort": sort,
        "descending": chance.random() < 0.5,
    }


def _some_condition(chance, attribute, body):
    operator = chance.choice(user_filters.OPERATORS[attribute.kind])
    return user_filters.read(attribute, operator, some_typed(chance, attribute, operator, body))


def some_typed(chance, attribute, operator, body):
    """What somebody might type as the value of a condition, near what ``body`` has."""
    own = list(body.values.get(attribute.key, ()))
    if operator in ("empty", "filled"):
        return ()
    if attribute.kind == "number":
        return tuple(str(number) for number in sorted(chance.sample(NUMBERS, 2 if operator == "between" else 1)))
    if attribute.kind in ("day", "moment"):
        days = [*DAYS, datetime.now(UTC).date().isoformat(), (datetime.now(UTC) - timedelta(40)).date().isoformat()]
        return tuple(sorted(chance.sample(days, 2 if operator == "between" else 1)))
    if attribute.kind == "boolean":
        return (chance.choice(("yes", "no")),)
    if attribute.kind == "choice":
        return tuple(chance.sample(SITES + LANGUAGES, chance.randrange(1, 4)))
    if attribute.kind == "person":
        return (chance.choice(body.names),)
    texts = [str(value) for value in own] + [chance.choice(TEXTS)]
    text = chance.choice(texts)
    start = chance.randrange(len(text)) if operator == "contains" else 0
    end = start + chance.randrange(1, 8) if operator in ("contains", "starts") else None
    return (chance.choice((text[start:end], text[start:end].upper()))[:200].strip() or "a",)
