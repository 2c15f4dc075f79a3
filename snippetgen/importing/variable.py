"""A `Variables` keeps the place of variables in text that is taken apart before they have values.

A shell's `$TOKEN` and Postman's `{{token}}` become marks of letters and digits, which survive splitting,
encoding and decoding; in the finished request each mark is a credential that the snippet reads from the
environment.
"""

from __future__ import annotations

import re
from dataclasses import replace

from snippetgen.errors import UnsupportedError
from snippetgen.model import Body, BodyPart, Credential, Encoded, Pair, Request, Text

__all__ = ["Variables"]

_MARK = re.compile(r"SnippetgenVariable([0-9]+)End")


class Variables:
    """The variables of one file, each with its mark."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._indexes: dict[str, int] = {}

    def hide(self, name: str) -> str:
        """The mark that stands for a variable."""
        if name not in self._indexes:
            self._indexes[name] = len(self._names)
            self._names.append(name)
        return f"SnippetgenVariable{self._indexes[name]}End"

    def _name(self, mark: re.Match[str]) -> str | None:
        index = int(mark[1])
        return self._names[index] if index < len(self._names) else None

    def found(self, text: str) -> str | None:
        """The name of the first variable in a text, or None."""
        return next((name for mark in _MARK.finditer(text) if (name := self._name(mark))), None)

    def text(self, text: str) -> Text:
        """The text with a credential in each mark's place."""
        parts: list[str | Credential] = []
        end = 0
        for mark in _MARK.finditer(text):
            if name := self._name(mark):
                parts += [text[end : mark.start()], _credential(name)]
                end = mark.end()
        return Text.of(*parts, text[end:])

    def fixed(self, text: str, where: str) -> str:
        """The same text, in a place where no variable can stand."""
        if name := self.found(text):
            raise UnsupportedError(f"the variable {name!r} in {where}")
        return text

    def restore(self, request: Request) -> Request:
        """The request with credentials instead of marks."""
        path = self._text(request.path)
        encoded = (
            part if isinstance(part, str) else Encoded("percent", Text.of(part)) for part in path.parts
        )
        return replace(
            request,
            method=self.fixed(request.method, "the method"),
            origin=self.fixed(request.origin, "the host"),
            path=Text.of(*encoded),
            query=tuple(self._pair(pair, "a query name") for pair in request.query),
            headers=tuple(self._pair(pair, "a header name") for pair in request.headers),
            body=self._body(request.body) if request.body else None,
        )

    def _text(self, text: Text) -> Text:
        parts = (self.text(part).parts if isinstance(part, str) else (part,) for part in text.parts)
        return Text.of(*(part for group in parts for part in group))

    def _pair(self, pair: Pair, where: str) -> Pair:
        return Pair(self.fixed(pair.name, where), self._text(pair.value) if pair.value else pair.value)

    def _body(self, body: Body) -> Body:
        template = self.text(body.text) if self.found(body.text) else body.template
        return replace(
            body,
            kind="text" if body.kind == "json" and template is not body.template else body.kind,
            media_type=self.fixed(body.media_type, "a media type") if body.media_type else body.media_type,
            template=template,
            pairs=tuple(self._pair(pair, "a field's name") for pair in body.pairs),
            parts=tuple(self._part(part) for part in body.parts),
            file=self.fixed(body.file, "a file's name") if body.file else body.file,
        )

    def _part(self, part: BodyPart) -> BodyPart:
        for fact in (part.name, part.file, part.file_name, part.media_type):
            self.fixed(fact or "", "the name or the type of a part")
        return replace(part, text=self._text(part.text)) if part.text else part


def _credential(name: str) -> Credential:
    env = re.sub(r"[^A-Z0-9]+", "_", re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).upper()).strip("_")
    env = f"_{env}" if env[:1].isdigit() else env or "VALUE"
    return Credential(env.lower(), env, f"YOUR_{env}")
