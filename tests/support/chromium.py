"""Where Chromium is on this machine, and how to bring it: ``python -m tests.support.chromium --install``.

Its headless shell is taken first: the same engine without the windows around it, which cost a fifth of what our pages do.
Looked for in the environment, on the path, in the usual places and in Playwright's own store. Brought by the system's
package manager where that is ours to use (root on Debian), else by Playwright. Standard library only, apart from
Playwright's installer.
"""

import argparse
import glob
import os
import shutil
import subprocess
import sys

EXECUTABLE_VARIABLE = "SCIMAPP_TEST_CHROMIUM"
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
USUAL_PLACES = (
    "/usr/lib/chromium/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "~/Library/Caches/ms-playwright/chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
# A page that follows another one of the same site takes its frame over (no RenderDocument): a new frame for each costs a
# third of what it takes to show a page. The others are off in Playwright, too, whose list this one replaces.
_LEFT_OUT = (
    "RenderDocument", "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning",
)  # fmt: skip
# No look-ups of update and sync hosts: tests talk to this machine only. Each page's scripts run for a moment: to compile
# them well costs more than it brings, and so does a process that draws beside the one that lays out. The pages of a context
# take turns in one process: to start another for each costs as much as half of a short page.
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--font-render-hinting=none",
    "--js-flags=--no-opt,--no-maglev", "--in-process-gpu", "--disable-gpu-compositing", "--disable-software-rasterizer",
    "--renderer-process-limit=1",
    f"--disable-features={','.join(_LEFT_OUT)}",
)  # fmt: skip
_LITTLE_PATIENCE = ("-o", "Acquire::http::Timeout=10", "-o", "Acquire::https::Timeout=10", "-o", "Acquire::Retries=0")


def find():
    """The path of a Chromium that answers to --version, or None."""
    candidates = [os.environ.get(EXECUTABLE_VARIABLE), *map(shutil.which, NAMES)]
    stores = [os.environ.get("PLAYWRIGHT_BROWSERS_PATH"), "~/.cache/ms-playwright"]
    made = ("chromium_headless_shell-*/chrome-*linux*/*headless*shell", "chromium-*/chrome-linux*/chrome")
    places = [f"{store}/{path}" for path in made for store in stores if store]
    for place in (*USUAL_PLACES, *places):
        candidates += sorted(glob.glob(os.path.expanduser(place)), reverse=True)
    return next((path for path in candidates if path and _works(path)), None)


def install(found=None):
    """Bring a Chromium and return its path, or None when nothing here can. Beside ``found``, which is there, only the shell."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        # Where the network does not answer, the one that is there is taken soon.
        patience = () if found is None else _LITTLE_PATIENCE
        _apt_get(*patience, "update")
        for package in (SHELL, "chromium") if found is None else (SHELL,):  # older releases have no shell
            if find() == found:
                _apt_get(*patience, "install", "-y", "--no-install-recommends", package, "fonts-dejavu")
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr)
    return find()


def _apt_get(*step):
    quiet = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "stdin": subprocess.DEVNULL}
    subprocess.run(["apt-get", "-qq", *step], stdout=sys.stderr, **quiet)


def _works(path):
    """Some distributions put a stub on the path that only says how to install the browser."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and "Chrom" in answer.stdout


def main():
    """Print where Chromium is. A machine without one is the tests' business to report, so this never fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--install", action="store_true", help="bring one if there is none")
    parser.add_argument("--shell", action="store_true", help="bring the headless shell beside a whole Chromium, too")
    asked, found = parser.parse_args(), find()
    is_whole = found is not None and "headless" not in found and not os.environ.get(EXECUTABLE_VARIABLE)
    if asked.install and (found is None or (asked.shell and is_whole)):
        print(f"{SHELL if found else 'Chromium'} is not here; bringing it", file=sys.stderr)
        found = install(found)
    print(f"Chromium: {found or 'none'}")


if __name__ == "__main__":
    main()
