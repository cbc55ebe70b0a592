"""What people call the inputs of a form of which only the names and values are left."""

import sys

from flask_babel import gettext as _
from wtforms.fields.core import UnboundField

from .base import Form
from .custom_values import PREFIX


def labelled(pairs):
    """``[(name, value)]`` as ``[(name, label, value)]``, in the words of the form that has most of these names.

    A custom field goes by its Field ID: its label belongs to an account, and nobody may be signed in.
    """
    names = {name for name, _value in pairs}
    forms = filter(_is_written, _below(Form))
    labels = max((_labels(form) for form in forms), key=lambda known: len(names & known.keys()))
    return [(name, _label(name, labels), value) for name, value in pairs]


def _label(name, labels):
    if name.startswith(PREFIX):
        return _("Custom field %(field_id)s", field_id=name.removeprefix(PREFIX))
    return str(labels.get(name) or "") or name.replace("_", " ").replace("-", " ").replace(".", " ").capitalize()


def _is_written(form):
    """Whether the class stands in a module. One made for a request holds words of its account: headings of a file."""
    return sys.modules[form.__module__].__dict__.get(form.__name__) is form


def _below(form):
    for kind in form.__subclasses__():
        yield kind
        yield from _below(kind)


def _labels(form):
    inputs = [pair for kind in reversed(form.__mro__) for pair in kind.__dict__.items()]
    return {
        name: bound.args[0] if bound.args else bound.kwargs.get("label")
        for name, bound in inputs
        if isinstance(bound, UnboundField)
    }
