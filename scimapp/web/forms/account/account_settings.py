"""The forms of the account's settings. An empty number means the server's default; the directory sets the limits."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional, ValidationError

from ....directory.accounts import account_settings
from ....directory.people.profile import MAXIMUM_EMAIL
from ....languages import LANGUAGES, Count
from ..base import Form, at_most, strip
from ..time_zones import GroupedSelect, account_zone_choices, shown_zone
from .shown_settings import ShownSettings

_NUMBER = {"inputmode": "numeric"}
_TOGETHER = ("log_days", "log_body_days")  # compared with each other


class WholeNumber(IntegerField):
    """A whole number in a plain text input, which keeps what was typed. ``validators=[]`` makes it required."""

    widget = StringField.widget

    def __init__(self, label, **named):
        super().__init__(label, **({"validators": [Optional()], "render_kw": _NUMBER} | named))

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Write a whole number.")) from error


class SettingsForm(ShownSettings, Form):
    """``names`` are the inputs, named like the directory's settings."""

    names = ()

    def values(self):
        """The altered settings, for the directory."""
        return {name: self[name].data for name in self.altered(self.names)}

    def complaints(self):
        altered = {*self.altered(self.names), *_TOGETHER}  # what is left as it was is not saved
        names = [name for name in self.names if name in altered and not self[name].errors]
        return account_settings.complaints(**{name: self[name].data for name in names})


class AccountForm(SettingsForm):
    """*Account*."""

    names = ("name", "language", "time_zone", "invitation_days", "remind_invited", "reply_to")
    name = StringField(
        _l("Account name"),
        filters=[strip],
        validators=[
            DataRequired(_l("Give the account a name.")),
            at_most(account_settings.LONGEST_NAME),
        ],
        description=_l("Shown in mails and on every page."),
    )
    language = SelectField(
        _l("Default language"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        description=_l("Of mails and screens, for people who have not chosen one themselves."),
    )
    time_zone = GroupedSelect(
        _l("Default time zone"),
        choices=[],
        description=_l(
            "Of times on screens and in mails, for people who have none themselves. Files and SCIM stay in UTC."
        ),
    )
    invitation_days = WholeNumber(_l("Invitations work for (days)"))
    remind_invited = BooleanField(
        _l("Remind people of an open invitation"),
        description=_l("Once, two days before it ends, if its mail left a day before or earlier."),
    )
    reply_to = EmailField(
        _l("Reply-to address"),
        filters=[strip],
        validators=[at_most(MAXIMUM_EMAIL)],
        description=_l("Where answers to mails go. Without one nobody reads answers, and mails ask for none."),
    )

    def __init__(self, account, *, server_days, **named):
        super().__init__(obj=account, **named)
        self.time_zone.choices = account_zone_choices(account.time_zone, self)
        if self.time_zone.raw_data is None:
            self.time_zone.data = shown_zone(account.time_zone) or "UTC"
        self.invitation_days.description = _(
            "1 to 30. Empty: as the server says, %(num)s. Invitations that were sent keep their end.", num=server_days
        )
        self.note_shown(self.names)


class SecurityForm(SettingsForm):
    """*Security*. ``server_hours`` is the longest session that the server allows, in hours."""

    names = ("two_step", "session_hours", "seat_limit", "over_seats", "log_days", "log_body_days")
    two_step = RadioField(
        _l("Two-step sign-in of administrators"),
        choices=[
            SelectChoice("advise", _l("Advise: they are asked to switch it on")),
            SelectChoice("require", _l("Require: none of them gets in without it")),
        ],
    )
    session_hours = WholeNumber(_l("Sessions end after (hours)"))
    seat_limit = WholeNumber(_l("Seats"))
    over_seats = RadioField(
        _l("When the directory sends somebody and no seat is free"),
        choices=[
            SelectChoice("refuse", _l("Refuse: the directory gets an error in plain words")),
            SelectChoice("inactive", _l("Add the person as inactive")),
        ],
    )
    log_days = WholeNumber(
        _l("Calls are kept for (days)"),
        validators=[],
        description=_l("1 to 730. Time, person, result and duration of each SCIM call."),
    )
    log_body_days = WholeNumber(
        _l("Bodies of calls are kept for (days)"),
        validators=[],
        description=_l("0 to 730, at most as long as the calls. 0 keeps none. Secrets are masked in any case."),
    )

    def __init__(self, *, server_hours, seats_in_use, **named):
        super().__init__(**named)
        self.server_hours = server_hours
        self.session_hours.description = _(
            "1 to %(num)s. Empty: %(num)s, as the server says. A shorter time ends older sessions at once.",
            num=server_hours,
        )
        self.seat_limit.description = _(
            "Active people and open invitations at most; inactive people do not count. Empty: no limit. In use now: %(num)s.",
            num=Count(seats_in_use),
        )
        self.note_shown(self.names)

    def validate_session_hours(self, field):
        if field.data is not None and field.data > self.server_hours:
            raise ValidationError(_("This server allows %(num)s hours at most.", num=self.server_hours))
