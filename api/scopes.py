"""What a key may do. A key has the scopes it was issued with, and no others."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    READ = "vouchers:read", _("look up vouchers made out to you")
    DELIVER = "vouchers:deliver", _("accept and decline vouchers, and declare what was delivered")
    REDEEM = "vouchers:redeem", _("redeem vouchers, and reverse redemptions")
    CANCEL = "vouchers:cancel", _("cancel vouchers")
    MONEY = "money:read", _("see what you are owed")
    CATALOGUE = "catalogue:write", _("publish courses, runs and feeds, and read what came of them")
    ADVOCACY = "advocacy:answer", _("read what advisers ask of you for learners, and answer it")
    EVENTS = "events:read", _("read what happened to your vouchers, and be told by webhook")
