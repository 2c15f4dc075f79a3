"""Proving a snippet: a recorder, a run, the comparison of what arrived, a verdict."""

__all__: list[str] = []
