"""People, schemes, and the money between them."""

from accounts.models.looks import Look
from accounts.models.money import (
    Award,
    BudgetWarning,
    LearningAccount,
    Purse,
    PurseQuerySet,
    Sponsor,
    TopUp,
    Waiting,
)
from accounts.models.people import Departure, Evidence, Learner, SchemeManager, User, UserManager
from accounts.models.schemes import RuleProposal, RuleVersion, Scheme

__all__ = [
    "Award",
    "BudgetWarning",
    "Departure",
    "Evidence",
    "Learner",
    "LearningAccount",
    "Look",
    "Purse",
    "PurseQuerySet",
    "RuleProposal",
    "RuleVersion",
    "Scheme",
    "SchemeManager",
    "Sponsor",
    "TopUp",
    "User",
    "UserManager",
    "Waiting",
]
