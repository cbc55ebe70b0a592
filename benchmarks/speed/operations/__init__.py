"""What is asked of a server. Each Operation has a script for one client; ``OPERATIONS`` lists them in the order of reports."""

from .days import DAYS
from .floors import FLOORS
from .groups import GROUPS
from .lists import LISTS
from .operation import Caller, Operation, again
from .people import BULKS, PEOPLE

OPERATIONS = (*PEOPLE, *LISTS, *GROUPS, *DAYS, *BULKS)

__all__ = ["FLOORS", "OPERATIONS", "Caller", "Operation", "again"]
