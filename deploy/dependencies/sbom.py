"""The parts of scimapp as a CycloneDX 1.6 document, for scanners and for those who have to know (``make sbom``).

Made from the lock file alone, so that the same release gives the same document to the byte.
"""

import hashlib
import json
import sys
import uuid

from . import lock
from .licences import licence_of

SPEC = "1.6"
_ADDRESS = "https://pypi.org/project/{name}/{version}/"


def document():
    """The document as a dict."""
    packages, about = lock.read(), lock.setup()["metadata"]
    product = f"pkg:generic/{lock.PRODUCT}@{about['version']}"
    refs = {package.name: package.purl for package in packages} | {lock.PRODUCT: product}
    needs = {ref: [] for ref in refs.values()}
    for package in packages:
        for name in package.wanted_by:
            needs[refs[name]].append(package.purl)
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPEC}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, _digest()).urn,
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": product,
                "name": lock.PRODUCT,
                "version": about["version"],
                "description": about["description"],
                "licenses": [{"expression": about["license"]}],
                "purl": product,
            }
        },
        "components": [_component(package) for package in packages],
        "dependencies": [{"ref": ref, "dependsOn": sorted(wanted)} for ref, wanted in sorted(needs.items())],
    }


def _component(package):
    component = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "scope": "optional" if package.marker else "required",
        "licenses": [{"expression": licence_of(package.name)}],
        "purl": package.purl,
        # A package has a file for each platform, so the hashes are those of its files and not of the one component.
        "externalReferences": [
            {
                "type": "distribution",
                "url": _ADDRESS.format(name=package.name, version=package.version),
                "hashes": [{"alg": "SHA-256", "content": digest} for digest in package.hashes],
            }
        ],
    }
    if package.marker:
        component["properties"] = [{"name": "scimapp:marker", "value": package.marker}]
    return component


def _digest():
    return hashlib.sha256(lock.RUNTIME.read_bytes()).hexdigest()


if __name__ == "__main__":
    json.dump(document(), sys.stdout, indent=2)
    sys.stdout.write("\n")
