"""`make schemathesis` in short: what the document allows or forbids, the API takes or refuses."""

import pytest

from app.db.engine import Database
from tests.security.api_trial import Effort, people, trial


@pytest.mark.filterwarnings("ignore::DeprecationWarning:(jsonschema|schemathesis)")
def test_every_operation_answers_as_the_document_says(db: Database, redis_url: str) -> None:
    with people(db, redis_url) as (service, shop):
        for found in trial(service, shop, Effort(examples=1, thorough=False)):
            assert not found.failures, found.failures
            assert found.requests >= found.operations > 0, found
