"""Hand rules of substance, one table per language: phrases, what they show, and how surely. Edit the tables; nothing else needs to know."""

from __future__ import annotations
