from providers.models.accreditations import Accreditation, AccreditationEvidence, LapseNotice
from providers.models.bank_accounts import BankAccount
from providers.models.courses import Course, CourseRun, RunExtra
from providers.models.imports import FeedBody, FeedImport, FeedLine
from providers.models.organisations import Provider, StateChange, Venue
from providers.models.search import CatalogueEntry, Word
from providers.models.sources import Every, FeedSource
from providers.models.staff import Invitation, Role, Staff
from providers.models.vettings import CourseVetting

__all__ = [
    "Accreditation",
    "AccreditationEvidence",
    "BankAccount",
    "CatalogueEntry",
    "Course",
    "CourseRun",
    "CourseVetting",
    "Every",
    "FeedBody",
    "FeedImport",
    "FeedLine",
    "FeedSource",
    "Invitation",
    "LapseNotice",
    "Provider",
    "Role",
    "RunExtra",
    "Staff",
    "StateChange",
    "Venue",
    "Word",
]
