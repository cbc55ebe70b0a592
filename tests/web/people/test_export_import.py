"""What is exported can be imported again: nothing changes, whatever stands in it and whatever language it is in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scimapp.directory.changes import UserChanges
from scimapp.directory.people import named_people, users
from tests.support.csv_files import carried_out, previewed, rows_of
from tests.support.databases import on_both
from tests.support.tries import tries

# What a directory may send: formulas, quotes, delimiters, line ends and blanks are the interesting ones. No answer may hold
# a place of a sentence that was given no value, as in "%(name)s", so nobody is called that.
TEXT = st.text(
    st.sampled_from("=+-@'\"\t\r\n,; aÅ漢\u2028") | st.characters(codec="utf-8", exclude_characters="\0"),
    min_size=1,
    max_size=12,
).filter(lambda text: "%(" not in text)
EXPORT = "/users/export?format=csv&" + "&".join(
    f"col={key}"
    for key in (
        "state", "role", "source", "groups", "title", "department", "manager", "employee_number", "cost_center",
        "division", "organization", "user_name", "external_id", "given_name", "family_name", "nickname", "phone", "city",
        "user_type", "created", "updated", "last_sign_in", "custom.note", "custom.tags", "custom.site", "custom.skills",
        "custom.badge", "custom.rate", "custom.vip", "custom.since", "custom.at", "custom.buddy",
    )
)  # fmt: skip


@pytest.fixture
def fields(make_field):
    make_field("note", "long_text", label="Note")
    make_field("tags", label="Tags", multi_valued=True)
    make_field("site", "dropdown", label="Site", choices=["Kiel; north", "Hull, UK"])
    make_field("skills", "multiselect", label="Skills", choices=["First aid", "Lift, fork"])
    for field_id, kind in (
        ("badge", "integer"), ("rate", "number"), ("vip", "boolean"), ("since", "date"), ("at", "datetime"),
        ("buddy", "user"),
    ):  # fmt: skip
        make_field(field_id, kind, label=field_id.title())


def exported(page):
    return page(EXPORT).html.encode()


def outcomes(scope, content, **options):
    return {row.line: (row.outcome, row.reason and str(row.reason), [str(change) for change in row.changes])
            for row in rows_of(scope, previewed(scope, content, **options))}  # fmt: skip


def filled(make_user, boss):
    return make_user(
        given_name="Ana", family_name="Ruiz", email="ana@acme.example", external_id="E-1",
        core={"title": "=1+1", "nickName": "'An", "phoneNumbers": [{"value": "1"}, {"value": "+49", "type": "work"}],
              "addresses": [{"locality": "Kiel"}]},
        enterprise={"department": "-", "manager": {"value": boss.id}, "costCenter": "@7", "division": "a;b"},
        custom={"note": "two\nlines", "tags": ["a; b", "c, d"], "site": "Hull, UK", "skills": ["Lift, fork"],
                "badge": -7, "rate": 4.5, "vip": False, "since": "2026-11-23", "at": "2026-11-23T09:30:00Z",
                "buddy": boss.email},
    )  # fmt: skip


def test_an_export_of_everything_changes_nothing(page, scope, fields, make_user, make_group, scim):
    boss = make_user("user_admin", given_name="Bea", family_name="Boss", email="bea@acme.example")
    ana = filled(make_user, boss)
    make_group("Sales; EMEA", [ana])
    make_group("Kiel, office", [ana])
    scim.post("/Users", {"userName": "tobias", "displayName": "Tobias", "emails": [{"value": "t@acme.example"}]})

    content = exported(page)

    assert content.count(b"\r\n") == 5
    assert {outcome for outcome, *_ in outcomes(scope, content).values()} == {"same"}
    assert outcomes(scope, content, match="external_id")[2][0] in ("same", "error")


def test_an_export_in_german_changes_nothing_when_it_comes_back_in_german(account, scope, fields, make_user):
    boss = make_user("user_admin", given_name="Bea", family_name="Boss", email="bea@acme.example")
    filled(make_user, boss)
    page = account.screens()
    german = {"Accept-Language": "de"}
    content = page(EXPORT, headers=german).html.encode()

    form = page("/users/import", headers=german).form("upload").attach("file", content)
    # The browser goes on in the same language.
    page.visitor._client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"
    preview = form.submit()

    counts = [node.find("b").text for node in preview.tree.find_all("a", class_="tile plain")]
    assert counts == ["0", "0", "0", "3"], preview.text


@on_both
@settings(max_examples=tries(8))
@given(texts=st.lists(TEXT, min_size=9, max_size=9), tags=st.lists(TEXT, min_size=1, max_size=3))
def test_whatever_stands_in_an_export_comes_back_as_it_was(account, texts, tags):
    scope = account.scope
    if not hasattr(account, "ana"):
        account.make_field("note", "long_text", label="Note")
        account.make_field("tags", label="Tags", multi_valued=True)
        account.ana = account.make_user(email="ana@acme.example").id
        account.page = account.screens()
    given_name, family_name, title, nickname, department, division, note, employee, display_name = texts
    changes = UserChanges(
        core={
            "name": {"givenName": given_name, "familyName": family_name},
            "displayName": display_name,
            "title": title,
            "nickName": nickname,
        },
        enterprise={"department": department, "division": division, "employeeNumber": employee},
        custom={"note": note, "tags": tags},
    )
    users.update(scope, account.ana, changes)

    content = exported(account.page)

    assert {outcome[0] for outcome in outcomes(scope, content).values()} == {"same"}, (texts, tags)


def test_a_formula_is_imported_as_the_text_it_is(scope, page, make_user):
    make_user(given_name="Ana", family_name="", email="ana@acme.example")
    content = b'E-mail,Title,Nickname\r\nana@acme.example,"\'=HYPERLINK(""http://x"")",=1+1\r\n'

    carried_out(scope, previewed(scope, content))

    core = users.document(scope, named_people.named_by(scope, ["ana@acme.example"])["ana@acme.example"]).core
    assert (core["title"], core["nickName"]) == ('=HYPERLINK("http://x")', "=1+1")
