"""Mailed links that work once: invitations, password resets, confirmations of an address."""
