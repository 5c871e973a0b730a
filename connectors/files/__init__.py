"""Mail and calendars that lie in files: mbox (also gzip and Google Takeout), Maildir, .eml and .ics."""

from connectors.files.sources import expand_sources, open_source

__all__ = ["expand_sources", "open_source"]
