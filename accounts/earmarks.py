"""Earmarks: what the money in a purse is for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Earmark(models.TextChoices):
    GENERAL = "", _("Any eligible course")
    TUITION = "tuition", _("Courses")
    EXAM = "exam", _("Exams")
    TRAVEL = "travel", _("Travel")
    CHILDCARE = "childcare", _("Childcare")
    EQUIPMENT = "equipment", _("Equipment")
