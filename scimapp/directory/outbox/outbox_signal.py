"""The signal from a committed change to the mail worker of the same process; workers of other processes poll."""

import threading

owed = threading.Event()
