"""Two people edited the same thing: what the other one changed, what this one typed, and the form to continue with.

A form carries the values that it showed (``base``), which tells the other person's changes from this one's.
"""

import json

from flask_babel import gettext as _
from msgspec import Struct

from .people.custom_values import differs


class Difference(Struct, frozen=True):
    """One value that changed meanwhile. ``yours`` is None if the person at the form did not alter it."""

    name: str
    label: str
    theirs: str
    yours: str | None


def shown_in(form):
    """``{input name: value}`` that a form showed, as its ``base`` says; empty for one that no server of ours made."""
    try:
        shown = json.loads(form.base.data or "{}")
    except ValueError:
        return {}
    return shown if isinstance(shown, dict) else {}


def differences(form, current):
    """What changed since the form was filled, as Differences; empty when only other values moved the version.

    ``current`` is ``{input name: what it shows now}``.
    """
    base = shown_in(form)
    return [
        Difference(
            field.name,
            field.label.text,
            readable(field, current[field.name]),
            readable(field, field.data) if _typed(form, field, base) else None,
        )
        for field in form.value_inputs()
        if field.name in base and base[field.name] != current[field.name]
    ]


def refill(form, current):
    """Put what was typed over what is stored now, so that saving again keeps both."""
    base = shown_in(form)
    for field in form.value_inputs():
        if not _typed(form, field, base):
            field.data = current[field.name]
            field.raw_data = None
    for name in ("version", "base"):
        form[name].data, form[name].raw_data = current[name], None


def met(form, fresh, typed, more=()):
    """Whether somebody else set something since the form was shown that this form would set otherwise: its ``changed_meanwhile``.

    If so, the form goes on from ``fresh``, a form of what is stored now: what was ``typed``, as ``{name: value}``,
    stays on top of it, so that saving again keeps both. Other settings never meet, because only altered ones are saved. ``more`` are
    Differences that the form has found itself.
    """
    base, stored = shown_in(form), shown_in(fresh)
    altered = [name for name in typed if name in base and name in stored and typed[name] != base[name]]
    form.changed_meanwhile = [
        Difference(name, form[name].label.text, readable(fresh[name], fresh[name].data), readable(form[name], form[name].data))
        for name in altered
        if base[name] != stored[name] != typed[name]
    ] + list(more)  # fmt: skip
    if form.changed_meanwhile:
        for name in typed.keys() - altered:
            form[name].data, form[name].raw_data = fresh[name].data, None
        form.base.data, form.base.raw_data = fresh.base.data, None
    return bool(form.changed_meanwhile)


def _typed(form, field, base):
    return field.name in base and field.name not in form.locked and differs(field, base[field.name])


def readable(field, value):
    """A value as people read it: a choice by its label."""
    labels = {choice.value: choice.label for choice in getattr(field, "choices", None) or ()}
    if isinstance(value, list):
        return ", ".join(str(labels.get(item, item)) for item in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return labels.get(value, "" if value is None else str(value))
