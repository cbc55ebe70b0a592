"""The forms of the person's own page: the inputs of the profile that they may change, and the new address."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from ....directory.errors import gathered
from ....directory.people import own_profile
from ....directory.people.profile import MAXIMUM_EMAIL
from ....languages import LANGUAGES
from ..base import Form, at_most, strip
from ..time_zones import GroupedSelect, zone_choices
from .custom_values import inputs_for
from .users import ProfileForm, locked_inputs, shown

THEMES = {"system": _l("Like my system"), "light": _l("Light"), "dark": _l("Dark")}
_LANGUAGES = [SelectChoice(code, name) for code, name in LANGUAGES.items()]
_OWN = ("version", "base", "given_name", "family_name", "nickname", "phone", "time_zone")
_PREFERENCES = ("language", "theme")
# What browsers fill in by themselves, and assistive technology tells (WCAG 1.3.5): ``autocomplete`` of each input.
_PURPOSES = {
    "given_name": "given-name", "family_name": "family-name", "nickname": "nickname", "phone": "tel", "language": "language",
}  # fmt: skip


class _Preferences:
    """How the screens look; part of the profile form."""

    inputs = ProfileForm.inputs | {"familyName": "family_name"}

    language = SelectField(_l("Language"), choices=_LANGUAGES)
    theme = SelectField(_l("Appearance"), choices=[SelectChoice(value, label) for value, label in THEMES.items()])

    def value_inputs(self):
        return [field for field in super().value_inputs() if field.name not in _PREFERENCES]

    def complaints(self):
        names = ("given_name", "family_name")
        if set(names).isdisjoint(self.altered_names()) or any(self[name].errors for name in names):
            return ()
        core = {"name": self._name(self.page.profile.core.get("name") or {})}
        return gathered(lambda: own_profile.check_name(self.page.user, core))

    def preferences(self):
        """``{"language": code or None, "theme": …}``."""
        return {"language": self.language.data or None, "theme": self.theme.data}

    def altered_names(self):
        return [name for name in super().altered_names() if name not in _PREFERENCES]


class OwnProfileForm(_Preferences, ProfileForm):
    """*My profile*. ``own_profile_form`` removes what is for administrators."""

    time_zone = GroupedSelect(
        _l("Time zone"),
        choices=[],
        description=_l("For times on these pages and in mails to you."),
    )


class EmailForm(Form):
    """*E-mail address*."""

    inputs = {"email": "new_email"}

    new_email = EmailField(
        _l("New e-mail address"),
        filters=[strip],
        validators=[
            InputRequired(_l("Enter an e-mail address.")),
            at_most(MAXIMUM_EMAIL),
        ],
        description=_l(
            "We send a link to the new address. Until you open it, the old one stays in use and gets a notice."
        ),
        render_kw={"autocomplete": "email"},
    )


def own_profile_form(page, *, formdata=True):
    """The profile form of ``view_models.people.own_profile.OwnProfile``; ``formdata=False`` shows it as stored."""
    values = page.profile.custom
    form_class = type(
        "OwnProfileForm",
        (OwnProfileForm,),
        _without(ProfileForm) | inputs_for(page.fields, values, enforce_required=False),
    )
    stored = own_shown(page)
    form = form_class(data=stored) if formdata else form_class(data=stored, formdata=None)
    form.page, form.custom_fields = page, page.fields
    form.name_inputs()
    form.locked = locked_inputs(page)
    for name, purpose in _PURPOSES.items():
        form[name].render_kw = {**(form[name].render_kw or {}), "autocomplete": purpose}
    as_account = _("As the account: %(language)s", language=page.account_language)
    form.language.choices = [SelectChoice("", as_account), *_LANGUAGES]
    form.time_zone.choices = zone_choices(page.zone, form)
    return form


def own_shown(page):
    """``{input name: what it shows}`` of the person as now stored."""
    chosen = {"language": page.user.language or "", "theme": page.user.theme}
    return shown(page) | chosen


def _without(form_class):
    """Class attributes that remove the inputs for administrators from a form."""
    names = (name for name in dir(form_class) if hasattr(getattr(form_class, name), "_formfield"))
    return {name: None for name in names if name not in _OWN}
