"""People: who they are, how they come, change and leave, and who owns their values."""
