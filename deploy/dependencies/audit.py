"""Whether anything is known against the locked packages (``make audit``).

Asks the open database of vulnerabilities (osv.dev), which collects the advisories of GitHub and of the Python Packaging
Authority. Names and versions of public packages are all that is sent. Not a part of ``make test``: an advisory of today must
not fail the build of yesterday.
"""

import argparse
import json
import sys
import urllib.error
import urllib.request

from . import lock

DATABASE = "https://api.osv.dev/v1/querybatch"
NOTHING_KNOWN, SOMETHING_KNOWN, NOT_ASKED = 0, 1, 2  # exit codes
TIMEOUT_SECONDS = 30


def main(arguments=None):
    """Print what is known and return the exit code."""
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__.splitlines()[0])
    parser.add_argument("--database", default=DATABASE, help="another address that answers like osv.dev")
    options = parser.parse_args(arguments)
    packages = lock.read(lock.DEVELOPMENT)  # the runtime ones are a part of these
    try:
        known = ask(packages, options.database)
    except (OSError, ValueError) as error:
        print(f"The database of advisories at {options.database} could not be reached: {error}", file=sys.stderr)
        print("NOTHING WAS CHECKED. Run this where the database can be reached.", file=sys.stderr)
        return NOT_ASKED
    for package, ids in known:
        print(f"{package.name} {package.version}: {', '.join(ids)}")
    affected = f"{len(known)} of them are affected." if known else "Nothing is known against them."
    print(f"{len(packages)} packages were looked up. {affected}")
    return SOMETHING_KNOWN if known else NOTHING_KNOWN


def ask(packages, database):
    """``[(Package, [advisory id])]`` of those that something is known against. Raises OSError, ValueError."""
    queries = [{"package": {"name": each.name, "ecosystem": "PyPI"}, "version": each.version} for each in packages]
    sent = json.dumps({"queries": queries}).encode()
    request = urllib.request.Request(database, sent, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
        told = json.load(answer)
    results = told.get("results") if isinstance(told, dict) else None
    if results is None or len(results) != len(packages):
        raise ValueError("the answer is not about the packages that were asked about")
    pairs = zip(packages, results, strict=True)
    known = [(package, [each["id"] for each in result.get("vulns", ())]) for package, result in pairs]
    return [(package, ids) for package, ids in known if ids]


if __name__ == "__main__":
    sys.exit(main())
