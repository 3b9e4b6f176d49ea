"""Our journal in django-hordak: a program of its environment, `.venv/peers`, that `peers` talks with.

It answers each line of JSON, `{"clients": 4, "total": 2000, "hot": false}`, with journals a second. hordak keeps no
balance and looks at none: `transfer_to` writes a transaction and its two legs.
"""

from __future__ import annotations

import json
import os
import sys

from bench.ledger.ours import LEARNERS, PROVIDERS
from bench.ledger.processes import Job, rate


def _set_up(url: str) -> None:
    import dj_database_url
    import django
    from django.conf import settings

    database = dj_database_url.parse(url, conn_max_age=None)
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
        DATABASES={"default": database},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        CURRENCIES=["GBP"],
        DEFAULT_CURRENCY="GBP",
        HORDAK_INTERNAL_CURRENCY="GBP",
        USE_TZ=True,
    )
    django.setup()


def _open_accounts() -> None:
    from hordak.models import Account, AccountType

    for name, count in (("learner", LEARNERS), ("payable", PROVIDERS)):
        for place in range(count):
            Account.objects.create(name=f"{name} {place}", type=AccountType.liability, currencies=["GBP"])


def prepare(url: str, hot: bool) -> Job:
    _set_up(url)
    from hordak.models import Account
    from moneyed import Money

    accounts = {account.name: account for account in Account.objects.all()}
    amount = Money("100.00", "GBP")

    def job(number: int) -> None:
        learner, payable = f"learner {number % LEARNERS}", f"payable {0 if hot else number % PROVIDERS}"
        accounts[learner].transfer_to(accounts[payable], amount, description=f"redemption:{number}")

    return job


def main() -> None:
    url = os.environ["HORDAK_DATABASE_URL"]
    _set_up(url)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _open_accounts()
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        print(rate(prepare, url, asked["hot"], clients=asked["clients"], total=asked["total"]), flush=True)


if __name__ == "__main__":
    main()
