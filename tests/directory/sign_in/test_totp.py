"""Codes that change with time, held against the vectors of the standard."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import segno

from scimapp.directory.sign_in import totp

KEY = b"12345678901234567890"


@pytest.mark.parametrize("seconds, code", [
    (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
    (2000000000, "69279037"), (20000000000, "65353130"),
])  # fmt: skip
def test_codes_are_those_of_rfc_6238(seconds, code):
    """Appendix B shows eight digits, of which apps show the last six."""
    moment = datetime.fromtimestamp(seconds, UTC)

    assert totp.code_of(KEY, totp.step_at(moment)) == code[-6:]
    assert totp.matching_step(KEY, code[-6:], moment) == seconds // 30


def test_an_app_is_told_whose_code_it_is_whatever_the_names_hold():
    address = urlsplit(totp.address(KEY, "Köhler & Söhne: 50%/50?", "zoe+two@corp.example"))

    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert address.path == "/K%C3%B6hler%20%26%20S%C3%B6hne%2050%25%2F50%3F%3Azoe%2Btwo%40corp.example"
    assert parse_qs(address.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"], "issuer": ["Köhler & Söhne 50%/50?"], "digits": ["6"], "period": ["30"],
    }  # fmt: skip


@pytest.mark.parametrize("name", ["n" * 120, "株" * 120, "🏢" * 120])
def test_a_camera_can_read_the_code_of_long_names(name):
    """An account may be called something of 120 characters; one of 85 squares is drawn at 2.4 pixels a square."""
    address = totp.address(KEY, name, f"{'a' * 60}@{'b' * 60}.example")

    assert parse_qs(urlsplit(address).query)["issuer"][0].startswith(name[:6])
    assert segno.make_qr(address, error="m").symbol_size(border=4)[0] <= 85
