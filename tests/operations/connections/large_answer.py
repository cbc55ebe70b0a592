"""An answer that no client takes in one piece, told apart line by line."""

LARGE = 16 * 1024 * 1024  # bytes; more than the two systems between keep for a client
LINES = b"%15d\n" * (LARGE // 16) % tuple(range(LARGE // 16))
