"""Moves the memory of a process to large pages once everything is imported.

Imported code and tables are spread over tens of megabytes, and each request touches all parts of them. In pages of 4 kB
these are more than the processor's TLB holds, so it has to look up each page, on a virtual machine in two tables; in
pages of 2 MB they are a few dozen (docs/decisions/0076).
"""

import ctypes
from pathlib import Path

_SYSTEM = Path("/sys/kernel/mm/transparent_hugepage")
_COLLAPSE = 25  # MADV_COLLAPSE of mman.h, since Linux 6.1; older ones refuse it


def gather(system=_SYSTEM):
    """Move memory that fills large pages to them. Returns the bytes moved, 0 if the system has no large pages or disables
    them.

    Call it before other threads exist: their stacks would be moved too, which allocates the parts not used yet.
    """
    try:
        if "[never]" in (system / "enabled").read_text():
            return 0
        size = int((system / "hpage_pmd_size").read_text())
        mapped = Path("/proc/self/maps").read_text().splitlines()
    except OSError:  # not Linux, or without large pages
        return 0
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    pages = [page for line in mapped for page in _pages_in(line, size)]
    return sum(size for page in pages if advise(page, size, _COLLAPSE) == 0)


def _pages_in(line, size):
    """The addresses of the large pages that fit into a line of ``maps``, if it is private memory of the process."""
    addresses, rights, _offset, _device, inode, *name = line.split(maxsplit=5)
    if rights != "rw-p" or inode != "0" or name not in ([], ["[heap]"]):
        return ()
    begin, end = (int(address, 16) for address in addresses.split("-"))
    return range(-(-begin // size) * size, end - size + 1, size)
