"""What is asked of a server. Each Operation has a script for one client; ``OPERATIONS`` lists them in the order of reports."""

from .floors import FLOORS
from .groups import GROUPS
from .lists import LISTS
from .operation import Operation
from .people import PEOPLE

OPERATIONS = (*PEOPLE, *LISTS, *GROUPS)

__all__ = ["FLOORS", "OPERATIONS", "Operation"]
