"""The page of a person, and one's own."""
