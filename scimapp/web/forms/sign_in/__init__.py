"""Forms of people who are signing in, and of what they sign in with."""
