"""Doubles of providers: WSGI programs that answer as a provider does, for tests, benchmarks and trying things out."""
