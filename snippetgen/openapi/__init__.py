"""An OpenAPI document as it was read: its operations, parameters, responses and schemas."""

from snippetgen.openapi.document import Document, load_document, nearest
from snippetgen.openapi.operation import Operation, RequestBody, Response
from snippetgen.openapi.parameter import Parameter

__all__ = ["Document", "Operation", "Parameter", "RequestBody", "Response", "load_document", "nearest"]
