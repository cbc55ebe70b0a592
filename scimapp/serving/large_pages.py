"""Moves what a process has in memory, once everything is imported, to large pages.

Code and tables that were imported lie spread over tens of megabytes, and each request touches some of all of it. In pages of
4 kB that is more than a processor can find its way through without looking each of them up, on a virtual machine twice;
in pages of 2 MB it is a few dozen (docs/decisions/0076).
"""

import ctypes
from pathlib import Path

_SYSTEM = Path("/sys/kernel/mm/transparent_hugepage")
_COLLAPSE = 25  # MADV_COLLAPSE of mman.h, since Linux 6.1; older ones refuse it


def gather(system=_SYSTEM):
    """Move what fills large pages to such; returns their bytes, 0 where the system has none or was told to use none.

    Call it before there are other threads: stacks are memory like any other, and what of one is not used yet would be given to it.
    """
    try:
        if "[never]" in (system / "enabled").read_text():
            return 0
        size = int((system / "hpage_pmd_size").read_text())
        mapped = Path("/proc/self/maps").read_text().splitlines()
    except OSError:  # not Linux, or one without
        return 0
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    pages = [page for line in mapped for page in _pages_in(line, size)]
    return sum(size for page in pages if advise(page, size, _COLLAPSE) == 0)


def _pages_in(line, size):
    """The addresses of the large pages that a line of ``maps`` has room for, where it is memory of the process alone."""
    addresses, rights, _offset, _device, inode, *name = line.split(maxsplit=5)
    if rights != "rw-p" or inode != "0" or name not in ([], ["[heap]"]):
        return ()
    begin, end = (int(address, 16) for address in addresses.split("-"))
    return range(-(-begin // size) * size, end - size + 1, size)
