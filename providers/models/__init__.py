from providers.models.accreditations import Accreditation
from providers.models.bank_accounts import BankAccount
from providers.models.courses import Course, CourseRun, RunExtra
from providers.models.imports import FeedBody, FeedImport, FeedLine
from providers.models.organisations import Provider, StateChange, Venue
from providers.models.staff import Invitation, Role, Staff

__all__ = [
    "Accreditation",
    "BankAccount",
    "Course",
    "CourseRun",
    "FeedBody",
    "FeedImport",
    "FeedLine",
    "Invitation",
    "Provider",
    "Role",
    "RunExtra",
    "Staff",
    "StateChange",
    "Venue",
]
