"""How a reference to a person or group is written as JSON, in words that the caller chooses."""

from typing import NamedTuple

import orjson


class ReferenceForm(NamedTuple):
    """``before`` id ``between`` id ``after``, then the name in quotes if it is shown, then ``end``."""

    before: str
    between: str
    after: str
    end: str

    def named(self, referred_id, name):
        """A reference with its name, in bytes."""
        return self._written(referred_id, orjson.dumps(name).decode())

    def unnamed(self, referred_id):
        """A reference in a form that shows no names, in bytes."""
        return self._written(referred_id, "")

    def _written(self, referred_id, quoted):
        return f"{self.before}{referred_id}{self.between}{referred_id}{self.after}{quoted}{self.end}".encode()
