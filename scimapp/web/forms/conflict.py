"""Two people edited the same thing: what the other one changed, what this one typed, and the form to continue with.

A form carries the values that it showed (``base``), which tells the other person's changes from this one's.
"""

from msgspec import Struct

from .custom_values import differs
from .shown_settings import shown_in


class Difference(Struct, frozen=True):
    """One value that changed meanwhile. ``yours`` is None if the person at the form did not alter it."""

    name: str
    label: str
    theirs: str
    yours: str | None


def differences(form, current):
    """What changed since the form was filled, as Differences; empty when only other values moved the version.

    ``current`` is ``{input name: what it shows now}``.
    """
    base = shown_in(form)
    return [
        Difference(
            field.name,
            field.label.text,
            _readable(field, current[field.name]),
            _readable(field, field.data) if _typed(form, field, base) else None,
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


def _typed(form, field, base):
    return field.name in base and field.name not in form.locked and differs(field, base[field.name])


def _readable(field, value):
    if isinstance(value, list):
        return ", ".join(value)
    labels = {choice.value: choice.label for choice in getattr(field, "choices", None) or ()}
    return labels.get(value, value or "")
