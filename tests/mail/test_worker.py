"""The worker's thread: woken by commits, looking by itself, ending when told, and never dying of anything."""

import threading

import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError

from scimapp.directory.outbox import outbox_list, outbox_signal
from scimapp.mail import worker as workers
from scimapp.mail.worker import Worker
from tests.support import forks
from tests.support.live_account import LiveAccount
from tests.support.mails import newest_mails

PERSON = {"name": {"givenName": "Ann", "familyName": "Bo"}}


@pytest.fixture
def start_worker(sending):
    """``start_worker(poll_seconds=…)`` → a running worker that is stopped after the test."""
    running = []

    def start(**options):
        running.append(Worker(sending, **options).start())
        return running[-1]

    yield start
    for worker in running:
        worker.stop()


def test_a_commit_wakes_the_worker(start_worker, make_user, smtp_sink):
    start_worker(poll_seconds=3600)

    make_user(state="invited", email="ann@corp.example")

    assert smtp_sink.wait_for("ann@corp.example")["Subject"] == "Acme invites you"


def test_a_worker_looks_by_itself_for_mails_of_other_processes(start_worker, make_user, smtp_sink):
    start_worker(poll_seconds=0.05)
    outbox_signal.owed.clear()

    make_user(state="invited", email="ann@corp.example")
    outbox_signal.owed.clear()

    smtp_sink.wait_for("ann@corp.example")
    assert workers.POLL_SECONDS <= 5


@pytest.mark.parametrize(
    "fault, says_where",
    [
        (ConnectionError("nobody thought of this"), True),
        (OperationalError("SELECT …", {}, Exception("connection refused\nIs the server running?")), False),
        (ProgrammingError("SELECT …", {}, Exception("no such column: nickname")), True),
    ],
)
def test_a_worker_survives_whatever_goes_wrong(
    start_worker, make_user, smtp_sink, monkeypatch, caplog, fault, says_where
):
    deliver_due, failed = workers.deliver_due, threading.Event()

    def fail_first(*arguments, **options):
        if not failed.is_set():
            failed.set()
            raise fault
        return deliver_due(*arguments, **options)

    monkeypatch.setattr(workers, "deliver_due", fail_first)
    start_worker(poll_seconds=0.05)

    assert failed.wait(30)
    make_user(state="invited", email="ann@corp.example")
    smtp_sink.wait_for("ann@corp.example")
    (told,) = [record for record in caplog.records if record.name == "scimapp.background"]
    assert told.getMessage().startswith("outbox could not work")
    assert (told.exc_info is not None, str(fault).partition("\n")[0] in told.getMessage()) == (says_where, True)
    assert "\n" not in told.getMessage()


def test_a_worker_lets_go_of_what_was_kept_long_enough(start_worker, make_user, scope, clock, monkeypatch):
    pruned, prune = threading.Event(), workers.retention.prune

    def prune_and_tell():
        prune()
        pruned.set()

    monkeypatch.setattr(workers.retention, "prune", prune_and_tell)
    make_user(state="invited")
    (mail,) = newest_mails(scope).items
    outbox_list.cancel(scope, mail.id)
    clock.advance(days=31)

    start_worker(poll_seconds=3600)

    assert pruned.wait(30)
    assert newest_mails(scope).items == []


def test_a_worker_ends_at_once_when_it_has_nothing_to_do(start_worker):
    worker = start_worker(poll_seconds=3600)

    worker.stop(seconds=60)  # long for a loaded machine, and next to nothing beside the pause between two looks

    assert "outbox" not in {thread.name for thread in threading.enumerate()}


def test_making_an_application_starts_nothing(app_with):
    before = threading.active_count()

    app_with(outbox_worker=True)

    assert threading.active_count() == before


def test_the_server_sends_by_itself_and_takes_provisioning_while_mail_is_down(live_account, smtp_sink):
    client = live_account.scim("okta")
    smtp_sink.fail_next("451 4.3.2 not now")

    first = client.post("/Users", PERSON | {"userName": "first@corp.example"})
    second = client.post("/Users", PERSON | {"userName": "second@corp.example"})

    assert (first.status_code, second.status_code) == (201, 201)
    message = smtp_sink.wait_for("second@corp.example")
    assert f"{live_account.server.url}/invitations/" in message.get_body(("plain",)).get_content()


def test_mails_can_be_sent_by_a_process_of_their_own(start_server, smtp_sink, tmp_path):
    server = start_server(SCIMAPP_MAIL_URL=smtp_sink.url, SCIMAPP_OUTBOX_WORKER="0")
    account = LiveAccount(server)
    account.scim("okta").post("/Users", PERSON | {"userName": "ann@corp.example"})
    account.close()
    assert smtp_sink.messages == []
    with (tmp_path / "told").open("wb") as output:
        process = forks.start(["flask", "--app", "wsgi", "outbox", "run"], server.environment, output)

    smtp_sink.wait_for("ann@corp.example")
    process.terminate()

    assert process.wait(30) == 0
    assert (tmp_path / "told").read_text() == "Sending mails from the outbox (stop with Ctrl+C)\n"
