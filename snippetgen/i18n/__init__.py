"""Localization: language tags, gettext catalogs, their life cycle, and what is checked in them."""

__all__: list[str] = []
