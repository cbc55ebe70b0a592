"""The provisioning log as a file, and what neither the file nor any page may hold."""

import json
import re

import orjson

from scimapp.directory.calls import call_search
from tests.scim_api.bodies import create, person
from tests.scim_api.call_log.every_secret import send_every_secret
from tests.support.databases import on_both
from tests.support.log_screens import links


@on_both
def test_the_file_holds_what_the_filter_leaves_one_object_a_line(page, scim):
    create(scim, person("Ana", "Ruiz"))
    scim.get("/Users/nobody")
    answer = page("/provisioning/log/export?result=failed")

    (record,) = [json.loads(line) for line in answer.html.splitlines()]
    name = re.fullmatch(r'attachment; filename="(.*)"', answer.headers["Content-Disposition"])[1]
    assert re.fullmatch(r"provisioning-log-\d{4}-\d\d-\d\d.jsonl", name)
    assert (record["status"], record["cause"], record["path"]) == (404, "not_found", "/Users/nobody")
    assert len(page("/provisioning/log/export").html.splitlines()) == 2
    assert page("/provisioning/log/export?q=nothing-like-it").html == ""


def test_a_long_file_comes_in_pieces(page, scim, monkeypatch):
    monkeypatch.setattr(call_search, "EXPORT_CHUNK", 7)
    for number in range(30):
        scim.get(f"/Users/{number}")

    paths = [json.loads(line)["path"] for line in page("/provisioning/log/export").html.splitlines()]
    assert paths == [f"/Users/{number}" for number in reversed(range(30))]


def test_no_secret_is_found_on_any_page_or_in_the_file(page, scim, account):
    secrets = send_every_secret(scim, account)

    screen = page("/provisioning/log?days=all")
    sources = [screen.html, page("/provisioning/log/export").html, *(page(link).html for link in links(screen))]
    assert len(sources) > 20
    for secret in secrets:
        for shape in (secret, orjson.dumps(secret).decode()[1:-1], secret.replace('"', "&#34;")):
            # What was changed by a call is the audit log's, and there a title is a title.
            assert [place for place, source in enumerate(sources) if shape in _without_changes(source)] == [], shape


def _without_changes(source):
    return re.sub(r'<ul class="events">.*?</ul>', "", source, flags=re.DOTALL)


def test_markup_in_a_call_is_text_on_the_page(page, scim):
    scim.post("/Users", person("<img src=x>", "<b>Ruiz</b>", title="<script>alert(1)</script>"))

    screen = page(links(page("/provisioning/log"))[0])

    assert "<img src=x>" in screen.tree.find("h1").text
    assert "<script>alert" not in screen.html
