"""A page as a small tree, as a browser without scripts reads it."""

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
UNSEEN = frozenset(("script", "style", "template", "head", "title"))
# Tags as templates write them. A page of nothing else is read at once, instead of in the many steps that odd tags need.
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:="([^"]*)")?""")
_PLAIN = re.compile(
    r"""</([a-z][a-z0-9-]*)> | <([a-z][a-z0-9-]*)((?:\s+[^\s"'<>/=]+(?:="[^"]*")?)*)\s*(/?)> | <!doctype\ html>""",
    re.VERBOSE,
)


class Node:
    """One element. ``children`` holds nodes and strings in order.

    ``page`` lists the nodes of the whole page in order; ``place`` is this one's there, ``size`` counts it and all in it.
    """

    __slots__ = ("_attributes", "children", "page", "parent", "place", "size", "tag")

    def __init__(self, tag, attributes, parent, page):
        self.tag, self._attributes, self.parent, self.children = tag, attributes, parent, []
        self.page, self.place, self.size = page, len(page), 1
        page.append(self)

    def __repr__(self):
        return f"<{self.tag} {self.attributes}>"

    @property
    def attributes(self):
        """Name → value. Most elements of a page are never asked, so theirs stay the text that they came as."""
        if isinstance(self._attributes, str):
            found = _ATTRIBUTE.findall(self._attributes)
            self._attributes = {name.lower(): unescape(value) for name, value in found}
        return self._attributes

    def get(self, name, default=None):
        return self.attributes.get(name, default)

    def walk(self):
        """This element and all in it, in order."""
        return self.page[self.place : self.place + self.size]

    def find_all(self, *tags, **attributes):
        """Every element with one of ``tags`` and these attributes (``class_`` and ``for_`` lose the underscore)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            node
            for node in self.walk()
            if (not tags or node.tag in tags) and all(node.get(name) == value for name, value in wanted.items())
        ]

    def find(self, *tags, **attributes):
        """The only element of ``find_all``."""
        found = self.find_all(*tags, **attributes)
        assert len(found) == 1, f"{len(found)} elements {tags} {attributes}, wanted one"
        return found[0]

    @property
    def text(self):
        """What is there to read, white space collapsed; attributes such as placeholders are not part of it."""
        return " ".join(" ".join(self._texts()).split())

    def _texts(self):
        if self.tag in UNSEEN:
            return
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._texts()


class _Tree:
    """A tree while it grows."""

    def __init__(self):
        self.page = []
        self.root = self.current = Node("#document", {}, None, self.page)

    def start(self, tag, attributes, is_closed=False):
        node = Node(tag, attributes, self.current, self.page)
        self.current.children.append(node)
        if not is_closed and tag not in VOID:
            self.current = node

    def end(self, tag):
        node = self.current
        while node.parent is not None and node.tag != tag:
            node = node.parent
        if node.parent is not None:
            self.current = node.parent

    def finished(self):
        for node in reversed(self.page[1:]):
            node.parent.size += node.size
        return self.root


class _Steps(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tree = _Tree()

    def handle_starttag(self, tag, attributes):
        self.tree.start(tag, {name: "" if value is None else value for name, value in attributes})

    def handle_startendtag(self, tag, attributes):
        self.tree.start(tag, {name: "" if value is None else value for name, value in attributes}, is_closed=True)

    def handle_endtag(self, tag):
        self.tree.end(tag)

    def handle_data(self, text):
        self.tree.current.children.append(text)


def parse_html(text):
    """The tree of a page. Ids that stand twice are a mistake that breaks labels and links, so they fail the test."""
    root = read_at_once(text) or read_in_steps(text)
    ids = Counter(value for node in root.page if "id" in node._attributes and (value := node.get("id")))
    twice = {value for value, number in ids.items() if number > 1}
    assert not twice, f"ids that stand twice on the page: {sorted(twice)}"
    return root


def read_at_once(text):
    """The tree of a page whose tags are plain; None for others, and for scripts that hold a sign of a tag."""
    tree, done = _Tree(), 0
    for found in _PLAIN.finditer(text):
        begin = found.start()
        if begin > done:
            between = text[done:begin]
            if "<" in between:
                return None
            is_script = tree.current.tag in HTMLParser.CDATA_CONTENT_ELEMENTS
            tree.current.children.append(between if is_script or "&" not in between else unescape(between))
        done = found.end()
        ended, tag, attributes, closed = found.groups()
        if tree.current.tag in HTMLParser.CDATA_CONTENT_ELEMENTS and ended != tree.current.tag:
            return None
        if ended:
            tree.end(ended)
        elif tag:
            tree.start(tag, attributes, bool(closed))
    if "<" in text[done:]:
        return None
    if done < len(text):
        tree.current.children.append(unescape(text[done:]))
    return tree.finished()


def read_in_steps(text):
    """The tree of any page."""
    steps = _Steps()
    steps.feed(text)
    steps.close()
    return steps.tree.finished()
