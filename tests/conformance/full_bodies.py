"""A person with every attribute of the core and the enterprise schema, as the full examples of RFC 7643 §8.2, §8.3 have."""

from base64 import b64encode

from tests.scim_api.bodies import CORE, ENTERPRISE

# The outline of a certificate: a DER sequence of 64 octets that holds another one. Nothing reads what is inside.
CERTIFICATE = b64encode(bytes((0x30, 64, 0x30, 62)) + bytes(range(62))).decode()


def full_person(manager=None):
    """Every attribute that a client may write; ``manager`` is the id and address of the manager."""
    enterprise = {
        "employeeNumber": "701984", "costCenter": "4130", "organization": "Universal Studios",
        "division": "Theme Park", "department": "Tour Operations",
    }  # fmt: skip
    return {
        "schemas": [CORE, ENTERPRISE],
        "externalId": "701984",
        "userName": "bjensen@full.example",
        "name": {
            "formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara",
            "middleName": "Jane", "honorificPrefix": "Ms.", "honorificSuffix": "III",
        },
        "displayName": "Babs Jensen",
        "nickName": "Babs",
        "profileUrl": "https://login.full.example/bjensen",
        "emails": [
            {"value": "bjensen@full.example", "type": "work", "primary": True, "display": "Work"},
            {"value": "babs@jensen.example", "type": "home"},
        ],
        "addresses": [
            {
                "type": "work", "streetAddress": "100 Universal City Plaza", "locality": "Hollywood", "region": "CA",
                "postalCode": "91608", "country": "US", "primary": True,
                "formatted": "100 Universal City Plaza\nHollywood, CA 91608 USA",
            },
            {
                "type": "home", "streetAddress": "456 Hollywood Blvd", "locality": "Hollywood", "region": "CA",
                "postalCode": "91608", "country": "US",
            },
        ],
        "phoneNumbers": [
            {"value": "tel:+1-201-555-0123", "type": "work", "primary": True},
            {"value": "555-555-4444", "type": "mobile"},
        ],
        "ims": [{"value": "someaimhandle", "type": "aim"}],
        "photos": [
            {"value": "https://photos.full.example/profilephoto/72930000000Ccne/F", "type": "photo"},
            {"value": "https://photos.full.example/profilephoto/72930000000Ccne/T", "type": "thumbnail"},
        ],
        "userType": "Employee",
        "title": "Tour Guide",
        "preferredLanguage": "en-US",
        "locale": "en-US",
        "timezone": "America/Los_Angeles",
        "active": True,
        "entitlements": [{"value": "parking", "display": "Parking", "type": "site", "primary": True}],
        "roles": [{"value": "guide", "display": "Guide", "type": "job"}],
        "x509Certificates": [{"value": CERTIFICATE, "display": "Badge"}],
        ENTERPRISE: enterprise | ({"manager": manager} if manager else {}),
    }  # fmt: skip


def without_server_values(resource):
    """What of an answer came from the client."""
    return {name: value for name, value in resource.items() if name not in ("id", "meta", "groups")}
