"""What the fields of rules are called on a form, and what their values are."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Benefit, Criterion, Document, Employment, Need, Residence
from accounts.earmarks import Earmark

SECTIONS: dict[str, Any] = {
    "who": _("Who can have it"),
    "awards": _("How much they get"),
    "price": _("What it pays of a course"),
    "adviser": _("What advisers do"),
    "delivery": _("How a course is delivered"),
    "proofs": _("What has to be proven"),
    "budget": _("Budget"),
}

# By field name, or by shape and field where one name is said differently.
LABELS: dict[str, Any] = {
    "residence": _("Live in"),
    "age_from": _("From the age of"),
    "age_to": _("Up to the age of"),
    "qualification_level_at_most": _("Highest qualification at most level"),
    "employment": _("Work"),
    "benefits": _("Get one of these benefits"),
    "needs": _("Have one of these needs"),
    "income_at_most_minor": _("Income a year at most"),
    "benefits_instead_of_income": _("Benefits that count instead of the income"),
    "criterion": _("What is proven"),
    "documents": _("By one of these"),
    "checked_by": _("Who looks at it"),
    "lasts_days": _("Days for which it counts"),
    "amount_minor": _("Amount"),
    "period": _("How often"),
    "purse_days": _("Days to spend it"),
    "code": _("Code"),
    "who": _("For whom"),
    "more": _("More for those with less"),
    "more_at_most_percent": _("All of that at most, in per cent"),
    "percent": _("Per cent"),
    "holds_at_most_minor": _("The most that somebody may hold"),
    "years": _("Years of a period"),
    "programme_year_from": _("A programme year begins on"),
    "year_from": _("A rolling year begins with"),
    "unused_days": _("Days to use it for the first time"),
    "ends_with_period": _("It ends with its year, so that nothing is carried over"),
    "grace_days": _("Days of grace for money that comes back"),
    "courses_at_most": _("Courses at most"),
    "awards_at_most": _("Awards at most, in all"),
    "earmark": _("What it is for"),
    "categories": _("Categories of courses"),
    "bands": _("Shares of the price"),
    "rate_percent": _("Per cent of the price"),
    "cap_minor": _("At most in a period"),
    "per_hour_minor": _("At most for each taught hour"),
    "minimum_own_minor": _("The learner pays at least"),
    "awards": _("Only from awards with these codes"),
    "annual_ceiling_minor": _("At most in a period, over all shares"),
    "fee_minor": _("Fixed fee that the learner pays"),
    "fee_exempt": _("Who does not pay the fee"),
    "fee_waived_by_sponsor": _("Nobody pays the fee whose sponsor has put money in"),
    "advice_incentive_minor": _("The learner pays less after talking to an adviser, by"),
    "advice_counts_days": _("Days for which that talk counts"),
    "reduced_by_other_aid": _("Money from elsewhere comes off first"),
    "policy": _("How far an adviser's word goes"),
    "answer_within_hours": _("Hours in which an adviser answers"),
    "structured_above_minor": _("An adviser decides above"),
    "second_approver_above_minor": _("A second adviser approves above"),
    "trial": _("Trial"),
    "arms": _("Ways that are compared"),
    "share": _("Share"),
    "stratify_by": _("Evenly within each"),
    "lapse_hours": _("Hours to pay the own share"),
    "accept_days": _("Days in which the provider accepts"),
    "confirm_days": _("Days in which the learner confirms"),
    "cooling_off_days": _("Days in which the learner may change their mind"),
    "expire_days_after_end": _("Days after the end of the course until a voucher expires"),
    "milestones": _("Steps of a course"),
    "title": _("Title"),
    "ceiling_minor": _("Ceiling over all that is promised, held and spent"),
    "warn_at_percent": _("Warn at per cent"),
    "waiting_list": _("Who waits when there is no money"),
}
HINTS: dict[str, Any] = {
    "residence": _("None ticked: wherever they live."),
    "employment": _("None ticked: whether they work or not."),
    "benefits": _("None ticked: benefits are not asked for."),
    "needs": _("None ticked: needs are not asked for."),
    "categories": _("Detailed fields of ISCED-F, such as 0611, with commas between. Empty: any course."),
    "purse_days": _("Empty: it does not expire."),
    "programme_year_from": _("Month and day, such as 07-01."),
    "code": _("Small letters, digits and underscores. It stays the same when the rules change."),
    "awards": _("With commas between. Empty: from any."),
    "warn_at_percent": _("Of the budget, with commas between."),
    "lasts_days": _("Empty: for good."),
    "share": _("How many of each block of learners go this way."),
}
CHOICES: dict[str, list[tuple[str, Any]]] = {
    "residence": list(Residence.choices),
    "employment": [choice for choice in Employment.choices if choice[0]],
    "benefits": list(Benefit.choices),
    "benefits_instead_of_income": list(Benefit.choices),
    "needs": list(Need.choices),
    "criterion": list(Criterion.choices),
    "documents": list(Document.choices),
    "earmark": list(Earmark.choices),
    "checked_by": [("adviser", _("An adviser")), ("scheme", _("The scheme's own people"))],
    "period": [
        ("once", _("Once")),
        ("calendar_year", _("Each calendar year")),
        ("programme_year", _("Each programme year")),
        ("rolling_year", _("Each rolling year")),
    ],
    "year_from": [("award", _("The award")), ("first_use", _("The first course bought"))],
    "policy": [
        ("open", _("Open: advice is offered")),
        ("guided", _("Guided: advice first, then the learner chooses")),
        ("structured", _("Structured: an adviser decides")),
    ],
    "stratify_by": [
        ("residence", _("Where they live")),
        ("qualification", _("Highest qualification")),
        ("employment", _("Work")),
    ],
    "waiting_list": [
        ("first_come", _("Yes: first come, first served")),
        ("most_need_first", _("Yes: those with most need first")),
    ],
}
# What an item of a list is called, for "Add …" and its heading.
ITEMS: dict[str, Any] = {
    "awards": _("award"),
    "more": _("group with more"),
    "bands": _("share"),
    "fee_exempt": _("exempt group"),
    "arms": _("way"),
    "milestones": _("step"),
    "proofs": _("proof"),
    "trial": _("trial"),
}
