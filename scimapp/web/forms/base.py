"""The base of every form, which shows each refusal of the directory beside the right input."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import Length

from ...directory.errors import (
    Conflict,
    DirectoryError,
    EmailTaken,
    InvalidValue,
    Managed,
    NotAllowed,
    NotInAccount,
    StaleVersion,
    UserNameTaken,
)
from ...languages import spoken


def strip(text):
    """A filter of inputs: ``text`` without blanks around it."""
    return text.strip() if isinstance(text, str) else text


def at_most(characters):
    """A check that an input is not longer."""
    return Length(max=characters, message=_l("At most %(max)d characters."))


class Form(FlaskForm):
    """``inputs`` maps the directory's name of an attribute to the name of its input. ``changed_meanwhile`` and ``refusal`` are
    what forms of ShownSettings set.
    """

    inputs: dict = {}
    changed_meanwhile = ()
    refusal = 422

    def validate(self, extra_validators=None):
        """Whether nothing is wrong. Includes what the directory would refuse, so that the form shows all errors at once."""
        is_valid = super().validate(extra_validators)
        for error in self.complaints():
            self.refuse(error)
            is_valid = False
        return is_valid

    def complaints(self):
        """The errors with which the directory would refuse the form, for inputs without an error so far."""
        return ()

    def attempt(self, action, *arguments, **named):
        """Run a directory function and return its result; None when it refused and the form now says why.

        Refusals that no input can mend (another role is needed, somebody else saved first) go on to the error pages.
        """
        try:
            return action(*arguments, **named)
        except DirectoryError as error:
            if isinstance(error, NotInAccount | StaleVersion) or (
                isinstance(error, NotAllowed) and not isinstance(error, Managed)
            ):
                raise
            self.refuse(error)
            return None

    def refuse(self, error):
        """Put a DirectoryError beside its input, else at the top of the form."""
        name = self.inputs.get(_attribute(error), _attribute(error))
        said = error.reason if isinstance(error, InvalidValue) else error.message
        if name in self._fields:
            field = self._fields[name]
            field.errors = [*field.errors, _sentence(said)]
            if isinstance(error, EmailTaken):
                field.taken_by = error
        else:
            self.form_errors = [*self.form_errors, spoken(error.message)]

    @property
    def problems(self):
        """``[(input id or None, label, sentence)]`` of all errors, in the order of the form."""
        found = [(None, "", text) for text in self.form_errors]
        for field in self._fields.values():
            if isinstance(field, Field):
                found += [(field.id, field.label.text, text) for text in _flat(field.errors)]
        return found


def _attribute(error):
    if isinstance(error, EmailTaken | UserNameTaken):
        return "email"
    if isinstance(error, InvalidValue | Managed):
        return error.attribute
    return type(error).__name__ if isinstance(error, Conflict) else ""


def _sentence(said):
    """The directory's text as a sentence; an ID or a value at its start keeps its spelling."""
    text = spoken(said)
    return text if getattr(said, "template", "").startswith("%(") else text[:1].upper() + text[1:]


def _flat(errors):
    for item in errors:
        if isinstance(item, list | tuple):
            yield from _flat(item)
        else:
            yield item
