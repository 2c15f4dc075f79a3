"""The contract: what the OpenAPI document says about requests, responses, and about itself.

Each check is a generator of findings; every finding says what is the case, where (a pointer into the
value that was checked) and what mends it. The caller adds endpoint, example and place by
`dataclasses.replace`.
"""

from __future__ import annotations

from snippetgen.contract.document import check_document
from snippetgen.contract.example import Judged, judge
from snippetgen.contract.request import check_request
from snippetgen.contract.response import check_response
from snippetgen.contract.shown import Shown, shown_values
from snippetgen.contract.structure import check_structure
from snippetgen.contract.value import unusable

__all__ = [
    "RULES",
    "Judged",
    "Shown",
    "check_document",
    "check_request",
    "check_response",
    "check_structure",
    "judge",
    "shown_values",
    "unusable",
]

# Every rule that the checks above can yield; each has a page in docs/rules/contract/.
RULES = (
    # a request
    *("contract/deprecated-parameter", "contract/invalid-json", "contract/media-type", "contract/method"),
    *("contract/missing-body", "contract/missing-parameter", "contract/parameter-schema", "contract/path"),
    *(
        "contract/read-only-property",
        "contract/repeated-parameter",
        "contract/request-schema",
        "contract/security",
    ),
    *("contract/shadowed-path", "contract/undeclared-body", "contract/undeclared-cookie"),
    *("contract/undeclared-header", "contract/undeclared-parameter"),
    # a request or a response
    *("contract/unchecked-body", "contract/undeclared-property"),
    # a response
    *("contract/response-schema", "contract/undeclared-status", "contract/unexpected-body"),
    *("contract/unknown-branch", "contract/vacuous-schema", "contract/write-only-property"),
    # an example of the document
    *("contract/json-in-string", "contract/parameter-example", "contract/request-example"),
    *("contract/response-example", "contract/schema-example"),
    # the document
    *("contract/broken-part", "contract/meta-schema", "contract/server-url", "contract/unusable-schema"),
    *("contract/no-effect", "contract/no-error-response", "contract/no-security", "contract/no-servers"),
    *("contract/no-success-response", "contract/path-parameter", "contract/unchecked-format"),
    *("contract/repeated-name", "contract/unchecked-pattern", "contract/unknown-security-scheme"),
)
