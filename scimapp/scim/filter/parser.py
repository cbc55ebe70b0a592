"""Parses the text of a filter into its tree, with every path bound to an attribute (RFC 7644 §3.4.2.2).

Recursive descent over the tokens: ``or`` binds loosest, then ``and``, then ``not``. Length and depth are bounded.
"""

import json
from functools import lru_cache

from ...decimals import LONGEST
from ..errors import InvalidFilter, InvalidPath, Sensitive
from ..path import AttributePath, foreign, resolve
from .ast import OPERATORS, And, Not, Or, Present, ValuePath
from .comparisons import compare, with_assumed_primary
from .form import MAXIMUM_LENGTH
from .tokens import tokenize

MAXIMUM_DEPTH = 30
MAXIMUM_TERMS = 200


@lru_cache(maxsize=512)
def parse_filter(text, resource_type, allows_foreign=False, short_names=()):
    """The tree of ``text`` for a resource type. Raises InvalidFilter saying what and where, Sensitive for secrets.

    ``allows_foreign`` takes names that this type does not have as attributes of other types. ``short_names`` are pairs of
    a name that no schema has, in lower case, and the path that a client means by it (X-03).
    """
    if not isinstance(text, str) or not text.strip():
        raise InvalidFilter("the filter is empty")
    if len(text) > MAXIMUM_LENGTH:
        raise InvalidFilter(f"the filter is longer than {MAXIMUM_LENGTH} characters")
    return _Parser(text, resource_type, allows_foreign=allows_foreign, short_names=dict(short_names)).whole()


def parse_value_filter(text, path, resource_type):
    """The tree of the filter inside ``path[…]``. Names are sub-attributes of ``path``; for a foreign path any name is."""
    if len(text) > MAXIMUM_LENGTH:
        raise InvalidFilter(f"the filter is longer than {MAXIMUM_LENGTH} characters")
    return _Parser(text, resource_type, path, allows_foreign=path.is_foreign).whole()


class _Parser:
    """One pass over one filter; ``within`` is the multi-valued attribute whose elements are being selected."""

    def __init__(self, text, resource_type, within=None, allows_foreign=False, short_names=None):
        self.tokens = tokenize(text)
        self.at = 0
        self.depth = self.terms = 0
        self.resource_type = resource_type
        self.within = within
        self.allows_foreign = allows_foreign
        self.short_names = short_names or {}

    def whole(self):
        tree = self.any_of()
        token = self.next()
        if token.kind != "end":
            raise InvalidFilter(f"unexpected {_shown(token)} at position {token.position}; expected 'and' or 'or'")
        return tree

    def peek(self):
        return self.tokens[self.at]

    def next(self):
        token = self.tokens[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def takes_word(self, word):
        token = self.peek()
        if token.kind == "word" and token.value.lower() == word:
            self.at += 1
            return True
        return False

    def any_of(self):
        self.depth += 1
        if self.depth > MAXIMUM_DEPTH:
            raise InvalidFilter(f"the filter is nested deeper than {MAXIMUM_DEPTH} levels")
        terms = [self.all_of()]
        while self.takes_word("or"):
            terms.append(self.all_of())
        self.depth -= 1
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def all_of(self):
        terms = [self.term()]
        while self.takes_word("and"):
            terms.append(self.term())
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def term(self):
        self.terms += 1
        if self.terms > MAXIMUM_TERMS:
            raise InvalidFilter(f"the filter has more than {MAXIMUM_TERMS} terms")
        token = self.peek()
        if token.kind == "(":
            return self.group()
        if token.kind == "word" and token.value.lower() == "not" and self.tokens[self.at + 1].kind == "(":
            self.at += 1
            return Not(self.group())
        if token.kind != "word":
            raise InvalidFilter(f"expected an attribute at position {token.position}, not {_shown(token)}")
        return self.about(self.next())

    def group(self):
        opening = self.next()
        tree = self.any_of()
        if self.next().kind != ")":
            raise InvalidFilter(f"missing ')' for the '(' at position {opening.position}")
        return tree

    def about(self, word):
        """A term that begins with an attribute: ``pr``, a comparison, or ``[…]``."""
        path = self.path(word)
        if self.peek().kind == "[":
            return self.elements(path, word)
        return self.judgement(path, word)

    def judgement(self, path, word):
        token = self.next()
        operator = token.value.lower() if token.kind == "word" else None
        if operator == "pr":
            return Present(path)
        if operator not in OPERATORS:
            said = "unknown operator" if token.kind == "word" else "expected an operator, not"
            accepted = ", ".join(("pr", *OPERATORS))
            raise InvalidFilter(f"{said} {_shown(token)} at position {token.position}; one of {accepted}")
        literal = self.next()
        judged = compare(path, operator, _literal(literal), f"at position {word.position}", literal.number)
        return with_assumed_primary(judged, self.within is not None or word.value.startswith("."))

    def elements(self, path, word):
        if self.within is not None:
            raise InvalidFilter(f"[ ] inside [ ] at position {self.peek().position} is not possible")
        if path.attribute is None or path.sub or not path.attribute.multi_valued:
            raise InvalidFilter(f"{word.value[:200]!r} at position {word.position} has no elements to select with [ ]")
        opening = self.next()
        self.within = path
        tree = self.any_of()
        self.within = None
        if self.next().kind != "]":
            raise InvalidFilter(f"missing ']' for the '[' at position {opening.position}")
        token = self.peek()
        if token.kind == "word" and token.value.startswith("."):
            # Entra: emails[type eq "work"].value eq "x" — the same element has to meet both.
            self.at += 1
            sub = path.attribute if path.is_foreign else path.attribute.find(token.value[1:])
            if sub is None:
                raise InvalidFilter(f"{path.attribute.name} has no sub-attribute at position {token.position}")
            judged = self.judgement(AttributePath(path.container, path.attribute, sub), token)
            tree = And((tree, judged))
        return ValuePath(path, tree)

    def path(self, word):
        try:
            path = self.element_path(word.value) if self.within else self.whole_path(word.value)
        except InvalidPath as error:
            if self.allows_foreign:
                return foreign(word.value)
            said = "'not' stands before parentheses: not (…)" if word.value.lower() == "not" else error.detail
            raise InvalidFilter(f"{said} (position {word.position})") from error
        for part in (path.attribute, path.sub):
            if part is not None and part.returned == "never":
                raise Sensitive(f"{part.name} cannot be searched for")
        return path

    def whole_path(self, name):
        try:
            return resolve(name, self.resource_type)
        except InvalidPath:
            if name.lower() not in self.short_names:
                raise
            return resolve(self.short_names[name.lower()], self.resource_type)

    def element_path(self, name):
        attribute = self.within.attribute
        if not attribute.is_complex:
            if name.lower() != "value":
                raise InvalidPath(f"elements of {attribute.name} are plain values: write value")
            return AttributePath(self.within.container, attribute)
        sub = attribute.find(name)
        if sub is None:
            raise InvalidPath(f"{attribute.name} has no sub-attribute {name[:60]!r}")
        return AttributePath(self.within.container, attribute, sub)


def _literal(token):
    """The JSON value of a token."""
    if token.kind == "text":
        return token.value
    if token.kind == "word":
        word = token.value.lower()  # True and False as some clients write them
        if word in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[word]
        number = _number(token.value)
        if number is not None:
            return number
    raise InvalidFilter(
        f"expected a value at position {token.position}, not {_shown(token)}: "
        "a text in double quotes, a number, true, false or null"
    )


def _number(word):
    if len(word) > LONGEST or not (word[0].isdigit() or word[0] == "-"):
        return None
    try:
        number = json.loads(word)
    except ValueError:
        return None
    is_number = isinstance(number, int | float) and not isinstance(number, bool) and abs(number) < 1e300
    return number if is_number else None


def _shown(token):
    return "the end" if token.kind == "end" else repr(token.value[:40])
