"""The Celery application, and what the clock starts."""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("waymark")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Each sweep judges again under lock, so how often it runs decides only how late it is.
app.conf.beat_schedule = {
    "send what the border still owes": {"task": "payments.tasks.sweep", "schedule": 5},
    "lapse vouchers": {"task": "vouchers.tasks.lapse", "schedule": 60},
    "expire vouchers": {"task": "vouchers.tasks.expire", "schedule": 300},
    "confirm by silence": {"task": "vouchers.tasks.confirm_by_silence", "schedule": 300},
    "expire purses": {"task": "accounts.tasks.expire_purses", "schedule": 300},
    "award those who wait": {"task": "accounts.tasks.award_waiting", "schedule": 60},
    "wind closed schemes down": {"task": "accounts.tasks.wind_down", "schedule": 300},
    "follow ceilings": {"task": "accounts.tasks.follow_ceilings", "schedule": crontab(hour="0", minute="1")},
    "warn of budgets": {"task": "vouchers.tasks.warn_of_budgets", "schedule": crontab(hour="6", minute="0")},
    "seal the ledger": {"task": "ledger.tasks.seal", "schedule": 60},
    "write to people": {"task": "web.tasks.write_to_people", "schedule": 5},
    "forget old answers": {"task": "api.tasks.forget_answers", "schedule": 3600},
    "import feeds left behind": {"task": "providers.tasks.import_left_behind", "schedule": 300},
    "check addresses of feeds": {"task": "providers.tasks.check_feed_sources", "schedule": 60},
    "escalate requests": {"task": "brokerage.tasks.run_out", "schedule": 60},
}
