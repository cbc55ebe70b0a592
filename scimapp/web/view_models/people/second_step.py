"""The key for an authenticator app, as a picture and as text; and recovery codes as a file."""

from urllib.parse import quote

from msgspec import Struct

from ....directory.sign_in import second_step, totp

_BORDER = 4  # white modules that a camera needs around the code
_GROUP = 4


class SetUp(Struct, frozen=True):
    """``key`` is grouped for typing; ``squares`` is the path that draws the QR code, ``size`` modules wide."""

    key: str
    address: str
    squares: str
    size: int


def set_up(user, account_name, nonce):
    """The SetUp of a person, who signs in to an account of this name."""
    import segno  # here, because few processes draw a code and the import takes a twentieth of the start

    key = second_step.key_of(user.id, nonce)
    address = totp.address(key, account_name, user.email or user.user_name)
    text = totp.as_text(key)
    matrix = segno.make_qr(address, error="m").matrix
    return SetUp(
        key=" ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP)),
        address=address,
        squares="".join(_runs(matrix)),
        size=len(matrix) + 2 * _BORDER,
    )


def _runs(matrix):
    """One rectangle for each run of dark modules in a row."""
    for y, row in enumerate(matrix, _BORDER):
        start = None
        for x, is_dark in enumerate([*row, 0], _BORDER):
            if is_dark and start is None:
                start = x
            elif not is_dark and start is not None:
                yield f"M{start} {y}h{x - start}v1H{start}z"
                start = None


def file_address(codes):
    """A data: address of a file with these codes, one a line; its content never leaves the browser."""
    return "data:text/plain;charset=utf-8," + quote("\r\n".join([*codes, ""]))
