"""People made by chance from the attribute table, so that an attribute is tried from the day it is in there.

Few different values, so that they meet: accents, wildcards as plain letters, empty texts, numbers around zero, the same
moment with and without milliseconds, values longer than a key of the index.
"""

from scimapp.directory.changes import UserDraft
from scimapp.scim import urns

LONG = "x" * 210
VALUES = {
    "string": ("ada", "Ada", "ÅDA", "a_a", "a%a", "%", "_", "é", "e\u0301", "Ｆｕｌｌ", "zz", "\\", "O'Hara", "x ", ""),
    "reference": ("https://x.example/a", "https://x.example/A", "https://x.example/%", "ｘ:y", "x:e\u0301", "x:é"),
    "integer": (0, 1, -1, 42),
    "decimal": (0, 1, -1, 42, 4.25, -0.5),
    "boolean": (True, False),
    "dateTime": (
        "2026-11-23T09:30:00Z",
        "2026-11-23T09:30:00.500Z",
        "1999-01-01T00:00:00Z",
        "2026-11-23T09:29:59.999Z",
    ),
    "binary": ("MAA=", "MAIFAA==", "MAMBAf8="),
}
FIELDS = {
    "code": {}, "level": {"type": "integer"}, "rate": {"type": "number"}, "remote": {"type": "boolean"},
    "since": {"type": "datetime"}, "skills": {"multi_valued": True}, "sizes": {"type": "integer", "multi_valued": True},
    "old": {},
}  # fmt: skip
ARCHIVED = "old"
_ALONE = frozenset({"userName", "active", "password", "groups", "manager"})


def draft(dice, number, description, extension_urn, manager_ids):
    """A UserDraft; ``manager_ids`` are ids of people who are here already."""
    enterprise = attributes(dice, description.extension(urns.ENTERPRISE_USER))
    if dice.often(0.6):
        enterprise["manager"] = _manager(dice, manager_ids)
    custom = attributes(dice, description.extension(extension_urn)) if dice.often(0.6) else {}
    core = {"userName": f"{dice.choice(('ada', 'Ｂob', 'O%', 'É'))}{number}"} | attributes(dice, description.schema)
    for email in core.get("emails", ()):
        if email.get("value"):
            email["value"] += f"@{number}"  # of one person alone
    if number == 1:
        core["nickName"] = core["displayName"] = LONG
    return UserDraft(
        core=core,
        enterprise=enterprise,
        custom=custom | ({ARCHIVED: "x"} if dice.often(0.5) else {}),
        external_id=f"{dice.choice('Ee')}{number}" if dice.often(0.5) else None,
        active=dice.often(0.7),
    )


def simple(dice, attribute):
    """A value of a simple attribute."""
    words = attribute.canonical_values[:4]
    return dice.choice(words) if words and dice.often(0.7) else dice.choice(VALUES[attribute.type])


def attributes(dice, schema):
    """Values of some attributes of a schema, as a draft holds them."""
    chosen = [attribute for attribute in schema.attributes if attribute.name not in _ALONE and dice.often(0.4)]
    found = {}
    for attribute in chosen:
        if attribute.multi_valued:
            items = [_one(dice, attribute) for _ in range(dice.randint(1, 3))]
            found[attribute.name] = [item for item in items if item != {}]
        else:
            found[attribute.name] = _one(dice, attribute)
    return {name: value for name, value in found.items() if value not in ([], {})}


def _one(dice, attribute):
    if not attribute.is_complex:
        return simple(dice, attribute)
    return {part.name: simple(dice, part) for part in attribute.sub_attributes if dice.often(0.5)}


def _manager(dice, manager_ids):
    """Somebody who is here, who is not, or only an address elsewhere."""
    here = {"value": dice.choice(manager_ids)} if manager_ids and dice.often(0.7) else {}
    elsewhere = {"$ref": dice.choice(VALUES["reference"])} if not here or dice.often(0.2) else {}
    return here | elsewhere or {"value": "nobody"}
