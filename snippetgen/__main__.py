"""`python -m snippetgen` is the same as the `snippetgen` command."""

from snippetgen.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
