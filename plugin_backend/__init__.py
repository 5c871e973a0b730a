"""Acquaint: where each business relationship stands, and a word before a cold e-mail is sent."""
