"""The lock file as values: which packages, at which version, by which hashes, and which of them wants which."""

import configparser
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNTIME, DEVELOPMENT = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
PRODUCT = "scimapp"
_PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+?))?\s*\\?$")
_HASH = re.compile(r"\s+--hash=sha256:([0-9a-f]{64})(?: \\)?$")
_WANTED_BY = re.compile(r"\s+#\s+(?:via )?([a-z0-9][a-z0-9.-]*)(?:\[[\w,-]+\])?(?: \(setup\.cfg\))?$")

_UNSAID = ("", "# via", "#   -c requirements.lock", "# via -c requirements.lock")


@dataclass(frozen=True)
class Package:
    """One pin. ``hashes`` are SHA-256 of its files, ``wanted_by`` the names of what needs it, ours included."""

    name: str
    version: str
    marker: str | None
    hashes: tuple
    wanted_by: tuple

    @property
    def purl(self):
        """Its name in package-url form."""
        return f"pkg:pypi/{self.name}@{self.version}"


def read(path=RUNTIME):
    """Every Package of a lock file, in its order. Raises ValueError for a line that is none of its own."""
    packages = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if pin := _PIN.fullmatch(line):
            packages.append((pin, [], []))
        elif found := _HASH.fullmatch(line):
            packages[-1][1].append(found[1])
        elif line.strip() in _UNSAID:
            continue
        elif found := _WANTED_BY.fullmatch(line):
            packages[-1][2].append(found[1])
        else:
            raise ValueError(f"{path.name}, line {number}: {line!r} is no line of a lock file")
    return [
        Package(pin["name"], pin["version"], pin["marker"], tuple(hashes), tuple(wanted))
        for pin, hashes, wanted in packages
    ]


def setup():
    """``setup.cfg`` as a ConfigParser."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser
