"""Security and privacy (R-180 … R-185)."""

from scimapp.database import db
from scimapp.directory.erasure import erasure
from scimapp.request_log import JsonLines
from tests.conformance.elsewhere import account_at
from tests.scim_api.bodies import assert_error, create, group, person
from tests.support.databases import only_sqlite
from tests.support.people import PASSWORD, seen_by_scim


@only_sqlite
def test_R_180_nothing_is_kept_on_the_way(app_with, account):
    """No answer may be kept by a cache, and behind https browsers are held to it."""
    client = account_at(app_with(external_url="https://people.example"), account)

    for answer in (client.get("/Users"), client.get("/nothing"), client.post("/Users", person())):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "max-age" in answer.headers["Strict-Transport-Security"]


@only_sqlite
def test_R_181_credentials_are_hashed_and_guessing_is_slowed(account, scim, visitor):
    """Passwords are kept as argon2 hashes, tokens as keyed digests, and repeated wrong passwords are stopped."""
    assert account.owner.password_hash.startswith("$argon2id$")
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(table.select()):
            assert scim.token not in str(row)
            assert PASSWORD not in str(row)
    pages = [visitor.sign_in(account.owner.email, f"wrong {n}") for n in range(12)]
    assert pages[-1].status_code == 429 or "Too many" in pages[-1].text
    assert "Too many" in visitor.sign_in(account.owner.email, PASSWORD).text


@only_sqlite
def test_R_182_clients_and_people_have_doors_of_their_own(scim, page, account):
    """A token opens no screen and a session no SCIM address: what each may see is decided apart."""
    made = create(scim, person())

    assert page.visitor.open(f"/scim/{account.id}/v2/Users/{made['id']}").status_code == 401
    opened = scim._visitor.open("/users", headers={"Authorization": f"Bearer {scim.token}"})
    assert opened.status_code in (302, 303)
    assert "/sign-in" in opened.headers["Location"]


def test_R_183_a_person_can_be_erased(scim, account):
    """What was collected of a person can be erased: afterwards no answer, list or search holds it."""
    made = create(scim, person("Ada", "Erasable", title="Countess"))
    scim.patch(f"/Users/{made['id']}", replace={"active": False})
    erasure.erase(account.scope, seen_by_scim(account.scope, made["id"]).id)

    assert_error(scim.get(f"/Users/{made['id']}"), 404)
    assert "Erasable" not in scim.get("/Users").text


@only_sqlite
def test_R_184_no_query_is_logged(scim, caplog):
    """The server's own log holds the route of a call and never its query, which may name a person."""
    caplog.set_level("DEBUG")
    scim.get("/Users", filter='userName eq "very.private@person.example"')

    written = caplog.text + "\n".join(map(JsonLines().format, caplog.records))
    assert '"route":"/scim/<account_id>/v2/Users"' in written
    assert "very.private" not in written


def test_R_185_what_is_not_yours_is_not_there(scim, make_account, visitor, account):
    """Another account's id is answered like one that never existed; signing in tells nobody who has an account."""
    foreign = make_account("Globex").scim()
    theirs = create(foreign, person())
    crew = create(foreign, group("Crew", theirs["id"]), "/Groups")

    for path, body in ((f"/Users/{theirs['id']}", person()), (f"/Groups/{crew['id']}", group("x"))):
        never = path[:-4] + "0000"
        for call in (
            scim.get, scim.delete, lambda at, body=body: scim.put(at, body), lambda at: scim.patch(at, replace={"title": "x"}),
        ):  # fmt: skip
            assert_error(call(path), 404)
            assert call(path).data == call(never).data
    assert scim.get("", filter=f'id eq "{theirs["id"]}"').json["totalResults"] == 0
    known, unknown = (visitor.sign_in(email, "wrong") for email in (account.owner.email, "nobody@nowhere.example"))
    assert known.status_code == unknown.status_code
    assert known.text.replace(account.owner.email, "") == unknown.text.replace("nobody@nowhere.example", "")
