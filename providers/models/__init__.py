from providers.models.accreditations import Accreditation
from providers.models.courses import Course, CourseRun, RunExtra
from providers.models.imports import FeedBody, FeedImport, FeedLine
from providers.models.organisations import Provider, Venue
from providers.models.staff import Role, Staff

__all__ = [
    "Accreditation",
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
]
