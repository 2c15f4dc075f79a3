"""A value never becomes code: payloads that would create a file, in every position of every client."""

import pytest

from snippetgen.errors import UnsupportedError
from snippetgen.manifest import load_languages
from snippetgen.proof.verify import plan_requests, verify
from snippetgen.render import render
from snippetgen.request import build_request

CLIENTS = [(language, client) for language in load_languages() for client in language.clients]


def _payload(path) -> str:
    """One text that runs as code in some language, whichever quotes it was put between."""
    return (
        f"$(touch {path}) `touch {path}` ${{IFS}} '; touch {path} #' \"; touch {path} # "
        f"#{{File.write('{path}', '')}} {{${{touch('{path}')}}}} <?php touch('{path}'); ?> "
        f"\\(fputs(\"{path}\")) ${{require('fs').writeFileSync('{path}','')}} "
        f"' + open('{path}','w') + ' \" + open(\"{path}\",\"w\") + \" */ // %s {{0}} %USERPROFILE% !x"
    )


def _requests(payload: str):
    """The payload as path, query, header, cookie, as every kind of body, and as a name without a value."""
    spread = {
        "path": {"id": payload},
        "query": [["q", payload], [payload, "v"]],
        "headers": {"X-Value": payload},
        "cookies": {"c": payload.replace(";", "")},
    }
    bodies = {
        "json": {"json": {"k": payload, payload: "v"}},
        "text": {"text": f"{payload}\n{payload}"},
        "form": {"form": [["f", payload], [payload, "v"]]},
        "multipart": {"multipart": [{"name": "m", "value": payload}, {"name": "j", "json": payload}]},
    }
    bare = {"path": spread["path"], "query": [[payload, None]]}
    yield "bare", build_request(bare, method="GET", origin="https://h.example", path="/things/{id}")
    for name, body in bodies.items():
        example = {**spread, "body": body}
        yield name, build_request(example, method="POST", origin="https://h.example", path="/things/{id}")


@pytest.mark.proof
@pytest.mark.parametrize(
    ("language", "client"), CLIENTS, ids=[f"{language.id}-{client.id}" for language, client in CLIENTS]
)
def test_a_payload_stays_a_value(language, client, tmp_path):
    """The snippet sends it, byte for byte, and no file appears."""
    target = tmp_path / "created"
    requests = list(_requests(_payload(str(target))))
    rendered = []
    for name, request in requests:
        try:
            render(request, language, client)
            rendered.append((name, request))
        except UnsupportedError:
            continue
    proofs = verify(plan_requests(rendered, [(language, client)]), jobs=1)
    assert [(p.example, p.reason) for p in proofs if p.verdict == "fail"] == []
    assert not target.exists()
    unproven = sorted({proof.reason for proof in proofs if proof.verdict == "unproven"})
    if unproven or not rendered:
        pytest.skip(f"{language.id}/{client.id} is unproven: {unproven or 'it refuses every payload'}")
