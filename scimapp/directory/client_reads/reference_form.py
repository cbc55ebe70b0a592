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
        quoted = orjson.dumps(name).decode()
        return f"{self.before}{referred_id}{self.between}{referred_id}{self.after}{quoted}{self.end}".encode()
