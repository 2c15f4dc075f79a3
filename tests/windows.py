"""What reads a command on Windows, modelled from its documentation: cmd.exe, a program's startup, PowerShell.

The models know nothing of the manifests; where a value would act as code, or where Windows programs differ
in what they read, they raise `ReadError`.
"""

import re

__all__ = ["ReadError", "read_argv", "read_batch", "read_powershell"]

SINGLE_QUOTES = "'\u2018\u2019\u201a\u201b"
DOUBLE_QUOTES = '"\u201c\u201d\u201e'
BACKTICKS = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}


class ReadError(Exception):
    """The text is not the one value that it was meant to be."""


def read_batch(text: str, variables: dict[str, str]) -> list[str]:
    """The commands of a batch file as cmd.exe hands them to programs, delayed expansion being off."""
    commands, command, quoted = [], "", False
    characters = iter(_expanded(text, variables))
    for char in characters:
        if char == "\n":  # ends a command even between quotes
            commands.append(command)
            command, quoted = "", False
        elif char == '"':
            quoted = not quoted
            command += char
        elif quoted or char not in "^&|<>":
            command += char
        elif char == "^":
            following = next(characters, "")
            command += next(characters, "") if following == "\n" else following
        else:
            raise ReadError(f"{char!r} is an operator after {command!r}")
    return [line for line in [*commands, command] if line.strip()]


def _expanded(text: str, variables: dict[str, str]) -> str:
    """The text with `%%` and `%name%` replaced, which comes first and heeds no quotes."""

    def value(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        if match[1] is None or match[1] not in variables:
            raise ReadError(f"{match[0]!r} is an expansion")
        return variables[match[1]]

    return re.sub(r"%%|%([^%\n]*)%|%", value, text)


def read_argv(command: str) -> list[str]:
    """The arguments that a C runtime makes of a command line; they agree on all but a repeated quote."""
    arguments, current, quoted, at = [], None, False, 0
    while at < len(command):
        run = re.compile(r"\\*").match(command, at)[0]
        at += len(run)
        char = command[at : at + 1]
        if char == '"':
            current = (current or "") + "\\" * (len(run) // 2)
            if len(run) % 2:
                current += '"'
            elif quoted and command[at + 1 : at + 2] == '"':
                raise ReadError('programs differ in what they make of `""` between quotes')
            else:
                quoted = not quoted
        else:
            if run:
                current = (current or "") + run
            if char in {" ", "\t", ""} and not quoted:
                arguments += [] if current is None else [current]
                current = None
            else:
                current = (current or "") + char
        at += 1
    if quoted:
        raise ReadError("the last quote is open")
    return arguments if current is None else [*arguments, current]


def read_powershell(code: str) -> str:
    """The value of a PowerShell string literal that is the whole of the code."""
    if re.match(rf"@[{SINGLE_QUOTES}]\n", code):
        value, end = _here_string(code)
    elif code[:1] in SINGLE_QUOTES:
        value, end = _verbatim(code)
    elif code[:1] in DOUBLE_QUOTES:
        value, end = _expandable(code)
    else:
        raise ReadError(f"{code[:20]!r} is no string")
    if end != len(code):
        raise ReadError(f"{code[end : end + 20]!r} stands behind the string")
    return value


def _here_string(code: str) -> tuple[str, int]:
    end = re.compile(rf"\n[{SINGLE_QUOTES}]@").search(code, 2)
    if end is None:
        raise ReadError("the here-string does not end")
    return code[3 : end.start()] if end.start() > 2 else "", end.end()


def _verbatim(code: str) -> tuple[str, int]:
    value, at = "", 1
    while at < len(code):
        if code[at] in SINGLE_QUOTES:
            if code[at + 1 : at + 2] == "" or code[at + 1] not in SINGLE_QUOTES:
                return value, at + 1
            at += 1
        value += code[at]
        at += 1
    raise ReadError("the string does not end")


def _expandable(code: str) -> tuple[str, int]:
    value, at = "", 1
    while at < len(code):
        char, following = code[at], code[at + 1 : at + 2]
        if char == "`":
            unicode = re.compile(r"`u\{([0-9a-fA-F]{1,6})\}").match(code, at)
            if following == "u" and not unicode:
                raise ReadError("`u lacks its braces")
            value += chr(int(unicode[1], 16)) if unicode else BACKTICKS.get(following, following)
            at = unicode.end() if unicode else at + 2
            continue
        if char in DOUBLE_QUOTES:
            if not following or following not in DOUBLE_QUOTES:
                return value, at + 1
            at += 1
        elif char == "$" and re.match(r"[\w({:$?^]", following):
            raise ReadError(f"{code[at : at + 20]!r} is an expansion")
        value += code[at]
        at += 1
    raise ReadError("the string does not end")
