"""``flask demo``: an account worth clicking through. The command is here; names, company and story stand beside it."""

from .command import commands

__all__ = ["commands"]
