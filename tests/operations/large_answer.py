"""An answer that no client takes in one piece, told apart line by line."""

LARGE = 16 * 1024 * 1024  # bytes; more than the two systems between keep for a client
LINES = b"".join(b"%15d\n" % line for line in range(LARGE // 16))
