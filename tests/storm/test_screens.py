"""Every screen, from the URL map, and every form found on them: rubbish gets a page that says so, and changes nothing."""

import io
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from werkzeug.datastructures import MultiDict

from tests.support.people import PASSWORD
from tests.trust.ground import Ground
from tests.trust.routes import routes
from tests.trust.tour import proof, tour

from .fingerprint import REFUSALS_ARE_RECORDED, Watch
from .requests import HEADER_VALUES, HEADERS, absurd_headers
from .rubbish import NAMES, TEXTS, mangled_bytes, mangled_text
from .weather import Weather

SECONDS = 2
# Where every input would end what the others need: the session, or the account's owner.
NOT_PRESSED = ("/sign-out", "/me/sessions", "/sign-out-everywhere")
CSV = b"E-mail,Given name,Family name\r\na@acme.example,Ann,Lee\r\n"


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a browser would send: ``pairs`` of the form, ``file`` the content of the file field named ``field``."""

    method: str
    path: str
    query: tuple = ()
    pairs: tuple = ()
    headers: tuple = ()
    field: str | None = None
    file: bytes = CSV


def test_the_screens_stand_the_storm(app, account, page):
    ground, weather = Ground(account), Weather("on the screens", SECONDS)
    corpus = pressable(app, page, ground)
    tally = {"refused": 0, "done": 0}

    token = proof(page)
    for pressed in {pressed.path: pressed for pressed in corpus if pressed.method == "POST"}.values():
        pairs = tuple((name, value if name == "csrf_token" else "a\0b") for name, value in pressed.pairs)
        check(send(page, replace(pressed, pairs=pairs), token), f"NUL in every field: {pressed}")
    watch = Watch(account.id, REFUSALS_ARE_RECORDED)
    while weather.blows(least=60):
        random = weather.random
        pressed = mangled(random, random.choice(corpus), random.choice(corpus))
        where = f"seed {weather.seed}, input {weather.inputs}: {pressed}"[:3_000]
        answer = send(page, pressed, token if random.random() < 0.95 else random.choice(TEXTS))
        check(answer, where)
        if answer.status_code >= 400:
            tally["refused"] += 1
            assert watch.is_as_before(), f"{answer.status_code} {where}"
        elif pressed.method == "POST":
            tally["done"] += 1
            watch.done()
        if "/sign-in" in answer.headers.get("Location", "") and page("/me").url.startswith("/sign-in"):
            page.sign_in(account.owner.email, PASSWORD)
            token = proof(page)
            watch.done()

    assert page("/users").status_code == 200
    watch.close()
    weather.settle(unseen=watch.skipped, **tally)


def pressable(app, page, ground):
    """Every page with what its address can say, and every form with what stands in it."""
    found = [
        Pressed("GET", route.address(ground.one(route.kind) if route.kind else None))
        for route in routes(app, "web")
        if route.is_safe
    ]
    for screen in tour(app, page, ground):
        for link in screen.tree.find_all("a"):
            parts = urlsplit(link.get("href") or "")
            if parts.path.startswith("/") and parts.query:
                found.append(Pressed("GET", parts.path, tuple(parse_qsl(parts.query))))
        for form in screen.forms:
            pairs = tuple((name, value) for name, values in form.values.items() for value in values)
            files = [control.get("name") for control in form.controls if control.get("type") == "file"]
            for button in form.buttons or [form.node]:
                method = (button.get("formmethod") or form.node.get("method") or "get").upper()
                chosen = ((button.get("name"), button.get("value", "")),) if button.get("name") else ()
                where = urlsplit(button.get("formaction") or form.action)
                query = tuple(parse_qsl(where.query))
                if method == "GET":
                    found.append(Pressed("GET", where.path, (*query, *pairs, *chosen)))
                elif not where.path.startswith(NOT_PRESSED):
                    found.append(Pressed("POST", where.path, query, pairs + chosen, field=files[0] if files else None))
    return list(dict.fromkeys(found))


def mangled(random, parent, other):
    made = parent
    for _ in range(random.randrange(4)):
        way = random.randrange(6)
        if way < 3:
            part = "query" if made.method == "GET" or random.random() < 0.2 else "pairs"
            made = replace(made, **{part: mangled_pairs(random, getattr(made, part), other.pairs + other.query)})
        elif way == 3:
            made = replace(made, headers=(*made.headers[-3:], (random.choice(HEADERS), random.choice(HEADER_VALUES))))
        elif way == 4 and made.field:
            made = replace(made, file=mangled_bytes(random, made.file, CSV))
        elif random.random() < 0.2:
            steps = made.path.split("/")
            steps[random.randrange(len(steps))] = quote(random.choice(TEXTS)[:300], safe="")
            made = replace(made, path="/" + "/".join(steps).lstrip("/"))
    return made


def mangled_pairs(random, pairs, others):
    pairs, way = list(pairs), random.randrange(5)
    if not pairs or way == 0:
        pairs.append(
            random.choice(others) if others and random.random() < 0.6 else (random.choice(NAMES), random.choice(TEXTS))
        )
        return tuple(pairs[-60:])
    at = random.randrange(len(pairs))
    name, value = pairs[at]
    if way == 1:
        del pairs[at]
    elif way == 2:
        pairs.append((name, mangled_text(random, value)[:3_000]))
    else:
        pairs[at] = (name, random.choice(TEXTS) if way == 3 else mangled_text(random, value)[:3_000])
    return tuple(pairs)


def send(page, pressed, token):
    query = "&".join(
        f"{quote(name, safe='')}={quote(value.encode('utf-8', 'surrogatepass'), safe='')}"
        for name, value in pressed.query
    )
    given = {"headers": absurd_headers(pressed.headers), "method": pressed.method}
    if pressed.method == "POST":
        pairs = MultiDict([(name, token if name == "csrf_token" else value) for name, value in pressed.pairs])
        if pressed.field:
            pairs.add(pressed.field, (io.BytesIO(pressed.file), "people.csv"))
        given["data"] = pairs
    return page.visitor.open(pressed.path + (f"?{query}" if query else ""), **given)


def check(answer, where):
    text = answer.get_data(as_text=True) if answer.mimetype.startswith(("text/", "application/json")) else ""
    assert answer.status_code < 500, f"{answer.status_code} {where}"
    assert "Traceback" not in text and "sqlalchemy" not in text, where
    assert not answer.headers.get("X-Injected"), where
    assert answer.mimetype != "text/html" or "default-src 'none'" in answer.headers.get(
        "Content-Security-Policy", ""
    ), where


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_what_no_database_can_hold_is_nothing(app, page):
    """NUL, which Postgres refuses in a statement: in every id, and in what every address asks for."""
    fields = {"csrf_token": proof(page)}

    for route in routes(app, "web"):
        if route.kind not in (None, "entry"):
            for thing in ("%00", "a%00b"):
                given = {} if route.is_safe else {"data": fields}
                answer = page.visitor.open(route.address(thing), method=route.method, **given)
                assert answer.status_code == 404, f"{route} {answer.status_code}"
        elif route.is_safe and not route.rule.arguments:
            query = "&".join(
                f"{name}=%00"
                for name in ("q", "id", "ids", "user", "group", "state", "sort", "person", "token", "kind", "page")
            )
            assert page.visitor.open(f"{route.address()}?{query}").status_code < 500, route
