"""The Celery application, and what the clock starts."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("waymark")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Each sweep judges again under lock, so how often it runs decides only how late it is.
_SCHEDULE: dict[str, dict[str, Any]] = {
    "send what the border still owes": {"task": "payments.tasks.sweep", "schedule": 5},
    "lapse vouchers": {"task": "vouchers.tasks.lapse", "schedule": 60},
    "expire vouchers": {"task": "vouchers.tasks.expire", "schedule": 300},
    "end vouchers of providers that stopped": {"task": "vouchers.tasks.end_stranded", "schedule": 300},
    "confirm by silence": {"task": "vouchers.tasks.confirm_by_silence", "schedule": 300},
    "ask the bank": {"task": "vouchers.tasks.ask_the_bank", "schedule": 60},
    "follow card payouts": {"task": "vouchers.tasks.follow_card_payouts", "schedule": 600},
    "have the sandbox pay out": {"task": "payments.tasks.pay_sandbox_out", "schedule": crontab(hour="2", minute="0")},
    "expire purses": {"task": "accounts.tasks.expire_purses", "schedule": 300},
    "award those who wait": {"task": "accounts.tasks.award_waiting", "schedule": 60},
    "wind closed schemes down": {"task": "accounts.tasks.wind_down", "schedule": 300},
    "follow ceilings": {"task": "accounts.tasks.follow_ceilings", "schedule": crontab(hour="0", minute="1")},
    "forget old looks": {"task": "accounts.tasks.forget_looks", "schedule": crontab(hour="3", minute="20")},
    "let documents go": {"task": "accounts.tasks.let_copies_go", "schedule": 3600},
    "warn of budgets": {"task": "vouchers.tasks.warn_of_budgets", "schedule": crontab(hour="6", minute="0")},
    "seal the ledger": {"task": "ledger.tasks.seal", "schedule": 60},
    "write to people": {"task": "web.tasks.write_to_people", "schedule": 5},
    "forget old answers": {"task": "api.tasks.forget_answers", "schedule": 3600},
    "spread events to providers": {"task": "api.tasks.spread_events", "schedule": 2},
    "send webhooks": {"task": "api.tasks.send_webhooks", "schedule": 5},
    "tidy webhooks": {"task": "api.tasks.tidy_webhooks", "schedule": 3600},
    "import feeds left behind": {"task": "providers.tasks.import_left_behind", "schedule": 300},
    "gather the catalogue's words": {"task": "providers.tasks.gather_new_words", "schedule": 3600},
    "check addresses of feeds": {"task": "providers.tasks.check_feed_sources", "schedule": 60},
    "close offers to groups": {"task": "brokerage.tasks.close_group_offers", "schedule": 300},
    "escalate requests": {"task": "brokerage.tasks.run_out", "schedule": 60},
    "hand call-backs over": {"task": "brokerage.tasks.hand_call_backs_over", "schedule": 60},
    # While people are awake; whoever was told today is not told again.
    "remind of talks": {"task": "brokerage.tasks.remind_of_talks", "schedule": crontab(hour="9-18", minute="0")},
    # A letter at night would wake somebody.
    "ask how it was": {"task": "brokerage.tasks.ask_how_it_was", "schedule": crontab(hour="10", minute="30")},
    "keep guidance organisations": {"task": "brokerage.tasks.keep_organisations", "schedule": 300},
    "erase who left": {"task": "brokerage.tasks.erase_who_left", "schedule": crontab(hour="3", minute="0")},
    "tell of lapsing accreditations": {
        "task": "providers.tasks.tell_of_lapsing",
        "schedule": crontab(hour="6", minute="10"),
    },
}
# A sweep that still waits for a worker is no use once the next one is there; without this, workers that were busy
# or away for an hour come back to seven hundred of the same.
app.conf.beat_schedule = {
    name: each | ({"options": {"expire_seconds": each["schedule"]}} if isinstance(each["schedule"], int) else {})
    for name, each in _SCHEDULE.items()
}
