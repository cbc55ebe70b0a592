"""What a directory sends of a person."""


def ann(**overrides):
    core = {
        "userName": "Ann@corp.example",
        "name": {"givenName": "Ann", "familyName": "Lee"},
        "emails": [{"value": "Ann@corp.example", "type": "work", "primary": True}],
    }
    return core | overrides
