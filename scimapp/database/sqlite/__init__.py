"""What SQLite alone needs: its file, its memory, its one writer, what has changed since a moment."""
