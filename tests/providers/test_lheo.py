"""The LHEO 2 reader, on the official sample and on what French providers write."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from providers import errors
from providers.feeds.formats import Format, detect, read
from providers.importing import import_feed
from providers.listings import Price, VenueListing
from providers.models import CourseRun, Provider
from tests.factories.providers import ProviderFactory

SAMPLE = Path(__file__).parents[2].parent / "shared" / "data" / "lheo" / "exemple-bts-onisep.xml"
needs_sample = pytest.mark.skipif(not SAMPLE.is_file(), reason="LHEO's official sample is not beside this repository")
SIRET = "19290076900014"


def lheo(*formations, namespace="http://lheo.gouv.fr/2.3"):
    return f'<lheo xmlns="{namespace}"><offres>\n{"".join(formations)}</offres></lheo>'.encode()


def formation(*actions, number="F1", title="Cuisine", siret=SIRET, name="Lycée Kerneuzec", more=""):
    return (
        f'<formation numero="{number}"><intitule-formation>{title}</intitule-formation>{more}\n{"".join(actions)}'
        f"<organisme-formation-responsable><SIRET-organisme-formation><SIRET>{siret}</SIRET>"
        f"</SIRET-organisme-formation><nom-organisme>{name}</nom-organisme><raison-sociale>-</raison-sociale>"
        "</organisme-formation-responsable></formation>\n"
    )


def action(*sessions, number="A1", more=""):
    return f'<action numero="{number}">{"".join(sessions)}{more}</action>'


def session(number="S1", begin="20270906", end="20280630", more=""):
    return f'<session numero="{number}"><periode><debut>{begin}</debut><fin>{end}</fin></periode>{more}</session>\n'


def only_run(content):
    [listing] = read(content, Format.LHEO).providers
    [run] = listing.runs
    return run


@needs_sample
def test_the_official_sample_is_read():
    content = SAMPLE.read_bytes()
    assert detect(content) == Format.LHEO
    [listing] = read(content, Format.LHEO).providers
    assert (listing.identifier, listing.name, listing.problems) == (SIRET, "Lycée Kerneuzec", [])
    assert listing.website == "http://lyceedekerneuzec.fr"
    [course] = listing.courses
    assert (course.identifier, course.title) == ("9436_18706", "BTS négociation et relation client")
    assert course.summary.startswith("A la fois vendeur, manager et commercial, le technicien supérieur")
    assert "<p>" not in course.description
    assert course.keywords == "FORMACODE 34582, FORMACODE 34076, NSF 312, ROME D1402, ROME D1403, ROME D1408"
    assert (course.qualification, course.level) == ("RNCP 474", None)
    assert course.url == "http://www2.cndp.fr/archivage/valid/brochadmin/bouton/c052.htm"
    [run] = listing.runs
    assert (run.course, run.identifier) == ("9436_18706", "9436_18706")
    assert (run.starts_on, run.ends_on) == (date(2015, 9, 1), date(2017, 8, 31))
    assert run.venue == VenueListing("Lycée Kerneuzec", "Kerneuzec", "QUIMPERLÉ", "29391")
    assert (run.price, run.mode, run.pattern) == (Price.on_request("", "EUR"), "classroom", "daytime")
    assert run.attendance_text == "Temps plein"


@needs_sample
@pytest.mark.django_db
def test_the_official_sample_is_imported_once_by_its_siret(actor):
    known = ProviderFactory(identifier=SIRET, name="Lycée de Kerneuzec")
    first, again = (import_feed(BytesIO(SAMPLE.read_bytes()), source_name="lheo", actor=actor) for _ in range(2))
    assert (first.format, first.provider) == ("lheo", known)
    assert first.tally() == {("provider", "unchanged"): 1, ("course", "created"): 1, ("run", "created"): 1}
    assert again.tally() == {("provider", "unchanged"): 1, ("course", "unchanged"): 1, ("run", "unchanged"): 1}
    assert CourseRun.objects.get().currency == "EUR"
    assert Provider.objects.get().name == "Lycée de Kerneuzec"


@pytest.mark.parametrize("version", ["http://www.lheo.org/2.0", "http://www.lheo.org/2.2", "http://lheo.gouv.fr/2.3"])
def test_every_published_version_is_read(version):
    assert only_run(lheo(formation(action(session())), namespace=version)).starts_on == date(2027, 9, 6)


@pytest.mark.parametrize(
    ("told", "price"),
    [
        ("<prix-total-TTC>1200.00</prix-total-TTC>", Price.of(1200_00, "EUR")),
        ("<prix-total-TTC>1 200,50</prix-total-TTC>", Price.of(1200_50, "EUR")),
        ("<prix-total-TTC>1 200 €</prix-total-TTC>", Price.of(1200_00, "EUR")),
        ("<prix-total-TTC>0</prix-total-TTC>", Price.of(0, "EUR")),
        ("<prix-total-TTC>Gratuit</prix-total-TTC>", Price.of(0, "EUR")),
        ("<prix-total-TTC>sur devis</prix-total-TTC>", Price.on_request("sur devis", "EUR")),
        ("<prix-total-TTC>1.200</prix-total-TTC>", Price.on_request("1.200", "EUR")),
        ("<prix-total-TTC>-</prix-total-TTC>", Price.on_request("", "EUR")),
        ("<frais-restants>Nous consulter</frais-restants>", Price.on_request("Nous consulter", "EUR")),
        ("<prix-horaire-TTC>12.50</prix-horaire-TTC>", Price.on_request("12.50 EUR an hour", "EUR")),
        ("", Price.on_request("", "EUR")),
    ],
)
def test_money_is_in_euros_and_prose_is_a_price_on_request(told, price):
    assert only_run(lheo(formation(action(session(), more=told)))).price == price


def test_hours_mode_and_the_last_day_to_join_are_read():
    told = (
        "<modalites-enseignement>2</modalites-enseignement><nombre-heures-centre>70</nombre-heures-centre>"
        "<nombre-heures-total>105</nombre-heures-total><rythme-formation>Cours du soir</rythme-formation>"
    )
    joining = "<periode-inscription><periode><debut>20270101</debut><fin>20270831</fin></periode></periode-inscription>"
    run = only_run(lheo(formation(action(session(more=joining), more=told))))
    assert (run.mode, run.pattern, run.hours, run.apply_until) == ("blended", "evening", 70, date(2027, 8, 31))


def test_sessions_are_numbered_within_their_action():
    [listing] = read(lheo(formation(action(session()), action(session(), number="A2"))), Format.LHEO).providers
    assert [run.identifier for run in listing.runs] == ["A1/S1", "A2/S1"]


def test_formations_of_one_organisation_are_together():
    feed = read(lheo(formation(action(session())), formation(number="F2")), Format.LHEO)
    assert [[course.identifier for course in listing.courses] for listing in feed.providers] == [["F1", "F2"]]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (formation(number=""), "course_without_number"),
        (formation(title=""), "course_without_title"),
        (formation(action(session(number=""))), "session_without_number"),
        (formation(action(session(begin="99999999"))), "run_without_start"),
        (formation(action(session(end="bientôt"))), "run_without_end"),
    ],
)
def test_what_cannot_be_taken_is_a_problem_with_its_line_and_the_rest_is_read(wrong, code):
    [listing] = read(lheo(formation(number="F9"), wrong), Format.LHEO).providers
    [problem] = listing.problems
    assert problem.refusal.code == code
    assert problem.line in (4, 5)
    assert listing.courses[0].identifier == "F9"


@pytest.mark.parametrize("siret", ["", "19290076900015", "123", "1929007690001X"])
def test_a_formation_of_nobody_we_can_tell_is_refused(siret):
    feed = read(lheo(formation(), formation(number="F2", siret=siret)), Format.LHEO)
    [problem] = feed.problems
    assert (problem.refusal.code, problem.line, problem.identifier) == ("siret_wrong", 4, "F2")
    with pytest.raises(errors.FeedBreaksStandard, match=r"does not follow LHEO 2: “.*” is not a SIRET number"):
        read(lheo(formation(siret=siret)), Format.LHEO)


@pytest.mark.parametrize("content", [b"<lheo/>", lheo(), lheo(formation(), namespace="http://lheo.gouv.fr/1.3")])
def test_another_document_breaks_the_standard(content):
    with pytest.raises(errors.FeedBreaksStandard, match="does not follow LHEO 2"):
        read(content, Format.LHEO)
