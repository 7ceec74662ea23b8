"""Requests made up from the OpenAPI schema, right ones and wrong ones, find no failure of ours.

FULL=1 makes up ten times as many.
"""

import os
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.goods import Goods
from tests.integration.api_keys import bearer, clerk, key_of

EXAMPLES = 400 if os.environ.get("FULL") == "1" else 40
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
OPERATIONS = [
    ("GET", "/api/products"),
    ("GET", "/api/products/{product_id}"),
    ("POST", "/api/products/{product_id}/reviews"),
    ("POST", "/api/products/{product_id}/views"),
    ("GET", "/api/cart"),
    ("PUT", "/api/cart/items/{product_id}"),
    ("DELETE", "/api/cart/items/{product_id}"),
    ("POST", "/api/checkout"),
    ("GET", "/api/orders/{order_id}"),
    ("GET", "/api/caches"),
    ("GET", "/api/flash-sales"),
    ("POST", "/api/flash-sales"),
    ("POST", "/api/flash-sales/{sale_id}/start"),
    ("POST", "/api/flash-sales/{sale_id}/end"),
]


@pytest.fixture
def openapi(goods: Goods) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())


def test_every_operation_of_the_schema_is_tried(openapi: schemathesis.BaseSchema) -> None:
    found = {
        (method.upper(), path) for path, operations in openapi.raw_schema["paths"].items() for method in operations
    }

    assert found == set(OPERATIONS)


# Operations without parameters have no wrong ones.
BARE = (("GET", "/api/caches"), ("GET", "/api/cart"), ("GET", "/api/flash-sales"))
TRIED = [
    (method, path, mode)
    for method, path in OPERATIONS
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or (method, path) not in BARE
]


@pytest.mark.parametrize(("method", "path", "mode"), TRIED)
def test_no_request_of_the_schema_finds_a_failure_of_ours(
    openapi: schemathesis.BaseSchema, goods: Goods, method: str, path: str, mode: GenerationMode
) -> None:
    operation, key = openapi[path][method], bearer(key_of(clerk("change_flashsale")))
    cases = operation.as_strategy(generation_mode=mode)
    if "{product_id}" in path:
        # A made-up id finds nothing; every second request asks for a product that exists.
        cases |= operation.as_strategy(generation_mode=mode, path_parameters={"product_id": goods.id})

    @given(case=cases)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def no_failure(case: Case[Any]) -> None:
        # So that whoever needs a key gets as far as the operation itself.
        case.call_and_validate(checks=CHECKS, headers={"Authorization": key})

    no_failure()
