"""Labels for the inputs of a form of which only names and values are left, and words for the values."""

import re
import sys

from flask_babel import gettext as _
from msgspec import Struct
from wtforms import BooleanField, SelectMultipleField
from wtforms.fields.choices import SelectFieldBase
from wtforms.fields.core import UnboundField
from wtforms.widgets import HiddenInput

from ...directory.imports.import_columns import CUSTOM, FIXED
from ...languages import spoken
from .base import Form
from .kept import TICKED
from .people.custom_values import PREFIX
from .people.user_import import COLUMN

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ENTRY = re.compile(r"-\d+$")  # the number of one of several inputs under one label


class Shown(Struct, frozen=True):
    """An input as the page shows it: a ticked box, a select of ``choices`` (``[(value, words)]``), or a text."""

    name: str
    label: str
    value: str
    choices: list | None = None
    is_box: bool = False


def labelled(pairs, names):
    """``([Shown], rest)`` of ``[(name, value)]``, in the words of the form that shares most of ``names``, all names sent.
    Among forms that share as many, the one with the fewest inputs wins.

    ``rest`` are pairs that mean nothing to people: ids, and choices whose words only the form's page knew. A custom field is
    called by its Field ID: its label belongs to an account, and nobody may be signed in.
    """
    forms = map(_inputs, filter(_is_written, _below(Form)))
    inputs = max(forms, key=lambda known: (len(names & known.keys()), -len(known)))
    shown = [(pair, _shown(*pair, inputs)) for pair in pairs]
    return [item for _pair, item in shown if item is not None], [pair for pair, item in shown if item is None]


def _shown(name, value, inputs):
    """The Shown of an input, None for one that means nothing to people."""
    if name.startswith(PREFIX):
        label = _("Custom field %(field_id)s", field_id=name.removeprefix(PREFIX))
        is_answer = value in ("true", "false")
        return Shown(name, label, value, [("true", _("Yes")), ("false", _("No"))] if is_answer else None)
    if name.startswith(COLUMN):
        return _column(name, value)
    label, kind = _label(name, inputs), inputs.get(name)
    if kind is None:
        return None if _ID.fullmatch(value) else Shown(name, label, value, is_box=value == TICKED)
    if isinstance(kind.kwargs.get("widget"), HiddenInput):
        return None
    if not issubclass(kind.field_class, SelectFieldBase):
        return Shown(name, label, value, is_box=issubclass(kind.field_class, BooleanField))
    choices = _choices(kind)
    words = next((said for offered, said in choices if offered == value), None)
    if words is None:
        return None
    is_box = issubclass(kind.field_class, SelectMultipleField)
    return Shown(name, words, value, is_box=True) if is_box else Shown(name, label, value, choices)


def _column(name, value):
    """The target of a column of an imported file."""
    words = next((spoken(target.label) for target in FIXED if target.key == value), None)
    if words is None:
        words = _("Custom field %(field_id)s", field_id=value.removeprefix(CUSTOM))
    return Shown(name, _("Column %(num)s", num=name.removeprefix(COLUMN)), value, [(value, words)])


def _label(name, inputs):
    bound = inputs.get(name) or inputs.get(_ENTRY.sub("", name))
    label = bound and (bound.args[0] if bound.args else bound.kwargs.get("label"))
    return str(label or "") or name.replace("_", " ").replace("-", " ").replace(".", " ").capitalize()


def _choices(bound):
    """``[(value, words)]`` of a select, as its form class declares them."""
    choices = bound.kwargs.get("choices") or ()
    offered = choices() if callable(choices) else choices
    return [(str(choice.value), str(choice.label)) for choice in offered]


def _is_written(form):
    """Whether the class is declared in a module. A class made for one request holds words of an account."""
    return sys.modules[form.__module__].__dict__.get(form.__name__) is form


def _below(form):
    for kind in form.__subclasses__():
        yield kind
        yield from _below(kind)


def _inputs(form):
    """``{name: unbound field}`` of a form's class."""
    inputs = [pair for kind in reversed(form.__mro__) for pair in kind.__dict__.items()]
    return {name: bound for name, bound in inputs if isinstance(bound, UnboundField)}
