"""A `Region` is a part of a page that people wrote, between two markers, which is generated.

The markers are comments of the page's format; the first names an endpoint and an element of its page:

    <!-- snippetgen:begin instance-segmentation requests -->
    <!-- snippetgen:end -->
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from snippetgen.errors import InputError, Place

__all__ = ["Region", "find_regions", "replace_regions"]

# What looks like a marker and may be none; behind a backtick it is a piece of code that speaks of one.
_MEANT = r"(?<!`){open}\s*snippetgen:"
# What is repeated never borders on the same: else a long row of blanks would take its square of time.
_MARKER = (
    r"^\ufeff?(?P<indent>[ \t]*){open}[ \t]*snippetgen:(?P<what>begin|end)\b(?P<names>[^\n]*?){close}"
    r"[ \t]*(?P<newline>\r?)$"
)


@dataclass(frozen=True, slots=True)
class Region:
    """What stands between two markers: from `start` to `end` in the text.

    `indent` stands before the marker above it, `newline` ends the line of that.
    """

    endpoint: str
    element: str
    place: Place
    indent: str
    newline: str
    start: int
    end: int


def find_regions(text: str, comment: tuple[str, str], path: str) -> Iterator[Region]:
    """The regions of a page in order; InputError where a marker is wrong or has no partner."""
    opening, closing = (re.escape(mark.strip()) for mark in comment)
    pattern = _MARKER.replace("{open}", opening).replace("{close}", closing)
    markers = list(re.finditer(pattern, text, re.MULTILINE))
    _check_meant(text, _MEANT.replace("{open}", opening), markers, path)
    begun: re.Match[str] | None = None
    for marker in markers:
        if (marker["what"] == "begin") == (begun is not None):
            what = "begins inside another" if begun else "ends that never began"
            raise InputError(
                f"a region {what}", fix="each begin has one end", place=_place(text, marker, path)
            )
        if begun:
            yield _region(text, begun, marker, path)
        begun = None if begun else marker
    if begun:
        fix = f"add {comment[0]}snippetgen:end{comment[1]}"
        raise InputError("a region is never ended", fix=fix, place=_place(text, begun, path))


def _check_meant(text: str, pattern: str, markers: list[re.Match[str]], path: str) -> None:
    """Raise InputError where something looks like a marker and is none, so that it would be passed over."""
    known = {marker.end("indent") for marker in markers}
    stray = next((match for match in re.finditer(pattern, text) if match.start() not in known), None)
    if stray:
        fix = "a marker is a line of its own and says snippetgen:begin or snippetgen:end"
        raise InputError("this is no marker of a region", fix=fix, place=_place(text, stray, path))


def _region(text: str, begun: re.Match[str], ended: re.Match[str], path: str) -> Region:
    names, place = begun["names"].split(), _place(text, begun, path)
    if len(names) != 2:
        fix = "for instance: snippetgen:begin create-item requests"
        raise InputError("a region names an endpoint and an element", fix=fix, place=place)
    newline = f"{begun['newline']}\n"
    return Region(names[0], names[1], place, begun["indent"], newline, begun.end() + 1, ended.start())


def _place(text: str, marker: re.Match[str], path: str) -> Place:
    return Place(path, text.count("\n", 0, marker.start()) + 1)


def replace_regions(
    text: str, regions: list[Region], content: Callable[[Region], str], *, indented: bool = True
) -> str:
    """The page with each region filled anew, in its marker's line ends and, where `indented`, as far in.

    Nothing else is touched. A format that shows blanks as they are, as HTML does in `<pre>`, is not indented.
    """
    pieces, done = [], 0
    for region in regions:
        lines = ("", *content(region).strip("\n").split("\n"), "")
        indent = region.indent if indented else ""
        filled = (f"{indent}{line}" if line else line for line in lines)
        pieces += [text[done : region.start], region.newline.join(filled), region.newline]
        done = region.end
    return "".join((*pieces, text[done:]))
