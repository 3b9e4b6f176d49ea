"""What is kept here about a learner. See `config.personal`."""

from config.personal import Kept, Until, keeps

keeps(
    Kept(
        "accounts.User",
        "learner",
        hides=("password", "is_staff", "is_superuser"),
    ),
    Kept("account.EmailAddress", "user__learner", row=True, until=Until.ERASURE, sign_in=True),
    Kept("mfa.Authenticator", "user__learner", hides=("data",), row=True, sign_in=True),
    Kept("socialaccount.SocialAccount", "user__learner", row=True, sign_in=True),
    Kept(
        "accounts.Learner",
        "pk",
        words=("postcode", "qualification_level", "employment", "benefits", "needs", "income_minor"),
    ),
    Kept("accounts.Copy", "learner", shows=("scheme__name",), row=True),
    Kept("accounts.Evidence", "learner", row=True, until=Until.ERASURE),
    Kept("accounts.LearningAccount", "learner", shows=("scheme__name",)),
    Kept("accounts.Award", "learning_account__learner"),
    Kept("accounts.TopUp", "learning_account__learner", shows=("sponsor__name",)),
    Kept("accounts.Purse", "learning_account__learner"),
    Kept("accounts.Waiting", "learning_account__learner"),
    Kept("accounts.Look", "learner"),
    Kept("accounts.Departure", "learner"),
)
