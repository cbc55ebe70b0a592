"""What is done without a request: checks by the clock, deletions, a backup that was restored; and whether the server is ready."""
