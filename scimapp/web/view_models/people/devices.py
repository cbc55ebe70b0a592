"""The name of a browser, in two or three words: "Firefox on Windows"."""

from flask_babel import gettext

# The first match wins: browsers also name the browsers they resemble.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
    ("HeadlessChrome", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_words(agent):
    """A program by its user agent; if nothing in it is known, the shortened text itself."""
    browser = next((name for mark, name in _BROWSERS if mark in (agent or "")), None)
    system = next((name for mark, name in _SYSTEMS if mark in (agent or "")), None)
    if browser and system:
        return gettext("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or (agent or "")[:40] or gettext("Unknown program")
