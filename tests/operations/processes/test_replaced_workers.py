"""A process that has served enough is replaced by another: every call is answered, done once, and logged."""

import json
import threading

import pytest

from tests.support.live_account import LiveAccount, SocketScimClient

CLIENTS, CALLS = 4, 12
ENOUGH = 30  # requests of a process, one that looks whether it is ready among them


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_call_is_lost_when_processes_are_replaced(start_server):
    arguments = f"--max-requests {ENOUGH} --max-requests-jitter 0"
    server = start_server(WEB_CONCURRENCY="1", GUNICORN_CMD_ARGS=arguments)
    first, made = server.workers, []
    scim = LiveAccount(server).scim()
    clients = [SocketScimClient(scim.base_url, scim.token) for _ in range(CLIENTS)]

    def create(client, name):
        for number in range(CALLS):
            made.append(client.post("/Users", {"userName": f"{name}-{number}@corp.example"}))

    threads = [threading.Thread(target=create, args=(client, name)) for name, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    people = scim.get("/Users", count=500).json
    second = server.workers
    for client in (scim, *clients):
        client.close()
    server.stop()

    assert [answer.status_code for answer in made] == [201] * (CLIENTS * CALLS)
    assert people["totalResults"] == CLIENTS * CALLS + 1
    assert len(first) == len(second) == 1 and first != second
    lines = [json.loads(line) for line in server.log.splitlines() if '"method":"POST"' in line]
    assert len({line["request_id"] for line in lines}) == len(lines) == CLIENTS * CALLS
