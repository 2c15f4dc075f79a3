"""`languages` and `doctor` list what is supported and what was found."""

from __future__ import annotations

import click

__all__ = ["doctor", "languages"]


@click.command()
def languages() -> None:
    """List the languages and their clients."""
    from snippetgen.manifest import load_languages

    for language in load_languages():
        clients = ", ".join(f"{client.id} ({client.title})" for client in language.clients)
        click.echo(f"{language.id:<12} {language.title:<12} {clients}")


@click.command()
def doctor() -> None:
    """Show which toolchains were found, and the command that installs each missing one."""
    from snippetgen.manifest import load_languages
    from snippetgen.proof.doctor import examine, format_checkups

    click.echo(format_checkups(examine(load_languages())))
