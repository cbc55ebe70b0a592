"""Rubbish from everywhere: every parser and every address is thrown at until the time is over."""
