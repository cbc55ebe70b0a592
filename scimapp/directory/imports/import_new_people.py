"""What the plan of a new person needs beyond the cells of the row: a name, the required fields, defaults."""

from .. import addresses
from ..errors import InvalidValue
from ..people.profile import Profile, display_name
from ..words import say
from .import_columns import CUSTOM, EMAIL, EXTERNAL_ID
from .import_values import custom_defaults


def typed_name(values):
    """What to call the person in a row: by the name in its cells, else by the address or the External ID."""
    parts = " ".join(values[key] for key in ("given_name", "family_name") if values.get(key))
    return values.get("display_name") or parts or values.get(EMAIL) or values.get(EXTERNAL_ID) or ""


def complete(plan, frame, here, values):
    """Complete a plan without problems that was made from ``values``, or refuse it."""
    if EMAIL not in values:
        plan.refuse(frame.label(EMAIL), addresses.complaint(""))
        return
    if not any(values.get(key) for key in ("given_name", "display_name")):
        plan.refuse(frame.label("given_name"), say("Enter a first name."))
    core = plan.write.setdefault("core", {})
    core.setdefault("userName", values[EMAIL])
    core["emails"] = [{"value": plan.write.pop("email"), "type": "work", "primary": True}]
    custom = _add_defaults(plan, frame, values)
    try:
        columns = Profile({}, {}, {}).merged(core, plan.write.get("enterprise", {}), custom).columns()
    except InvalidValue as error:
        plan.refuse(frame.label(EMAIL), error.reason)
        return
    if holder := here.by_user_name.get(columns["user_name_key"]):
        complaint = say("This address belongs to %(person)s already.", person=holder.display_name)
        plan.refuse(frame.label(EMAIL), complaint)
    plan.label = display_name(core)


def _add_defaults(plan, frame, values):
    """The custom values with the defaults of fields that have no cell. Refuses a required field that stays empty."""
    custom = custom_defaults(frame, values) | plan.write.get("custom", {})
    plan.write |= {"custom": custom} if custom else {}
    for custom_field in frame.fields:
        if custom_field.required and custom.get(custom_field.field_id) is None:
            plan.refuse(frame.label(f"{CUSTOM}{custom_field.field_id}"), say("A value is needed."))
    return custom
