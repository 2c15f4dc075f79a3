"""A program for each language that prints the UTF-8 bytes of many literals, one a line, in hexadecimal.

`EMIT` stands for one call; `{}` in it is the expression. A program has functions of a hundred calls,
because the JVM bounds the size of a method.
"""

from dataclasses import dataclass

__all__ = ["PROGRAMS", "Program"]


@dataclass(frozen=True)
class Program:
    """The text around the calls: what comes first, one call, a function of calls, and the entry point."""

    head: str
    emit: str
    function: str = "{calls}"
    invoke: str = ""
    tail: str = ""

    def text(self, expressions: list[str]) -> str:
        """The whole program."""
        calls = [self.emit.replace("{}", expression) for expression in expressions]
        chunks = ["\n".join(calls[start : start + 100]) for start in range(0, len(calls), 100)]
        functions = (self.function.replace("{calls}", c).replace("{n}", str(n)) for n, c in enumerate(chunks))
        invokes = "\n".join(self.invoke.replace("{n}", str(n)) for n in range(len(chunks)))
        return f"{self.head}\n{chr(10).join(functions)}\n{self.tail.replace('{invokes}', invokes)}\n"


BASH = Program("API_KEY=K3Y\nemit() { printf '%s' \"$1\" | od -An -v -tx1 | tr -d ' \\n'; echo; }", "emit {}")

PROGRAMS = {
    "curl": BASH,
    "shell": BASH,
    "python": Program('api_key = "K3Y"\ndef emit(s): print(s.encode().hex())', "emit({})"),
    "javascript": Program(
        'const apiKey = "K3Y";\nconst emit = (s) => console.log(Buffer.from(s).toString("hex"));', "emit({});"
    ),
    "swift": Program(
        'import Foundation\nlet apiKey = "K3Y"\n'
        'func emit(_ s: String) { print(s.utf8.map { String(format: "%02x", $0) }.joined()) }',
        "  emit({})",
        "func part{n}() {\n{calls}\n}\npart{n}()",
    ),
    "kotlin": Program(
        'val apiKey = "K3Y"\n'
        'fun emit(s: String) = println(s.toByteArray().joinToString("") { "%02x".format(it) })',
        "    emit({})",
        "fun part{n}() {\n{calls}\n}",
        "part{n}()",
        "fun main() {\n{invokes}\n}",
    ),
    "java": Program(
        "import java.nio.charset.StandardCharsets;\nimport java.util.HexFormat;\npublic class Main {\n"
        'static String apiKey = "K3Y".strip();\n'
        "static void emit(String s) { System.out.println("
        "HexFormat.of().formatHex(s.getBytes(StandardCharsets.UTF_8))); }",
        "emit({});",
        "static class Part{n} { static void run() {\n{calls}\n} }",
        "Part{n}.run();",
        "public static void main(String[] args) {\n{invokes}\n}\n}",
    ),
    # The word that ends a heredoc stands alone on its line.
    "ruby": Program('api_key = "K3Y"\ndef emit(s) = puts(s.unpack1("H*"))', "emit({}\n)"),
    "php": Program(
        "<?php\n$apiKey = 'K3Y';\nfunction emit(string $s): void { echo bin2hex($s), \"\\n\"; }", "emit({});"
    ),
    "go": Program(
        'package main\nimport (\n"encoding/hex"\n"fmt"\n)\nvar apiKey = "K3Y"\n'
        "func emit(s string) { fmt.Println(hex.EncodeToString([]byte(s))) }",
        "emit({})",
        "func part{n}() {\n{calls}\n}",
        "part{n}()",
        "func main() {\n{invokes}\n}",
    ),
    "csharp": Program(
        "using System;\nusing System.Text;\nusing System.Threading.Tasks;\npublic static class Program {\n"
        'static string apiKey = "K3Y";\nstatic void Emit(string s) { Console.WriteLine('
        'BitConverter.ToString(Encoding.UTF8.GetBytes(s)).Replace("-", "").ToLower()); }',
        "Emit({});",
        "static void Part{n}() {\n{calls}\n}",
        "Part{n}();",
        "public static Task Main() {\n{invokes}\nreturn Task.FromResult(0);\n}\n}",
    ),
}
