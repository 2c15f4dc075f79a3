"""Docs code snippets from an endpoint spec and an OpenAPI document, proved on the wire."""

__all__ = ["__version__"]

__version__ = "0.1.0"
