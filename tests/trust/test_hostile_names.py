"""Whatever people are called, pages, files and lines of the log stay what they are (security L15–L18, O9, V11).

Everything that can bear a name bears a hostile one, and every page of the URL map is opened. A name that became markup
would leave an element or attribute that no template of ours has.
"""

import csv
import io
import json
import logging
import re

import pytest

from scimapp.directory.calls import call_log
from scimapp.directory.changes import UserChanges
from scimapp.directory.imports.csv_table import FORMULA
from scimapp.directory.people import users
from scimapp.request_log import JsonLines
from tests.scim_api.bodies import CORE, create, extension, group, person
from tests.support.doors import Screens

from .ground import Ground
from .policies import OF_A_MAIL, assert_guarded
from .routes import routes

MARKUP = """<quill-x quill-y=1 onfocus=x>'"><script quill-y></script>{{7*7}}"""
NAMES = (
    MARKUP,
    "=HYPERLINK(\"http://evil.example\",\"x\")", "+1+1", "-1+1", "@SUM(1)", "\t=1+1",
    "Ana \u202egnp.exe\u2066", "аdmin", "ａｄｍｉｎ", "👩‍👩‍👧‍👦 🏳️‍🌈", "Z\u0351\u036b\u0343\u036a" * 20,
    "A&amp;B &lt;b&gt;", "</title></textarea></script>-->]]><quill-x>", "`${7*7}`", "javascript:alert(1)",
    "Robert'); DROP TABLE users;--", "%00 %0d%0aSet-Cookie: quill=1", "\u0000".join(("a", "b")).replace("\u0000", "\u200b"),
    "ﷺ" * 100, "x" * 10_000,
)  # fmt: skip
_TAGS = re.compile(r"[a-z][a-z0-9]*")
_LISTS = ("/users", "/users?per_page=100", "/groups", "/audit", "/provisioning/log", "/outbox", "/batches", "/fields")
_FILES = {"text/csv": "csv", "application/json": "json", "application/x-ndjson": "lines"}


def assert_harmless(screen, policy=None):
    """A page whose elements and attributes all come from templates of ours, under the policy of pages."""
    where = screen.url
    assert_guarded(screen.response, where, policy)
    for node in screen.tree.walk():
        assert _TAGS.fullmatch(node.tag) or node.tag == "#document", f"{where}: <{node.tag[:80]}>"
        assert not (node.tag == "script" and not node.get("src")), where
        assert policy or node.tag != "style", where
        for name, value in node.attributes.items():
            assert re.fullmatch(r"[a-zA-Z][\w:-]*", name) and "quill" not in name, f"{where}: {name[:80]}"
            assert not name.startswith("on") and (policy or name != "style"), f"{where}: {name}"
            if name in ("href", "src", "action", "formaction", "poster", "data"):
                assert_leads_somewhere_known(node, value, where)
    assert "49" not in re.sub(r"[^{}]*", "", screen.html) and "{{49}}" not in screen.html, where


def assert_leads_somewhere_known(node, value, where):
    """Pages load from this site alone; links may lead out to the documentation of directories, and to people's mail."""
    scheme = value.strip().partition(":")[0].lower() if ":" in value.split("/")[0] else ""
    assert scheme in ("", "http", "https", "mailto", "tel", "otpauth"), f"{where}: {value[:80]}"
    assert "evil.example" not in value.partition("?")[0], f"{where}: {value[:80]}"
    if node.tag in ("img", "script", "link", "iframe", "form", "button"):
        assert scheme == "" and not value.startswith("//"), f"{where}: {node.tag} {value[:80]}"


@pytest.fixture
def ground(account):
    """Hostile names wherever a screen or a directory can put one."""
    ground = Ground(account, mark=MARKUP)
    account.make_field("hostile", "text", label=MARKUP, show_in_list=True)
    account.make_field("choice", "dropdown", label="Choice", choices=[MARKUP, "=1+1"])
    return ground


def name_everybody(account, scim):
    """A person, and a group with them, of each hostile name, sent by the directory; returns the ids of those it took."""
    made = []
    for number, name in enumerate(NAMES):
        sent = person(name[:200], name[:200], userName=f"hostile{number}@corp.example", title=name[:200], nickName=name[:200],
                      displayName=name, externalId=f"{number} {name[:100]}", profileUrl="javascript:alert(1)",
                      photos=[{"value": "https://evil.example/x.png", "type": "photo"}])  # fmt: skip
        sent |= {extension(account): {"hostile": name[:200], "choice": "=1+1"}, "schemas": [CORE, extension(account)]}
        answer = scim.post("/Users", sent)
        assert answer.status_code in (201, 400), answer.text
        if answer.status_code == 201:
            made.append(answer.json["id"])
    for name in (MARKUP, *NAMES[6:14]):
        create(scim, group(name[:200], *made), "/Groups")
    scim.get("/Users", filter=f'displayName eq "{MARKUP.replace(chr(34), "")}"')
    scim.get("/Users", filter=MARKUP)
    scim.patch(f"/Users/{made[0]}", {"op": "replace", "path": MARKUP, "value": MARKUP})
    call_log.flush()
    return made


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_name_is_more_than_a_name_on_any_page_or_in_any_file(app, account, page, ground):
    made = name_everybody(account, ground.scim)
    assert len(made) > 15
    users.update(account.scope, account.owner.id, UserChanges(core={"displayName": MARKUP}))
    pages, files = 0, set()

    for route in routes(app, "web"):
        if route.method == "GET":
            screen = page(route.address(ground.one(route.kind) if route.kind else None))
            kind = _FILES.get(screen.response.mimetype)
            if kind:
                read_file(kind, screen)
                files.add(route.endpoint)
            else:
                assert_harmless(screen, OF_A_MAIL if route.endpoint == "web.outbox_body" else None)
                pages += 1
    for address in (*_LISTS, *(f"/users/{each}" for each in made)):
        assert_harmless(page(address))
    assert MARKUP in " ".join(page(f"/users/{made[0]}").text.split())
    assert pages > 65
    assert len(files) == 7, files


def read_file(kind, screen):
    """A file as a spreadsheet and a program read it: no cell is worked out, and what stands there is what was sent."""
    assert_guarded(screen.response, screen.url)
    assert screen.headers["Content-Disposition"].startswith("attachment; filename=")
    assert re.fullmatch(r'attachment; filename="[\w.-]+"', screen.headers["Content-Disposition"])
    if kind == "csv":
        for row in csv.reader(io.StringIO(screen.html.removeprefix("\ufeff"))):
            assert not [cell for cell in row if cell.startswith(FORMULA)], screen.url
    elif kind == "json":
        json.loads(screen.html)
    else:
        for line in screen.html.splitlines():
            json.loads(line)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_forms_give_back_what_was_typed_as_text(page, account):
    """A form that is refused, one that was open too long, and one that waits for a sign-in."""
    token = page("/users/new").form("/users/new").values["csrf_token"][0]
    typed = {"given_name": MARKUP, "family_name": MARKUP, "email": MARKUP, MARKUP: MARKUP}
    for screens, proof in ((page, token), (page, "old"), (Screens(page.visitor.app), "old")):
        for address in ("/users/new", "/groups/new", "/fields/new", "/sign-in"):
            answer = screens.go(
                address, method="POST", data=typed | {"csrf_token": proof, "label": MARKUP, "display_name": MARKUP}
            )
            assert_harmless(answer)
    queries = (
        "q",
        "sort",
        "f",
        "col",
        "role",
        "batch",
        "target",
        "kind",
        "who",
        "next",
        "ended",
        "group",
        "state",
        "token",
    )
    for asked in (queries, queries[:1], queries[2:3], queries[6:7]):
        for address in ("/users", "/audit", "/outbox", "/provisioning/log", "/groups", "/fields"):
            assert_harmless(page.go(address, query_string=dict.fromkeys(asked, MARKUP)))


def test_a_name_is_one_line_of_the_log_and_no_markup_over_scim(account, scim):
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    log = logging.getLogger("scimapp")
    log.addHandler(handler)
    forged = 'x"}\r\n{"at":"2026","level":"INFO","forged":true}'
    try:
        scim.get("/Users/" + "%0d%0aX-Quill:%201", headers={"User-Agent": MARKUP, "X-Request-ID": MARKUP})
        for name in (forged, MARKUP, "a\u2028b", "\u202e"):
            answer = scim.post("/Users", person(name, userName=f"log{len(name)}@corp.example"))
            assert answer.mimetype == "application/scim+json"
            scim.get(f"/{MARKUP}", filter=name)
            log.warning("the name %s", name)
    finally:
        log.removeHandler(handler)

    lines = written.getvalue().splitlines()
    assert len(lines) > 10
    for line in lines:
        entry = json.loads(line)
        assert "forged" not in entry
        assert set(entry) >= {"at", "level", "log"}
        assert not re.search("[\u0080-\u009f\u202a-\u202e\u2066-\u2069]", line)
