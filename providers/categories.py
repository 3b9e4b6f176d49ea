"""What courses are about, in the words of a classification that no provider writes.

Source: UNESCO, ISCED Fields of Education and Training 2013 (ISCED-F 2013), detailed fields; those for
interdisciplinary programmes and those not elsewhere classified are left out.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Sentence

BROAD_FIELDS: dict[str, Sentence] = {
    "00": _("Generic programmes and qualifications"),
    "01": _("Education"),
    "02": _("Arts and humanities"),
    "03": _("Social sciences, journalism and information"),
    "04": _("Business, administration and law"),
    "05": _("Natural sciences, mathematics and statistics"),
    "06": _("Information and communication technologies"),
    "07": _("Engineering, manufacturing and construction"),
    "08": _("Agriculture, forestry, fisheries and veterinary"),
    "09": _("Health and welfare"),
    "10": _("Services"),
}

DETAILED_FIELDS: dict[str, Sentence] = {
    "0011": _("Basic programmes and qualifications"),
    "0021": _("Literacy and numeracy"),
    "0031": _("Personal skills and development"),
    "0111": _("Education science"),
    "0112": _("Training for pre-school teachers"),
    "0113": _("Teacher training without subject specialisation"),
    "0114": _("Teacher training with subject specialisation"),
    "0211": _("Audio-visual techniques and media production"),
    "0212": _("Fashion, interior and industrial design"),
    "0213": _("Fine arts"),
    "0214": _("Handicrafts"),
    "0215": _("Music and performing arts"),
    "0221": _("Religion and theology"),
    "0222": _("History and archaeology"),
    "0223": _("Philosophy and ethics"),
    "0231": _("Language acquisition"),
    "0232": _("Literature and linguistics"),
    "0311": _("Economics"),
    "0312": _("Political sciences and civics"),
    "0313": _("Psychology"),
    "0314": _("Sociology and cultural studies"),
    "0321": _("Journalism and reporting"),
    "0322": _("Library, information and archival studies"),
    "0411": _("Accounting and taxation"),
    "0412": _("Finance, banking and insurance"),
    "0413": _("Management and administration"),
    "0414": _("Marketing and advertising"),
    "0415": _("Secretarial and office work"),
    "0416": _("Wholesale and retail sales"),
    "0417": _("Work skills"),
    "0421": _("Law"),
    "0511": _("Biology"),
    "0512": _("Biochemistry"),
    "0521": _("Environmental sciences"),
    "0522": _("Natural environments and wildlife"),
    "0531": _("Chemistry"),
    "0532": _("Earth sciences"),
    "0533": _("Physics"),
    "0541": _("Mathematics"),
    "0542": _("Statistics"),
    "0611": _("Computer use"),
    "0612": _("Database and network design and administration"),
    "0613": _("Software and applications development and analysis"),
    "0711": _("Chemical engineering and processes"),
    "0712": _("Environmental protection technology"),
    "0713": _("Electricity and energy"),
    "0714": _("Electronics and automation"),
    "0715": _("Mechanics and metal trades"),
    "0716": _("Motor vehicles, ships and aircraft"),
    "0721": _("Food processing"),
    "0722": _("Materials (glass, paper, plastic and wood)"),
    "0723": _("Textiles (clothes, footwear and leather)"),
    "0724": _("Mining and extraction"),
    "0731": _("Architecture and town planning"),
    "0732": _("Building and civil engineering"),
    "0811": _("Crop and livestock production"),
    "0812": _("Horticulture"),
    "0821": _("Forestry"),
    "0831": _("Fisheries"),
    "0841": _("Veterinary"),
    "0911": _("Dental studies"),
    "0912": _("Medicine"),
    "0913": _("Nursing and midwifery"),
    "0914": _("Medical diagnostic and treatment technology"),
    "0915": _("Therapy and rehabilitation"),
    "0916": _("Pharmacy"),
    "0917": _("Traditional and complementary medicine and therapy"),
    "0921": _("Care of the elderly and of disabled adults"),
    "0922": _("Child care and youth services"),
    "0923": _("Social work and counselling"),
    "1011": _("Domestic services"),
    "1012": _("Hair and beauty services"),
    "1013": _("Hotel, restaurants and catering"),
    "1014": _("Sports"),
    "1015": _("Travel, tourism and leisure"),
    "1021": _("Community sanitation"),
    "1022": _("Occupational health and safety"),
    "1031": _("Military and defence"),
    "1032": _("Protection of persons and property"),
    "1041": _("Transport services"),
}


def is_category(code: str) -> bool:
    """Whether the code is a detailed field, such as "0611"; "", which is no category, is not one."""
    return code in DETAILED_FIELDS


def category_name(code: str) -> Sentence:
    """What the category is called, for a person; a course without one is "not yet classified"."""
    return DETAILED_FIELDS.get(code, _("Not yet classified"))


def by_broad_field() -> list[tuple[Sentence, list[tuple[str, Sentence]]]]:
    """The categories grouped by broad field, as a select box wants them."""
    return [
        (name, [(code, field) for code, field in DETAILED_FIELDS.items() if code.startswith(broad)])
        for broad, name in BROAD_FIELDS.items()
    ]
