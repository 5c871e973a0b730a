"""Actions: one file, one verb, one transaction. Every surface calls these, so they cannot disagree."""
