"""What the directory and forgotten forms say to somebody who reads German."""

import gc
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import IntegrityError

from scimapp.directory import conflicts
from scimapp.directory.calls import call_log, call_search
from scimapp.directory.changes import GroupDraft
from scimapp.directory.connection import scim_tokens
from scimapp.directory.groups import groups
from scimapp.directory.words import Grouped, packed, say, unpacked
from scimapp.languages import spoken

WHOLE = b"E-mail\n" + b"ana@acme.example\n" * 10_001


@pytest.fixture
def german(page):
    page("/me").form("profile").fill(language="Deutsch").submit()
    return page


def test_what_the_server_does_is_called_in_german(german):
    assert "Erster Start" in german("/audit?who=First+start").tree.find("tbody").text


def test_numbers_and_quotes_of_a_file_that_cannot_be_used_are_german(german):
    def complaint(content):
        return german("/users/import").form("upload").attach("file", content).submit().tree.find(id="problems").text

    assert "Die Datei hat etwa 10.001 Zeilen; Zeile 10.002 ist eine mehr als die 10.000" in complaint(WHOLE)
    assert "zugeordnet werden: „Shoe size“, „Colour“." in complaint(b"Shoe size,Colour\n42,red\n")


def test_refusals_of_what_a_file_would_do_are_german(german, account):
    rows = f"E-mail,First name,Role\n{account.owner.email},Olive,Member\nbo@ac\u200bme.example,Bo,Member\n"

    shown = german("/users/import").form("upload").attach("file", rows.encode()).submit().tree.find("tbody").text

    assert "Der Account Owner kann hier nicht mit einer anderen Rolle versehen werden: Ein Konto behält" in shown
    assert "Fehler E-Mail: unsichtbare Zeichen werden nicht angenommen (U+200B)." in shown


def test_a_form_that_was_open_too_long_shows_the_labels_people_know(german, make_field):
    make_field("cost_centre")
    form = german("/users/new").form("/users/new").fill({"given_name": "Ana", "email": "ana@acme.example"})
    form.values["custom-cost_centre"], form.values["csrf_token"] = ["4711"], [""]

    labels = [node.text.strip() for node in form.submit().tree.find("main").find_all("label")]

    assert {"Vorname", "E-Mail", "Rolle", "Eigenes Feld cost_centre", "Jetzt eine Einladung senden"} == set(labels)


def forgotten(screen, name, /, **filled):
    """``({label: what people read}, form)`` of a form that was open too long."""
    form = screen.form(name).fill(**filled)
    form.values["csrf_token"] = [""]
    stale = form.submit()
    again, read = stale.form("stale-form"), {}
    for label in stale.tree.find("main").find_all("label"):
        inputs = [node for node in stale.tree.find_all() if node.get("id") and node.get("id") == label.get("for")]
        chosen = [
            node.text for shown in inputs for node in shown.find_all("option") if node.get("selected") is not None
        ]
        read[label.text.strip()] = chosen[0] if chosen else again.values[inputs[0].get("name")][0] if inputs else True
    return read, again


def test_what_was_chosen_in_a_form_that_was_open_too_long_is_said_in_its_words(german, scope, make_field):
    make_field("parking", "boolean")
    crew = groups.create(scope, GroupDraft("Crew"))

    person, _ = forgotten(
        german("/users/new"), "/users/new", given_name="Ana", family_name="y", email="ana@acme.example", role="user_admin",
        groups=[crew.id], **{"custom-parking": "true"},
    )  # fmt: skip
    token, again = forgotten(german("/provisioning/configure"), "generate", provider="strict", lifetime="90")
    options, _ = forgotten(german("/provisioning"), "options", same_name_groups="create", yielded_values=["title"])
    field, _ = forgotten(german("/fields/parking"), "field", label="Parkplatz")
    own, _ = forgotten(german("/me"), "profile", language="English", theme="dark")
    group, _ = forgotten(german("/groups/new"), "group", name="Spätschicht")

    assert person == {
        "Vorname": "Ana", "Nachname": "y", "E-Mail": "ana@acme.example", "Rolle": "User Admin",
        "Eigenes Feld parking": "Ja", "Jetzt eine Einladung senden": True,
    }  # fmt: skip
    assert token["Verzeichnis"] == "Anderes Verzeichnis, streng nach Standard"
    assert token["Gültigkeit"].startswith("90 Tage")
    assert "Bezeichnung Anderes Verzeichnis, streng nach Standard" in again.submit().text
    assert options["Zwei Gruppen mit demselben Namen"] == "Immer eine zweite anlegen"
    assert options["Titel"] is True
    assert field["Typ"].startswith("Ja/Nein")
    assert own["Sprache"] == "English"
    assert group == {"Name": "Spätschicht"}


def test_what_a_form_that_was_open_too_long_is_called_comes_from_no_other_request(german):
    columns = german("/users/import").form("upload").attach("file", b"Shoe size,Colour\n42,red\n").submit()
    form = columns.form("columns")
    made_for_a_request = gc.get_objects()  # keeps the class of this form alive, as a busy server does
    form.values["column-1"], form.values["csrf_token"] = ["title"], [""]

    assert "Shoe size" not in form.submit().text
    assert made_for_a_request


def test_a_directory_without_a_name_is_called_so_in_german(german):
    made = german("/provisioning/configure").form("generate").fill(provider="generic").submit()

    assert "So richten Sie das in Anderes Verzeichnis ein" in made.text
    assert "Bezeichnung Anderes Verzeichnis" in made.text
    assert "„Anderes Verzeichnis“" in made.form("save").submit().text


def test_a_token_without_a_label_is_called_in_the_language_of_who_reads(german, account, scope):
    token, secret = scim_tokens.generate(scope, "", "generic", activate=True)
    scim = account.scim().with_token(secret)
    crew = scim.post("/Groups", {"displayName": "Crew"}).json["id"]
    ann = scim.post("/Users", {"userName": "ann@acme.example", "name": {"givenName": "Ann"}}).json["id"]
    scim.delete(f"/Users/{ann}")
    own = f"/provisioning/tokens/{token.id}"

    call_log.flush()
    call = call_search.of_target(scope, crew)[0].request_id
    pages = [
        *map(german, ("/provisioning", f"/groups/{crew}", f"/users/{ann}", "/users", "/provisioning/log", "/audit")),
        german(f"/provisioning/log/{call}"),
        *(german(f"{own}/{what}") for what in ("rename", "revoke", "preset", "rotate")),
    ]  # fmt: skip

    assert [page.url for page in pages if "Another directory" in page.text] == []
    assert [page.url for page in pages if "Anderes Verzeichnis" not in page.text] == []
    german(f"{own}/rename").form("rename").submit()
    assert scim_tokens.get(scope, token.id).label == "Another directory"


def test_a_sixth_token_is_refused_in_german(german, account):
    for _ in range(5):
        account.make_token()

    refused = german("/provisioning/configure?another=1").form("generate").submit()

    assert "Fünf Token sind in Gebrauch. Widerrufen Sie zuerst eines." in refused.text


def test_a_kept_sentence_still_groups_its_numbers(app):
    kept = unpacked(packed(say("A cell may hold %(num)s characters at most.", num=Grouped(4_000))))

    assert kept == "A cell may hold 4,000 characters at most."
    with app.test_request_context(headers={"Accept-Language": "de"}):
        assert "4.000" in spoken(kept)


@pytest.mark.parametrize(
    ("index", "told"),
    [("uq_custom_fields_field_id", "Diese Feld-ID ist belegt."), ("uq_any", "im selben Augenblick dasselbe geändert")],
)
def test_what_two_people_do_at_once_is_refused_in_german(app, index, told):
    error = conflicts.explain(IntegrityError("INSERT", {}, Exception(index)), SimpleNamespace(attempted={}))

    with app.test_request_context(headers={"Accept-Language": "de"}):
        assert told in spoken(getattr(error, "reason", error.message))


def test_what_a_directory_manages_is_refused_in_german(german, account):
    person = account.scim().post("/Users", {"userName": "ann@acme.example", "title": "Lead"}).json["id"]
    form = german(f"/users/{person}").form("profile")
    form.values["title"] = ["Boss"]

    assert "wird von Okta verwaltet und ändert sich nur dort." in form.submit().text


def test_what_is_typed_into_okta_is_called_as_there(german, make_field):
    make_field("site")

    labels = [node.text for node in german("/fields/site/mapping").tree.find("main").find_all("label")]

    assert labels == ["Data type", "Display name", "Variable name", "External name", "External namespace"]
