"""Send the HTTP/1.1 message in a file, and print the body of the response; the proof of a raw message.

The head's line ends become CRLF (RFC 9112 section 2.2), and so do those of a body whose Content-Length
counts them so, as that of a multipart body. In the head, {{NAME}} stands for the environment variable of
that name: percent-encoded in the request line, and inside base64(...) encoded with what stands around it.
"""

import base64
import os
import re
import socket
import sys
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import quote

HOLE = re.compile(r"\{\{(\w+)\}\}")


def value(match: re.Match[str]) -> str:
    """The variable that a placeholder names."""
    found = os.environ.get(match[1])
    return found or sys.exit(f"Set the {match[1]} environment variable.")


def fill(line: str) -> str:
    """A header line with its placeholders filled."""
    encoded = re.sub(
        r"base64\((\{\{.*\}\})\)", lambda m: base64.b64encode(HOLE.sub(value, m[1]).encode()).decode(), line
    )
    return HOLE.sub(value, encoded)


def main() -> None:
    """Send the message, and end as a command would."""
    head, _, body = Path(sys.argv[1]).read_bytes().partition(b"\n\n")
    request_line, *lines = head.decode().split("\n")
    method = request_line.split(" ", 1)[0]
    host = next(line for line in lines if line.lower().startswith("host:")).partition(":")[2].strip()
    target = HOLE.sub(lambda match: quote(value(match), safe=""), request_line)
    length = next((line for line in lines if line.lower().startswith("content-length:")), ":0").partition(
        ":"
    )[2]
    if len(body) != int(length):
        body = body.replace(b"\n", b"\r\n")
    filled = "".join(f"{line}\r\n" for line in (target, *map(fill, lines), ""))
    name, _, port = host.rpartition(":") if ":" in host else (host, "", "80")
    try:
        with socket.create_connection((name, int(port)), timeout=30) as connection:
            connection.sendall(filled.encode() + body)
            with HTTPResponse(connection, method=method) as response:
                response.begin()
                text = response.read().decode()
    except (OSError, HTTPException) as problem:
        sys.exit(f"The request failed: {problem}")
    if response.status // 100 != 2:
        sys.exit(text)
    print(text)


if __name__ == "__main__":
    main()
