"""A fuzzer that follows coverage: inputs that reach a way through the code nobody went before become parents of others.

A way is a pair of lines of one function that ran one after the other. The lines that one input runs are counted, too:
a measure of its cost that does not depend on the machine.
"""

import sys
from pathlib import Path

PACKAGE = str(Path(__file__).parents[2] / "scimapp")
MOST_PARENTS = 2_000


class Guide:
    """``mutate(random, parent, other)`` makes a new input; ``corpus`` are the inputs to begin with."""

    def __init__(self, weather, corpus, mutate):
        self._weather, self._mutate = weather, mutate
        self.corpus, self.ways, self.lines = list(corpus), set(), 0

    def inputs(self, least=200):
        """The inputs, one after the other: first the corpus as it is, then what is made of it."""
        for given in list(self.corpus):
            if not self._weather.blows(least):
                return
            yield given
        while self._weather.blows(least):
            # Late comers reached what is hard to reach, so they have more children.
            place = max(self._weather.random.randrange(len(self.corpus)) for _ in range(2))
            yield self._mutate(self._weather.random, self.corpus[place], self._weather.random.choice(self.corpus))

    def now_and_then(self, given, call):
        """``call(given)``, watched in a quarter of the cases: where watching costs more than the call."""
        return self.watch(given, call) if self._weather.random.random() < 0.25 else call(given)

    def watch(self, given, call):
        """``call(given)``; keeps ``given`` when it went a new way. Sets ``lines`` to the number of lines that ran."""
        seen, before = set(), sys.gettrace()
        self.lines = 0

        def enter(frame, _event, _argument):
            code = frame.f_code
            if not code.co_filename.startswith(PACKAGE):
                return None
            last = 0

            def step(frame, event, _argument):
                nonlocal last
                if event == "line":
                    self.lines += 1
                    seen.add((code, last, frame.f_lineno))
                    last = frame.f_lineno
                return step

            return step

        sys.settrace(enter)
        try:
            return call(given)
        finally:
            sys.settrace(before)
            if not seen <= self.ways and len(self.corpus) < MOST_PARENTS:
                self.corpus.append(given)
            self.ways |= seen
