"""What learners say of guidance, in words for everybody who reads it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Sentence
from vouchers.moderated import HeldBack

WHY_HELD_BACK: dict[str, Sentence] = {
    HeldBack.NAMES: HeldBack.NAMES.label,
    HeldBack.INSULTS: HeldBack.INSULTS.label,
    HeldBack.NOT_ABOUT_IT: _("They are not about the guidance"),
}
