"""Thousands of filters and orders mean the same in SQL and in memory, on both databases.

Every attribute of the attribute table is in them. A failure shows its seed; ``SCIMAPP_TEST_SEED`` runs the cases again.
"""

import orjson
import pytest

from scimapp.directory.changes import GroupDraft
from scimapp.directory.connection.scim_tokens import generate
from scimapp.directory.fields import custom_fields
from scimapp.directory.groups.groups import create as create_group
from scimapp.directory.people import users
from scimapp.directory.scope import token_scope
from scimapp.resource_types.queries.questions import question_of
from scimapp.resource_types.queries.sort_sql import order
from scimapp.resource_types.registry import resource_types_of
from scimapp.resource_types.representation import Addresses
from scimapp.scim.filter import parse_filter
from scimapp.scim.filter.evaluate import matches
from scimapp.scim.projection import Projection
from scimapp.scim.values import comparison_key
from tests.resource_types.generated_filters import Filters
from tests.resource_types.generated_people import ARCHIVED, FIELDS, draft
from tests.support.dice import thrown
from tests.support.tries import tries

PEOPLE = 24
FILTERS = {"User": tries(300), "Group": tries(100)}  # others in each run
ADDRESSES = Addresses("http://people.example/scim/x/v2")
EVERYTHING = Projection()


@pytest.fixture
def population(once):
    """``(scope, types, dice)`` of an account with people, groups of them, and groups in groups."""
    return once(populate)


def populate(account):
    dice = thrown()
    for name, field in FIELDS.items():
        account.make_field(name, **field)
    token, _ = generate(account.scope, "Filter", "jumpcloud", activate=True)
    scope = token_scope(token)
    types = resource_types_of(scope, 1000, "urn:kissflow")
    ids = []
    for number in range(PEOPLE):
        made = draft(dice, number, types.user.description, types.user.extension.urn, ids)
        ids.append(users.provision(scope, made).scim_id)
    groups = []
    for name in ("Ada", "a_a", "zz", "É", "%"):
        members = (*dice.some(ids, 6), *dice.some(groups, 2))
        groups.append(create_group(scope, GroupDraft(name, dice.choice((None, f"g{name}")), members)).id)
    custom_fields.archive(account.scope, ARCHIVED)
    return scope, resource_types_of(scope, 1001, "urn:kissflow"), dice


def test_generated_filters_find_the_same_in_sql_and_in_memory(population):
    scope, types, dice = population
    for bound, id_of in ((types.user, lambda row: row.scim_id.decode()), (types.group, lambda row: row.id)):
        documents = everything(scope, bound)
        filters, found = Filters(dice, bound.description, documents), 0
        for _ in range(FILTERS[bound.description.name]):
            text = filters.draw()
            tree = parse_filter(text, bound.description)
            question, values = question_of(bound, ADDRESSES, ("", text, "", False), lambda tree=tree: (tree, None))
            question._found_few = dice.choice((True, False))  # each is asked in one of two ways
            wanted = [document["id"] for document in documents if matches(tree, document)]
            if dice.choice((True, True, False)):
                assert [id_of(row) for row in question.page(scope, values, 0, 1000)] == wanted, text
            else:  # a part, with the number of all
                offset, limit = dice.choice((0, 0, 1, 7, 30)), dice.choice((0, 1, 5, 100))
                rows, total = question.find(scope, values, offset, limit)
                assert ([id_of(row) for row in rows], total) == (wanted[offset : offset + limit], len(wanted)), text
            found += 0 < len(wanted) < len(documents)
        assert found > FILTERS[bound.description.name] / 10  # five groups are alike at times


def test_every_order_is_the_same_in_sql_and_in_memory(population):
    """By every attribute, in both directions; the primary of several values counts, else the first (RFC 7644 §3.4.2.3)."""
    scope, types, dice = population
    for bound, linked in ((types.user, "groups"), (types.group, "members")):
        documents, places = everything(scope, bound), bound.places_at(ADDRESSES)
        for path in Filters(dice, bound.description, documents).simple:
            if path.attribute.name == linked:
                continue
            keys = {document["id"]: sort_value(path, document) for document in documents}
            there = [document["id"] for document in documents if keys[document["id"]] is not None]
            missing = [document["id"] for document in documents if keys[document["id"]] is None]
            for descending in (False, True):
                rows = bound.page(scope, (), order(path, descending, scope, places), 0, 1000)
                ordered = sorted(there, key=keys.get, reverse=descending)  # equals keep the order of creation
                wanted = missing + ordered if descending else ordered + missing
                shown = [orjson.loads(text)["id"] for text in bound.texts(scope, rows, ADDRESSES, EVERYTHING)]
                assert shown == wanted, (str(path), descending)


def sort_value(path, document):
    """What a resource is sorted by, None for nothing."""
    holder = document.get(path.container) or {} if path.container else document
    value = holder.get(path.attribute.name)
    elements = value if isinstance(value, list) else [] if value is None else [value]
    if path.sub:
        elements = sorted(elements, key=lambda item: item.get("primary") is not True)
        elements = [item[path.sub.name] for item in elements if item.get(path.sub.name) is not None]
    return comparison_key(path.target, elements[0]) if elements else None


def everything(scope, bound):
    """All resources of a type as they are sent."""
    rows = bound.page(scope, (), (), 0, 1000)
    return [orjson.loads(text) for text in bound.texts(scope, rows, ADDRESSES, EVERYTHING)]
