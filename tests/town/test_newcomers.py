"""What the town's schemes find in their vetting queue."""

import pytest

from ledger import today
from providers import vetting_queue
from providers.models import CourseRun, Provider
from providers.vetting_queue import Why
from tests.factories.accounts import a_manager
from tests.factories.providers import CourseFactory, CourseRunFactory, ProviderFactory
from town import newcomers

pytestmark = pytest.mark.django_db


def test_a_college_that_has_just_joined_and_a_price_that_rose_wait_to_be_looked_at():
    a_manager()
    risen = CourseFactory(provider=ProviderFactory(name=newcomers.RISEN))
    for _ in range(2):
        CourseRunFactory(course=risen, price_minor=100_00)
    newcomers.arrive()
    found = {look.course.title: look for look in vetting_queue.looks(vetting_queue.waiting(today()))}
    assert len(found) == len(newcomers.COURSES) + 1
    assert (found[risen.title].why, found[risen.title].price_minor) == ((Why.DEARER,), 160_00)
    assert found["Spreadsheets for managers"].why == (Why.UNACCREDITED, Why.UNCATEGORISED)
    assert not CourseRun.objects.on_sale(today()).exists()
    assert Provider.objects.get(name=newcomers.NAME).accreditations.get().evidence.get().url
