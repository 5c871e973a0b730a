"""Google: Gmail and Calendar, read through their APIs."""
