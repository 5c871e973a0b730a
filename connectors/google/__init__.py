"""Google: signing in, Gmail and Google Calendar."""
