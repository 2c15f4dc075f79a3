"""Secrets of a recorded request become credentials that its snippets read from the environment.

What counts as a secret: Authorization and Proxy-Authorization, every cookie, and each header, query pair,
form field and text part whose name says so (`api_key`, `X-Auth-Token`, `client_secret`).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import replace

from snippetgen.importing.specfile import free_name
from snippetgen.model import Body, BodyPart, Credential, Encoded, Pair, Request, Text

__all__ = ["Environment", "is_secret", "kept", "redact"]

# The last word of a secret's name, beside `key`.
_SECRET = re.compile(
    r"apikey|auth(entication|orization)?|credentials?|jwt|[ht]?otp|pass(code|phrase|wd|word)?|pwd|secret"
    r"|session(id)?|sid|sig(nature)?|token"
)
# What may stand behind it: a secret that is repeated, or told by a number of its own, is one still.
_QUALIFIERS = frozenset({"again", "confirm", "confirmation", "id", "repeat"})
# A `…-key` is a secret, unless it is a key of these kinds.
_OPEN_KEYS = frozenset(
    {
        *("cache", "foreign", "group", "idempotency", "object", "order", "partition", "primary"),
        *("public", "routing", "sort", "surrogate"),
    }
)
# Names that a shell or a runtime gives a meaning of its own.
_TAKEN = frozenset({"HOME", "HOST", "LANG", "PATH", "PWD", "SHELL", "TERM", "TMPDIR", "TZ", "USER"})


def is_secret(name: str) -> bool:
    """Whether a header, parameter or field of that name holds a secret."""
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]
    while words and words[-1] in _QUALIFIERS:
        del words[-1]
    if not words:
        return False
    if words[-1] == "key":
        return len(words) == 1 or words[-2] not in _OPEN_KEYS
    return bool(_SECRET.fullmatch(words[-1]))


class Environment:
    """Environment names that are given out: one value has one name in all requests, and two have two.

    None of the names `taken` is given to a value; variables of the recording have them.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = set(taken)
        self.given: dict[tuple[str, str], str] = {}

    def credential(self, name: str, value: str) -> Credential:
        """The credential of a value that stands under that name."""
        base = re.sub(r"[^A-Z0-9]+", "_", re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).upper()).strip("_")
        base = base.removeprefix("X_") or "SECRET"
        base = f"API_{base}" if base in _TAKEN | {"KEY"} or base[0].isdigit() else base
        if (base, value) not in self.given:
            self.given[base, value] = free_name(base, self.taken, "_")
            self.taken.add(self.given[base, value])
        env = self.given[base, value]
        return Credential(env.lower(), env, f"YOUR_{env}")


class _Names:
    """The names of one request that hold a secret: those that say so, and `secrets`, whatever they say."""

    def __init__(self, secrets: frozenset[str], environment: Environment) -> None:
        self.secrets = secrets
        self.credential = environment.credential

    def hides(self, name: str) -> bool:
        """Whether what stands under that name is a secret."""
        return name in self.secrets or is_secret(name)


def redact(
    request: Request, secrets: frozenset[str] = frozenset(), environment: Environment | None = None
) -> Request:
    """The request with a credential in every secret's place; bodies of JSON and text stay as they are.

    `secrets` are names that hold one, whatever they say; requests that are used together share an
    `environment`.
    """
    names = _Names(secrets, environment or Environment(c.env for c in request.credentials))
    return replace(
        request,
        query=tuple(_pair(pair, names) for pair in request.query),
        headers=tuple(_header(pair, names) for pair in request.headers),
        body=_body(request.body, names) if request.body else None,
    )


def kept(request: Request) -> tuple[str, ...]:
    """The names, each once, under which a JSON body holds secrets that `redact` leaves there."""
    found: dict[str, None] = {}
    rest = [("", request.body.value)] if request.body and request.body.kind == "json" else []
    while rest:
        name, value = rest.pop()
        if isinstance(value, dict):
            rest += reversed(value.items())
        elif isinstance(value, list):
            rest += [("", item) for item in reversed(value)]
        elif isinstance(value, str) and is_secret(name):
            found[name] = None
    return tuple(found)


def _pair(pair: Pair, names: _Names) -> Pair:
    literal = pair.value.literal if pair.value else None
    if not literal or not names.hides(pair.name):
        return pair
    return Pair(pair.name, Text.of(names.credential(pair.name, literal)))


def _header(pair: Pair, names: _Names) -> Pair:
    if not pair.value:
        return pair
    name, literal = pair.name.lower(), pair.value.literal
    prefix = {"authorization": "API", "proxy-authorization": "PROXY"}.get(name)
    if prefix:
        value = _authorization(literal, prefix, names) if literal else _with_user(pair.value, prefix, names)
        return Pair(pair.name, value)
    if not literal:
        return pair
    if name == "cookie":
        return Pair(pair.name, _cookies(literal, names))
    return _pair(pair, names)


def _authorization(value: str, prefix: str, names: _Names) -> Text:
    scheme, space, secret = value.partition(" ")
    if not space:
        return Text.of(names.credential(f"{prefix}_TOKEN", value))
    if scheme.lower() == "basic" and (pair := _user(secret)):
        user = names.credential(f"{prefix}_USERNAME", pair[0])
        password = [names.credential(f"{prefix}_PASSWORD", pair[1])] if pair[1] else []
        return Text.of(f"{scheme} ", Encoded("base64", Text.of(user, ":", *password)))
    return Text.of(f"{scheme} ", names.credential(f"{prefix}_TOKEN", secret))


def _with_user(value: Text, prefix: str, names: _Names) -> Text:
    """A Basic value whose password is a credential, its user another, for a spec states both or none."""
    match value.parts:
        case ("Basic " as scheme, Encoded("base64", Text((str() as known, Credential() as password)))):
            user, colon, rest = known.partition(":")
            if user and colon and not rest:
                named = names.credential(f"{prefix}_USERNAME", user)
                return Text.of(scheme, Encoded("base64", Text.of(named, ":", password)))
    return value


def _user(encoded: str) -> tuple[str, str] | None:
    """The user name and the password, where they are the UTF-8 text of a Base64 string."""
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, password) if user and colon else None


def _cookies(value: str, names: _Names) -> Text:
    text = Text()
    for index, crumb in enumerate(re.split(r"(; *)", value)):
        name, equals, secret = crumb.partition("=")
        if index % 2 or not equals or not secret:
            text += Text.of(crumb)
        else:
            text += Text.of(f"{name}=", names.credential(f"{name}_COOKIE", secret))
    return text


def _body(body: Body, names: _Names) -> Body:
    pairs = tuple(_pair(pair, names) for pair in body.pairs)
    return replace(body, pairs=pairs, parts=tuple(_parts(body.parts, names)))


def _parts(parts: Iterable[BodyPart], names: _Names) -> Iterable[BodyPart]:
    for part in parts:
        literal = part.text.literal if part.text and part.file_name is None else None
        if literal and names.hides(part.name):
            yield replace(part, text=Text.of(names.credential(part.name, literal)))
        else:
            yield part
