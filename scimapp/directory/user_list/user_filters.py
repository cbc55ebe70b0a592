"""Conditions on people: read from typed texts according to the type, and turned into ``seq IN (SELECT …)``.

Each condition is a sub-select over an index of its own (the value index or one of ``users``), so the list around it always
walks one narrow index. NULL hides nobody: "is not" and "is empty" find people without a value.
"""

from datetime import UTC, date, timedelta, tzinfo
from functools import partial

from msgspec import Struct
from sqlalchemy import and_, false, func, union_all
from sqlalchemy.orm import aliased

from ...decimals import InexactNumber, parse_decimal
from ...texts import is_storable
from ...zones import midnight
from ..errors import InvalidValue
from ..model import IndexedValue, User
from ..people import named_people
from ..people.value_index import CASE_EXACT, key_of, select_many_at
from ..sql.texts import contains, starts_with
from ..text_keys import MAXIMUM_KEY, may_be_of_digest
from ..words import say
from .list_attributes import BOOLEAN, CHOICE, DAY, MOMENT, NUMBER, PERSON, TEXT, ListAttribute

MAXIMUM_CONDITIONS = 10
MAXIMUM_CHOICES = 50  # options in one "is any of"
BETWEEN = ".."  # separates the two ends of a range
PRESENCE = ("empty", "filled")
OPERATORS = {
    TEXT: ("is", "not", "contains", "starts", *PRESENCE),
    NUMBER: ("is", "not", "before", "after", "between", *PRESENCE),
    DAY: ("is", "before", "after", "between", *PRESENCE),
    MOMENT: ("is", "before", "after", "between", *PRESENCE),
    BOOLEAN: ("is", *PRESENCE),
    CHOICE: ("any", "none", *PRESENCE),
    PERSON: ("is", "not", *PRESENCE),
}
NEGATED = {"not": "is", "none": "any", "empty": "filled"}
_ONE_DAY = timedelta(days=1)


class Condition(Struct, frozen=True):
    """One condition. ``typed`` are the texts as typed, ``values`` what is compared: texts, numbers, or days in ``zone``."""

    attribute: ListAttribute
    operator: str
    typed: tuple = ()
    values: tuple = ()
    zone: tzinfo = UTC


def read(attribute, operator, typed, zone=UTC):
    """The Condition for what was typed. Days of moments are days in ``zone``.

    Raises InvalidValue; its attribute is the key, its reason says what is accepted.
    """
    if operator not in OPERATORS.get(attribute.kind, ()):
        raise InvalidValue(attribute.key, say("choose a condition that fits this field."))
    if operator in PRESENCE:
        return Condition(attribute, operator)
    texts = tuple(text.strip() for text in typed if text.strip())
    if not texts:
        raise InvalidValue(attribute.key, say("give a value, or choose “is empty”."))
    if any(len(text) > MAXIMUM_KEY or not is_storable(text) for text in texts):
        raise InvalidValue(attribute.key, say("at most %(limit)s characters.", limit=MAXIMUM_KEY))
    if operator in ("any", "none"):
        texts = tuple(dict.fromkeys(texts))
        if len(texts) > MAXIMUM_CHOICES:
            raise InvalidValue(attribute.key, say("at most %(limit)s options.", limit=MAXIMUM_CHOICES))
        return Condition(attribute, operator, texts, texts)
    if operator == "between":
        return _range(attribute, texts, zone)
    return Condition(attribute, operator, texts[:1], (_READERS.get(attribute.kind, _text)(attribute, texts[0]),), zone)


def can_read(attribute, text):
    """Whether a text is a valid value for the attribute's kind."""
    try:
        _READERS.get(attribute.kind, _text)(attribute, text)
    except InvalidValue:
        return False
    return True


def check_people(scope, condition):
    """Check that a condition on a person names somebody here. One statement for such a condition. Raises InvalidValue."""
    if condition.attribute.kind == PERSON and condition.values:
        (text,) = condition.values
        if not named_people.named_by(scope, [text]):
            raise InvalidValue(condition.attribute.key, say("nobody here is called “%(text)s”.", text=text))


def clauses(scope, conditions):
    """Conditions on ``User`` rows. Takes the statements of ``lists``."""
    met, unmet, _ = lists(scope, conditions)
    return [*map(User.seq.in_, met), *map(User.seq.not_in, unmet)]


def lists(scope, conditions, sort=None):
    """``(met, unmet, is_in_order)``: selects of numbers. A person must be in each of ``met`` and in none of ``unmet``. The
    last says whether the first of ``met`` is in the order of ``sort``, a ListAttribute; everybody in it has a value.

    One statement if a person is named, otherwise none; on Postgres one more for each condition on the value index
    (``value_index.select_many_at``).
    """
    people, in_order, met, unmet = _named(scope, conditions), [], [], []
    for condition in conditions:
        is_negated = condition.operator in NEGATED
        if condition.operator in PRESENCE and _is_everybodys(condition.attribute):
            met += [scope.select(User, User.seq).where(false()).correlate(None)] if is_negated else []
        elif not is_negated and not in_order and _can_be_in_order(condition, sort):
            in_order.append(_having(scope, condition, people, in_order=True))
        else:
            (unmet if is_negated else met).append(_having(scope, condition, people))
    return [*in_order, *met], unmet, bool(in_order)


def _can_be_in_order(condition, sort):
    """Whether the values that meet a condition are those of the order ``sort``, one for each person."""
    attribute = condition.attribute
    if sort is None or attribute.key != sort.key or attribute.column is not None or attribute.is_multi_valued:
        return False
    return attribute.kind != NUMBER or condition.operator != "filled"  # a value need not be a number


def _named(scope, conditions):
    named = [condition.values[0] for condition in conditions if condition.attribute.kind == PERSON and condition.values]
    return named_people.named_by(scope, named) if named else {}


def _is_everybodys(attribute):
    """Whether everybody has a value."""
    return attribute.column is not None and not attribute.column.expression.nullable


def _having(scope, condition, people, *, in_order=False):
    """A select of the numbers of the people with the value; for a negated condition, of those to be left out. With
    ``in_order``, in the order of their values, as ``user_order`` has it.
    """
    operator, attribute = NEGATED.get(condition.operator, condition.operator), condition.attribute
    if attribute.path is None:
        return _in_column(scope, condition, operator, people)
    value = aliased(IndexedValue)  # the query around it may use another alias
    column = value.number if attribute.kind == NUMBER else value.text_key
    having = select_many_at(scope, attribute.path, value.user_seq, value=value)
    having = having.order_by(column, value.user_seq) if in_order else having
    return having if operator == "filled" else having.where(_compare(condition, operator, column, people))


def _in_column(scope, condition, operator, people):
    """People by a column of their row. User names are unique among visible people and have an index of those alone."""
    column = condition.attribute.column
    rows = scope.select(User, User.seq).where(_compare(condition, operator, column, people)).correlate(None)
    if column is User.user_name_key:
        # The range contains everybody and makes SQLite use that index.
        return union_all(rows.where(User.scim_id.is_not(None), column >= ""), rows.where(User.scim_id.is_(None)))
    return rows


def _compare(condition, operator, column, people):
    kind, values = condition.attribute.kind, condition.values
    if operator == "filled":
        return column.is_not(None)
    if kind in (TEXT, CHOICE, BOOLEAN):
        return _compare_text(condition, operator, column)
    if kind == PERSON:
        person = people.get(values[0])
        return column.in_(names_of(person, condition.attribute.path)) if person is not None else false()
    return _within(condition, operator, column, values[0], values[-1])


def _within(condition, operator, column, low, high):
    """A range includes both numbers. A day begins at midnight in the condition's zone and ends before the next midnight."""
    if condition.attribute.kind == NUMBER:
        if operator in ("before", "after"):
            return column < high if operator == "before" else column > low
        return column.between(low, high)
    begins = partial(_begin, condition.attribute, condition.zone)
    if operator == "before":
        return column < begins(high)
    if operator == "after":
        return column >= begins(low + _ONE_DAY)
    return and_(column >= begins(low), column < begins(high + _ONE_DAY))


def _compare_text(condition, operator, column):
    attribute, values = condition.attribute, condition.values
    if operator == "any":
        return column.in_([_key(attribute, value) for value in values])
    key = _key(attribute, values[0])
    if operator == "contains":
        found = contains(column, key)
        is_sure = attribute.path is None or not may_be_of_digest(key)
        return found if is_sure else and_(found, contains(func.substr(column, 1, MAXIMUM_KEY), key))
    return starts_with(column, key) if operator == "starts" else column == key


def _key(attribute, value):
    if attribute.path is None:
        return attribute.fold(value) if attribute.fold else value
    return key_of(value, attribute.path in CASE_EXACT)[0]


def names_of(person, path):
    """All texts by which a directory or a form may have named this person."""
    names = {person.id, person.scim_id, person.user_name, person.email, person.external_id} - {None}
    return sorted({key_of(name, path in CASE_EXACT)[0] for name in names})


def _range(attribute, texts, zone):
    low, between, high = texts[0].partition(BETWEEN) if len(texts) == 1 else (texts[0], BETWEEN, texts[1])
    if not between or not low.strip() or not high.strip():
        raise InvalidValue(attribute.key, say("“is between” needs two values."))
    values = tuple(_READERS[attribute.kind](attribute, text.strip()) for text in (low, high))
    if values[0] > values[1]:
        raise InvalidValue(attribute.key, say("the first value of “is between” is greater than the second."))
    return Condition(attribute, "between", (low.strip(), high.strip()), values, zone)


def _text(attribute, text):
    return text


def _number(attribute, text):
    try:
        return parse_decimal(text)
    except InexactNumber:
        return float(text)  # no value has as many digits, but a range may
    except ValueError:
        raise InvalidValue(
            attribute.key, say("“%(text)s” is not a number; write it as 42 or 4.2.", text=text)
        ) from None


def _day(attribute, text):
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-11-23") else date.max
    except ValueError:
        day = date.max
    if day == date.max:  # it has no next day
        raise InvalidValue(attribute.key, say("“%(text)s” is not a date; write it as 2026-11-23.", text=text))
    return day


def _boolean(attribute, text):
    if text.lower() not in ("yes", "no", "true", "false"):
        raise InvalidValue(attribute.key, say("choose yes or no."))
    return text.lower() in ("yes", "true")


_READERS = {NUMBER: _number, DAY: _day, MOMENT: _day, BOOLEAN: _boolean}


def _begin(attribute, zone, day):
    """The value in a column at which a day begins.

    Custom fields store dates and moments as ISO text in UTC, sorted by time.
    """
    if attribute.kind == MOMENT:
        return midnight(day, zone)
    if attribute.is_moment:
        return midnight(day, zone).isoformat()[: len("2026-11-23T09:30")].lower()
    return day.isoformat()
