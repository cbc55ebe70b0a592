"""A click returns when the page it leads to is complete, however slow the machine.

Playwright's own wait ends when the next page begins, or earlier where the browser puts the sending of a form off for a
moment. What a test asks next would meet the page that goes, or half of the one that comes. Here the browser itself says
that it leaves (``Page.frameRequestedNavigation``, before the click returns) and that it has arrived
(``Page.frameStoppedLoading``, also after a download, which leaves the page as it is). Neither needs scripts in the page.

A page is complete with its fonts. A busy browser lays a page out first when it has arrived and asks for the fonts then, and
letters of another width move and break what a test measures.
"""

import functools
import time

from playwright.sync_api import Error, Keyboard, Locator, Page

_VISIT_NAMES = ("goto", "reload", "go_back", "go_forward", "set_content")
_DEED_NAMES = ("click", "dblclick", "press", "check", "uncheck", "select_option", "set_input_files")
# To lay the page out is to ask for the fonts that it lacks. Promises wait for scripts, which may be off.
_FONTS = "document.documentElement?.offsetWidth, document.fonts.status"
_settlers = {}  # Page → Settler, for as long as the page is open


class Settler:
    """Knows whether a page is on its way to another; ``wait()`` returns when it has arrived."""

    def __init__(self, page, timeout_ms):
        self._page, self._timeout_seconds = page, timeout_ms / 1000
        self._way = "there"  # → "asked" → "going" → "there"
        self._devtools = page.context.new_cdp_session(page)
        frames = self._devtools.send("Page.getFrameTree")
        self._main = frames["frameTree"]["frame"]["id"]
        for event, before, after in (
            ("frameRequestedNavigation", ("there",), "asked"),
            ("frameStartedLoading", ("asked",), "going"),
            ("frameStoppedLoading", ("going",), "there"),
        ):
            self._devtools.on(f"Page.{event}", functools.partial(self._note, before, after))
        self._devtools.send("Page.enable")

    def wait(self):
        """Raises TimeoutError when the page does not arrive."""
        latest = time.monotonic() + self._timeout_seconds
        is_whole = self._has_its_fonts()
        while not (is_whole and self._way == "there"):
            if time.monotonic() > latest:
                raise TimeoutError(f"the page that follows {self._page.url} does not arrive")
            self._page.wait_for_timeout(20)
            is_whole = self._way == "there" and self._has_its_fonts()

    def _has_its_fonts(self):
        # The answer comes after everything the page had to say before it: what a click began is known by then. That the page
        # has gone meanwhile is an answer, too.
        try:
            answer = self._devtools.send("Runtime.evaluate", {"expression": _FONTS})
        except Error as error:
            if "navigated" not in str(error):
                raise
            return False
        return answer["result"].get("value") != "loading"

    def _note(self, before, after, event):
        if event["frameId"] == self._main and event.get("disposition", "currentTab") == "currentTab":
            self._way = after if self._way in before else self._way


def watch(page, timeout_ms):
    """From now on what opens another page in it, and what mouse and keyboard do, waits for the page it leads to."""
    _settlers[page] = _settlers[page.keyboard] = Settler(page, timeout_ms)
    page.on("close", lambda: (_settlers.pop(page, None), _settlers.pop(page.keyboard, None)))


def settle(page):
    """Wait for the page that something else than a click has led to."""
    _settlers[page].wait()


def settle_after_every_deed():
    """Let what opens pages and acts on them, elements and the keyboard settle, on pages that are watched."""
    for kind, names in ((Page, _VISIT_NAMES + _DEED_NAMES), (Locator, _DEED_NAMES), (Keyboard, ("press",))):
        for name in names:
            setattr(kind, name, _settling(getattr(kind, name)))


def _settling(deed):
    @functools.wraps(deed)
    def done(self, *arguments, **options):
        result = deed(self, *arguments, **options)
        settler = _settlers.get(self.page if isinstance(self, Locator) else self)
        if settler:
            settler.wait()
        return result

    return done
