"""`python -m plugin_backend.cli` is the same as `acquaint`."""

from plugin_backend.cli import main

if __name__ == "__main__":
    main()
