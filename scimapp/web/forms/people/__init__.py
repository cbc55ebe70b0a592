"""Forms about people: one, many, oneself."""
