"""The database a benchmark runs on: an account with many people, a live token, and a report to the harness of what was written.

    python -m benchmarks.speed.stage write --people 1000 --database sqlite:////tmp/x.db --told /tmp/x.json
    python -m benchmarks.speed.stage sign-in --database sqlite:////tmp/x.db

Both run in processes of their own, so that neither the memory nor the application of the writer stays with the load.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import astuple, dataclass
from pathlib import Path

from .. import crowd
from ..application import SECRET_KEY, application
from .known import Known, Person
from .servers import ROOT

GROUPS = 2_000
WRITING_SECONDS = 1_800
EXTERNAL_URL = "http://127.0.0.1"


@dataclass(frozen=True, slots=True)
class Stage:
    """A filled database and who may ask it. ``told`` is what the writer reported."""

    database_url: str
    folder: Path
    told: dict

    @property
    def settings(self):
        """The environment of a server on it: as shipped, but without a rate limit, and mail waits for its own process."""
        return {
            "SCIMAPP_DATABASE_URL": self.database_url,
            "SCIMAPP_DATA_DIR": str(self.folder / "data"),
            "SCIMAPP_SECRET_KEY": SECRET_KEY,
            "SCIMAPP_EXTERNAL_URL": EXTERNAL_URL,
            "SCIMAPP_SCIM_RATE": "0",
            "SCIMAPP_OUTBOX_WORKER": "0",
        }

    @property
    def path(self):
        return f"/scim/{self.told['account_id']}/v2"

    @property
    def extension(self):
        return f"urn:kissflow:scim:schemas:extension:{self.told['account_id']}:2:User"

    @property
    def crowd(self):
        """The ``crowd.Crowd`` of it, without its owner's row."""
        people = [crowd.Somebody(*row) for row in self.told["people"]]
        return crowd.Crowd(self.told["account_id"], None, people, self.told["groups"])

    def known(self):
        """A fresh Known of what was written."""
        people = {}
        for number, row in enumerate(self.told["people"]):
            if number:  # the first is the owner, whom SCIM shows and nobody here asks for
                one = crowd.Somebody(*row)
                people[crowd.scim_id(number)] = _person(number, one)
        known = Known(people, len(people) + 1)
        known.settle()
        return known

    def cookie(self):
        """The session cookie of the owner, signed in now, as a header line."""
        return _process("sign-in", "--database", self.database_url).strip()


def _person(number, one):
    given, family = one.name.split(" ", 1)
    external = f"00u{number:09}" if one.source == "okta" else None
    return Person(
        crowd.scim_id(number), one.email, given, family, one.email, external, one.title, one.department,
        crowd.custom_values(one, number), one.state != "inactive",
    )  # fmt: skip


def write(people, database_url, told):
    """Fill an empty database; ``told`` is the file for the report. Raises RuntimeError."""
    _process("write", "--people", str(people), "--database", database_url, "--told", str(told))


def _process(*arguments):
    command = [sys.executable, "-m", "benchmarks.speed.stage", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=WRITING_SECONDS)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}:\n{done.stderr[-3000:]}")
    return done.stdout


def main(arguments=None):
    """Write an account, or sign its owner in, as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("do", choices=("write", "sign-in"))
    parser.add_argument("--people", type=int)
    parser.add_argument("--database", required=True)
    parser.add_argument("--told", type=Path)
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="scimapp-bench-") as folder:
        app = application(wanted.database, Path(folder), EXTERNAL_URL)
        with app.app_context():
            if wanted.do == "write":
                wanted.told.write_text(json.dumps(_written(wanted.people)))
            else:
                print(_signed_in(app))


def _written(people):
    import flask_migrate

    from scimapp.database import db
    from scimapp.directory.connection import scim_tokens
    from scimapp.directory.scope import person_scope

    from .. import lists

    flask_migrate.upgrade()
    built = crowd.build(people, min(GROUPS, people))
    _, secret = scim_tokens.generate(person_scope(built.owner), "Okta production", "okta", activate=True)
    db.session.remove()
    lists.settle()
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.engine.dispose()
    return {
        "account_id": built.account_id, "token": secret, "groups": built.groups,
        "people": [astuple(one) for one in built.people],
    }  # fmt: skip


def _signed_in(app):
    from sqlalchemy import select

    from scimapp.database import db
    from scimapp.directory.model import User
    from scimapp.directory.sign_in import sessions

    owner = db.session.scalars(select(User).where(User.role == "owner")).one()
    content = {"_user_id": sessions.start(owner, "127.0.0.1", "bench"), "_fresh": True}
    signed = app.session_interface.get_signing_serializer(app).dumps(content)
    return f"Cookie: {app.config['SESSION_COOKIE_NAME']}={signed}"


if __name__ == "__main__":
    main()
