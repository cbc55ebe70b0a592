"""One action on many people: who is left out, what is done to each person, and the outcome."""
