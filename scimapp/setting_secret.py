"""The server's key: checked where one is given, made once and kept beside the database in development."""

import fcntl
import os
import secrets

from .setting_addresses import SettingsError

MINIMUM_SECRET_LENGTH = 32  # characters; `python -c "import secrets; print(secrets.token_hex(32))"` gives 64
_EXAMPLE_SECRETS = ("change", "secret", "example", "password", "development")


def secret_key(text, data_dir, production):
    """The server's key, in development one that is kept in the data folder. Raises SettingsError."""
    if text:
        if not text.isprintable():  # such as bytes that are not UTF-8
            raise SettingsError("SCIMAPP_SECRET_KEY has signs that cannot be seen; use letters and digits.")
        weak = len(text) < MINIMUM_SECRET_LENGTH or len(set(text)) < 8
        if weak or (production and any(word in text.lower() for word in _EXAMPLE_SECRETS)):
            raise SettingsError(
                f"SCIMAPP_SECRET_KEY is too short or looks like an example; "
                f"use at least {MINIMUM_SECRET_LENGTH} random characters."
            )
        return text
    if production:
        raise SettingsError("SCIMAPP_SECRET_KEY is missing; production needs one that you keep.")
    return _kept_secret(data_dir / "secret_key")


def make_folder(data_dir):
    """Make the data folder where there is none. Raises SettingsError."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"SCIMAPP_DATA_DIR is {data_dir}, which cannot be used: {error.strerror}.") from error


def _kept_secret(path):
    """The development secret, made once beside the database; processes that start at once agree on one."""
    make_folder(path.parent)
    try:
        kept = (path.read_text(encoding="ascii").strip() if path.exists() else "") or _made_secret(path)
    except OSError as error:
        raise SettingsError(f"{path} cannot be used: {error.strerror}.") from error
    except UnicodeDecodeError:
        kept = ""
    if len(kept) < MINIMUM_SECRET_LENGTH:
        raise SettingsError(f"{path} holds no usable secret; remove the file to have a new one made.")
    return kept


def _made_secret(path):
    """The secret in a file that held none, for instance because the disk was full when it was made."""
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # whoever begins at the same moment waits, and finds it
        kept = file.read().strip()
        if not kept:
            kept = secrets.token_hex(32)
            file.write(kept)
        return kept  # closing writes it, then gives up the lock
