"""The provisioning log: the list of calls with its chart, and one call with its cause in words."""
