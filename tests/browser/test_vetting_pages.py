"""The vetting queue, a course, several of them and an accreditation in a real browser, with axe finding nothing."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page

from accounts.models import Scheme
from providers.models import Course
from tests.browser.conftest import clean
from tests.browser.test_pages import sign_in
from tests.browser.test_scheme_pages import a_manager_with_a_password
from tests.factories.providers import CourseFactory, CourseRunFactory, ProviderFactory, StaffFactory
from tests.factories.vetting import a_waiting_course
from tests.journeys.conftest import PASSWORD, Place

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]


def test_a_course_is_looked_at_and_asked_about_and_the_provider_answers(page: Page, place: Place) -> None:
    provider = ProviderFactory(name="Silver Birch Academy")
    for price_minor in (80_00, 95_00, 110_00, 130_00):
        CourseRunFactory(course=CourseFactory(title="Spreadsheets that work"), price_minor=price_minor)
    for title, price_minor in (("Spreadsheets for managers", 640_00), ("Spreadsheets for clubs", 90_00)):
        a_waiting_course(provider=provider, title=title, price_minor=price_minor, description="Formulas and tables.")
    sign_in(page, place, a_manager_with_a_password(Scheme.objects.get()))
    page.goto(f"{place.address}/scheme/vetting/?order=dearest")
    clean(page, "2 courses are waiting")
    page.click("main a:has-text('Spreadsheets for managers')")
    clean(page, "Spreadsheets for managers")
    page.click("main button:has-text('Decide')")
    clean(page, "Spreadsheets for managers")
    page.check("main label:has-text('Ask the provider')")
    page.select_option("[name=reason]", "price")
    page.fill("[name=note]", "What is it that costs so much?")
    page.click("main button:has-text('Decide')")
    clean(page, "1 course is waiting")
    page.check(f"#course-{Course.objects.get(title='Spreadsheets for clubs').pk}", force=True)
    page.click("main button:has-text('Decide on those chosen')")
    clean(page, "1 course of Silver Birch Academy")

    page.goto(f"{place.address}/scheme/vetting/providers/{provider.pk}/")
    clean(page, "Silver Birch Academy")
    page.click("main a:has-text('Quality Council')")
    clean(page, "Quality Council")

    staff = StaffFactory(provider=provider).user
    staff.set_password(PASSWORD)
    staff.save()
    EmailAddress.objects.create(user=staff, email=staff.email, verified=True, primary=True)
    sign_in(page, place, staff.email)
    page.goto(f"{place.address}/provider/accreditation/")
    clean(page, "Accreditation")
    page.click("main a:has-text('Answer')")
    clean(page, "Spreadsheets for managers")
    page.fill("[name=answer]", "The certificate's frame.")
    page.click("main button:has-text('Send it')")
    clean(page, "Accreditation")
