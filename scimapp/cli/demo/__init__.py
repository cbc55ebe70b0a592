"""``flask demo``: an account worth exploring. The command is in ``command``; names, company and story are beside it."""

from .command import commands

__all__ = ["commands"]
