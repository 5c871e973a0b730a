"""Read-only doors to mail and calendars: each connector turns a provider or a file into plain facts."""
