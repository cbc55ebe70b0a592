"""An SMTP server on the loopback interface that keeps what it is sent and fails when it is told to."""

import asyncio
import email
import email.policy
import threading
from collections import deque

from aiosmtpd.smtp import SMTP

WAIT_SECONDS = 30


class SmtpSink:
    """``url`` for SCIMAPP_MAIL_URL, ``messages`` that came, ``fail_next`` to script refusals."""

    def __init__(self, **options):
        """``options`` go to aiosmtpd's SMTP, such as ``tls_context`` and ``authenticator``."""
        self.messages, self._options = [], options
        self.thinks_for = 0  # seconds, before it answers a mail
        self._answers = deque()
        self._arrived = threading.Condition()
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(started,), name="smtp-sink", daemon=True)
        self._thread.start()
        started.wait(WAIT_SECONDS)

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def fail_next(self, *answers):
        """Answer the next messages with these lines, such as "451 try again later", and take those after them."""
        self._answers.extend(answers)

    def to(self, address):
        """The messages for one address, oldest first."""
        return [message for message in self.messages if message["X-Envelope-To"] == address]

    def wait_for(self, address, count=1):
        """The newest message for ``address`` once ``count`` have arrived; fails when they do not come in time."""
        with self._arrived:
            came = self._arrived.wait_for(lambda: len(self.to(address)) >= count, WAIT_SECONDS)
        got = [(message["X-Envelope-To"], message["Subject"]) for message in self.messages]
        assert came, f"no {count} message(s) for {address} in {WAIT_SECONDS} s; there are {got}"
        return self.to(address)[-1]

    async def handle_DATA(self, server, session, envelope):  # the name that aiosmtpd calls
        await asyncio.sleep(self.thinks_for)
        if self._answers:
            return self._answers.popleft()
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        with self._arrived:
            self.messages.append(message)
            self._arrived.notify_all()
        return "250 kept"

    @property
    def is_running(self):
        return self._thread.is_alive()

    def stop(self):
        """Close every connection and end the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT_SECONDS)

    def _serve(self, started):
        asyncio.set_event_loop(self._loop)
        listening = self._loop.create_server(lambda: SMTP(self, hostname="sink.test", **self._options), "127.0.0.1", 0)
        server = self._loop.run_until_complete(listening)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self._loop.run_forever()
        server.close()
        pending = asyncio.all_tasks(self._loop)
        for task in pending:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        self._loop.close()


def body_of(message, kind="plain"):
    """The text (or "html") body of a message."""
    return message.get_body((kind,)).get_content()
