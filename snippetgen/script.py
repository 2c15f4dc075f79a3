"""A script is a snippet from a template of the project's own; here it becomes text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from snippetgen.api import Script
from snippetgen.manifest import load_language
from snippetgen.render import render_template
from snippetgen.scene import variable

__all__ = ["render_script"]


def render_script(script: Script, translate: Callable[[str], str] = str, root: Path | None = None) -> str:
    """The text of a script; its template sees the script's values and its credentials."""
    language = load_language(script.language, root)
    variables = tuple(
        variable(credential, language)
        for authentication in script.authentications
        for credential in authentication.credentials
    )
    return render_template(script.template, language, {**script.values, "credentials": variables}, translate)
