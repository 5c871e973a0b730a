"""The Google Workspace add-on over HTTP: Gmail and Calendar ask, and are answered with cards."""
