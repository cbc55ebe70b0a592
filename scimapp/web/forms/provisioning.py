"""Forms of the SCIM connection: making a token, revoking one, the options."""

from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from ...directory.scim_tokens import LIFETIMES, PROVIDERS
from .base import Form


class TokenForm(Form):
    """*Generate token*."""

    inputs = {"lifetime_days": "lifetime"}

    provider = SelectField(
        "Directory",
        choices=[SelectChoice(*pair) for pair in PROVIDERS.items()],
        default="okta",
        description="Sets a few tolerances.",
    )
    lifetime = SelectField(
        "Ends after", choices=[SelectChoice(str(days), f"{days} days") for days in LIFETIMES], default=str(LIFETIMES[0])
    )
    label = StringField(
        "Label",
        validators=[Length(max=80, message="At most 80 characters.")],
        description="To tell tokens apart. Left empty, it is the directory's name.",
    )


class RevokeForm(Form):
    """*Revoke token*: one that is in use asks for its label to be typed."""

    label = StringField("Type the label to confirm")

    def __init__(self, *args, wanted=None, **kwargs):
        super().__init__(*args, **kwargs)
        self._wanted = wanted

    def validate_label(self, field):
        if self._wanted is not None and (field.data or "").strip() != self._wanted:
            raise ValidationError(f"Type “{self._wanted}” exactly.")


class OptionsForm(Form):
    """Options of the connection."""

    invite_provisioned = BooleanField(
        "Send an invitation to each person the directory creates",
        description="Off: nobody is mailed; send invitations from a person's page.",
    )
    same_name_groups = SelectField(
        "Two groups with the same name",
        choices=[
            SelectChoice("provider", "As the directory does it (Okta creates a second one, Entra is refused)"),
            SelectChoice("create", "Always create a second one"),
            SelectChoice("refuse", "Always refuse (409)"),
        ],
    )
    revive_inactive = BooleanField(
        "Give a returning person the old record",
        description="The same External ID from the same directory brings the inactive person back.",
    )
    put_clears_extension = BooleanField(
        "An update without custom fields clears them",
        description="Off: a directory that does not know the fields leaves them alone.",
    )
    strict_members = BooleanField(
        "Refuse a group push that names an unknown person",
        description="Off: unknown people are skipped and listed on the group's page.",
    )

    def options(self):
        """The options as ``directory.accounts.change_options`` takes them."""
        return {field.name: field.data for field in self if field.name != "csrf_token"}
