"""SQL that means the same on both databases: functions, lists, conditions on texts, rows by their difference."""
