"""The API does what its OpenAPI document says, for what a machine thinks of as well (seeded)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from service.records import Role
from tests.service.api.house import add_customer, body_of, requirement_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemathesis.schemas import APIOperation, BaseSchema

    from tests.service.api.house import Caller, House

    Operation = APIOperation[Any, Any, Any, Any]

DOCUMENT = "/api/openapi.json"
#: Cases for each operation (75 on 2026-11-27) and each kind of data, good and bad.
CASES = 8
#: Whoever may do what the operation needs, so that not all answers are 403.
WHO = {
    "people.add": Role.ADMIN,
    "audit.read": Role.ADMIN,
    "requirements.change": Role.SALES_OPS,
    "reviews.decide": Role.REVIEWER,
    "facts.add": Role.SALES_OPS,
    "facts.read": Role.SALES_OPS,
    "facts.repair": Role.SALES_OPS,
    "firings.read": Role.SALES_OPS,
    "measures.read": Role.SALES_OPS,
    "measures.lift": Role.SALES_OPS,
}
#: Answers to requests of the right form: done, or not there, not allowed, not at this time.
GOOD = {200, 201, 204, 401, 403, 404, 409}


def _operations(schema: BaseSchema) -> list[Operation]:
    results = list(schema.get_all_operations())
    found = [result.ok() for result in results if isinstance(result, Ok)]
    assert len(found) == len(results)
    return found


def test_the_document_is_openapi_3_1(house: House) -> None:
    document = body_of(house.app.test_client().get(DOCUMENT))
    assert document["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(document).validate()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_operation_keeps_its_word(house: House, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, house.app)
    # The tokens are ours; what happens without one is in test_api_accounts.
    schema.config.generation.update(with_security_parameters=False)
    callers = {role: house.somebody(role.value, role) for role in {*WHO.values(), Role.SALESPERSON}}
    known = _known_ids(callers[Role.SALESPERSON])
    for operation in _operations(schema):
        role = WHO.get(operation.definition.raw["x-needs"], Role.SALESPERSON)
        _try(operation, callers[role], mode, known)


def _is_of_the_world(problem: dict[str, Any]) -> None:
    """A request of the right form may still not fit what is there, and only for these reasons."""
    places = {error["where"] for error in problem["errors"]}
    assert (
        problem["type"].rpartition(":")[2] in {"stale-version", "idempotency-key-reused"}
        or places <= {"/expires_at", "/reason_code", "/signer_role", "/formats", "after"}
        or all(place.startswith("/contacts/") for place in places)
    ), problem


def _known_ids(anna: Caller) -> dict[str, str]:
    """Ids of things that are there, for half of the cases."""
    customer = add_customer(anna)
    requirement = requirement_of(anna, customer, "poc_report")
    deliverable = body_of(anna.upload(requirement["id"], b"%PDF"))
    return {
        "customer_id": customer["id"],
        "stage_id": customer["stages"][0]["id"],
        "requirement_id": requirement["id"],
        "deliverable_id": deliverable["id"],
    }


def _try(operation: Operation, caller: Caller, mode: GenerationMode, known: dict[str, str]) -> None:
    @seed(4)
    @settings(
        max_examples=CASES,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
    def run(case: Any, real: bool) -> None:  # noqa: FBT001 - given by name
        if real:
            for name in set(case.path_parameters) & set(known):
                case.path_parameters[name] = known[name]
            if "If-Match" in case.headers and mode is GenerationMode.POSITIVE:
                case.headers["If-Match"] = "*"
        answer = case.call_and_validate(
            headers={"Authorization": f"Bearer {caller.secret}"},
            excluded_checks=[positive_data_acceptance],
        )
        if mode is GenerationMode.POSITIVE and answer.status_code not in GOOD:
            _is_of_the_world(answer.json())

    check: Callable[[], None] = run
    with suppress(Unsatisfiable):  # nothing can be wrong with a path of one word
        check()
