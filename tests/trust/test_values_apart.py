"""Values of people of two accounts that look alike: found, sorted, counted and changed in one, untouched in the other (I9).

The rows of the index name no account (decision 0069), so this asks for them in every way there is.
"""

import pytest

from scimapp.directory.erasure import erasure
from scimapp.directory.fields import custom_fields, field_edits, field_options
from scimapp.directory.fields.field_edits import FieldChanges
from scimapp.directory.model import User
from scimapp.directory.people import users
from scimapp.directory.user_list import search, user_filters
from scimapp.directory.user_list.list_attributes import attributes
from scimapp.directory.user_list.search import UserSearch
from tests.scim_api.bodies import ENTERPRISE, create, extension, person

from .rows import fingerprint

pytestmark = pytest.mark.usefixtures("statements_name_the_account")
FIELDS = {"grade": "dropdown", "level": "number", "begins": "date", "skills": "text", "remote": "boolean"}
VALUES = {"grade": "A", "level": 4, "begins": "2026-01-02", "skills": ["Welding", "Filing"], "remote": True}
CONDITIONS = [
    ("custom.grade", "any", ["A", "B"]), ("custom.grade", "none", ["B"]), ("custom.grade", "filled", []),
    ("custom.level", "is", ["4"]), ("custom.level", "between", ["3", "5"]), ("custom.level", "after", ["1"]),
    ("custom.begins", "before", ["2027-01-01"]), ("custom.skills", "contains", ["eld"]),
    ("custom.skills", "starts", ["fil"]), ("custom.remote", "is", ["yes"]), ("title", "is", ["Smith"]),
]  # fmt: skip


class Alike:
    """An account with a manager and people of the same names and values as in the other one; ``ids`` and ``seqs`` of these."""

    def __init__(self, account):
        self.account, self.scope, self.scim = account, account.scope, account.scim("generic")
        for field_id, type_name in FIELDS.items():
            choices = {"choices": ["A", "B"]} if type_name == "dropdown" else {}
            account.make_field(field_id, type_name, multi_valued=field_id == "skills", **choices)
        self.urn = extension(account)
        self.boss = create(self.scim, person("Boss", userName="boss@alike.example"))["id"]
        made = [create(self.scim, self._body(number)) for number in range(3)]
        self.ids = [each["id"] for each in made]
        self.people = [self.scope.one(User, User.scim_id == each) for each in self.ids]
        self.seqs = [row.seq for row in self.people]

    def _body(self, number):
        body = person("Same", f"Name{number}", userName=f"same{number}@alike.example", title="Smith")
        body["schemas"] += [ENTERPRISE, self.urn]
        return body | {
            "phoneNumbers": [{"value": "+49 1", "type": "home"}, {"value": "+49 2", "type": "work", "primary": True}],
            ENTERPRISE: {"department": "Forge", "manager": {"value": self.boss}},
            self.urn: VALUES,
        }

    def questions(self):
        yield from (
            'title eq "Smith"', 'title sw "Sm"', 'title co "mit"', 'title ew "th"', 'title ge "S"', "title pr",
            'emails eq "same0@alike.example" or emails.type eq "work" and title pr',
            'phoneNumbers[type eq "work" and value eq "+49 2"]', 'phoneNumbers[not (type eq "home") and primary eq true]',
            f"{ENTERPRISE}:department pr", f"{ENTERPRISE} pr and title pr", f'{ENTERPRISE}:manager.displayName sw "Boss"',
            f"{self.urn} pr", f"{self.urn}:level gt 3", f'{self.urn}:skills eq "Filing"', f"{self.urn}:remote eq true",
            f'{self.urn}:grade ne "B" and title pr', 'not (title ne "Smith")', f'schemas eq "{self.urn}"',
        )  # fmt: skip


@pytest.fixture
def alike(account, other_account):
    return Alike(account), Alike(other_account)


def test_a_directory_finds_and_counts_its_own(alike):
    for _ in range(2):  # what is kept of a question after the first account answers the second
        for one in alike:
            for question in one.questions():
                found = one.scim.get("/Users", filter=question)
                assert found.status_code == 200, found.text
                assert [each["id"] for each in found.json["Resources"]] == one.ids, question
                assert found.json["totalResults"] == 3


def test_a_directory_sorts_by_its_own(alike):
    others = alike[1]
    first = {"title": "Zoologist", f"{others.urn}:level": 9, "phoneNumbers": [{"value": "+49 9", "type": "work"}]}
    assert others.scim.patch(f"/Users/{others.ids[0]}", replace=first).status_code == 200

    for one, order in ((alike[0], [0, 1, 2]), (others, [1, 2, 0])):
        for path in ("title", "phoneNumbers", f"{one.urn}:level"):
            found = one.scim.get("/Users", filter="title pr", sortBy=path).json["Resources"]
            assert [one.ids.index(each["id"]) for each in found] == order, path


@pytest.mark.parametrize("key, operator, typed", CONDITIONS)
def test_the_list_of_people_finds_and_counts_its_own(alike, key, operator, typed):
    for one in alike:
        known = attributes(one.scope)
        condition = user_filters.read(known[key], operator, typed)
        wanted = UserSearch(conditions=(condition,), sort=known[key])
        found = search.find_users(one.scope, wanted)
        everybody = [row.user.seq for row in search.find_users(one.scope, UserSearch(sort=known[key])).items]

        assert {row.user.seq for row in found.items} & set(one.seqs) == set(one.seqs)
        assert {row.user.account_id for row in found.items} == {one.account.id}
        assert found.total == search.count_states(one.scope, wanted).people == len(found.items)
        assert set(everybody[:3]) == set(one.seqs)


def test_fields_count_and_change_their_own(alike):
    mine, theirs = alike
    before = fingerprint(theirs.account.id)

    field = custom_fields.get(mine.scope, "grade")
    assert field_options.counts(mine.scope, field) == {"A": 3, "B": 0}
    field_edits.edit(mine.scope, "grade", FieldChanges(choices=["B"]), {"A": "B"})
    assert field_options.counts(mine.scope, custom_fields.get(mine.scope, "grade")) == {"B": 3}
    for row in mine.people:
        users.deactivate(mine.scope, row.id)
        erasure.erase(mine.scope, row.id)

    assert not custom_fields.has_values(mine.scope, field)
    assert fingerprint(theirs.account.id) == before
    assert field_options.counts(theirs.scope, custom_fields.get(theirs.scope, "grade")) == {"A": 3, "B": 0}
    assert custom_fields.has_values(theirs.scope, field)


def test_a_field_that_only_others_fill_has_no_values(alike, make_account):
    empty = make_account("Third")
    field = empty.make_field("grade", "text")

    assert not custom_fields.has_values(empty.scope, field)
    assert custom_fields.filled_counts(empty.scope) == {}
    known = attributes(empty.scope)
    filled = user_filters.read(known["custom.grade"], "filled", [])
    assert search.find_users(empty.scope, UserSearch(conditions=(filled,))).total == 0
