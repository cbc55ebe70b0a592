"""Clients that write until they are told to stop, whatever happens to the server meanwhile, and keep a journal of it."""

import http.client
import threading
from itertools import count

from tests.support.live_account import SocketScimClient
from tests.support.patience import wait_until

from .journal import ABSENT
from .live_screens import LiveScreens

LOST = (OSError, http.client.HTTPException)  # no answer came
INVITED, DEACTIVATED = (None, None, True), (None, None, False)  # what the screens make of people
PAUSE_SECONDS = 0.2
PATIENCE_SECONDS = 60  # for a server that comes back


class NotAnswered(Exception):
    """The server said "try again": what was asked for may have been done or not."""


class Client(threading.Thread):
    """A loop around ``write_one``. ``problems`` are answers that should never have come."""

    def __init__(self, server, journal, name):
        super().__init__(name=name, daemon=True)
        self.server, self.journal, self.problems = server, journal, []
        self._stopping = threading.Event()

    def run(self):
        for number in count():
            if self._stopping.is_set():
                return
            try:
                self._until_answered(number)
            except Exception as problem:
                self.problems.append(f"{self.name}: {problem!r}")
                return

    def stop(self):
        """End after the write at hand has its answer."""
        self._stopping.set()
        self.join(PATIENCE_SECONDS)
        assert not self.is_alive(), f"{self.name} hangs"
        self.close()

    def write_one(self, number):
        """One story about thing ``number``; is told again from the start when an answer did not come."""
        raise NotImplementedError

    def reconnect(self):
        """Begin with new connections."""
        raise NotImplementedError

    def close(self):
        """Close what is open."""

    def _until_answered(self, number):
        for _ in range(int(PATIENCE_SECONDS / PAUSE_SECONDS)):
            try:
                return self.write_one(number)
            except (*LOST, NotAnswered):
                self.journal.missed()
                if self._stopping.is_set():
                    return None
                self.close()
                self.reconnect()
                threading.Event().wait(PAUSE_SECONDS)
        raise AssertionError(f"no answer for {PATIENCE_SECONDS} s")


class DirectoryClient(Client):
    """An identity provider: makes a person, changes them, puts them into a group, and removes every fourth again."""

    def __init__(self, server, journal, name, base_url, token):
        super().__init__(server, journal, name)
        self._base_url, self._token = base_url, token
        self.reconnect()

    def reconnect(self):
        self._scim = SocketScimClient(self._base_url, self._token)

    def close(self):
        self._scim.close()

    def write_one(self, number):
        person = f"{self.name}-{number}@crash.example"
        user_id = self._create(person)
        self._patch(person, user_id, "t1", True)
        if number % 3 == 0:
            self._patch(person, user_id, "t2", False)
        if number % 4 == 3:
            self._remove(person, user_id)
        elif number % 4 == 2:
            self._group(f"{self.name}-{number}", user_id)

    def _create(self, person):
        body = {"userName": person, "emails": [{"value": person}], "title": "t0", "nickName": "t0", "active": True}
        self.journal.intend(person, ("t0", "t0", True))
        answer = self._answered(self._scim.post("/Users", body), 201, 409)
        if answer.status_code == 201:
            self.journal.acknowledge(person, ("t0", "t0", True))
            return answer.json["id"]
        # The answer to the first attempt was lost, but not what it did.
        resources = self._answered(self._scim.get("/Users", filter=f'userName eq "{person}"'), 200).json["Resources"]
        assert len(resources) == 1, f"{len(resources)} people are {person}"
        self.journal.saw(person, person_state(resources[0]))
        return resources[0]["id"]

    def _patch(self, person, user_id, text, active):
        state = (text, text, active)
        self.journal.intend(person, state)
        replaced = {"title": text, "nickName": text, "active": active}
        self._answered(self._scim.patch(f"/Users/{user_id}", replace=replaced), 200)
        self.journal.acknowledge(person, state)

    def _remove(self, person, user_id):
        self.journal.intend(person, ABSENT)
        self._answered(self._scim.delete(f"/Users/{user_id}"), 204)
        self.journal.acknowledge(person, ABSENT)

    def _group(self, name, user_id):
        body = {"displayName": name, "externalId": name, "members": [{"value": user_id}]}
        self.journal.intend(name, frozenset({user_id}))
        answer = self._answered(self._scim.post("/Groups", body), 201, 409)
        if answer.status_code == 201:
            group_id = answer.json["id"]
        else:
            found = self._answered(self._scim.get("/Groups", filter=f'externalId eq "{name}"'), 200).json["Resources"]
            assert len(found) == 1, f"{len(found)} groups are {name}"
            group_id = found[0]["id"]
        self.journal.acknowledge(name, frozenset({user_id}))
        self.journal.intend(name, frozenset())
        emptied = {"op": "remove", "path": f'members[value eq "{user_id}"]'}
        self._answered(self._scim.patch(f"/Groups/{group_id}", emptied), 200, 204)
        self.journal.acknowledge(name, frozenset())

    def _answered(self, answer, *statuses):
        if answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) > 0
            assert answer.json["status"] == "503"
            raise NotAnswered
        assert answer.status_code in statuses, f"{answer.status_code} {answer.text}"
        return answer


class ScreenClient(Client):
    """The account's owner at the screens, who adds people and deactivates every second."""

    def __init__(self, server, journal, name, email, password):
        super().__init__(server, journal, name)
        self._email, self._password = email, password
        self.reconnect()

    def reconnect(self):
        self._screens, self._is_signed_in = LiveScreens(self.server), False

    def write_one(self, number):
        if not self._is_signed_in:
            self._shown(self._screens.sign_in(self._email, self._password))
            self._is_signed_in = True
        address = f"{self.name}-{number}@crash.example"
        form = self._shown(self._screens("/users/new")).form("Add").fill(given_name=f"No {number}", email=address)
        self.journal.intend(address, INVITED)
        person = self._shown(form.submit())
        if "already" not in person.text:  # else the answer to the first attempt was lost, but not what it did
            self.journal.acknowledge(address, INVITED)
            if number % 2:
                self.journal.intend(address, DEACTIVATED)
                self._shown(self._shown(person.follow("Deactivate")).form("deactivate").submit())
                self.journal.acknowledge(address, DEACTIVATED)

    def _shown(self, screen):
        if screen.status_code == 503:
            assert int(screen.headers["Retry-After"]) > 0
            raise NotAnswered
        assert screen.status_code < 500, screen
        return screen


def person_state(resource):
    """What the journal notes of a person."""
    return resource.get("title"), resource.get("nickName"), resource["active"]


def found_by_scim(scim):
    """Everything that the directory client can read back: names to states, as the journal keeps them."""
    found = {}
    for resource in _all(scim, "/Users"):
        found[resource["userName"]] = person_state(resource)
    for resource in _all(scim, "/Groups"):
        found[resource["displayName"]] = frozenset(member["value"] for member in resource.get("members") or ())
    return found


def _all(scim, path):
    seen, total = 0, 1
    while seen < total:
        page = _page(scim, path, seen + 1)
        total, seen = page["totalResults"], seen + len(page["Resources"])
        yield from page["Resources"]


def _page(scim, path, start):
    """A page of a list. Whoever comes first to a connection that broke hears "try again" once more, in each process."""
    answers = []

    def is_answered():
        answers.append(scim.get(path, startIndex=start, count=500))
        assert answers[-1].status_code in (200, 503), answers[-1].text
        return answers[-1].status_code == 200

    wait_until(is_answered)
    return answers[-1].json
