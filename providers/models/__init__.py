from providers.models.accreditations import Accreditation
from providers.models.courses import Course, CourseRun, RunExtra
from providers.models.imports import FeedBody, FeedImport, FeedLine
from providers.models.organisations import Provider, Venue
from providers.models.sources import Every, FeedSource
from providers.models.staff import Role, Staff

__all__ = [
    "Accreditation",
    "Course",
    "CourseRun",
    "Every",
    "FeedBody",
    "FeedImport",
    "FeedLine",
    "FeedSource",
    "Provider",
    "Role",
    "RunExtra",
    "Staff",
    "Venue",
]
