"""A town of one learner, one adviser and one college, and the pages served over real HTTP."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from allauth.account.models import EmailAddress

from accounts.models import LearningAccount
from brokerage import assigning
from brokerage.models import Adviser
from payments.models import SandboxDelivery
from payments.sandbox import deliveries
from providers.models import CourseRun, Provider
from tests.factories.api import a_key
from tests.factories.brokerage import an_adviser, under
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import a_run, learning_accounts

PASSWORD = "a-password-to-try"


@dataclass
class Place:
    """Who and what a journey meets."""

    address: str
    account: LearningAccount
    adviser: Adviser
    provider: Provider
    run: CourseRun
    key: str

    @property
    def learner_email(self) -> str:
        return self.account.learner.user.email

    @property
    def adviser_email(self) -> str:
        return self.adviser.user.email

    def deliver_webhooks(self) -> None:
        """What a worker would do: post what the card gateway owes, over HTTP."""
        for delivery in SandboxDelivery.objects.filter(delivered_at=None):
            assert deliveries.deliver(delivery.pk)


@pytest.fixture
def place(transactional_db, live_server, settings) -> Place:
    settings.PUBLIC_URL = live_server.url
    [account] = learning_accounts(1, benefits=["working_tax_credit"])
    under(account, policy="structured")
    adviser = an_adviser(cover=an_adviser("Elin Pugh"))
    assigning.name_advisers([account.learner], [adviser])
    for user in (account.learner.user, adviser.user):
        user.set_password(PASSWORD)
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    provider = ProviderFactory(name="Coleg y Foryd")
    _key, plaintext = a_key(provider)
    return Place(live_server.url, account, adviser, provider, a_run(provider, 200_00), plaintext)
