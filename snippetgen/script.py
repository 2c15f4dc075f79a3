"""A script is a snippet from a template of the project's own; here it becomes text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from snippetgen.language import load_language
from snippetgen.render import Variable, render_template
from snippetgen.spec import Script

__all__ = ["render_script"]


def render_script(script: Script, translate: Callable[[str], str] = str, root: Path | None = None) -> str:
    """The text of a script; its template sees the script's values and its credentials."""
    language = load_language(script.language, root)
    credentials = [c for authentication in script.authentications for c in authentication.credentials]
    variables = tuple(
        Variable(c, language.name(c), c.env, f"Set the {c.env} environment variable.") for c in credentials
    )
    return render_template(script.template, language, {**script.values, "credentials": variables}, translate)
