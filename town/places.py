"""Who and what the town consists of: invented places, colleges and courses, as plain tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class College:
    """A provider of the town: its UKPRN is made up, its courses are the lines of `COURSES` in its trades."""

    name: str
    ukprn: str
    town: str
    postcode: str
    latitude: float
    longitude: float
    nation: str
    trades: tuple[str, ...]
    dearer_percent: int = 0


COLLEGES = [
    College("Coleg y Foryd", "10090001", "Foryd", "LL91 2AB", 53.31, -3.50, "wales", ("office", "it", "care", "trade")),
    College(
        "Foryd Adult Learning",
        "10090002",
        "Foryd",
        "LL91 4CD",
        53.31,
        -3.49,
        "wales",
        ("basics", "it", "languages", "food"),
    ),
    College(
        "Gwenfro Skills Centre",
        "10090003",
        "Gwenfro",
        "LL92 1EF",
        53.05,
        -3.01,
        "wales",
        ("trade", "driving", "land", "office"),
    ),
    College(
        "Canolfan Aberllan",
        "10090004",
        "Aberllan",
        "SY91 3GH",
        52.51,
        -3.30,
        "wales",
        ("basics", "land", "food", "languages", "care"),
    ),
    College(
        "Pontwen Community College", "10090005", "Pontwen", "CF91 5JK", 51.60, -3.34, "wales", ("office", "care", "it")
    ),
    College(
        "Llanarth Care Academy",
        "10090006",
        "Llanarth",
        "SA91 6LM",
        52.20,
        -4.30,
        "wales",
        ("care", "food", "basics"),
        8,
    ),
    College(
        "Thornby College",
        "10090007",
        "Thornby",
        "TB1 2NP",
        52.60,
        -1.10,
        "england",
        ("office", "it", "basics", "trade"),
    ),
    College(
        "Eastmoor Adult Education",
        "10090008",
        "Eastmoor",
        "EM3 4QR",
        52.90,
        0.30,
        "england",
        ("basics", "languages", "it"),
    ),
    College(
        "Millbrook IT Training",
        "10090009",
        "Millbrook",
        "MB5 6ST",
        51.40,
        -0.90,
        "england",
        ("it", "data", "office"),
        12,
    ),
    College(
        "Harbour Logistics School",
        "10090010",
        "Seaham Quay",
        "SQ7 8UV",
        54.80,
        -1.30,
        "england",
        ("driving", "trade", "basics"),
        5,
    ),
    College(
        "Kestrel Construction Skills",
        "10090011",
        "Thornby",
        "TB2 9WX",
        52.61,
        -1.12,
        "england",
        ("trade", "land", "driving", "office"),
    ),
    College(
        "Brightwell Kitchens",
        "10090012",
        "Brightwell",
        "BW1 1YZ",
        50.90,
        -2.00,
        "england",
        ("food", "care", "languages", "basics"),
    ),
]


@dataclass(frozen=True, slots=True)
class Subject:
    """A course that several colleges teach: its price is in pounds before a college's own difference."""

    trade: str
    title: str
    summary: str
    category: str
    level: int
    weeks: int
    pounds: int
    pattern: str
    mode: str = "classroom"


COURSES = [
    Subject(
        "office",
        "Bookkeeping, level 2",
        "Double entry, invoices and the bank: keep a small firm's books.",
        "0411",
        2,
        10,
        180,
        "evening",
    ),
    Subject(
        "office",
        "Accounts and payroll, level 3",
        "Year-end accounts, VAT and payroll for a small employer.",
        "0411",
        3,
        20,
        240,
        "day_release",
    ),
    Subject(
        "office",
        "Word processing for work",
        "Letters, reports and mail merge, at your own pace.",
        "0415",
        1,
        6,
        95,
        "daytime",
    ),
    Subject(
        "office",
        "Office administration, level 2",
        "Meetings, records and dealing with people, with a work sample.",
        "0415",
        2,
        12,
        160,
        "daytime",
    ),
    Subject(
        "office",
        "Start your own business",
        "From idea to first customer: plan, price and paperwork.",
        "0413",
        2,
        5,
        120,
        "evening",
    ),
    Subject(
        "office", "Sage payroll in a weekend", "Run a month's payroll on real software.", "0411", 2, 1, 140, "weekend"
    ),
    Subject(
        "it",
        "Computers from the very start",
        "Switch on, write, save, search and stay safe. No question is silly.",
        "0611",
        0,
        6,
        60,
        "daytime",
    ),
    Subject(
        "it",
        "Spreadsheets that work",
        "Formulas, tables and charts for people with numbers to mind.",
        "0611",
        1,
        6,
        85,
        "evening",
    ),
    Subject(
        "it",
        "Digital skills for the workplace",
        "Shared documents, calls and calendars, and how not to be tricked.",
        "0611",
        1,
        8,
        110,
        "flexible",
        "blended",
    ),
    Subject(
        "it",
        "Build your first website",
        "Pages that people can find and use, on a phone first.",
        "0613",
        2,
        10,
        190,
        "evening",
        "online",
    ),
    Subject(
        "it", "IT user skills, level 2", "A certificate in everyday office software.", "0611", 2, 12, 150, "daytime"
    ),
    Subject(
        "it",
        "Fix and upgrade a PC",
        "Take one apart, find the fault, put it back together.",
        "0612",
        2,
        4,
        130,
        "weekend",
    ),
    Subject(
        "data", "Databases and queries", "Tables, keys and questions in SQL.", "0612", 3, 8, 260, "evening", "online"
    ),
    Subject(
        "data",
        "Python for beginners",
        "Small programs that save you an hour a week.",
        "0613",
        2,
        10,
        220,
        "evening",
        "online",
    ),
    Subject(
        "data",
        "Charts that tell the truth",
        "Clean figures, choose a picture, say what it shows.",
        "0542",
        2,
        4,
        150,
        "flexible",
        "online",
    ),
    Subject(
        "basics",
        "Everyday maths",
        "Money, measures and percentages, from wherever you are now.",
        "0541",
        1,
        10,
        75,
        "daytime",
    ),
    Subject(
        "basics",
        "Maths, level 2",
        "The qualification that employers ask for, in small groups.",
        "0541",
        2,
        20,
        140,
        "evening",
    ),
    Subject(
        "basics",
        "English for work",
        "Write an e-mail, a report and an application with confidence.",
        "0021",
        1,
        10,
        80,
        "daytime",
    ),
    Subject("basics", "Read and write with ease", "One tutor, four learners, no hurry.", "0021", 0, 12, 65, "daytime"),
    Subject(
        "basics",
        "Speak up: confidence at work",
        "Meetings, telephones and saying no kindly.",
        "0031",
        1,
        4,
        70,
        "evening",
    ),
    Subject(
        "languages",
        "Welsh for the workplace",
        "Greet, help and answer in Welsh at the counter.",
        "0231",
        1,
        10,
        90,
        "evening",
    ),
    Subject(
        "languages",
        "British Sign Language, level 1",
        "First conversations in BSL, with deaf tutors.",
        "0231",
        1,
        15,
        210,
        "evening",
    ),
    Subject(
        "languages",
        "English for speakers of other languages",
        "Everyday English, with a crèche next door.",
        "0231",
        1,
        15,
        100,
        "daytime",
    ),
    Subject("care", "First aid at work", "Three days, a certificate for three years.", "1021", 2, 1, 165, "block"),
    Subject(
        "care",
        "Health and social care, level 2",
        "The first step to work in care, with placements.",
        "0921",
        2,
        16,
        230,
        "day_release",
    ),
    Subject("care", "Supporting people with dementia", "See the person, calm the day.", "0921", 2, 6, 115, "evening"),
    Subject("care", "Childcare, level 2", "Play, safety and how children grow.", "0922", 2, 16, 225, "daytime"),
    Subject(
        "care", "Moving people safely", "Hoists, slings and your own back.", "0921", 2, 1, 90, "daytime", "workplace"
    ),
    Subject(
        "trade",
        "Plastering for beginners",
        "Mix, float and finish a wall you can be proud of.",
        "0732",
        1,
        8,
        210,
        "weekend",
    ),
    Subject(
        "trade", "Wiring regulations, 18th edition", "What changed, and the examination.", "0713", 3, 3, 320, "block"
    ),
    Subject("trade", "Welding, level 1", "MIG and TIG on mild steel.", "0715", 1, 10, 280, "evening"),
    Subject("trade", "Site safety and the CSCS card", "The day that gets you on site.", "1022", 1, 1, 110, "daytime"),
    Subject("trade", "Plumbing, first steps", "Copper, plastic, joints and leaks.", "0732", 1, 8, 240, "evening"),
    Subject(
        "driving",
        "Forklift truck licence",
        "Counterbalance, three to five days, test included.",
        "1041",
        2,
        1,
        390,
        "block",
    ),
    Subject(
        "driving",
        "HGV theory",
        "Hazards, hours and loads: everything before the cab.",
        "1041",
        2,
        3,
        150,
        "evening",
        "blended",
    ),
    Subject(
        "driving", "Minibus driving (MiDAS)", "Take people where they need to be, safely.", "1041", 2, 1, 120, "weekend"
    ),
    Subject("land", "Chainsaw maintenance and cross-cutting", "Safe, sharp and certified.", "0821", 2, 1, 340, "block"),
    Subject("land", "Grow food to sell", "A half-acre, a market stall and the sums.", "0811", 2, 10, 130, "weekend"),
    Subject("land", "Dry stone walling", "Two weekends, one good wall.", "0732", 1, 2, 125, "weekend"),
    Subject(
        "food", "Food safety, level 2", "The certificate each kitchen needs.", "1013", 2, 1, 45, "daytime", "online"
    ),
    Subject("food", "Barista skills", "Grind, steam, pour, serve.", "1013", 1, 1, 95, "daytime"),
    Subject(
        "food",
        "Professional cookery, level 1",
        "Knives, stocks, sauces and service.",
        "1013",
        1,
        12,
        215,
        "day_release",
    ),
    Subject("food", "Bread: from flour to market", "Bake ten loaves and sell them.", "0721", 1, 4, 110, "weekend"),
]

GUIDANCE = {
    "Foryd Careers": ("01990 555 010", "wales", ("Rhys Morgan", "Elin Pugh", "Mair Bowen")),
    "Llwybr De": ("01990 555 020", "wales", ("Gethin Rees", "Nia Prosser")),
    "Thornby Next Step": ("01990 555 030", "england", ("Joan Whitaker", "Daniel Okafor", "Priya Nair")),
}

GIVEN_NAMES = {
    "wales": (
        "Sioned Owain Amina Dylan Carys Iwan Bethan Huw Lowri Gareth Ffion Emyr Nerys Tomos Elen Idris Megan Alun Rhian "
        "Ceri Osian Glenys Mohammed Agnieszka Delyth Steffan Angharad Ioan Marged Gwilym"
    ).split(),
    "england": (
        "Grace Ahmed Chloe Daniel Priya Jack Olu Hannah Pawel Leanne Craig Samira Tony Wei Janet Kofi Maria Ian Zainab "
        "Paul Sophie Derek Anjali Marcus Tracey Stefan Ruth Liam Nadia Colin"
    ).split(),
}
FAMILY_NAMES = {
    "wales": (
        "Parry Huws Yusuf Evans Jones Roberts Pritchard Lewis Hughes Bowen Jenkins Thomas Griffiths Rees Vaughan Ellis "
        "Morris Powell Nowak Llewelyn Probert Beynon Mathias Howells Gittins"
    ).split(),
    "england": (
        "Whitlow Hussain Barker Nolan Patel Ashdown Adeyemi Marsh Kowalski Dunn Fletcher Rahman Sutton Chen Boyd Mensah "
        "Santos Drake Malik Underhill Price Lowe Desai Cole Hartley"
    ).split(),
}
