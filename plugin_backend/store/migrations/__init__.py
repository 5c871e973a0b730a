"""The shapes the tables have had, one step after the other."""
