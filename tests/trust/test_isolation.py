"""Nothing of one account is reached from another at the screens, whatever the address or the form (security I1–I10).

The addresses come from the URL map and the forms from the pages behind them, so that a new one is tried at once. A foreign
id must answer like one that nothing has, in status, headers and body; the other account must be as it was.
"""

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from .ground import MARK, Ground
from .routes import assert_alike, routes, unknown
from .rows import fingerprint
from .tour import proof, tour

# Answers that lead back with a sentence, the same for what has ended already and what never was.
LEADING_BACK = {"web.configure_save": 409, "web.my_session_end": 200, "web.transfer_ownership_to": 200}


@pytest.fixture
def theirs(make_account):
    return Ground(make_account("Globex"))


@pytest.fixture
def ours(account):
    return Ground(account, mark="Homebody")


def kinds(app):
    return sorted({route.kind for route in routes(app, "web") if route.kind})


def test_a_foreign_id_in_an_address_is_one_that_nothing_has(app, page, theirs):
    named = [route for route in routes(app, "web") if route.kind]
    before = [theirs.one(kind) for kind in kinds(app)] and fingerprint(theirs.account.id)
    fields = {"csrf_token": proof(page), "label": "x", "display_name": "x", "direction": "up", "provider": "okta"}

    for route in named:
        foreign, nobodys = theirs.one(route.kind), unknown(route.kind)
        given = {} if route.is_safe else {"data": fields}
        answer, other = (
            page.visitor.open(route.address(thing), method=route.method, follow_redirects=True, **given)
            for thing in (foreign, nobodys)
        )
        assert_alike(answer, foreign, other, nobodys, route)
        assert MARK not in answer.get_data(as_text=True), route
        assert answer.status_code == LEADING_BACK.get(route.endpoint, 404), route

    assert fingerprint(theirs.account.id) == before
    assert len(named) > 60


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_foreign_id_in_a_form_or_a_link_of_ours_is_one_that_nothing_has(app, page, ours, theirs):
    pages = tour(app, page, ours)
    foreign = {ours.one(kind): theirs.one(kind) for kind in kinds(app)}
    nothing = {ours.one(kind): unknown(kind) for kind in kinds(app)}
    before = fingerprint(theirs.account.id)
    asked = {}
    for screen in pages:
        for method, url, pairs in asks(screen):
            where = urlsplit(url)
            named = tuple(name for name, value in [*parse_qsl(where.query), *pairs] if value in foreign)
            named += tuple(value for name, value in pairs if name == "action")
            if (
                where.path.rstrip("/").rpartition("/")[2] in foreign
                or named
                or method == "POST"
                and holds(url, foreign)
            ):
                asked.setdefault((method, swapped(where.path, dict.fromkeys(foreign, "…")), named), (url, pairs))
    for (method, place, names), (url, pairs) in asked.items():
        answers = []
        for other in (foreign, nothing):
            data = urlencode([(name, other.get(value, value)) for name, value in pairs])
            body = {} if method == "GET" else {"data": data, "content_type": "application/x-www-form-urlencoded"}
            answers.append(page.visitor.open(swapped(url, other), method=method, follow_redirects=True, **body))
        assert_alike(answers[0], foreign.values(), answers[1], nothing.values(), f"{method} {place} {names}")
        assert MARK not in answers[0].get_data(as_text=True), place

    assert fingerprint(theirs.account.id) == before
    assert len(asked) > 50, sorted(asked)


def asks(screen):
    """``(method, url, [(name, value)])`` of everything that can be pressed on a page."""
    for node in screen.tree.find_all("a"):
        if (node.get("href") or "").startswith("/"):
            yield "GET", node.get("href"), []
    for form in screen.forms:
        pairs = [(name, value) for name, values in form.values.items() for value in values]
        offered = [(control.get("name"), control.get("value")) for control in form.controls if control.get("value")]
        for button in form.buttons or [form.node]:
            url = button.get("formaction") or form.action
            method = (button.get("formmethod") or form.node.get("method") or "get").upper()
            pressed = [(button.get("name"), button.get("value", ""))] if button.get("name") else []
            for choice in choices(form):
                everything = list(dict.fromkeys([*pairs, *offered, *pressed, *choice]))
                if method == "GET":
                    yield "GET", f"{urlsplit(url).path}?{urlencode(everything)}", []
                else:
                    yield "POST", url, everything


def choices(form):
    """What a form that is for several actions can be told to do."""
    menus = [control for control in form.controls if control.tag == "select" and control.get("name") == "action"]
    return [[("action", option.get("value"))] for menu in menus for option in menu.find_all("option")] or [[]]


def holds(url, ids):
    return any(part in ids for part in urlsplit(url).path.split("/"))


def swapped(text, other):
    for ours, theirs in other.items():
        text = text.replace(f"/{ours}", f"/{theirs}").replace(f"={ours}", f"={theirs}")
    return text
