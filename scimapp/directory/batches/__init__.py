"""One action on many people: who is left out, what is done to each, and what came of it."""
