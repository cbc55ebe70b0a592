"""Accounts: made with their owner, their settings and seats, and who has a role in them."""
