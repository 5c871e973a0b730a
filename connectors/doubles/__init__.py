"""Doubles: providers in memory that speak the real protocol over WSGI, for tests, benchmarks and trying things out offline.

They are product code, as the mailbox in memory is, so that tests and benchmarks share one and it cannot drift from either. They are
strict where a connector is tolerant: what they answer is held against the provider's own schemas.
"""
