"""The database a benchmark runs on: an account with many people, a live token, and what was written told to the harness.

Writing 100,000 people takes a minute, so a SQLite file is kept beside the system's temporary files and copied for each
run; its name holds a fingerprint of what decides how people are written.

    python -m benchmarks.speed.stage --people 1000 --database sqlite:////tmp/x.db --told /tmp/x.json
"""

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from .. import crowd
from .known import Known, Person
from .servers import ROOT

KEPT = Path(tempfile.gettempdir()) / "scimapp-bench-kept"
KEPT_SECONDS = 86_400  # since it was last used
GROUPS = 2_000
WRITING_SECONDS = 1_800
SECRET_KEY = "only-for-measuring-0123456789-abcdefghij"
_DECIDERS = ("migrations/versions/*.py", "benchmarks/*.py", "benchmarks/speed/stage.py", "scimapp/directory/model/*.py",
             "scimapp/directory/profile.py", "scimapp/directory/value_index.py", "scimapp/directory/text_keys.py")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """A filled database and who may ask it. ``told`` is what the writer said of it."""

    database_url: str
    folder: Path
    told: dict

    @property
    def settings(self):
        """The environment of a server on it: as shipped, but nobody is held back and mail waits for its own process."""
        return {
            "SCIMAPP_DATABASE_URL": self.database_url,
            "SCIMAPP_DATA_DIR": str(self.folder / "data"),
            "SCIMAPP_SECRET_KEY": SECRET_KEY,
            "SCIMAPP_SCIM_RATE": "0",
            "SCIMAPP_OUTBOX_WORKER": "0",
        }

    @property
    def path(self):
        return f"/scim/{self.told['account_id']}/v2"

    @property
    def extension(self):
        return f"urn:kissflow:scim:schemas:extension:{self.told['account_id']}:2:User"

    def known(self):
        """A fresh Known of what was written."""
        people = {}
        for number, (name, state, okta, title, department, custom) in enumerate(self.told["people"], 1):
            given, family = name.split(" ", 1)
            id_, email = crowd.scim_id(number), f"person{number}@crowd.example"
            external = f"00u{number:09}" if okta else None
            active = state != "inactive"
            people[id_] = Person(id_, email, given, family, email, external, title, department, custom, active)
        known = Known(people, len(people) + 1)
        known.settle()
        return known

    def bytes_of_database(self):
        """What the SQLite files take."""
        path = Path(self.database_url.removeprefix("sqlite:///"))
        return sum(part.stat().st_size for part in path.parent.glob(path.name + "*") if part.suffix != ".db-shm")


def prepare(people, folder, database_url=None):
    """A Stage with ``people`` people in ``folder``: on SQLite, or in the empty database that is named."""
    if database_url:
        told = folder / f"told-{people}.json"
        _write(people, database_url, told)
        return Stage(database_url, folder, json.loads(told.read_text()))
    kept = _kept(people)
    file = folder / f"people-{people}.db"
    shutil.copyfile(kept / "people.db", file)
    return Stage(f"sqlite:///{file}", folder, json.loads((kept / "told.json").read_text()))


def _kept(people):
    """The folder with the written file, made where it is not there; two runs that make it at once do not mix."""
    KEPT.mkdir(exist_ok=True)
    for folder in KEPT.iterdir():
        if time.time() - folder.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
    kept = KEPT / f"{people}-{_fingerprint()}"
    if not kept.exists():
        making = Path(tempfile.mkdtemp(prefix="making-", dir=KEPT))
        try:
            _write(people, f"sqlite:///{making}/people.db", making / "told.json")
            with contextlib.suppress(OSError):  # somebody was faster
                making.rename(kept)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    os.utime(kept)
    return kept


def _write(people, database_url, told):
    """In a process of its own, so that the memory of writing does not stay with the load."""
    command = [sys.executable, "-m", __name__ if __name__ != "__main__" else "benchmarks.speed.stage"]
    command += ["--people", str(people), "--database", database_url, "--told", str(told)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=WRITING_SECONDS)
    if done.returncode:
        raise RuntimeError(f"the account could not be written:\n{done.stderr[-3000:]}")


def _fingerprint():
    digest = hashlib.sha256()
    for pattern in _DECIDERS:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def main(arguments=None):
    """Write an account as the command line asks and tell of it in a JSON file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--told", type=Path, required=True)
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="scimapp-bench-") as folder:
        wanted.told.write_text(json.dumps(_account(wanted.people, wanted.database, Path(folder))))


def _account(people, database_url, folder):
    import flask_migrate
    from sqlalchemy import text

    from scimapp import create_app
    from scimapp.database import db
    from scimapp.directory import scim_tokens
    from scimapp.directory.scope import person_scope
    from scimapp.settings import Settings

    app = create_app(
        Settings(database_url=database_url, data_dir=folder, external_url="http://127.0.0.1", secret_key=SECRET_KEY)
    )
    with app.app_context():
        flask_migrate.upgrade()
        built = crowd.build(people, min(GROUPS, people))
        _, secret = scim_tokens.generate(person_scope(built.owner), "Okta production", "okta", activate=True)
        db.session.remove()
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.engine.dispose()
    written = [
        (one.name, one.state, one.source == "okta", one.title, one.department, crowd.custom_values(one, number))
        for number, one in enumerate(built.people[1:], 1)
    ]
    return {"account_id": built.account_id, "token": secret, "people": written}


if __name__ == "__main__":
    main()
