"""Pages that people wrote, in which the regions between their markers are generated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from snippetgen.api import Api, nearest
from snippetgen.errors import InputError, SpecError
from snippetgen.i18n.tag import direction
from snippetgen.page.composer import ELEMENTS, Composer, compose_element
from snippetgen.page.layout import Format, lay_out_blocks
from snippetgen.page.region import Region, find_regions, replace_regions
from snippetgen.source import escape_pointer, read_text

__all__ = ["check_pattern", "fill_pages"]


def check_pattern(api: Api, index: int, locales: int) -> str:
    """The path pattern of a `regions` entry, which must stay below the output folder."""
    pattern = api.regions[index].path
    place = api.source.place(escape_pointer("regions", index, "path"))
    if (
        pattern.startswith(("/", "\\"))
        or not {".", "..", ""}.isdisjoint(pattern.split("/"))
        or ":" in pattern
    ):
        fix = "use a relative path of plain names, {locale}, * and **"
        raise SpecError(f"pages cannot be looked for at {pattern!r}", fix=fix, place=place)
    if locales > 1 and "{locale}" not in pattern:
        message = f"the pages of every locale would be looked for at the same path {pattern!r}"
        raise SpecError(message, fix="put {locale} into it", place=place)
    return pattern


def fill_pages(pattern: str, folder: Path, composer: Composer, form: Format) -> dict[str, str]:
    """The pages below a folder that match the pattern and have regions, with these filled anew."""
    return dict(_filled(composer.address.localized(pattern, composer.locale.tag), folder, composer, form))


def _filled(pattern: str, folder: Path, composer: Composer, form: Format) -> Iterator[tuple[str, str]]:
    def content(region: Region) -> str:
        return _content(region, composer, form)

    for path in sorted(folder.glob(pattern)):
        if path.is_file():
            text = read_text(path, mark=True)
            regions = list(find_regions(text, form.comment, str(path)))
            if regions:
                name = str(PurePosixPath(path.relative_to(folder)))
                yield name, replace_regions(text, regions, content, indented=not form.markup)


def _content(region: Region, composer: Composer, form: Format) -> str:
    """What stands in a region; InputError where it names what is not there."""
    endpoints = {endpoint.id: endpoint for endpoint in composer.api.endpoints}
    if region.endpoint not in endpoints:
        fix = nearest(region.endpoint, endpoints)
        raise InputError(f"there is no endpoint {region.endpoint!r}", fix=fix, place=region.place)
    if region.element not in ELEMENTS:
        fix = nearest(region.element, ELEMENTS)
        raise InputError(f"there is no element {region.element!r}", fix=fix, place=region.place)
    blocks = tuple(compose_element(region.element, endpoints[region.endpoint], composer))
    return lay_out_blocks(blocks, form, direction(composer.locale.tag))
