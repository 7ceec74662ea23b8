"""The root of the JSON API: one shape for every failure, one parser, one renderer; shop/urls.py mounts the routers."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.docs import Swagger
from ninja.openapi.schema import OpenAPISchema

from shop.storefront.answers import failure_answer
from shop.storefront.failure import INTERNAL, Failure, RefusedInputError
from shop.storefront.failures import failure_of
from shop.storefront.json_only import HtmlSafeRenderer, StrictParser, json_only

logger = logging.getLogger(__name__)

DESCRIPTION = """
The grocery shop's API. It takes and gives `application/json` alone. Amounts are strings with two decimals, times are
ISO 8601 in UTC. Every failure is `{"code", "detail"}`; a `503` says in `Retry-After` how many seconds to wait.
Any operation answers `429` (`rate_limited`) to whoever calls too often, with a `Retry-After`; `RateLimit` and
`RateLimit-Policy` say on every answer how many calls are left, in how long a time.
`Cache-Status` (RFC 9211) says of each answer which caches it was read from.
"""
FAILURE_SCHEMA = {
    "title": "Failure",
    "type": "object",
    "required": ["code", "detail"],
    "properties": {
        "code": {"type": "string", "description": "For programs; does not change.", "examples": ["not_found"]},
        "detail": {"type": "string", "description": "For people."},
        "where": {
            "type": "array",
            "description": "With `invalid_input`: each part of the input that is wrong.",
            "items": {
                "type": "object",
                "required": ["in", "field", "problem"],
                "properties": {name: {"type": "string"} for name in ("in", "field", "problem")},
            },
        },
    },
}
FAILURE_RESPONSE = {
    "description": "A failure.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}}},
}


class LarderAPI(NinjaAPI):
    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """Every failure in its one shape; a defect is logged and says nothing of itself."""
        failure = _failure(exc)
        if failure is None:
            logger.error("%s %s failed", request.method, request.path, exc_info=exc)
        return failure_answer(request, failure or INTERNAL)

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Ninja's schema, with the failure that any operation may answer."""
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"]["Failure"] = FAILURE_SCHEMA
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"]["default"] = FAILURE_RESPONSE
        return schema


def _failure(error: Exception) -> Failure | None:
    if isinstance(error, ValidationError):
        where = tuple(_where(one) for one in error.errors)
        detail = " ".join(f"{part['field'] or part['in']}: {part['problem']}." for part in where)
        return Failure(status=422, code="invalid_input", detail=detail, where=where)
    if isinstance(error, HttpError) and isinstance(error.__cause__, RefusedInputError):
        return error.__cause__.failure
    return failure_of(error)


def _where(error: dict[str, Any]) -> dict[str, str]:
    # The location is ("query", "filters", "limit"): the middle is the name of our own parameter.
    source, *path = (str(part) for part in error["loc"])
    return {"in": source, "field": ".".join(path[1:] or path), "problem": str(error["msg"])}


api = LarderAPI(
    title="Larder",
    version="1",
    description=DESCRIPTION,
    docs=Swagger({"defaultModelsExpandDepth": 0}),
    parser=StrictParser(),
    renderer=HtmlSafeRenderer(),
)
api.add_decorator(json_only, mode="view")
