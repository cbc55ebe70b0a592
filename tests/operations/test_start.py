"""What a start leaves for later, in a process of its own (decision 0135)."""

import json
import subprocess
import sys

from tests.support.server import ROOT

LOOK = """
import json, sys, wsgi
loaded = [*sys.modules]
builders = sum(rule._build_unknown.__name__ != "build" for rule in wsgi.app.url_map.iter_rules())
wsgi.app.cli.get_command(None, "tokens")
print(json.dumps({"loaded": loaded, "builders": builders, "more": [*sys.modules.keys() - {*loaded}]}))
"""
# Needed by migrations, on Postgres, for a QR code, by somebody at the shell.
LATER = {
    "alembic", "flask_migrate", "psycopg", "sqlalchemy.dialects.postgresql", "segno",
    "scimapp.cli.output", "scimapp.cli.demo", "scimapp.cli.tokens", "scimapp.backup",
}  # fmt: skip


def test_a_start_leaves_for_later_what_only_some_need(tmp_path):
    settings = {"SCIMAPP_DATABASE_URL": f"sqlite:///{tmp_path}/start.db", "SCIMAPP_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=ROOT, env=settings, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)

    assert "scimapp.web" in told["loaded"] and LATER & {*told["loaded"]} == set()
    assert told["builders"] == 0, "addresses of routes were compiled before one was built"
    assert {name for name in told["more"] if name.startswith("scimapp.")} == {
        "scimapp.cli.tokens",
        "scimapp.cli.output",
    }
