"""Servers on one database are renewed one after the other while directories write: nothing that was answered is lost (O5)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from itertools import count

import pytest

from scimapp.database import db
from tests.scim_api.bodies import person

from .conftest import scim_client

WRITERS = 4
WRITES = 10  # acknowledged between two steps
PAUSE_SECONDS = 0.1  # of a writer between two writes: a server that starts needs the processor more


@pytest.mark.parametrize("crowd", ["postgres"], indirect=True)
def test_servers_that_are_renewed_one_by_one_lose_no_write(crowd, account):
    token = account.make_token("onelogin")
    db.session.close()
    acknowledged, is_over = [], threading.Event()

    def write(writer):
        """As a directory behind a proxy: what one server does not answer goes to the other, under the same name."""
        for number in count():
            if is_over.wait(PAUSE_SECONDS):
                return
            name = f"renewal.{writer}.{number}@corp.example"
            for server in [*crowd.servers, *crowd.servers][(writer + number) % 2 :]:
                answer = ask(server, name)
                if answer is not None:
                    assert answer.status_code in (201, 409), answer.text  # 409: done, and the answer was lost
                    acknowledged.append(name)
                    break

    def ask(server, name):
        client = scim_client(server, account, token)
        try:
            return client.post("/Users", person(userName=name))
        except (OSError, HTTPException):
            return None  # it has gone, or is not there yet
        finally:
            client.close()

    def wait_for_writes(number):
        wanted = len(acknowledged) + number
        while len(acknowledged) < wanted:
            assert not any(writer.done() for writer in writers), [writer.exception() for writer in writers]
            threading.Event().wait(0.01)

    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(write, number) for number in range(WRITERS)]
        try:
            for server in crowd.servers:
                wait_for_writes(WRITES)
                assert server.stop() == 0
                wait_for_writes(WRITES)  # the other one goes on
                server.start()
            wait_for_writes(WRITES)
        finally:
            is_over.set()
        for writer in writers:
            writer.result()

    client = scim_client(crowd.servers[0], account, token)
    pages = [client.get("/Users", startIndex=start, count=500).json for start in range(1, len(acknowledged) + 2, 500)]
    client.close()
    assert len(set(acknowledged)) == len(acknowledged)
    assert set(acknowledged) <= {resource["userName"] for page in pages for resource in page["Resources"]}
