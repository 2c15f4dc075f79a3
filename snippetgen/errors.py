"""What can go wrong, as data: where, what, and what to do about it.

SnippetgenError
├── InputError           a file that was handed to us cannot be used        exit code 2
│   ├── SpecError        the endpoint spec
│   ├── DocumentError    the OpenAPI document or an overlay
│   │   └── RemoteError  a file on the network that it refers to, and that was to be fetched
│   ├── TemplateError    a language manifest or a template
│   └── CatalogError     a gettext catalog
├── UsageError           the command line asks for something that is not there   exit code 2
└── UnsupportedError     a request that HTTP, a language or a client cannot express
"""

from __future__ import annotations

from dataclasses import dataclass

from snippetgen.wording import shorten

__all__ = [
    "CatalogError",
    "DocumentError",
    "InputError",
    "Place",
    "RemoteError",
    "SnippetgenError",
    "SpecError",
    "TemplateError",
    "UnsupportedError",
    "UsageError",
]

_LONGEST = 600  # characters of a message or a remedy; names in them come from anywhere


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file; lines and columns count from 1, and None means "the whole file"."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


class SnippetgenError(Exception):
    """Anything the tool reports to its user instead of a traceback."""

    def __init__(self, message: str, *, fix: str | None = None, place: Place | None = None) -> None:
        self.message = shorten(message, _LONGEST)
        super().__init__(self.message)
        self.fix = shorten(fix, _LONGEST) if fix else None
        self.place = place

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        remedy = f" ({self.fix})" if self.fix else ""
        return f"{where}{self.message}{remedy}"


class InputError(SnippetgenError):
    """A file that was handed to us and cannot be used."""


class SpecError(InputError):
    """An endpoint spec that cannot be used."""


class DocumentError(InputError):
    """An OpenAPI document or an overlay that cannot be used; `pointer` leads to what is wrong in it."""

    pointer: str = ""


class RemoteError(DocumentError):
    """A file that was to be fetched from the network and cannot be had."""


class TemplateError(InputError):
    """A language manifest or a template that cannot be used."""


class CatalogError(InputError):
    """A gettext catalog that cannot be used."""


class UsageError(SnippetgenError):
    """A command line that names something that is not there."""


class UnsupportedError(SnippetgenError):
    """A request that HTTP, a language or a client cannot express."""
