"""What SQLite alone needs: its file, its memory, its one writer."""
