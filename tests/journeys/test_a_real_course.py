"""A scheme from a file, and the published arithmetic on each course that a real college listed with a price."""

import io
import json
from io import BytesIO

import pytest
from django.core.management import call_command
from django.utils import translation

from accounts import awarding, opening, schemes
from accounts.models import Scheme
from accounts.scheme_files import preset
from brokerage.requesting import quote
from config.refusals import only
from providers.importing import import_feed
from providers.models import CourseRun
from tests.factories.accounts import ACTOR, a_learner
from tests.providers.test_xcri import REAL_FEEDS, needs_real_feeds

pytestmark = pytest.mark.django_db


@needs_real_feeds
def test_a_scheme_set_up_from_a_file_pays_what_was_published_of_every_priced_course_of_a_real_college(tmp_path):
    """ILA Scotland until June 2008: up to £200 a year, of which the learner pays at least £10 a course."""
    file = tmp_path / "fife.json"
    file.write_text(json.dumps(preset("ila-scotland-200") | {"slug": "fife-learns", "name": "Fife Learns"}))
    call_command("scheme", "load", str(file), stdout=io.StringIO())
    scheme = Scheme.objects.get(slug="fife-learns")
    schemes.pay_in(scheme, 1_000_00, reference="first", actor=ACTOR)
    learner = a_learner(residence="scotland", income_minor=12_000_00)
    account = only(opening.open_learning_accounts([(learner, scheme)], actor=ACTOR))
    only(awarding.award([account], actor=ACTOR))
    feed = (REAL_FEEDS / "adam-smith-college.xml").read_bytes()
    import_feed(BytesIO(feed), source_name="adam-smith-college.xml", actor=ACTOR, shift_years=14)

    runs = list(CourseRun.objects.filter(pricing="priced").select_related("course"))
    quotes = quote(account, runs)
    assert len(quotes) == len(runs) == 275
    for run in runs:
        price = run.price_minor
        pays = max(0, min(200_00, price - 10_00))
        found = quotes[run.pk].split
        assert (found.from_purse_minor, found.own_minor) == (pays, price - pays), run
        assert found.lines[-1].amount_minor == price - pays

    dear = max(runs, key=lambda run: run.price_minor)
    lines = quotes[dear.pk].split.lines
    for language, says in (
        ("en-gb", "What is left in your account for this course"),
        ("cy", "Yr hyn sydd ar ôl yn eich cyfrif ar gyfer y cwrs hwn"),
        ("fr", "Ce qui reste sur votre compte pour cette formation"),
    ):
        with translation.override(language):
            assert says in [line.sentence for line in lines]
