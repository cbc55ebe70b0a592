"""What happens at the same moment: SQLite with several processes, Postgres with several servers."""
