"""Commands of a POSIX shell script as words, with bash's `$'…'`; nothing is expanded or run.

https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html. A variable becomes a mark of
`Variables`; what only a shell could do (a command substitution, a loop) becomes the command's `problem`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from snippetgen.importing.variable import Variables

__all__ = ["Command", "read_commands"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "v": "\v",
}
_RESERVED = frozenset(
    {
        *("!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for"),
        *("function", "if", "in", "select", "then", "time", "until", "while"),
    }
)
_BREAKS = " \t\r\n;&|<>()"


@dataclass(slots=True)
class Command:
    """One simple command: its words, what its standard input reads, and where it stands.

    `input_file` is the name behind `<`, `input_text` the text of a here-document; `problem` says what
    keeps the command from being read without a shell, `substitutions` are the scripts of its `$(…)`.
    """

    line: int
    words: list[str] = field(default_factory=list)
    input_file: str | None = None
    input_text: str | None = None
    piped: bool = False
    problem: str | None = None
    substitutions: list[str] = field(default_factory=list)


def read_commands(script: str, variables: Variables) -> list[Command]:
    """The simple commands of a script, in order."""
    return _Reader(script, variables).commands()


class _Reader:
    def __init__(self, script: str, variables: Variables) -> None:
        self.text = script.replace("\r\n", "\n")
        self.at = 0
        self.lines, self.counted = 1, 0  # lines up to the character that was counted last
        self.variables = variables
        self.found: list[Command] = []
        self.command = Command(1)
        self.heredocs: list[tuple[Command, str, bool, bool]] = []

    def commands(self) -> list[Command]:
        while self.at < len(self.text):
            self.step()
        self.end()
        return self.found

    def line(self) -> int:
        self.lines += self.text.count("\n", self.counted, self.at)
        self.counted = max(self.counted, self.at)
        return self.lines

    def peek(self, length: int = 1) -> str:
        return self.text[self.at : self.at + length]

    def step(self) -> None:
        """Take one operator, comment or word."""
        char = self.peek()
        if char == "\\" and self.peek(2) == "\\\n":
            self.at += 2
        elif char in " \t\r":
            self.at += 1
        elif char == "\n":
            self.at += 1
            self.end()
            self.read_heredocs()
        elif char == "#":
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
        elif char in ";&|":
            self.separate(char)
        elif char in "()":
            self.at += 1
            self.fail("a subshell")
        elif char in "<>" or re.match(r"[0-9]+[<>]", self.text[self.at : self.at + 6]):
            self.redirect()
        else:
            self.start()
            self.command.words.append(self.word())

    def start(self) -> None:
        if not self.command.words:
            self.command.line = self.line()

    def separate(self, char: str) -> None:
        double = self.peek(2)
        self.at += 2 if double in {"&&", "||", ";;", "|&"} else 1
        self.end()
        self.command.piped = char == "|" and double != "||"

    def end(self) -> None:
        command = self.command
        if command.words and command.words[0] in _RESERVED:
            command.problem = f"the shell's {command.words[0]!r}"
        if command.words or command.problem:
            self.found.append(command)
        self.command = Command(self.line())

    def fail(self, problem: str) -> None:
        self.command.problem = self.command.problem or problem

    def redirect(self) -> None:
        """`<file`, `<<WORD`, `<<<word`; what is written elsewhere does not matter here."""
        match = re.compile(r"[0-9]*(<<<|<<-?|<&|>>|>\||>&|<>|<|>)").match(self.text, self.at)
        operator = match[1] if match else "<"
        self.at += len(match[0]) if match else 1
        self.skip_blanks()
        if self.peek() == "(":
            self.fail("a process substitution")
            return
        quoted = self.peek() in {"'", '"', "\\"}
        word = self.word()
        if operator == "<":
            self.command.input_file = word
        elif operator == "<<<":
            self.command.input_text = f"{word}\n"
        elif operator in {"<<", "<<-"}:
            self.heredocs.append((self.command, word, quoted, operator == "<<-"))
        elif operator == "<&":
            self.fail("a redirection of a file descriptor")

    def skip_blanks(self) -> None:
        while self.peek() in {" ", "\t"} or self.peek(2) == "\\\n":
            self.at += 1 if self.peek() != "\\" else 2

    def read_heredocs(self) -> None:
        for command, end, quoted, stripped in self.heredocs:
            lines: list[str] = []
            while self.at < len(self.text):
                stop = self.text.find("\n", self.at)
                stop = len(self.text) if stop < 0 else stop
                line = self.text[self.at : stop]
                self.at = stop + 1
                line = line.lstrip("\t") if stripped else line
                if line == end:
                    break
                lines.append(line)
            content = "".join(f"{line}\n" for line in lines)
            command.input_text = content if quoted else self.expand(content, command)
        self.heredocs = []

    def expand(self, content: str, command: Command) -> str:
        """The text of a here-document, which is read like double quotes."""
        inner = _Reader(content, self.variables)
        inner.command = Command(0)
        text = inner.double("")
        command.problem = command.problem or inner.command.problem
        command.substitutions += inner.command.substitutions
        return text

    # Words

    def word(self) -> str:
        pieces: list[str] = []
        while self.at < len(self.text) and self.peek() not in _BREAKS:
            pieces.append(self.piece())
        return "".join(pieces)

    def piece(self) -> str:
        char = self.peek()
        self.at += 1
        if char == "'":
            return self.until("'")
        if char == '"':
            return self.double('"')
        if char == "\\":
            escaped = self.peek()
            self.at += 1
            return "" if escaped == "\n" else escaped
        if char == "$":
            return self.dollar()
        if char == "`":
            self.substitute(self.until("`"))
            return ""
        if char == "^" and self.peek() == "\n":
            self.fail("a command line of Windows")
        return char

    def until(self, quote: str) -> str:
        end = self.text.find(quote, self.at)
        if end < 0:
            self.fail(f"a {quote} without its end")
            end = len(self.text)
        inner = self.text[self.at : end]
        self.at = end + 1
        return inner

    def double(self, quote: str) -> str:
        r"""What stands in double quotes, which only `\`, `$` and a backtick leave."""
        pieces: list[str] = []
        while True:
            char = self.peek()
            self.at += 1
            if not char:
                if quote:
                    self.fail('a " without its end')
                return "".join(pieces)
            if char == quote:
                return "".join(pieces)
            if char == "\\" and self.peek() in {"$", "`", "\\", "\n"} | {quote} - {""}:
                pieces.append(self.peek().replace("\n", ""))
                self.at += 1
            elif char == "$":
                pieces.append(self.dollar(quoted=True))
            elif char == "`":
                self.substitute(self.until("`"))
            else:
                pieces.append(char)

    def dollar(self, *, quoted: bool = False) -> str:
        """What follows a dollar sign."""
        char = self.peek()
        if char == "'" and not quoted:
            self.at += 1
            return self.ansi()
        if char == '"' and not quoted:
            self.at += 1
            return self.double('"')
        if char == "(":
            self.substitute(self.parenthesis())
            return ""
        braced = char == "{"
        match = _NAME.match(self.text, self.at + braced)
        if match and (not braced or self.text[match.end() : match.end() + 1] == "}"):
            self.at = match.end() + braced
            return self.variables.hide(match[0])
        if braced or (char and char in "0123456789@*#?$!-"):
            self.fail(f"the shell's ${char}")
        return "$"

    def substitute(self, script: str) -> None:
        """Take a command substitution, which is not run."""
        self.command.substitutions.append(script)
        self.fail("a command substitution")

    def parenthesis(self) -> str:
        """What stands between parentheses."""
        start, depth = self.at + 1, 0
        while self.at < len(self.text):
            char = self.peek()
            self.at += 1
            depth += (char == "(") - (char == ")")
            if not depth:
                return self.text[start : self.at - 1]
        return self.text[start:]

    def ansi(self) -> str:
        """A string in `$'…'`: https://www.gnu.org/software/bash/manual/html_node/ANSI_002dC-Quoting.html."""
        found = bytearray()
        pattern = re.compile(
            r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|c(.)|(.))|([^\\])",
            re.DOTALL,
        )
        while True:
            if self.peek() == "'":
                self.at += 1
                break
            match = pattern.match(self.text, self.at)
            if match is None:
                self.fail("a $' without its end")
                break
            self.at = match.end()
            found += _ansi(match)
        try:
            return found.decode()
        except UnicodeDecodeError:
            self.fail("bytes that are not UTF-8")
            return ""


def _ansi(match: re.Match[str]) -> bytes:
    hexadecimal, short, long, octal, control, char, plain = match.groups()
    if hexadecimal:
        return bytes([int(hexadecimal, 16)])
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    if short or long:
        return _encode(min(int(short or long, 16), 0x10FFFF))
    if control:
        return bytes([ord(control) & 0x1F])
    if plain:
        return plain.encode("utf-8", "surrogatepass")
    return (_ESCAPES.get(char) or (char if char in "\\'\"?" else f"\\{char}")).encode()


def _encode(code: int) -> bytes:
    return chr(code).encode("utf-8", "surrogatepass")
