"""What the tests of screens read is the page: the quick way to its tree and the long one end at the same."""

import pytest

from tests.support.databases import only_sqlite
from tests.support.html import parse_html, read_at_once, read_in_steps


def described(root):
    """All of a tree, without the objects."""
    return [
        (node.tag, node.attributes, [part if isinstance(part, str) else part.place for part in node.children],
         node.size, node.parent and node.parent.place)
        for node in root.page
    ]  # fmt: skip


@only_sqlite
@pytest.mark.parametrize("url", ["/users", "/users/new", "/provisioning/status", "/audit", "/settings"])
def test_a_page_is_read_at_once(page, url):
    text = page(url).html

    assert described(read_at_once(text)) == described(read_in_steps(text))


@pytest.mark.parametrize(
    "text",
    ["<p class=odd>a", "<p title='odd'>a", "a < b <p>", "<p><!-- odd --></p>", "<P>a</P>", "<p>a</p", "<p>a<",
     "<script>for (i = 0; i<b; i++) '</p>'</script>", "<script>'<p>'</script><p>"],
)  # fmt: skip
def test_what_templates_do_not_write_is_read_in_steps(text):
    assert read_at_once(text) is None
    assert described(parse_html(text)) == described(read_in_steps(text))


def test_texts_and_values_are_unescaped_but_in_scripts():
    root = parse_html('<p title="a &amp; b" HIDDEN>1 &lt; 2<br/></p><script>"&amp;"</script>&copy;')

    assert described(root) == [
        ("#document", {}, [1, 3, "©"], 4, None),
        ("p", {"title": "a & b", "hidden": ""}, ["1 < 2", 2], 2, 0),
        ("br", {}, [], 1, 1),
        ("script", {}, ['"&amp;"'], 1, 0),
    ]


def test_an_id_that_stands_twice_is_a_mistake():
    with pytest.raises(AssertionError, match="twice.*'a'"):
        parse_html('<p id="a"></p><p id="b" data-id="a"></p><b class="id" id="a"></b>')
