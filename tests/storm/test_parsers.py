"""The parsers alone, by coverage: a refusal is one of ours, never an accident, and the cost grows no faster than the input."""

import json
from hashlib import sha256

import pytest

from scimapp.directory.errors import DirectoryError
from scimapp.directory.imports import csv_table
from scimapp.scim import urns
from scimapp.scim.bulk import parse_bulk, plan, resolve, unresolved
from scimapp.scim.cursor import Cursors, Position
from scimapp.scim.errors import ScimError
from scimapp.scim.filter import parse_filter
from scimapp.scim.filter.evaluate import matches
from scimapp.scim.listing import parse_paging
from scimapp.scim.patch import apply_patch, parse_patch
from scimapp.scim.patch.dialects import DIALECTS
from scimapp.scim.patch.membership import membership_changes
from scimapp.scim.path import parse_path
from scimapp.scim.projection import Projection
from scimapp.scim.validation import validate
from scimapp.scim_api.requests.json_body import json_object
from tests.scim.model import ENTERPRISE, GROUP, USER, ann

from .guide import Guide
from .rubbish import mangled_bytes, mangled_json, mangled_text, written
from .weather import Weather

SECONDS = 0.4
# Lines of the package that may run for an input: so many at once, and so many a character of it.
AT_ONCE, A_CHARACTER = 6_000, 400
PRESETS = ("strict", "okta", "entra")


def a_filter(text):
    tree = parse_filter.__wrapped__(text, USER)
    matches(tree, ann() | {"id": "7", "meta": {"created": "2026-01-01T00:00:00Z"}})


def a_path(text):
    parse_path(text, GROUP if text.startswith("members") else USER)


def a_patch(body):
    dialect = DIALECTS[preset_for(body)]
    if "members" in str(body):
        membership_changes(parse_patch(body, GROUP, dialect), dialect)
        return
    operations, before = parse_patch(body, USER, dialect), ann()
    apply_patch(operations, before, USER, dialect)
    assert before == ann(), "a PATCH changed what it was applied to"


def a_body(body):
    kind = GROUP if "members" in str(body) else USER
    validate(body, kind, DIALECTS[preset_for(body)])


def preset_for(body):
    return PRESETS[len(str(body)) % 3]


def a_bulk(body):
    listed, _ = parse_bulk(body)
    for step in plan(listed):
        unresolved(resolve(step.operation.data, {}))


def a_cursor(text):
    CURSORS.read(text)


def a_projection(text):
    projection = Projection.parse(text, None, USER)
    projection.apply(ann(schemas=[urns.CORE_USER]))
    parse_paging(text, text, text)


def some_bytes(raw):
    json.dumps(json_object(raw))


def a_table(raw):
    csv_table.read(raw)


def texts(random, parent, other):
    return mangled_text(random, parent, other)[: 20_000 if random.random() < 0.02 else 600]


def conditions(random, parent, other):
    way = random.randrange(6)
    if way == 0:
        return f"{parent} {random.choice(('and', 'or', 'AND'))} {other}"[:4_000]
    if way == 1:
        return f"not ({parent})"
    return texts(random, parent, other)


def written_anew(random, parent, other):
    return (
        written(random, json.loads(parent))
        if random.random() < 0.3 and _is_json(parent)
        else mangled_bytes(random, parent, other)
    )


def _is_json(raw):
    try:
        return isinstance(json.loads(raw), dict)
    except (ValueError, RecursionError):
        return False


FILTERS = (
    'userName eq "a"', 'emails[type eq "work" and value co "@x"] or not (title pr)', "active eq true and meta.created gt \"2026-01-01T00:00:00Z\"",
    f'{ENTERPRISE}:manager.value eq "42"', 'name.familyName sw "\\u00e9\\"" and (id ne "1" or groups.value pr)',
)  # fmt: skip
PATHS = (
    'emails[type eq "work"].value',
    f"{ENTERPRISE}:manager",
    "name.givenName",
    'members[value eq "1"]',
    f"{ENTERPRISE}:manager.value",
)
PATCHES = tuple(
    {"schemas": [urns.PATCH_OP], "Operations": operations}
    for operations in (
        [{"op": "replace", "path": 'emails[type eq "work"].value', "value": "x@y"}, {"op": "remove", "path": "title"}],
        [{"op": "add", "value": {"nickName": "A", f"{ENTERPRISE}:department": "B", "name.givenName": "C"}}],
        [{"op": "add", "path": "members", "value": [{"value": "1"}, {"value": "2"}]}, {"op": "remove", "path": 'members[value eq "1"]'}],
    )
)  # fmt: skip
PERSON = ann(
    schemas=[urns.CORE_USER], phoneNumbers=[{"value": "+49 1", "type": "work"}], photos=[{"value": "https://x/y.png"}]
)
BULK = {
    "schemas": [urns.BULK_REQUEST], "failOnErrors": 1,
    "Operations": [
        {"method": "POST", "path": "/Users", "bulkId": "a", "data": PERSON | {"manager": {"value": "bulkId:b"}}},
        {"method": "POST", "path": "/Users", "bulkId": "b", "data": PERSON | {"manager": {"value": "bulkId:a"}}},
        {"method": "PATCH", "path": "/Users/bulkId:a", "version": 'W/"1"', "data": PATCHES[0]}, {"method": "DELETE", "path": "/Groups/1"},
    ],
}  # fmt: skip
CURSORS = Cursors(lambda text: sha256(text.encode()).hexdigest(), ("User", "", "", False), 10, 1_000.0)
TABLES = (
    b"E-mail,Given name\r\na@b.example,Ann\r\n",
    b'\xef\xbb\xbfE-mail;Name\n"a@b.example";"A ""B"" C"\n',
    "E-mail\tName\na@b\tÉ\n".encode("utf-16"),
)
TARGETS = {
    "filter": (a_filter, FILTERS, conditions),
    "path": (a_path, PATHS, texts),
    "patch": (a_patch, PATCHES, mangled_json),
    "body": (a_body, (PERSON, {"schemas": [urns.CORE_GROUP], "displayName": "G", "members": [{"value": "1"}]}), mangled_json),
    "bulk": (a_bulk, (BULK,), mangled_json),
    "cursor": (a_cursor, (CURSORS.make(Position(7, "key")), ""), texts),
    "projection": (a_projection, ("userName,name.givenName", f"{ENTERPRISE}:manager,emails.value", "5"), texts),
    "json": (some_bytes, tuple(json.dumps(each).encode() for each in (PERSON, BULK, {"a": {"a": [":", 1e9]}})), written_anew),
    "table": (a_table, TABLES, mangled_bytes),
}  # fmt: skip


@pytest.mark.parametrize("name", TARGETS)
def test_a_parser_stands_the_storm(name):
    call, corpus, mutate = TARGETS[name]
    weather = Weather(f"on {name}", SECONDS)
    guide = Guide(weather, corpus, mutate)
    refused = 0

    for given in guide.inputs():
        try:
            guide.watch(given, call)
        except (ScimError, DirectoryError) as refusal:
            refused += 1
            assert str(refusal)
        except BaseException as accident:
            accident.add_note(f"seed {weather.seed}, input {weather.inputs}: {given!r}"[:5_000])
            raise
        size = len(given) if isinstance(given, str | bytes) else len(json.dumps(given))
        assert guide.lines <= AT_ONCE + A_CHARACTER * size, f"{guide.lines} lines for {size} characters: {given!r}"[
            :5_000
        ]

    weather.settle(refused=refused, ways=len(guide.ways), parents=len(guide.corpus))
    assert 0 < refused < weather.inputs
