"""Conditions of the people list: their form in an address (``custom.site:starts:Hu``) and in words.

``|`` separates options (``\\|`` is a literal bar), ``..`` separates the ends of a range; other values are written as is.
"""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from msgspec import Struct

from ....directory.errors import InvalidValue
from ....directory.user_list import user_filters
from ....directory.user_list.list_attributes import BOOLEAN, CHOICE, DAY, MOMENT, NUMBER, PERSON, TEXT
from ....directory.words import say
from ....languages import spoken
from ....local_time import zone, zone_name

_TEXT_WORDS = {
    "is": _l("is"),
    "not": _l("is not"),
    "contains": _l("contains"),
    "starts": _l("starts with"),
    "any": _l("is any of"),
    "none": _l("is none of"),
    "empty": _l("is empty"),
    "filled": _l("is not empty"),
}
_NUMBER_WORDS = {"before": _l("is less than"), "after": _l("is greater than"), "between": _l("is between")}
_DATE_WORDS = {"is": _l("is on"), "before": _l("is before"), "after": _l("is after"), "between": _l("is between")}
_WORDS = {
    TEXT: _TEXT_WORDS,
    BOOLEAN: _TEXT_WORDS,
    CHOICE: _TEXT_WORDS,
    PERSON: _TEXT_WORDS,
    NUMBER: _TEXT_WORDS | _NUMBER_WORDS,
    DAY: _TEXT_WORDS | _DATE_WORDS,
    MOMENT: _TEXT_WORDS | _DATE_WORDS,
}
_LISTS = ("any", "none")
INPUTS = {
    TEXT: "text",
    NUMBER: "number",
    DAY: "date",
    MOMENT: "date",
    BOOLEAN: "boolean",
    CHOICE: "choices",
    PERSON: "person",
}


class ConditionForm(Struct, frozen=True):
    """The form of one condition: the chosen field, its operators, the typed values, and what is wrong with them."""

    attribute: object
    operators: list  # (operator, words)
    operator: str
    values: tuple
    error: str = ""

    @property
    def input(self):
        """text, number, date, boolean, choices or person."""
        return INPUTS[self.attribute.kind]

    @property
    def choices(self):
        """The options of a dropdown, including removed ones that the address still names."""
        known = list(self.attribute.field.choices)
        return known + [value for value in self.values if value and value not in known]

    @property
    def hint(self):
        """What a value looks like, for the types that need it explained."""
        kind = self.attribute.kind
        if kind == NUMBER:
            return gettext("For example 42 or 4.2.")
        if kind == PERSON:
            return gettext("E-mail address, user name or ID of the person.")
        return gettext("Days begin at midnight (%(zone)s).", zone=zone_name()) if self.attribute.is_moment else ""

    def value(self, place):
        """The value typed at a place, "" if none."""
        return self.values[place] if place < len(self.values) else ""

    @property
    def place_at_fault(self):
        """The place of the value that the error is about: in a range the first missing one, else the first
        unreadable one; None without an error.
        """
        if not self.error:
            return None
        if self.operator != "between":
            return 0
        ends = [self.value(place).strip() for place in range(2)]
        unread = (place for place, text in enumerate(ends) if not user_filters.can_read(self.attribute, text))
        return ends.index("") if "" in ends else next(unread, 0)


def parse(known, text):
    """The Condition written in an address. Raises InvalidValue."""
    key, _, rest = text.partition(":")
    operator, _, typed = rest.partition(":")
    return user_filters.read(_known(known, key), operator, _parts(typed) if operator in _LISTS else (typed,), zone())


def attempt(scope, attribute, operator, typed):
    """``(address text, None)`` of the condition that a form asks for, else ``(None, what is wrong)``."""
    try:
        wanted = user_filters.read(attribute, operator, typed, zone())
        user_filters.check_people(scope, wanted)
    except InvalidValue as error:
        text = spoken(error.reason)
        return None, text[:1].upper() + text[1:]
    return write(wanted), None


def write(wanted):
    """The address text of a Condition; ``parse`` reads it back."""
    if wanted.operator in _LISTS:
        value = "|".join(_escaped(text) for text in wanted.typed)
    else:
        value = user_filters.BETWEEN.join(wanted.typed)
    return ":".join([wanted.attribute.key, wanted.operator, *([value] if value else [])])


def words(wanted):
    """A Condition in words: “Cost centre starts with 44”."""
    label, operator = spoken(wanted.attribute.label), operator_words(wanted.attribute.kind, wanted.operator)
    if not wanted.typed:
        return f"{label} {operator}"
    if wanted.operator == "between":
        low, high = wanted.typed
        return gettext("%(field)s is between %(low)s and %(high)s", field=label, low=low, high=high)
    if wanted.attribute.kind == BOOLEAN:
        answer = gettext("Yes") if wanted.values[0] else gettext("No")
        return f"{label}: {answer}"
    return f"{label} {operator} {', '.join(wanted.typed)}"


def complaint(known, error):
    """An InvalidValue of a condition in words, after the name of its field."""
    attribute = known.get(error.attribute)
    return f"{spoken(attribute.label) if attribute else error.attribute}: {spoken(error.reason)}"


def operator_words(kind, operator):
    """The words of an operator for one kind of attribute; the operator itself where that kind has it no longer."""
    return str(_WORDS.get(kind, _TEXT_WORDS).get(operator, operator))


def condition_form(attribute, operator="", values=(), error=""):
    """The ConditionForm of an attribute; its first operator is chosen by default."""
    operators = [(name, operator_words(attribute.kind, name)) for name in user_filters.OPERATORS[attribute.kind]]
    names = dict(operators)
    return ConditionForm(attribute, operators, operator if operator in names else operators[0][0], tuple(values), error)


def filterable(known):
    """``[(heading, [ListAttribute])]`` that conditions can use: ours, then the account's custom fields."""
    ours = [attribute for attribute in known.values() if attribute.is_filter and attribute.field is None]
    own = [attribute for attribute in known.values() if attribute.is_filter and attribute.field is not None]
    ours.sort(key=lambda attribute: str(spoken(attribute.label)).casefold())
    return [(heading, part) for heading, part in ((gettext("Custom fields"), own), (gettext("Profile"), ours)) if part]


def _known(known, key):
    attribute = known.get(key)
    if attribute is None:
        raise InvalidValue(key[:80], say("there is no such field here; it may have been archived."))
    if not attribute.is_filter:
        raise InvalidValue(key, say("this column has a filter of its own."))
    return attribute


def _escaped(text):
    return text.replace("\\", "\\\\").replace("|", "\\|")


def _parts(text):
    """The values between unescaped bars."""
    parts, escaped = [""], False
    for letter in text:
        if not escaped and letter == "|":
            parts.append("")
        elif not escaped and letter == "\\":
            escaped = True
            continue
        else:
            parts[-1] += letter
        escaped = False
    return tuple(parts)
