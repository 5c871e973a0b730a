"""Memory: what is kept of an owner's exchanges, and who took part. SQLAlchemy is spelled only here."""
