"""Passwords: argon2id hashes, and the rules against weak ones (security L1–L3). Used exactly as typed: no trim, no cut."""

import secrets
from base64 import b64decode, b64encode
from hmac import compare_digest
from pathlib import Path

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import HashingError, InvalidHashError, VerificationError
from argon2.low_level import hash_secret

from ..directory.words import say
from ..texts import normal

MINIMUM, MAXIMUM = 12, 128  # characters
_AROUND = "0123456789!@#$%&*?.,-_+= "  # what people put around a word to make it long enough
# One text: as a set of texts it would take six times the memory. Its end makes the empty one common.
_COMMON = f"\n{(Path(__file__).parent / 'common_passwords.txt').read_text(encoding='utf-8')}\n"
_SHORTEST_SALT = 8  # bytes (RFC 9106, section 3.1)
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_nobodys_hash = None  # checked for unknown people, so that they take as long as known ones


class WeakPassword(ValueError):
    """The password cannot be used; ``sentence`` is for the person who typed it."""

    def __init__(self, sentence):
        super().__init__(sentence)
        self.sentence = sentence


def install(memory_kib):
    """Set the memory that one hash takes, in KiB. The factory calls this once."""
    global _hasher, _nobodys_hash
    _hasher = PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1)
    _nobodys_hash = _made_up(_hasher)


def _made_up(hasher):
    """A random hash: no known password matches it, and checking one takes as long as with any other hash. Hashing a real
    password would delay every start by the time of a sign-in.
    """
    salt, digest = (
        b64encode(secrets.token_bytes(size)).rstrip(b"=").decode() for size in (hasher.salt_len, hasher.hash_len)
    )
    return f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${digest}"


def hash_password(password, beside=None):
    """The argon2id hash to store; with the salt of the hash ``beside``, so that ``those_right`` tries both at once."""
    return _hasher.hash(password, salt=None if beside is None else _salt(beside))


def is_right(password_hash, password):
    """Whether ``password`` matches the hash. With None it takes as long and is never right."""
    try:
        _hasher.verify(password_hash or _nobodys_hash, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def those_right(hashes, password):
    """Those of ``hashes`` that match ``password``, as a set. Without any it takes as long as with one.

    Hashes with the same salt and strength are worked out once.
    """
    made, right = {}, set()
    for each in hashes or (_nobodys_hash,):
        alike = each.rpartition("$")[0]
        if alike not in made:
            made[alike] = work_out(each, password)
        if made[alike] is not None and compare_digest(made[alike].encode(), each.encode()) and hashes:
            right.add(each)
    return right


def work_out(password_hash, password):
    """The hash of ``password`` with the salt and the strength of another one; None if that is no hash, such as an empty text."""
    salt = _salt(password_hash)
    if salt is None:
        return None
    known = extract_parameters(password_hash)
    strength = (known.time_cost, known.memory_cost, known.parallelism, known.hash_len, known.type, known.version)
    try:
        return hash_secret(password.encode(), salt, *strength).decode()
    except HashingError:
        return None


def _salt(password_hash):
    """The salt of a hash; None if that is no hash, or has a salt that argon2 does not take."""
    try:
        extract_parameters(password_hash)
        text = password_hash.split("$")[-2]
        salt = b64decode(text + "=" * (-len(text) % 4))
    except ValueError:  # as InvalidHashError is
        return None
    return salt if len(salt) >= _SHORTEST_SALT else None


def is_outdated(password_hash, beside):
    """Whether the hash was made with weaker parameters than today's, or with another salt than the hash ``beside``."""
    return _hasher.check_needs_rehash(password_hash) or _salt(beside) not in (None, _salt(password_hash))


def check_password(password, *, email="", names=()):
    """Refuse a weak password. Raises WeakPassword saying why."""
    if len(password) < MINIMUM:
        raise WeakPassword(
            say("Too short: %(n)s of at least %(minimum)s characters.", n=len(password), minimum=MINIMUM)
        )
    if len(password) > MAXIMUM:
        raise WeakPassword(say("Too long: at most %(n)s characters.", n=MAXIMUM))
    plain = _plain(password)
    core = plain.strip(_AROUND)
    if _is_common(plain, core):
        raise WeakPassword(say("This password is on the list of common ones. Add a few words."))
    local = email.partition("@")[0].casefold()
    if email and email.casefold() in plain:
        raise WeakPassword(say("It contains your e-mail address."))
    if len(local) > 3 and local in plain:
        raise WeakPassword(say("It contains “%(part)s” of your e-mail address. Leave that out.", part=local))
    if core and core in [_plain(name).strip(_AROUND) for name in names if name]:
        raise WeakPassword(say("It is your own name or the account's. Add a few words."))


def _plain(text):
    return normal("NFKC", text).casefold()


def _is_listed(text):
    return f"\n{text}\n" in _COMMON


def _is_common(plain, core):
    """Whether it is on the list, is a listed one with digits and signs around it, or repeats one short piece."""
    if _is_listed(plain) or _is_listed(core) or len(set(plain)) < 5:
        return True
    longest = min(MINIMUM - 1, len(plain) // 2)
    return any((plain[:size] * len(plain)).startswith(plain) for size in range(1, longest + 1))
