"""A page as a small tree, as a browser without scripts reads it."""

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
UNSEEN = frozenset(("script", "style", "template", "head", "title"))
# Tags as templates write them, which nearly all are: read at once instead of in the many steps that odd ones need.
_PLAIN_START = re.compile(r"""<([a-z][a-z0-9-]*)((?:\s+[^\s"'<>/=]+(?:="[^"]*")?)*)\s*(/?)>""")
_PLAIN_END = re.compile(r"</([a-z][a-z0-9-]*)>")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:="([^"]*)")?""")


class Node:
    """One element. ``children`` holds nodes and strings in order.

    ``page`` lists the nodes of the whole page in order; ``place`` is this one's there, ``size`` counts it and all in it.
    """

    __slots__ = ("attributes", "children", "page", "parent", "place", "size", "tag")

    def __init__(self, tag, attributes, parent, page):
        self.tag, self.attributes, self.parent, self.children = tag, dict(attributes), parent, []
        self.page, self.place, self.size = page, len(page), 1
        page.append(self)

    def __repr__(self):
        return f"<{self.tag} {self.attributes}>"

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


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.page = []
        self.root = self.current = Node("#document", (), None, self.page)

    def parse_starttag(self, i):
        plain = _PLAIN_START.match(self.rawdata, i)
        if plain is None:
            return super().parse_starttag(i)
        tag, text, closed = plain.groups()
        attributes = [(name.lower(), unescape(value)) for name, value in _ATTRIBUTE.findall(text)]
        if closed:
            self.handle_startendtag(tag, attributes)
        else:
            self.handle_starttag(tag, attributes)
            if tag in self.CDATA_CONTENT_ELEMENTS:
                self.set_cdata_mode(tag)
        return plain.end()

    def parse_endtag(self, i):
        plain = _PLAIN_END.match(self.rawdata, i) if self.cdata_elem is None else None
        if plain is None:
            return super().parse_endtag(i)
        self.handle_endtag(plain[1])
        return plain.end()

    def updatepos(self, i, j):
        return j  # nobody asks for the line of a tag

    def handle_starttag(self, tag, attributes):
        node = Node(
            tag, [(name, "" if value is None else value) for name, value in attributes], self.current, self.page
        )
        self.current.children.append(node)
        if tag not in VOID:
            self.current = node

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        node = self.current
        while node.parent is not None and node.tag != tag:
            node = node.parent
        if node.parent is not None:
            self.current = node.parent

    def handle_data(self, text):
        self.current.children.append(text)

    def close(self):
        super().close()
        for node in reversed(self.page[1:]):
            node.parent.size += node.size


def parse_html(text):
    """The tree of a page. Ids that stand twice are a mistake that breaks labels and links, so they fail the test."""
    builder = _Builder()
    builder.feed(text)
    builder.close()
    ids = Counter(node.get("id") for node in builder.page if node.get("id"))
    twice = {value for value, number in ids.items() if number > 1}
    assert not twice, f"ids that stand twice on the page: {sorted(twice)}"
    return builder.root
