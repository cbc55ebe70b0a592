"""What the other tests here stand on: a context that comes back from a test is as good as new."""

import pytest

BLANK = "http://127.0.0.1/blank"
KEPT = """() => [document.cookie, sessionStorage.getItem("opener"), document.title]"""


@pytest.fixture
def opened(contexts):
    """``opened(context)`` → a page of that context on an address that needs no server."""

    def begin(context):
        page = context.new_page()
        page.route(BLANK, lambda route: route.fulfill(body="<title>Blank</title>", content_type="text/html"))
        page.goto(BLANK)
        return page

    return begin


def test_nothing_of_one_test_is_found_by_the_next(contexts, opened):
    first = contexts.take({"locale": "fr-FR"})
    page = opened(first)
    page.evaluate("document.cookie = 'session=secret'; sessionStorage.setItem('opener', 'x'); document.title = 'Left'")
    assert page.evaluate(KEPT) == ["session=secret", "x", "Left"]
    contexts.give_back(first)

    again = contexts.take({"locale": "fr-FR"})

    assert again is first
    assert opened(again).evaluate(KEPT) == ["", None, "Blank"]
    contexts.drop(again)


def test_two_pages_of_a_test_are_two_browsers(contexts, opened):
    one, other = contexts.take({"locale": "fr-FR"}), contexts.take({"locale": "fr-FR"})
    opened(one).evaluate("document.cookie = 'session=secret'")

    assert opened(other).evaluate(KEPT)[0] == ""
    contexts.drop(one)
    contexts.drop(other)
