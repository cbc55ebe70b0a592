"""How somebody or something that others name is written out, as JSON whose words the caller chooses."""

from typing import NamedTuple

import orjson


class ReferenceForm(NamedTuple):
    """``before`` id ``between`` id ``after``, or with a name in quotes and ``end`` behind."""

    before: str
    between: str
    after: str
    end: str

    def named(self, referred_id, name):
        """One of them with its name, in bytes."""
        return self._written(referred_id, orjson.dumps(name).decode())

    def unnamed(self, referred_id):
        """One of them in a form that shows no names, in bytes."""
        return self._written(referred_id, "")

    def _written(self, referred_id, quoted):
        return f"{self.before}{referred_id}{self.between}{referred_id}{self.after}{quoted}{self.end}".encode()
