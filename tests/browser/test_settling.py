"""What the other tests here stand on: a page that is opened or clicked to is complete then, on a slow machine too."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.support.server import ROOT

PAGE = b"""<!doctype html><title>%s</title><link rel=icon href=data:,>
<form action=/sent method=post><button>Send</button></form> <form action=/found><input name=q></form>
<a href=/moved>Moved</a> <a href=/file>File</a> <a href=#end>Down</a>"""
# Asks for its font when it has arrived, as every page does on a machine that has had no time to lay it out.
LETTERS = b"""<!doctype html><title>Letters</title><link rel=icon href=data:,>
<style>@font-face { font-family: Own; src: url(/font) } .own { font-family: Own }</style><a href=/letters>Again</a> <p id=end>MMMM
<script>addEventListener("load", () => { document.body.className = "own"; });</script>"""
FONT = ROOT / "static" / "vendor" / "inter-latin-wght-normal.woff2"
SLOWLY_SECONDS = 0.3


class Slow(BaseHTTPRequestHandler):
    """Answers every page in two halves, the second one late; /moved leads to /there, /file is a download, /letters have a late font."""

    def do_GET(self):
        if self.path in ("/letters", "/font"):
            return self._answer_font_or_letters()
        self.send_response(303 if self.path == "/moved" else 200)
        self.send_header("Content-Type", "text/csv" if self.path == "/file" else "text/html")
        if self.path == "/file":
            self.send_header("Content-Disposition", "attachment; filename=people.csv")
        if self.path == "/moved":
            self.send_header("Location", "/there")
        self.end_headers()
        self._write(PAGE % self.path.encode())
        threading.Event().wait(SLOWLY_SECONDS)
        self._write(b"<p id=end>" + self.path.encode())

    def _answer_font_or_letters(self):
        is_font = self.path == "/font"
        self.send_response(200)
        self.send_header("Content-Type", "font/woff2" if is_font else "text/html")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if is_font:
            threading.Event().wait(SLOWLY_SECONDS)
        self._write(FONT.read_bytes() if is_font else LETTERS)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def _write(self, part):
        self.wfile.write(part)
        self.wfile.flush()

    def log_message(self, *_):
        """Nothing to be read here."""


@pytest.fixture(scope="module")
def slow_server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def page(request, slow_server, open_page):
    opened = open_page(base_url=slow_server, java_script_enabled=request.param)
    opened.goto("/")
    return opened


def shown(page):
    """The last thing of the page as it is now."""
    return [found.inner_text() for found in page.query_selector_all("#end")]


def test_a_form_a_link_and_a_key_wait_for_the_whole_page(page):
    page.click("button")
    assert shown(page) == ["/sent"]
    page.locator("text=Moved").click()
    assert shown(page) == ["/there"]
    page.focus("input")
    page.keyboard.press("Enter")
    assert shown(page) == ["/found?q="]
    page.locator("input").press("Enter")
    assert shown(page) == ["/found?q="]


def test_a_download_and_a_place_on_the_same_page_lead_nowhere(page):
    with page.expect_download() as download:
        page.click("text=File")
    assert download.value.suggested_filename == "people.csv"
    page.click("text=Down")
    assert shown(page) == ["/"]


def test_letters_have_their_font_when_a_page_is_opened_and_followed(slow_server, open_page):
    page = open_page(base_url=slow_server)
    for deed in (lambda: page.goto("/letters"), lambda: page.click("a"), page.reload):
        deed()
        assert page.evaluate("[document.fonts.status, document.fonts.check('1em Own')]") == ["loaded", True]
