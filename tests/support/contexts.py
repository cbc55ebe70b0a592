"""Browser contexts that one test after another uses, for making one costs more than all that a short test does in it.

A test has pages of its own; with them go what they listened to, what they had put into ``sessionStorage`` and what they
answered in the server's place. Between two tests the cookies are cleared; nothing else is kept by the product.
"""

from collections import defaultdict


class Contexts:
    """The contexts of one browser. ``take(options)`` hands one out, ``give_back(context)`` makes it ready for the next."""

    def __init__(self, browser, timeout_ms):
        self._browser, self._timeout_ms = browser, timeout_ms
        self._idle, self._taken = defaultdict(list), {}

    def take(self, options):
        """A context with these options of ``browser.new_context`` and without a cookie."""
        key = tuple(sorted(options.items()))
        context = self._idle[key].pop() if self._idle[key] else self._make(options)
        self._taken[context] = key
        return context

    def give_back(self, context):
        """Close what a test has opened and clear what it left."""
        for page in context.pages[1:]:
            page.close()
        context.clear_cookies()
        self._idle[self._taken.pop(context)].append(context)

    def drop(self, context):
        """Close a context that carries what cannot be cleared, such as a stopped clock."""
        del self._taken[context]
        context.close()

    def _make(self, options):
        context = self._browser.new_context(**options)
        context.set_default_timeout(self._timeout_ms)
        context.new_page()  # stays open and blank: it keeps the window and the process that the others use
        return context
