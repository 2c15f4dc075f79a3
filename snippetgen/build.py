"""A build turns an API into files: every page, in every format and locale that its spec asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from snippetgen.api import Api, Output
from snippetgen.errors import SpecError, UsageError
from snippetgen.handwritten import check_pattern, fill_pages
from snippetgen.i18n.catalog import Catalog
from snippetgen.i18n.kept import check_catalog
from snippetgen.i18n.tag import check_tag
from snippetgen.language import Language
from snippetgen.locale import Catalogs, Locale
from snippetgen.manifest import default_languages, find_client
from snippetgen.model import Finding
from snippetgen.page.composer import Composer, compose
from snippetgen.page.contents import index_page, llms_page, summary_page
from snippetgen.page.layout import Format, lay_out, load_format
from snippetgen.page.page import Address, Page
from snippetgen.page.writer import Heard
from snippetgen.parallel import spread
from snippetgen.source import escape_pointer
from snippetgen.tree import Change, sync

__all__ = [
    "BuildResult",
    "build",
    "catalogs_of",
    "check_catalogs",
    "check_locales",
    "check_tags",
    "chosen_languages",
    "compose_all",
]

# What every file system that docs are checked out on can hold.
_SEGMENT = re.compile(r"[^\x00-\x1f\x7f\\/:*?\"<>|{}]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult:
    """What a build did, or with `check` what it would do; paths are relative to the output folder.

    `files` holds the text of each. `fallbacks` holds for each locale the messages that came from another
    language, with its tag. Where a finding is an error, nothing was written.
    """

    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    fallbacks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether a check found every file as it should be, and nothing is wrong."""
        return not self.changes and not any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """The pages of one format in one locale; small enough to send to another process.

    With a `folder`, they are pages that people wrote there, at the address's pattern.
    """

    api: Api
    locale: Locale
    address: Address
    format: str
    root: Path | None
    folder: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What became of a task: each file that it made with its path, where two may have the same."""

    locale: str
    files: tuple[tuple[str, str], ...]
    fallbacks: Mapping[str, str]
    findings: tuple[Finding, ...]


def build(  # noqa: PLR0913  # what a build depends on, each by its name
    api: Api,
    output: str | Path,
    formats: Sequence[str] = (),
    locales: Sequence[str] = (),
    *,
    check: bool = False,
    jobs: int = 1,
    root: Path | None = None,
) -> BuildResult:
    """Write the pages of an API below `output`; with `check`, write nothing and show what would change.

    `formats` and `locales` are by default the spec's own, `root` is another templates folder, `jobs`
    the number of processes. The result is the same for any number of them.
    """
    catalogs = catalogs_of(api)
    check_tags(api)
    chosen = [catalogs.locale(tag) for tag in dict.fromkeys(locales or api.locales)]
    problems = tuple(check_locales(chosen, chosen_languages(api, root)))
    if problems:
        return BuildResult(findings=problems)
    outputs = _outputs(api, formats, len(chosen))

    def tasks(locales: Sequence[Locale]) -> list[_Task]:
        return [
            _Task(api=api, locale=locale, address=address, format=name, root=root)
            for name, address in outputs
            for locale in locales
        ]

    regions = [
        _Task(api=api, locale=locale, address=address, format=name, root=root, folder=Path(output))
        for name, address in _regions(api, formats, len(chosen))
        for locale in chosen
    ]
    outcomes = spread(_perform, [*tasks(chosen), *regions], jobs)
    published = [catalogs.locale(tag) for tag in api.locales]  # an index lists every locale, built or not
    made = (file for outcome in outcomes for file in outcome.files)
    files = _merge(api, [*made, *_indexes(tasks(published))])
    return _finish(files, Path(output), outcomes, check=check)


def _perform(task: _Task) -> _Outcome:
    findings: list[Finding] = []
    files = tuple(_files(task, _composer(task, findings.append)))
    fallbacks = task.locale.fallbacks
    return _Outcome(locale=task.locale.tag, files=files, fallbacks=fallbacks, findings=tuple(findings))


def _files(task: _Task, composer: Composer) -> Iterator[tuple[str, str]]:
    """What a task makes, each text behind its path."""
    form, address = load_format(task.format, task.root), task.address
    if task.folder:
        yield from fill_pages(address.pattern, task.folder, composer, form).items()
        return
    for page in _pages(composer, form):
        yield composer.path(page.id), lay_out(page, form)
        if form.twin:
            yield f"{composer.path(page.id)}.md", lay_out(page, load_format(form.twin, task.root))
    index = address.locale_index(task.locale.tag)
    if index != address.index:
        yield index, _llms([composer], index, form, task.root)


def _composer(task: _Task, found: Callable[[Finding], None]) -> Composer:
    languages = chosen_languages(task.api, task.root)
    has_twin = load_format(task.format, task.root).twin is not None
    return Composer(task.api, languages, task.locale, task.address, found, root=task.root, has_twin=has_twin)


def _llms(composers: Sequence[Composer], index: str, form: Format, root: Path | None) -> str:
    """The text of an llms.txt, which is Markdown in every format."""
    markdown = load_format(form.twin, root) if form.twin else form
    return lay_out(llms_page(composers, index), markdown)


def _pages(composer: Composer, form: Format) -> Iterator[Page]:
    for subject in composer.subjects:
        yield compose(subject, composer)
    if form.index:
        yield index_page(form.index, composer)
    if form.index and form.summary:
        yield summary_page(form.summary, form.index, composer)


def _indexes(tasks: Sequence[_Task]) -> Iterator[tuple[str, str]]:
    """The llms.txt of each format, over all its locales."""
    for key in dict.fromkeys((task.format, task.address) for task in tasks):
        composers = [_composer(task, lambda _: None) for task in tasks if (task.format, task.address) == key]
        form, root = load_format(key[0], tasks[0].root), tasks[0].root
        yield key[1].index, _llms(composers, key[1].index, form, root)


def compose_all(api: Api, locale: Locale, note: Heard, root: Path | None = None) -> None:
    """Compose every page of an API once, for the sake of what it asks to be translated."""
    languages = chosen_languages(api, root)
    composer = Composer(api, languages, locale, Address("{locale}/{page}.md"), lambda _: None, note, root)
    for subject in composer.subjects:
        compose(subject, composer)
    index_page("README", composer)
    summary_page("SUMMARY", "README", composer)
    llms_page([composer], "llms.txt")


def check_tags(api: Api) -> None:
    """Raise SpecError where a locale of the spec is no language."""
    for index, tag in enumerate(api.locales):
        try:
            check_tag(tag)
        except UsageError as problem:
            place = api.source.place(escape_pointer("locales", index))
            raise SpecError(problem.message, fix=problem.fix, place=place) from problem


def catalogs_of(api: Api) -> Catalogs:
    """Where the catalogs of an API lie: the product's own, and those beside the spec."""
    return Catalogs(project=api.folder / "locales", domain=api.id)


def chosen_languages(api: Api, root: Path | None = None) -> tuple[Language, ...]:
    """The languages that the spec names, in its order, or every language there is."""
    chosen = (find_client(selector, root) for selector in api.languages)
    named = tuple(language.preferring(client.id) if client else language for language, client in chosen)
    return named or default_languages(root)


def check_locales(locales: Sequence[Locale], languages: Sequence[Language]) -> Iterator[Finding]:
    """What is wrong with the catalogs that these locales read, each catalog once."""
    read = {catalog.path: catalog for locale in locales for catalog in locale.catalogs}
    return check_catalogs(read.values(), languages)


def check_catalogs(catalogs: Iterable[Catalog], languages: Sequence[Language]) -> Iterator[Finding]:
    """What is wrong with these catalogs, whose translations become comments in these languages."""
    refused = sorted({sequence for language in languages for sequence in language.comment.refuses})
    for catalog in catalogs:
        yield from check_catalog(catalog, refused)


def _outputs(api: Api, formats: Sequence[str], locales: int) -> list[tuple[str, Address]]:
    if not api.outputs and not api.regions:
        place, fix = api.source.place(), 'add `pages: [{format: gitbook, path: "{locale}/{page}.md"}]`'
        raise SpecError("the spec says nowhere where its pages go", fix=fix, place=place)
    missing = next(
        (name for name in formats if name not in {o.format for o in (*api.outputs, *api.regions)}), None
    )
    chosen = [(index, out) for index, out in enumerate(api.outputs) if not formats or out.format in formats]
    if missing:
        known = ", ".join(dict.fromkeys(out.format for out in (*api.outputs, *api.regions)))
        raise UsageError(f"the spec has no pages in the format {missing!r}", fix=f"choose one of: {known}")
    return [(out.format, _address(api, out, index, locales)) for index, out in chosen]


def _regions(api: Api, formats: Sequence[str], locales: int) -> Iterator[tuple[str, Address]]:
    """The formats of the pages that people write, and where these are."""
    for index, written in enumerate(api.regions):
        if not formats or written.format in formats:
            pattern = check_pattern(api, index, locales)
            yield written.format, Address(pattern, api.site, tuple(api.slugs.items()))


def _address(api: Api, output: Output, index: int, locales: int) -> Address:
    """The address of an output, whose path must name every page apart and stay below the output folder."""
    place = api.source.place(escape_pointer("pages", index, "path"))
    plain = output.path.replace("{locale}", "x").replace("{page}", "x")
    for segment in plain.split("/"):
        if segment in {"", ".", ".."} or not _SEGMENT.fullmatch(segment) or segment != segment.strip(". "):
            fix = "use a relative path of plain names, {locale} and {page}"
            raise SpecError(f"pages cannot be written to the path {output.path!r}", fix=fix, place=place)
    if locales > 1 and "{locale}" not in output.path:
        message = f"every locale would be written to the same path {output.path!r}"
        raise SpecError(message, fix="put {locale} into it", place=place)
    return Address(output.path, api.site, tuple(api.slugs.items()))


def _merge(api: Api, made: Iterable[tuple[str, str]]) -> dict[str, str]:
    """All files, where no two may differ in case only or go to one path with different text."""
    files: dict[str, str] = {}
    folded: dict[str, str] = {}
    for path, text in made:
        other = folded.setdefault(path.casefold(), path)
        if other != path or files.setdefault(path, text) != text:
            message = f"two different pages would be written to {path}"
            fix = "give each format a folder of its own, and no endpoint or article the id of another page"
            raise SpecError(message, fix=fix, place=api.source.place("/pages"))
    return files


def _finish(
    files: Mapping[str, str], output: Path, outcomes: Sequence[_Outcome], *, check: bool
) -> BuildResult:
    synced = sync(files, output, check=check)
    return BuildResult(
        files=files,
        written=synced.written,
        unchanged=synced.unchanged,
        changes=synced.changes,
        fallbacks=_fallbacks(outcomes),
        findings=tuple(dict.fromkeys(finding for outcome in outcomes for finding in outcome.findings)),
    )


def _fallbacks(outcomes: Sequence[_Outcome]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.locale, {}).update(outcome.fallbacks)
    return {tag: dict(sorted(sources.items())) for tag, sources in found.items()}
