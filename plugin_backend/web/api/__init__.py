"""The REST API under /api/v1: the same views as the command line's --json, and the OpenAPI document made from the code."""
