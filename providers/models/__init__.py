from providers.models.accreditations import Accreditation
from providers.models.courses import Course, CourseRun, RunExtra
from providers.models.imports import FeedBody, FeedImport, FeedLine
from providers.models.organisations import Provider, Venue
from providers.models.search import CatalogueEntry, Word
from providers.models.staff import Role, Staff

__all__ = [
    "Accreditation",
    "CatalogueEntry",
    "Course",
    "CourseRun",
    "FeedBody",
    "FeedImport",
    "FeedLine",
    "Provider",
    "Role",
    "RunExtra",
    "Staff",
    "Venue",
    "Word",
]
