"""Escapes in URLs are read as everywhere, whatever stands beside them."""

from urllib.parse import unquote_plus

import pytest

from scimapp.scim_api.requests.escapes import unescaped
from tests.support.dice import thrown

PIECES = ("%", "%20", "%2", "%ZZ", "%c3%a9", "%C3", "%ff", "a", "b", "+", "&", "=", "é", "Ł", "%22", "%00", "%2B",
          "%40", "%3A", "%5B", "%5D", "%5b", "%25", "2", "0", "5")  # fmt: skip


@pytest.mark.parametrize("errors", ["replace", "ignore"])
def test_escapes_are_read_as_the_library_reads_them(errors):
    dice = thrown()
    for _ in range(5_000):
        text = "".join(dice.choices(PIECES, k=dice.randrange(12)))
        assert unescaped(text, errors) == unquote_plus(text, errors=errors), text
