"""Attributes that a directory sent and no form shows, as lines to read: nothing that is kept is hidden."""

_LABELS = {
    "userName": "User name",
    "name.formatted": "Name as sent",
    "name.middleName": "Middle name",
    "name.honorificPrefix": "Prefix",
    "name.honorificSuffix": "Suffix",
    "profileUrl": "Profile page",
    "emails": "E-mail addresses",
    "addresses": "Addresses",
    "phoneNumbers": "Phone numbers",
    "ims": "Instant messages",
    "photos": "Photos",
    "userType": "User type",
    "preferredLanguage": "Language",
    "locale": "Locale",
    "timezone": "Time zone",
    "entitlements": "Entitlements",
    "roles": "Roles in the directory",
    "x509Certificates": "Certificates",
    "enterprise.costCenter": "Cost center",
    "enterprise.organization": "Organization",
    "enterprise.division": "Division",
    "enterprise.manager": "Manager",
}
_IN_THE_FORM = frozenset(
    "name displayName nickName title enterprise.department enterprise.employeeNumber".split()
)  # "name" is taken apart below
_ADDRESS = ("streetAddress", "locality", "region", "postalCode", "country")
_LONGEST = 120  # characters shown of one value; certificates and pictures have thousands


def facts_of(profile, shown_email, shown_phone):
    """``[(label, [text, …])]`` of everything in a profile but what the form and the page's head show."""
    values = {f"name.{part}": text for part, text in (profile.core.get("name") or {}).items()}
    values = {name: text for name, text in values.items() if name not in ("name.givenName", "name.familyName")}
    values |= {name: value for name, value in profile.core.items() if name not in _IN_THE_FORM}
    enterprise = {f"enterprise.{name}": value for name, value in profile.enterprise.items()}
    values |= {name: value for name, value in enterprise.items() if name not in _IN_THE_FORM}
    if values.get("userName") == shown_email:
        del values["userName"]
    _leave_out(values, "emails", shown_email)
    _leave_out(values, "phoneNumbers", shown_phone)
    found = ((_LABELS.get(name, name.rpartition(".")[2]), _texts(value)) for name, value in values.items())
    return [(label, texts) for label, texts in found if texts]


def _leave_out(values, name, shown):
    """Take the element that the form shows out of a list of addresses or numbers."""
    items = values.get(name)
    if isinstance(items, list):
        index = next((place for place, item in enumerate(items) if item.get("value") == shown), None)
        values[name] = [item for place, item in enumerate(items) if place != index]


def _texts(value):
    items = value if isinstance(value, list) else [value]
    return [_clipped(text) for item in items if (text := _text(item))]


def _text(item):
    if isinstance(item, bool):
        return "Yes" if item else "No"
    if not isinstance(item, dict):
        return str(item)
    place = ", ".join(str(item[part]) for part in _ADDRESS if item.get(part))
    text = item.get("formatted") or place or item.get("displayName") or item.get("display") or item.get("value") or ""
    kind = f" ({item['type']})" if item.get("type") and text else ""
    return " ".join(str(text).split()) + kind


def _clipped(text):
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
