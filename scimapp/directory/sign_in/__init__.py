"""Who is signed in: the look across accounts, sessions, passwords, and how guessing is slowed."""
