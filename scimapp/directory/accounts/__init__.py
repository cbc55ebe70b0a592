"""Accounts: creating them with an owner, their settings and seats, and who has which role."""
