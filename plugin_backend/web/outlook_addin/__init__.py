"""Outlook: the pane beside a message or an appointment, the word before Send, and the manifests that declare both."""
