"""What the forms of a person share, and the profile. They check the format of the input; the directory has the rules.

An input that comes back as shown is no change, so passing through a form never alters a value.
"""

import json
from functools import partial

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, IntegerField, SelectField, StringField, TelField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from ....directory import addresses
from ....directory.changes import UNSET, UserChanges
from ....directory.errors import EmailTaken, StaleVersion, UserNameTaken, gathered
from ....directory.people import newcomers, own_zone, phone_numbers
from ....directory.people.profile import MAXIMUM_EMAIL
from ....directory.policies import guard_own_address
from ....directory.roles import Role
from ....languages import spoken
from ...view_models.people.person import phone_of
from ..base import Form, at_most, strip
from ..choices import of_roles
from ..time_zones import GroupedSelect, shown_zone, zone_choices, zone_words
from .custom_values import PREFIX, custom_changes, initial, input_name, inputs_for, is_altered
from .manager import ManagerField

# The value behind each input, by its name in ``directory.people.ownership``.
ATTRIBUTES = {
    "given_name": "name",
    "family_name": "name",
    "display_name": "displayName",
    "nickname": "nickName",
    "title": "title",
    "email": "emails",
    "department": "enterprise.department",
    "employee_number": "enterprise.employeeNumber",
    "cost_center": "enterprise.costCenter",
    "division": "enterprise.division",
    "organization": "enterprise.organization",
    "user_type": "userType",
    "phone": "phoneNumbers",
    "time_zone": "timezone",
    "manager": "enterprise.manager",
}
_CORE = ("display_name", "nickname", "title", "user_type")  # inputs that show a text as it is stored
_ENTERPRISE = ("department", "employee_number", "cost_center", "division", "organization")
LINE = at_most(200)


def address(form, field):
    """An address typed by hand needs a domain with an ending; directories may send shorter ones."""
    if not is_altered(field):
        return
    complaint = addresses.complaint(field.data or "")
    if complaint:
        raise ValidationError(spoken(complaint))


class PersonForm(Form):
    """How both forms of a person show a refusal of the directory. Who makes one sets ``custom_fields``, then ``name_inputs``."""

    inputs = {attribute: name for name, attribute in reversed(ATTRIBUTES.items())} | {"userName": "email"}

    def refuse(self, error):
        """An address in use is reported with the name of its holder; errors of custom values go to their inputs."""
        holder = getattr(error, "display_name", None)
        if holder and isinstance(error, EmailTaken | UserNameTaken):
            self.email.errors = [*self.email.errors, _("This address belongs to %(name)s already.", name=holder)]
            self.email.taken_by = error
            return
        super().refuse(error)

    def name_inputs(self):
        """Map custom values to their inputs, for errors of the directory."""
        own = {field.field_id: input_name(field) for field in self.custom_fields}
        self.inputs = self.inputs | own | {f"custom.{field_id}": name for field_id, name in own.items()}


class ProfileForm(PersonForm):
    """The profile of a person. ``version`` is the one that filled the form, ``base`` what the form then showed."""

    version = IntegerField(widget=HiddenInput())
    base = HiddenField()
    given_name = StringField(_l("First name"), filters=[strip], validators=[LINE])
    family_name = StringField(_l("Family name"), filters=[strip], validators=[LINE])
    display_name = StringField(
        _l("Display name"),
        filters=[strip],
        validators=[LINE],
        description=_l("Shown in place of the full name, if set."),
    )
    nickname = StringField(_l("Nickname"), filters=[strip], validators=[LINE])
    title = StringField(_l("Title"), filters=[strip], validators=[LINE])
    email = EmailField(_l("E-mail"), filters=[strip], validators=[at_most(MAXIMUM_EMAIL), address])
    department = StringField(_l("Department"), filters=[strip], validators=[LINE])
    employee_number = StringField(_l("Employee number"), filters=[strip], validators=[LINE])
    cost_center = StringField(_l("Cost center"), filters=[strip], validators=[LINE])
    division = StringField(_l("Division"), filters=[strip], validators=[LINE])
    organization = StringField(_l("Organization"), filters=[strip], validators=[LINE])
    user_type = StringField(_l("User type"), filters=[strip], validators=[LINE])
    phone = TelField(_l("Phone"), filters=[strip], validators=[LINE])
    time_zone = GroupedSelect(
        _l("Time zone"),
        choices=[],
        description=_l("For times on the pages and in the mails that this person reads."),
    )
    manager = ManagerField()
    role = SelectField(
        _l("Role"),
        choices=of_roles,
        description=_l("Group rules, and a directory that may give roles, only add to it."),
    )
    is_stale = False

    @property
    def zone_words(self):
        """The time zone in words, for a form that cannot change it."""
        return zone_words(self.page.profile.core.get(own_zone.ATTRIBUTE))

    def attempt(self, action, *arguments, **named):
        """As in every form; if somebody else saved first, ``is_stale`` is set and what was typed is kept."""
        try:
            return super().attempt(action, *arguments, **named)
        except StaleVersion:
            self.is_stale = True
            return None

    def is_complete(self, scope):
        """Whether the form can be sent to the directory; if not, it shows all errors at once."""
        if self.validate():
            return True
        if "email" in self.altered_names() and not self.email.errors:
            email, person_id = self.email.data, self.page.user.id
            user_name = self.page.profile.with_email(email).core["userName"]
            checks = (
                partial(guard_own_address, scope, person_id),
                partial(newcomers.check_address, scope, email, user_name, person_id),
            )
            for error in gathered(*checks)[:1]:
                self.refuse(error)
        return False

    def altered_names(self):
        """The names of the inputs whose value differs from the one shown."""
        return [field.name for field in self.value_inputs() if is_altered(field, field.name in self.locked)]

    def value_inputs(self):
        """Every input that holds a value of the person."""
        return [field for field in self if field.name not in ("version", "base", "csrf_token")]

    def changes(self, profile):
        """The UserChanges that this form asks for."""
        altered = set(self.altered_names())
        core = {ATTRIBUTES[name]: self[name].data or None for name in (*_CORE, "time_zone") if name in altered}
        if altered & {"given_name", "family_name"}:
            core["name"] = self._name(profile.core.get("name") or {})
        if "phone" in altered:
            core["phoneNumbers"] = phone_numbers.with_number(profile.core.get("phoneNumbers") or [], self.phone.data)
        enterprise = {
            ATTRIBUTES[name].partition(".")[2]: self[name].data or None for name in _ENTERPRISE if name in altered
        }
        if "manager" in altered:
            enterprise["manager"] = self.manager.value
        return UserChanges(
            core=core,
            enterprise=enterprise,
            custom=custom_changes(self, self.custom_fields, self.locked),
            role=Role(self.role.data) if "role" in altered else UNSET,
            email=(self.email.data or None) if "email" in altered else UNSET,
        )

    def _name(self, stored):
        typed = {"givenName": self.given_name.data, "familyName": self.family_name.data}
        # The formatted name would go on showing the old name.
        kept = {part: text for part, text in stored.items() if part != "formatted"}
        return {part: text for part, text in (kept | typed).items() if text} or None


def profile_form(page):
    """The profile form of a person's page (``view_models.people.person.PersonPage``)."""
    values = page.profile.custom
    form_class = type("ProfileForm", (ProfileForm,), inputs_for(page.fields, values, enforce_required=False))
    form = form_class(data=shown_to_administrators(page))
    form.page, form.custom_fields = page, page.fields
    form.name_inputs()
    form.manager.person_id = page.user.id
    form.locked, form.yielded = locked_inputs(page), _inputs_of(page.yielded)
    form.time_zone.choices = zone_choices(page.profile.core.get(own_zone.ATTRIBUTE), form)
    form.role.choices = of_roles(page.roles or [Role(page.user.role)])
    return form


def shown_to_administrators(page):
    """``{input name: what it shows}`` of a person (``view_models.people.person.PersonPage``) as now stored."""
    return shown(page, manager=page.manager_name)


def shown(page, **more):
    """``{input name: what it shows}`` of the values in every profile form, and ``more``."""
    core, enterprise = page.profile.core, page.profile.enterprise
    name = core.get("name") or {}
    texts = {f"enterprise.{key}": value for key, value in enterprise.items()} | core
    values = {box: texts.get(ATTRIBUTES[box]) or "" for box in (*_CORE, *_ENTERPRISE)}
    values |= {
        "version": page.user.version,
        "given_name": name.get("givenName") or "",
        "family_name": name.get("familyName") or "",
        "email": page.profile.email or "",
        "phone": phone_of(page.profile),
        "time_zone": shown_zone(core.get(own_zone.ATTRIBUTE)),
        "role": page.user.role,
    }
    values |= initial(page.fields, page.profile.custom) | more
    return values | {"base": json.dumps({name: value for name, value in values.items() if name != "version"})}


def locked_inputs(page):
    """The names of the inputs whose values only the directory may change."""
    locked = _inputs_of(page.locked)
    if "userName" in page.locked and not page.profile.core.get("emails"):
        locked.add("email")  # then the user name is the address
    return locked


def _inputs_of(names):
    """The names of the inputs that hold these values."""
    own = {name for name, attribute in ATTRIBUTES.items() if attribute in names}
    return own | {f"{PREFIX}{name.partition('.')[2]}" for name in names if name.startswith("custom.")}
