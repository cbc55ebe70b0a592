"""Who may come in, while several processes decide at the same moment: what was taken away is gone in all of them."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from threading import Barrier

from scimapp.auth.attempts import PER_ADDRESS
from scimapp.database import db
from scimapp.directory.connection import scim_tokens, token_changes
from scimapp.directory.links import invitations
from scimapp.directory.people import users
from tests.support.people import PASSWORD

from .browser import Browser

VISITORS = 8


def together(crowd, call, times=VISITORS):
    """Run ``call(browser, number)`` for browsers spread over the servers, from the same moment."""
    gate = Barrier(times)
    browsers = [Browser(server) for server in islice(cycle(crowd.servers), times)]

    def one(browser, number):
        return call(browser, number, gate.wait)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, browsers, range(times)))


def test_a_revoked_token_opens_no_process_from_the_next_call_on(account, at_once):
    token, secret = scim_tokens.generate(account.scope, "Okta", "okta", activate=True)
    for answer in at_once(lambda client, _: [client.get("/Users", count="0") for _ in range(3)], 8, token=secret):
        assert {each.status_code for each in answer} == {200}

    scim_tokens.revoke(account.scope, token.id)

    for answer in at_once(lambda client, _: [client.get("/Users", count="0") for _ in range(8)], 16, token=secret):
        assert {each.status_code for each in answer} <= {401, 429}


def test_a_token_that_is_revoked_among_calls_lets_none_through_that_began_later(account, at_once):
    token, secret = scim_tokens.generate(account.scope, "Okta", "okta", activate=True)
    token_id, done = token.id, []

    def work(client, number):
        answers = []
        for _ in range(10):
            was_done = bool(done)
            answers.append(client.get("/Users", count="0"))
            assert not (was_done and answers[-1].status_code == 200)
            if number == 0 and len(answers) == 4:
                with account.app.app_context():
                    scim_tokens.revoke(account.scope, token_id)
                    db.session.remove()
                done.append(True)
        return answers

    answers = at_once(work, 8, token=secret)

    assert answers[0][0].status_code == 200
    assert {answer[-1].status_code for answer in answers} <= {200, 401, 429}


def test_rotating_a_token_interrupts_nobody(account, at_once):
    token, old = scim_tokens.generate(account.scope, "Okta", "okta", activate=True)
    _, new = token_changes.rotate(account.scope, token.id, "day")

    for secret in (old, new):
        for answer in at_once(lambda client, _: client.get("/Users", count="0"), 6, token=secret):
            assert answer.status_code == 200


def test_an_invitation_is_accepted_once(crowd, account):
    person = account.make_user(state="invited", email="ann@acme.example")
    path = f"/invitations/{invitations.link_token(invitations.latest(account.scope, person))}"
    db.session.close()

    def accept(browser, number, start):
        assert browser.get(path)[0] == 200
        start(60)
        return browser.post(
            path, password=f"a long walk over hill {number}", confirm_password=f"a long walk over hill {number}"
        )

    answers = together(crowd, accept)

    # 422 for who asked before the winner was through, 410 for who came to a link that was used already.
    assert Counter("in" if status == 200 else "refused" for status, _, _ in answers) == {
        "in": 1,
        "refused": VISITORS - 1,
    }
    assert {status for status, _, _ in answers} <= {200, 410, 422}, [answer[:2] for answer in answers]
    winner = next(number for number, (status, _, _) in enumerate(answers) if status == 200)

    def sign_in(browser, number, _start):
        browser.get("/sign-in")
        return browser.post("/sign-in", email="ann@acme.example", password=f"a long walk over hill {number}")

    landed = together(crowd, sign_in)
    assert [number for number, (_, url, _) in enumerate(landed) if not url.startswith("/sign-in")] == [winner]


def test_who_guesses_in_many_places_at_once_has_no_more_tries(crowd, account):
    email = account.make_user(email="cy@acme.example").email
    db.session.close()

    def guess(browser, number, start):
        browser.get("/sign-in")
        start(60)
        return browser.post("/sign-in", email=email, password=f"a guess that is wrong {number}")

    answers = together(crowd, guess, PER_ADDRESS + 4)

    assert Counter(status for status, _, _ in answers) == {422: PER_ADDRESS, 429: 4}


def test_nobody_is_inside_after_a_deactivation_whenever_they_signed_in(crowd, account):
    person = account.make_user(email="bo@acme.example")
    person_id = person.id
    db.session.close()

    def work(browser, number, start):
        browser.get("/sign-in")
        start(60)
        if number == 0:
            with crowd.app.app_context():
                users.deactivate(account.scope, person_id)
                db.session.remove()
            return None
        browser.post("/sign-in", email="bo@acme.example", password=PASSWORD)
        return browser

    browsers = [browser for browser in together(crowd, work) if browser]

    for browser in browsers:
        assert browser.get("/me")[1].startswith("/sign-in")
    users.activate(account.scope, person_id)
    db.session.close()
    for browser in browsers:
        assert browser.get("/me")[1].startswith("/sign-in"), "a session came back to life"
