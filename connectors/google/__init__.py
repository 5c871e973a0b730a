"""Google: signing in, and Gmail and Calendar, read through their APIs."""
