"""What the tests of the API share: a provider's system, and answers held to the API's description."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from providers.models import Provider
from tests.factories.api import Caller
from tests.factories.providers import ProviderFactory


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    cache.clear()


@pytest.fixture
def provider(db: None) -> Provider:
    return ProviderFactory()


@pytest.fixture
def caller(provider: Provider) -> Caller:
    return Caller.of(provider)
