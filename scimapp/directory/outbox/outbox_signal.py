"""The bell between a committed change and the mail worker of the same process; other processes look by themselves."""

import threading

owed = threading.Event()
