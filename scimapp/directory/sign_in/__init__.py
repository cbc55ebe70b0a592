"""Signing in: the search across accounts, sessions, passwords, second steps, and slowing down guesses."""
