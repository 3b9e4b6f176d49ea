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


# What pays for courses themselves; the others pay for what comes with one, and for nothing else.
OF_COURSES = (Earmark.GENERAL, Earmark.TUITION)
