"""Attributes that a directory sent and no form shows, as lines to read, so that nothing stored stays hidden."""

from ..value_words import label_of, texts_of

_IN_THE_FORM = frozenset(
    "name displayName nickName title userType timezone enterprise.department enterprise.employeeNumber enterprise.manager "
    "enterprise.costCenter enterprise.division enterprise.organization".split()
)  # "name" is handled below


def facts_of(profile, shown_email, shown_phone):
    """``[(label, [text, …])]`` of a profile, without what the form and the head of the page show."""
    values = {f"name.{part}": text for part, text in (profile.core.get("name") or {}).items()}
    values = {name: text for name, text in values.items() if name not in ("name.givenName", "name.familyName")}
    values |= {name: value for name, value in profile.core.items() if name not in _IN_THE_FORM}
    enterprise = {f"enterprise.{name}": value for name, value in profile.enterprise.items()}
    values |= {name: value for name, value in enterprise.items() if name not in _IN_THE_FORM}
    if values.get("userName") == shown_email:
        del values["userName"]
    _leave_out(values, "emails", shown_email)
    _leave_out(values, "phoneNumbers", shown_phone)
    found = ((str(label_of(name)), texts_of(value)) for name, value in values.items())
    return [(label, texts) for label, texts in found if texts]


def _leave_out(values, name, shown):
    """Remove the element that the form shows from a list of addresses or numbers."""
    items = values.get(name)
    if isinstance(items, list):
        index = next((place for place, item in enumerate(items) if item.get("value") == shown), None)
        values[name] = [item for place, item in enumerate(items) if place != index]
