"""What a server should hold: everybody who was written, and their changes. Answers are compared with it."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Person:
    """One person as last written."""

    id: str
    user_name: str
    given: str
    family: str
    email: str
    external_id: str | None
    title: str | None = None
    department: str | None = None
    custom: dict = field(default_factory=dict)  # the account's own attributes by name
    active: bool = True


@dataclass(slots=True)
class Group:
    """One group as last written; ``members`` are ids."""

    id: str
    name: str
    members: set
    added: list = field(default_factory=list)  # people who came since, in order


@dataclass(slots=True)
class Known:
    """``people`` by id in the order of creation; ``total`` also counts people outside it, such as the owner."""

    people: dict
    total: int
    deleted: set = field(default_factory=set)
    touched: dict = field(default_factory=dict)  # ids of people written since the start, in order
    linked: list = field(default_factory=list)  # ids of people of the connection at the beginning; never deleted
    families: Counter = field(default_factory=Counter)
    arriving: int = 0  # asked for and not yet answered, if several clients write
    leaving: int = 0
    _numbers: int = 0

    def settle(self):
        """Note for the scripts the people of the connection, and how many share the beginning of a family name."""
        self.linked = [person.id for person in self.people.values() if person.external_id]
        self.families = Counter(person.family[:-1] for person in self.people.values())

    def newcomer(self):
        """A Person who does not exist yet; ``id`` is empty."""
        self._numbers += 1
        number = self._numbers
        address = f"new.{self.total}.{number}@crowd.example"
        return Person(
            "", address, "Wilhelmina", f"Newcomer {number:06}", address, f"00n{self.total:07}{number:06}", "Nurse",
            "Logistics", {"desk": f"Desk {address}"},
        )  # fmt: skip

    @property
    def bounds(self):
        """``(fewest, most)`` people that there can be now."""
        return self.total - self.leaving, self.total + self.arriving

    def created(self, person):
        self.people[person.id] = person
        self._touch(person.id)
        self.total += 1

    def changed(self, person):
        self._touch(person.id)

    def removed(self, person):
        del self.people[person.id]
        self.touched.pop(person.id, None)
        self.deleted.add(person.id)
        self.total -= 1

    def _touch(self, id_):
        self.touched.pop(id_, None)  # a person written again becomes the last one
        self.touched[id_] = None
