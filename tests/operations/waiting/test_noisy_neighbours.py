"""Searches that cost much keep nobody waiting: while six clients ask the heaviest question, a read is answered in time."""

import threading
from itertools import count

import pytest

from benchmarks import crowd
from scimapp.database import db
from scimapp.directory.connection import scim_tokens
from scimapp.directory.scope import person_scope
from tests.support import databases as made
from tests.support.live_account import SocketScimClient

PEOPLE = 300
CLIENTS = 6
SECONDS = 3  # that a client waits for its read, a socket's timeout
READS = 3  # while all six are being answered
MOST_READS = 2_000


class Searcher(threading.Thread):
    """Asks one question again and again. ``asked`` and ``answered`` count; ``statuses`` are those of the answers."""

    def __init__(self, client, question):
        super().__init__(daemon=True)
        self.asked, self.answered, self.statuses = 0, 0, set()
        self.is_asking, self.is_enough = threading.Event(), threading.Event()
        self._client, self._question = client, question

    def run(self):
        while not self.is_enough.is_set():
            self.asked += 1
            self.is_asking.set()
            self.statuses.add(self._client.get("/Users", filter=self._question).status_code)
            self.answered += 1

    @property
    def is_waiting(self):
        return self.asked > self.answered


@pytest.fixture
def connect(start_server, tmp_path):
    """``connect(seconds)`` → a SCIM client of a large account on one process, which waits for so long."""
    server, opened = start_server(WEB_CONCURRENCY="1"), []
    app = made.build_app(server.database_url, tmp_path)
    with app.app_context():
        built = crowd.build(PEOPLE, groups=10)
        _, secret = scim_tokens.generate(person_scope(built.owner), "Okta", "okta", activate=True)
        db.session.remove()
    made.dispose(app)

    def client(seconds):
        opened.append(SocketScimClient(f"{server.url}/scim/{built.account_id}/v2", secret, seconds))
        return opened[-1]

    yield client
    for one in opened:
        one.close()


def heaviest(client):
    """The longest question that is allowed, of what costs most: each term looks through the names of everybody's groups."""
    question = longer = 'groups.display co "zz"'
    for number in count():
        longer = f'{question} or groups.display co "z{number}"'
        if len(longer) > 4_096:
            break
        question = longer
    assert client.get("/Users", filter=longer, count=0).status_code == 400
    return question


@pytest.mark.parametrize(
    "database", ["sqlite"], indirect=True
)  # in the process itself: Postgres would search beside it
def test_a_read_is_answered_in_time_while_six_clients_ask_the_heaviest_question(connect):
    reader = connect(SECONDS)
    person = reader.get("/Users", count=1).json["Resources"][0]["id"]
    question = heaviest(reader)
    searchers = [Searcher(connect(60), question) for _ in range(CLIENTS)]
    for searcher in searchers:
        searcher.start()
    for searcher in searchers:
        searcher.is_asking.wait()

    meanwhile = 0
    for _ in range(MOST_READS):
        before = [searcher.asked for searcher in searchers if searcher.is_waiting]
        answer = reader.get(f"/Users/{person}")  # raises TimeoutError when it takes longer
        assert answer.status_code == 200
        after = [searcher.asked for searcher in searchers if searcher.is_waiting]
        meanwhile += len(before) == CLIENTS and before == after
        if meanwhile == READS:
            break
    for searcher in searchers:
        searcher.is_enough.set()
    for searcher in searchers:
        searcher.join()

    assert meanwhile == READS
    assert set.union(*(searcher.statuses for searcher in searchers)) == {200}
