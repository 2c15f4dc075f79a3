"""A page as a value, composed from an API, and laid out as text of a format."""

__all__: list[str] = []
