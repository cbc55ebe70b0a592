"""``python -m tests.operations.processes.told CODE …``: run a line of Python.

Such as ``look()``, which prints what this process is made of.
"""

import json
import os
import sys
import threading
import time
import warnings
from pathlib import Path

STATUS = ("SigBlk", "SigIgn", "SigCgt", "Umask", "Threads")


def look():
    status = dict(line.split(":\t") for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
    files = {int(name): os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")[:-1]}
    told = {
        "arguments": sys.argv,
        "environment": dict(os.environ),
        "files": files,
        "folder": os.getcwd(),
        "path": sys.path,
        "flags": repr(sys.flags),
        "main": [sys.modules["__main__"].__file__, sys.modules["__main__"].__spec__.name],
        "threads": threading.active_count(),
        "time zone": time.tzname,
        "warnings": [str(line) for line in warnings.filters],
        "encodings": [sys.stdout.encoding, sys.stdout.errors, sys.stderr.errors, sys.stdout.line_buffering],
        **{name: status[name] for name in STATUS},
    }
    print(json.dumps(told))


if __name__ == "__main__":
    exec(sys.argv[1])
