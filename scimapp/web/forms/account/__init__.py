"""Forms about the account: its settings and its roles."""
