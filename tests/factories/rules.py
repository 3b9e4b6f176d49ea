"""Rules that say everything that rules can say."""

from __future__ import annotations

from typing import Any


def everybody_of_a_kind() -> dict[str, Any]:
    """A group with every criterion."""
    return {
        "residence": ["wales", "england"],
        "age_from": 18,
        "age_to": 64,
        "qualification_level_at_most": 2,
        "employment": ["unemployed", "self_employed"],
        "benefits": ["income_support", "housing_benefit"],
        "needs": ["carer", "refugee"],
        "income_at_most_minor": 22_000_00,
        "benefits_instead_of_income": ["universal_credit", "pension_credit"],
    }


def everything() -> dict[str, Any]:
    """Rules in order in which each field says something, and each group has every criterion."""
    return {
        "who": everybody_of_a_kind(),
        "proofs": [
            {"criterion": "age", "documents": ["passport", "driving_licence"], "lasts_days": 730},
            {"criterion": "income", "documents": ["payslip", "tax_notice"], "checked_by": "scheme"},
        ],
        "awards": [_learning(), _travel(), {"code": "exams", "amount_minor": 50_00, "period": "once",
                                            "purse_days": None, "earmark": "exam"}],
        "price": _price(),
        "adviser": {
            "policy": "guided",
            "answer_within_hours": 48,
            "structured_above_minor": 120_00,
            "second_approver_above_minor": 500_00,
            "trial": {
                "code": "advice_first",
                "arms": [{"code": "a", "policy": "open"}, {"code": "b", "policy": "guided", "share": 2}],
                "stratify_by": ["residence", "employment"],
            },
        },
        "delivery": {
            "lapse_hours": 72, "accept_days": 10, "confirm_days": 12, "cooling_off_days": 14,
            "expire_days_after_end": 60,
            "attendance": [
                {"from_percent": 0, "pays_percent": 25},
                {"from_percent": 25, "pays_percent": None},
                {"from_percent": 80, "pays_percent": 100},
            ],
            "milestones": [
                {"code": "start", "title": "Started", "percent": 25},
                {"code": "half_way", "title": "Half of it done", "percent": 25},
                {"code": "completion", "title": "Completed", "percent": 50},
            ],
        },
        "budget": {"ceiling_minor": 1_000_000_00, "warn_at_percent": [75, 90], "waiting_list": "first_come"},
        "young": {"under_age": 18, "representative_asks": False, "representative_spends_minor": 100_00},
    }  # fmt: skip


def _learning() -> dict[str, Any]:
    return {
        "code": "learning",
        "amount_minor": 500_00,
        "period": "rolling_year",
        "purse_days": 365,
        "who": everybody_of_a_kind(),
        "more": [
            {"code": "less_qualified", "percent": 60, "who": {"qualification_level_at_most": 2}},
            {"code": "carers", "percent": 30, "who": everybody_of_a_kind()},
        ],
        "more_at_most_percent": 80,
        "holds_at_most_minor": 5_000_00,
        "years": 2,
        "year_from": "first_use",
        "unused_days": 730,
        "grace_days": 30,
        "courses_at_most": 3,
        "awards_at_most": 10_000,
        "earmark": "tuition",
        "categories": ["0611", "0541"],
    }


def _travel() -> dict[str, Any]:
    return {
        "code": "travel",
        "amount_minor": 100_00,
        "period": "programme_year",
        "programme_year_from": "07-01",
        "purse_days": 200,
        "earmark": "travel",
    }


def _price() -> dict[str, Any]:
    return {
        "bands": [
            {
                "code": "listed",
                "rate_percent": 80,
                "cap_minor": 200_00,
                "per_hour_minor": 8_00,
                "minimum_own_minor": 5_00,
                "who": everybody_of_a_kind(),
                "categories": ["0611", "0541"],
                "awards": ["learning", "travel"],
            },
            {"code": "carers", "rate_percent": 60, "who": {"needs": ["carer"]}},
            {"code": "others", "rate_percent": 20},
        ],
        "annual_ceiling_minor": 300_00,
        "minimum_own_minor": 25_00,
        "fee_minor": 103_20,
        "fee_exempt": [everybody_of_a_kind(), {"employment": ["unemployed"]}],
        "fee_waived_by_sponsor": True,
        "advice_incentive_minor": 10_00,
        "advice_counts_days": 90,
        "reduced_by_other_aid": True,
    }
