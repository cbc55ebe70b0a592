"""The core User schema (RFC 7643 §4.1, §8.7.1)."""

from .. import urns
from ..attributes import Attribute, Schema
from ..forms import COUNTRIES


def _plural(name, description, types=(), value=None, form=""):
    """A multi-valued attribute with the sub-attributes of RFC 7643 §2.4."""
    return Attribute(
        name, "complex", multi_valued=True, description=description,
        sub_attributes=(
            value or Attribute("value", description="The value.", form=form),
            Attribute("display", description="A name for people to read."),
            Attribute("type", canonical_values=types, description="What the value is for."),
            Attribute("primary", "boolean", description="Whether this is the preferred value; true at most once."),
        ),
    )  # fmt: skip


_NAME = Attribute(
    "name", "complex", description="The parts of the person's name.",
    sub_attributes=(
        Attribute("formatted", description="The whole name, ready to show."),
        Attribute("familyName", description="Family name, last name in most Western languages."),
        Attribute("givenName", description="Given name, first name in most Western languages."),
        Attribute("middleName", description="Middle names."),
        Attribute("honorificPrefix", description="Title, such as Dr."),
        Attribute("honorificSuffix", description="Suffix, such as III."),
    ),
)  # fmt: skip

_ADDRESSES = Attribute(
    "addresses", "complex", multi_valued=True, description="Postal addresses.",
    sub_attributes=(
        Attribute("formatted", description="The whole address, ready to show or print."),
        Attribute("streetAddress", description="Street, house number, post box; may hold line breaks."),
        Attribute("locality", description="City."),
        Attribute("region", description="State or region."),
        Attribute("postalCode", description="Postal code."),
        Attribute(
            "country", canonical_values=COUNTRIES, form="country", description="Country, ISO 3166-1 alpha-2."
        ),
        Attribute("type", canonical_values=("work", "home", "other"), description="What the address is for."),
        Attribute("primary", "boolean", description="Whether this is the preferred address; true at most once."),
    ),
)  # fmt: skip

_GROUPS = Attribute(
    "groups", "complex", multi_valued=True, mutability="readOnly",
    description="The groups the person is in; they change at the group.",
    sub_attributes=(
        Attribute("value", mutability="readOnly", case_exact=True, description="The group's id."),
        Attribute(
            "$ref", "reference", mutability="readOnly", case_exact=True, reference_types=("Group",),
            description="The group's address.",
        ),
        Attribute("display", mutability="readOnly", description="The group's name."),
        Attribute(
            "type", mutability="readOnly", canonical_values=("direct", "indirect"),
            description="Whether the person is in the group itself or in one of its groups.",
        ),
    ),
)  # fmt: skip

_PHOTO = Attribute(
    "value", "reference", case_exact=True, reference_types=("external",), form="uri", description="Its address."
)
_CERTIFICATE = Attribute(
    "value", "binary", case_exact=True, form="certificate", description="One DER certificate, base64."
)

USER_SCHEMA = Schema(
    urns.CORE_USER,
    "User",
    "User Account",
    (
        Attribute(
            "userName", required=True, uniqueness="server",
            description="The unique name the person is known by; often an e-mail address.",
        ),
        _NAME,
        Attribute("displayName", description="The name to show."),
        Attribute("nickName", description="The casual name."),
        Attribute(
            "profileUrl", "reference", case_exact=True, reference_types=("external",), form="uri",
            description="A page about the person.",
        ),
        Attribute("title", description="Job title."),
        Attribute("userType", description="Relation to the organisation, such as Employee."),
        Attribute("preferredLanguage", description="Preferred languages, as in the Accept-Language header."),
        Attribute("locale", description="For dates, numbers and currency, such as en-US."),
        Attribute("timezone", description="Time zone, such as Europe/Paris."),
        Attribute("active", "boolean", description="Whether the person may sign in."),
        Attribute(
            "password", mutability="writeOnly", returned="never", case_exact=True,
            description="Accepted and dropped: people set their own password.",
        ),
        _plural("emails", "E-mail addresses.", ("work", "home", "other"), form="email"),
        _plural("phoneNumbers", "Phone numbers.", ("work", "home", "mobile", "fax", "pager", "other"), form="phone"),
        _plural(
            "ims", "Instant messaging addresses.", ("aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"),
            form="handle",
        ),
        _plural("photos", "Pictures of the person.", ("photo", "thumbnail"), _PHOTO),
        _ADDRESSES,
        _GROUPS,
        _plural("entitlements", "What the person is entitled to."),
        _plural("roles", "Roles in the directory; one is given here only where the account lets the directory."),
        _plural("x509Certificates", "Certificates.", (), _CERTIFICATE),
    ),
)  # fmt: skip
