"""No test leaves the machine: the guard itself is tried here."""

import socket
import ssl

import pytest

from tests.support import network

ELSEWHERE = "192.0.2.1"  # reserved for documentation (RFC 5737): nobody is there


def test_a_connection_to_another_machine_is_refused_and_noted():
    with pytest.raises(network.NetworkRefused, match=ELSEWHERE):
        socket.create_connection((ELSEWHERE, 80), timeout=1)

    assert network.attempts() == [f"socket.getaddrinfo {ELSEWHERE}"]


def test_a_name_is_not_looked_up_outside():
    with pytest.raises(network.NetworkRefused):
        socket.getaddrinfo("registry.example", 443)

    assert network.attempts() == ["socket.getaddrinfo registry.example"]


def test_this_machine_can_be_reached():
    with socket.socket() as listener, socket.socket() as caller:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        caller.connect(listener.getsockname())

    assert network.attempts() == []


@pytest.mark.parametrize(
    "go",
    [
        lambda caller: caller.connect((ELSEWHERE, 80)),
        lambda caller: caller.connect_ex((ELSEWHERE, 80)),
        lambda caller: caller.sendto(b"", (ELSEWHERE, 80)),
        lambda caller: caller.sendto(b"", 0, (ELSEWHERE, 80)),
    ],
    ids=["connect", "connect_ex", "sendto", "sendto with flags"],
)
def test_no_way_of_a_socket_leads_elsewhere(go):
    with socket.socket(type=socket.SOCK_DGRAM) as caller, pytest.raises(network.NetworkRefused):
        go(caller)

    assert [attempt.partition(" ")[2] for attempt in network.attempts()] == [ELSEWHERE]


def test_a_socket_with_tls_is_watched_as_well():
    tls = ssl.create_default_context()
    with tls.wrap_socket(socket.socket(), server_hostname="a.example") as caller, pytest.raises(network.NetworkRefused):
        caller.connect((ELSEWHERE, 443))

    assert network.attempts() == [f"socket.connect {ELSEWHERE}"]
