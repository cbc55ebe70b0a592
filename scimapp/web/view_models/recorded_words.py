"""What the audit log names beside attributes of people: options, settings, custom fields and tokens, as their forms do."""

from flask_babel import lazy_gettext as _l

from ...directory.connection.providers import PROVIDERS
from ...directory.fields.field_types import FIELD_TYPES
from ...languages import LANGUAGES, spoken
from ..moment_words import exact
from .value_words import label_of, moment_in

NAMES = {
    # options of the connection
    "invite_provisioned": _l("Invitation mails for people the directory creates"),
    "strict_members": _l("Refuse a group push that names an unknown person"),
    "same_name_groups": _l("Two groups with the same name"),
    "revive_inactive": _l("Give a returning person the old record"),
    "put_clears_extension": _l("An update without custom fields clears them"),
    "stop_deactivations": _l("Stop and ask when more than 20 % would be deactivated within 10 minutes"),
    "directory_roles": _l("Roles from the directory"),
    "yielded_values": _l("Leave these fields to us"),
    # custom fields
    "label": _l("Label"),
    "type": _l("Type"),
    "choices": _l("Options"),
    "unknown_choice": _l("An option the directory sends and nobody listed"),
    "multi_valued": _l("Several values"),
    "help_text": _l("Help text"),
    "default_value": _l("Default"),
    "show_in_list": _l("Column in User management"),
    "people_may_edit": _l("People may edit it on their own profile"),
    "required": _l("Required when adding a person here"),
    "admins_only": _l("Only administrators see it"),
    # tokens, and deactivations with them
    "preset": _l("Directory"),
    "ends": _l("Ends"),
    "until": _l("Let through until"),
    "deactivations": _l("Deactivations"),
    "refuses": _l("Further ones are refused"),
    # exports of people
    "people": _l("People"),
    "format": _l("Format"),
    "columns": _l("Columns"),
    "filters": _l("Filters"),
}
_WORDS = {
    "same_name_groups": {
        "provider": _l("As the directory does it (Okta creates a second one, Entra is refused)"),
        "create": _l("Always create a second one"),
        "refuse": _l("Always refuse (409)"),
    },
    "directory_roles": {
        "never": _l("Never; roles are given here"),
        "user_admin": _l("Up to User Admin, where the directory sends the role “User Admin”"),
    },
    "unknown_choice": {"refuse": _l("Is refused"), "add": _l("Is added to the options")},
    "two_step": {
        "advise": _l("Advise: they are asked to switch it on"),
        "require": _l("Require: none of them gets in without it"),
    },
    "over_seats": {
        "refuse": _l("Refuse: the directory gets an error in plain words"),
        "inactive": _l("Add the person as inactive"),
    },
    "type": {name: kind.label for name, kind in FIELD_TYPES.items()},
    "preset": PROVIDERS,
    "language": LANGUAGES,
    "theme": {"system": _l("Like my system"), "light": _l("Light"), "dark": _l("Dark")},
}
OWN_CHOICES = frozenset(("language", "theme"))  # of a person's own profile
_MOMENTS = frozenset(("ends", "until"))


def name_of(name, own):
    """What the form calls the value ``name``; ``own`` maps Field IDs to labels of custom fields."""
    return str(NAMES.get(name) or label_of(name, own))


def words_of(name, value, own):
    """A recorded value in words where it is a word or a moment of ours, else as it is."""
    if name in _WORDS and isinstance(value, str):
        return spoken(_WORDS[name].get(value, value))
    if name in _MOMENTS and isinstance(value, str):
        return exact(moment_in(value))
    if name == "yielded_values" and isinstance(value, list):
        return [str(label_of(item, own)) for item in value]
    return value
