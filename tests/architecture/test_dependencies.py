"""What scimapp is made of: every package pinned and hashed, under a licence we chose, and told in a list that others read."""

import hashlib
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from importlib import metadata

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.dependencies import audit, licences, lock, sbom

RUNTIME, DEVELOPMENT = lock.read(), lock.read(lock.DEVELOPMENT)
_NAME = re.compile(r"[\w.-]+")
ABSENT_HERE = {package.name for package in DEVELOPMENT if package.marker and not Marker(package.marker).evaluate()}
MORE = "Provides-Extra: more"


def wanted(section, option):
    """``{name: rest of the requirement}`` of a list in setup.cfg."""
    lines = (line.strip() for line in lock.setup()[section][option].splitlines())
    found = (line for line in lines if line and not line.startswith("#"))
    return {_NAME.match(line)[0]: line[_NAME.match(line).end() :] for line in found}


@pytest.mark.parametrize("path", [lock.RUNTIME, lock.DEVELOPMENT], ids=lambda path: path.name)
def test_every_package_is_pinned_and_hashed(path):
    packages = lock.read(path)

    assert len(packages) > 25
    assert [package.name for package in packages if not package.hashes] == []
    assert len({package.name for package in packages}) == len(packages)


def test_the_lock_is_that_of_setup_cfg():
    """What setup.cfg asks for stands in the lock within its range, and nothing stands there that nobody asks for."""
    runtime = wanted("options", "install_requires") | wanted("options.extras_require", "postgres")
    develop = wanted("options.extras_require", "dev")
    for asked, packages in ((runtime, RUNTIME), (runtime | develop, DEVELOPMENT)):
        pinned = {package.name: package for package in packages}
        assert {package.name for package in packages if lock.PRODUCT in package.wanted_by} == set(asked)
        for name, condition in asked.items():
            assert within(pinned[name].version, condition), f"{name}{condition} is locked at {pinned[name].version}"
        known = set(pinned) | {lock.PRODUCT}
        assert [
            package.name for package in packages if not package.wanted_by or not set(package.wanted_by) <= known
        ] == []
    exact = {package.name: package.version for package in DEVELOPMENT}
    assert {package.name: exact[package.name] for package in RUNTIME} == {each.name: each.version for each in RUNTIME}


@pytest.mark.parametrize("path", [lock.RUNTIME, lock.DEVELOPMENT], ids=lambda path: path.name)
def test_the_lock_holds_whatever_its_packages_want(path):
    """Set-up installs what stands in it and looks for nothing else."""
    pinned = {package.name: package.version for package in lock.read(path)}
    waiting, seen = [(name, "") for name in pinned if name not in ABSENT_HERE], set()
    while waiting:
        name, extra = waiting.pop()
        seen.add((name, extra))
        for each in map(Requirement, metadata.requires(name) or ()):
            if each.marker is None or each.marker.evaluate({"extra": extra}):
                needed = canonicalize_name(each.name)
                assert each.specifier.contains(pinned.get(needed, "0")), f"{name} wants {each}"
                waiting += {(needed, extra) for extra in ("", *each.extras)} - seen
    assert len(seen) > 25


def test_a_release_that_came_after_the_lock_does_not_stop_the_set_up(tmp_path):
    """A package of the lock wants another one with an extra, and a newer one of that is on the index by now."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wants, older = wheel(wheels, "wants", "1", "Requires-Dist: part[more]>=1"), wheel(wheels, "part", "1", MORE)
    wheel(wheels, "part", "2", MORE)
    shutil.copy(lock.ROOT / "Makefile", tmp_path)
    pins = f"part==1 --hash=sha256:{older}\nwants==1 --hash=sha256:{wants}\n"
    (tmp_path / "requirements.lock").write_text(pins, encoding="utf-8")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    index = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
    index |= {"PIP_TARGET": str(tmp_path / "packages")}  # and not into the environment of the tests

    made = subprocess.run(
        ["make", ".venv/runtime.stamp"],
        cwd=tmp_path,
        env=os.environ | index,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert made.returncode == 0, made.stderr
    assert {path.name for path in tmp_path.glob("packages/*")} == {"part-1.dist-info", "wants-1.dist-info"}


def wheel(folder, name, version, more):
    """Write a package of no modules, and tell the SHA-256 of its file."""
    path, information = folder / f"{name}-{version}-py3-none-any.whl", f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{information}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{more}\n")
        file.writestr(
            f"{information}/WHEEL", "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(
            f"{information}/RECORD", "".join(f"{information}/{each},,\n" for each in ("METADATA", "WHEEL", "RECORD"))
        )
    return hashlib.sha256(path.read_bytes()).hexdigest()


def within(version, condition):
    """Whether a version meets ">=1.2,<2" or "==1.2"; an extra and a marker are left aside."""
    conditions = re.sub(r"^\[[^]]*\]", "", condition).partition(";")[0]
    for operator, bound in re.findall(r"(>=|<|==)\s*([\d.]+)", conditions):
        mine, theirs = (tuple(int(part) for part in text.split(".")) for text in (version, bound))
        if not {">=": mine >= theirs, "<": mine < theirs, "==": mine == theirs}[operator]:
            return False
    return True


def test_what_must_not_be_old_is_not_old():
    """Releases before these let requests be smuggled or pages be cached for others (security, section 3)."""
    versions = {package.name: tuple(int(part) for part in package.version.split(".")) for package in RUNTIME}

    assert versions["gunicorn"] >= (23,)
    assert versions["flask"] >= (3, 1, 3)
    assert versions["werkzeug"] >= (3, 1)
    assert versions["sqlalchemy"] >= (2,)


@pytest.mark.parametrize("package", DEVELOPMENT, ids=lambda package: package.name)
def test_every_licence_is_one_we_chose(package):
    assert licences.is_allowed(licences.licence_of(package.name)), licences.licence_of(package.name)


def test_licences_are_read_as_they_are_meant():
    assert licences.is_allowed("MPL-2.0 AND (Apache-2.0 OR GPL-3.0-only)")
    assert not licences.is_allowed("MIT AND AGPL-3.0-only")
    assert not licences.is_allowed("SSPL-1.0")
    with pytest.raises(licences.UnknownLicence):
        licences.licence_of("a-package-that-nobody-made")


def test_the_list_of_parts_has_the_shape_of_cyclonedx():
    """The parts of the format's schema that ours uses; the whole schema is checked before a release by scanners."""
    document = json.loads(json.dumps(sbom.document()))
    components, product = document["components"], document["metadata"]["component"]
    refs = {component["bom-ref"] for component in [*components, product]}

    assert (document["bomFormat"], document["specVersion"], document["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", document["serialNumber"])
    assert set(document) == {"$schema", "bomFormat", "specVersion", "serialNumber", "version", "metadata", "components", "dependencies"}  # fmt: skip
    assert len(refs) == len(components) + 1 == len(RUNTIME) + 1
    for component in components:
        assert {"type", "name", "version", "purl", "licenses", "bom-ref"} <= set(component)
        assert component["type"] == "library" and component["scope"] in ("required", "optional")
        assert [set(licence) for licence in component["licenses"]] == [{"expression"}]
        for digest in component["externalReferences"][0]["hashes"]:
            assert digest["alg"] == "SHA-256" and re.fullmatch(r"[0-9a-f]{64}", digest["content"])
    assert {dependency["ref"] for dependency in document["dependencies"]} == refs
    for dependency in document["dependencies"]:
        assert set(dependency["dependsOn"]) <= refs - {dependency["ref"]}
    assert sbom.document() == sbom.document(), "the same release gives the same document"


@pytest.fixture
def advisories():
    """``advisories(answer)`` → the address of a database of advisories that answers so."""
    servers = []

    def start(answer):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body = json.dumps(answer(asked["queries"])).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()  # seconds between two looks
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_an_advisory_is_named_with_its_package(advisories, capsys):
    def answer(queries):
        return {
            "results": [
                {"vulns": [{"id": "X-2026-1"}]} if each["package"]["name"] == "flask" else {} for each in queries
            ]
        }

    assert audit.main(["--database", advisories(answer)]) == audit.SOMETHING_KNOWN
    assert re.search(r"^flask [\d.]+: X-2026-1$", capsys.readouterr().out, re.MULTILINE)
    assert (
        audit.main(["--database", advisories(lambda queries: {"results": [{} for _ in queries]})])
        == audit.NOTHING_KNOWN
    )


def test_a_database_of_advisories_that_is_away_is_said_so(advisories, capsys):
    """Neither silence nor half an answer passes for "nothing is known"."""
    for address in ("http://127.0.0.1:9/", advisories(lambda queries: {"results": []}), advisories(lambda queries: [])):
        assert audit.main(["--database", address]) == audit.NOT_ASKED
        assert "NOTHING WAS CHECKED" in capsys.readouterr().err
