"""What `make` does on a machine that it has not seen."""

import shutil
import subprocess
import sys

from tests.support.server import ROOT


def test_setting_up_compiles_what_the_service_cannot(tmp_path):
    """Its file system is read-only, and compiling some 400 modules takes a third of a start."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    for name in ("requirements.lock", ".venv/runtime.stamp", "wsgi.py"):
        (tmp_path / name).touch()
    for folder in ("scimapp/web", "migrations/versions"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "module.py").touch()

    subprocess.run(["make", "setup"], cwd=tmp_path, check=True, capture_output=True, timeout=60)

    compiled = {path.name.partition(".")[0] for path in tmp_path.glob("**/__pycache__/*.pyc")}
    assert compiled == {"wsgi", "module"}
    assert len(list(tmp_path.glob("**/__pycache__/module.*.pyc"))) == 2
