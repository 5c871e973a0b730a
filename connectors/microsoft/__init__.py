"""Microsoft: sign-in, Outlook mail and calendar. Only reading."""
