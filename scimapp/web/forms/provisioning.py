"""Forms of the SCIM connection: making, rotating, renaming and revoking a token, its preset, and the options."""

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput

from ...directory import clock
from ...directory.connection import token_changes
from ...directory.connection.scim_tokens import LIFETIMES, MAXIMUM_LABEL, PROVIDERS
from ...directory.people.ownership import YIELDABLE
from ...languages import day, spoken
from ..moment_words import exact
from ..template_helpers import token_words
from ..view_models.value_words import label_of
from .account.shown_settings import ShownSettings
from .base import Form, at_most

_OPTIONS = (
    "invite_provisioned", "strict_members", "same_name_groups", "revive_inactive", "put_clears_extension",
    "stop_deactivations", "directory_roles", "yielded_values",
)  # fmt: skip
_OVERLAPS = {
    "today": _l("until I revoke it today, or it ends by itself on %(end)s"),
    "day": _l("for 24 hours, until %(end)s"),
    "week": _l("for 7 days, until %(end)s"),
}


def _lifetimes():
    now = clock.now()
    return [
        SelectChoice(str(days), _("%(days)s days, until %(end)s", days=days, end=day(now + timedelta(days=days))))
        for days in LIFETIMES
    ]


def _presets():
    return [SelectChoice(name, spoken(words)) for name, words in PROVIDERS.items()]


def _overlaps(ends_at=None):
    """``ends_at`` is when the old token expires anyway."""
    now = clock.now()
    ends = {name: token_changes.ends(name, now) for name in _OVERLAPS}
    return [
        SelectChoice(name, str(words) % {"end": exact(min(ends_at or ends[name], ends[name]))})
        for name, words in _OVERLAPS.items()
    ]


class TokenForm(Form):
    """*Generate token*."""

    inputs = {"lifetime_days": "lifetime"}

    provider = SelectField(_l("Directory"), choices=_presets, default="okta", description=_l("Sets a few tolerances."))
    lifetime = SelectField(
        _l("Ends after"),
        choices=_lifetimes,
        default=str(LIFETIMES[0]),
        description=_l("Administrators get a mail 30, 7 and 1 days before."),
    )
    label = StringField(
        _l("Label"),
        validators=[at_most(MAXIMUM_LABEL)],
        description=_l("To tell tokens apart. Left empty, it is the directory's name."),
    )


class RotateForm(Form):
    """*Rotate token*: how long the old token still works, how long the new one lasts."""

    inputs = {"lifetime_days": "lifetime"}

    overlap = RadioField(_l("The old one keeps working"), choices=_overlaps, default="day")
    lifetime = SelectField(_l("The new one ends after"), choices=_lifetimes, default=str(LIFETIMES[0]))

    def __init__(self, *args, ends_at, **kwargs):
        super().__init__(*args, **kwargs)
        self.overlap.choices = _overlaps(ends_at)


class RenameForm(ShownSettings, Form):
    """*Rename token*."""

    label = StringField(_l("Label"), validators=[at_most(MAXIMUM_LABEL)])

    def __init__(self, token, **given):
        super().__init__(data={"label": token_words(token.label)}, **given)
        self._stored = token.label
        self.note_shown(("label",))

    def wanted(self):
        """The label to store; one that was not altered stays, so that no translation of it is stored."""
        return self.label.data if self.altered(("label",)) else self._stored


class PresetForm(ShownSettings, Form):
    """*Change preset*."""

    provider = SelectField(
        _l("Directory"), choices=_presets, description=_l("Sets a few tolerances, from the next call on.")
    )

    def __init__(self, token, **given):
        super().__init__(data={"provider": token.provider}, **given)
        self._stored = token.provider
        self.note_shown(("provider",))

    def wanted(self):
        """The preset to store; one that was not altered stays."""
        return self.provider.data if self.altered(("provider",)) else self._stored


class RevokeForm(Form):
    """*Revoke token*: for a token in use, its label must be typed."""

    label = StringField(_l("Type the label to confirm"))

    def __init__(self, *args, wanted=None, **kwargs):
        super().__init__(*args, **kwargs)
        self._wanted = wanted

    def validate_label(self, field):
        if self._wanted is not None and (field.data or "").strip() != self._wanted:
            raise ValidationError(_("Type “%(text)s” exactly.", text=self._wanted))


def _yieldable():
    return [SelectChoice(name, str(label_of(name))) for name in YIELDABLE]


class OptionsForm(ShownSettings, Form):
    """Options of the connection.

    ``fields`` are the account's custom fields, each of which can be left to us; ``rules_roles`` says whether the viewer may
    let the directory rule roles.
    """

    invite_provisioned = RadioField(
        _l("Invitation mails for people the directory creates"),
        choices=[
            SelectChoice("yes", _l("Send to each new person")),
            SelectChoice("no", _l("Send none; people sign in through single sign-on")),
        ],
    )
    strict_members = BooleanField(
        _l("Refuse a group push that names an unknown person"),
        description=_l("Off: unknown people are skipped and listed on the group's page."),
    )
    same_name_groups = SelectField(
        _l("Two groups with the same name"),
        choices=[
            SelectChoice("provider", _l("As the directory does it (Okta creates a second one, Entra is refused)")),
            SelectChoice("create", _l("Always create a second one")),
            SelectChoice("refuse", _l("Always refuse (409)")),
        ],
    )
    revive_inactive = BooleanField(
        _l("Give a returning person the old record"),
        description=_l("Same External ID from the same token brings the inactive person back."),
    )
    put_clears_extension = BooleanField(
        _l("An update without custom fields clears them"),
        description=_l("Off: a directory that does not know the fields leaves them alone."),
    )
    stop_deactivations = BooleanField(
        _l("Stop and ask when more than 20 % would be deactivated within 10 minutes"),
        description=_l(
            "Further ones are asked to wait (503) until you let them through. Ten people are always allowed. Off: you are "
            "told here afterwards."
        ),
    )
    directory_roles = SelectField(
        _l("Roles from the directory"),
        choices=[
            SelectChoice("never", _l("Never; roles are given here")),
            SelectChoice("user_admin", _l("Up to User Admin, where the directory sends the role “User Admin”")),
        ],
        description=_l(
            "No directory makes Super Admins. It takes away only what it gave, and only with a token made by an "
            "administrator. Never: roles that it gave end when you save."
        ),
    )
    yielded_values = SelectMultipleField(
        _l("Leave these fields to us"),
        choices=_yieldable,
        option_widget=CheckboxInput(),
        description=_l("They are edited here; what the directory sends for them is ignored."),
    )

    def __init__(self, *args, account, fields, rules_roles, **kwargs):
        shown = {name: getattr(account, name) for name in _OPTIONS}
        super().__init__(
            *args, data=shown | {"invite_provisioned": "yes" if account.invite_provisioned else "no"}, **kwargs
        )
        if not rules_roles:
            del self.directory_roles
        own = [SelectChoice(f"custom.{field.field_id}", field.label) for field in fields]
        self.yielded_values.choices = [*_yieldable(), *own]
        self.note_shown(self._names())

    def options(self):
        """The altered options, as ``directory.accounts.accounts.change_options`` takes them."""
        values = {name: self[name].data for name in self.altered(self._names())}
        if "invite_provisioned" in values:
            values["invite_provisioned"] = values["invite_provisioned"] == "yes"
        return values

    def _names(self):
        return [name for name in _OPTIONS if name in self]
