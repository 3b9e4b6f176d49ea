from providers.models.accreditations import Accreditation, AccreditationEvidence, LapseNotice
from providers.models.courses import Course, CourseRun, RunExtra
from providers.models.imports import FeedBody, FeedImport, FeedLine
from providers.models.organisations import Provider, Venue
from providers.models.staff import Role, Staff
from providers.models.vettings import CourseVetting

__all__ = [
    "Accreditation",
    "AccreditationEvidence",
    "Course",
    "CourseRun",
    "CourseVetting",
    "FeedBody",
    "FeedImport",
    "FeedLine",
    "LapseNotice",
    "Provider",
    "Role",
    "RunExtra",
    "Staff",
    "Venue",
]
