"""People: who they are, how they come, change and leave, and what of them belongs to whom."""
