"""What a stranger fills in to see what they could get: only what some scheme asks, and all of it optional."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, get_currency_name, parse_decimal
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.text import capfirst, get_text_list
from django.utils.translation import get_language, gettext, to_locale
from django.utils.translation import gettext_lazy as _

from accounts.asking import IncomeBand, Questions
from accounts.circumstances import Benefit, Circumstances, Criterion, Employment, Need, Residence
from config.money import in_a_sentence
from providers.categories import category_name
from web.days import DayField, DayWidget
from web.forms import choose

NONE = "none"
OLDEST_YEARS = 130
# The form that the questions about a course belong to, wherever on the page they stand.
FORM_ID = "answers"
_NUMBER = {"form": FORM_ID, "autocomplete": "off"}

# Source: GOV.UK, "What qualification levels mean".
LEVELS = {
    0: (_("No qualification, or entry level"), _("for example Skills for Life")),
    1: (_("Level 1"), _("for example GCSEs with grades 3 to 1 or D to G, NVQ level 1")),
    2: (_("Level 2"), _("for example GCSEs with grades 9 to 4 or A* to C, O levels, NVQ level 2")),
    3: (_("Level 3"), _("for example A levels, an Access to Higher Education Diploma, NVQ level 3")),
    4: (_("Level 4"), _("for example a Higher National Certificate (HNC)")),
    5: (_("Level 5"), _("for example a Higher National Diploma (HND), a foundation degree")),
    6: (_("Level 6"), _("for example a bachelor's degree with honours")),
    7: (_("Level 7"), _("for example a master's degree, a PGCE")),
    8: (_("Level 8"), _("for example a doctorate (PhD)")),
}
RATHER_NOT = _("I would rather not say")


class PriceField(forms.Field):
    """An amount as people write it, with or without its sign: £1,200.50."""

    default_error_messages = {"invalid": _("Give the price in numbers, such as 250 or 250.50.")}
    most = Decimal(1_000_000)

    def to_python(self, value: Any) -> Decimal | None:
        written = re.sub(r"[£€$\s]", "", str(value or ""))
        if not written:
            return None
        try:
            if not re.fullmatch(r"[0-9.,]{1,20}", written):
                raise NumberFormatError(written)
            amount = parse_decimal(written, locale=_locale(), strict=True)
        except NumberFormatError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if not 0 < amount <= self.most:
            raise ValidationError(gettext("Give a price of more than nothing, up to a million."), code="range")
        return amount


class AboutYou(forms.Form):
    """The questions about a person, and about a course that they have in mind."""

    all_optional = True
    use_required_attribute = False

    date_of_birth = DayField(
        label=_("When were you born?"),
        help_text=_("For example 27 3 1985"),
        required=False,
        widget=DayWidget(autocomplete="bday"),
        error_messages={
            "incomplete": _("Your date of birth needs a day, a month and a year."),
            "invalid": _("Your date of birth is not a real day. Write it in numbers, such as 27 3 1985."),
        },
    )
    residence = forms.ChoiceField(label=_("Where do you live?"), required=False, widget=forms.RadioSelect)
    qualification = forms.TypedChoiceField(
        label=_("What is your highest qualification?"),
        help_text=_("One from another country counts too: choose what comes nearest."),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    employment = forms.ChoiceField(
        label=_("Do you work?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[*((code, label) for code, label in Employment.choices if code), ("", RATHER_NOT)],
    )
    benefits = forms.MultipleChoiceField(
        label=_("Do you get any of these benefits?"),
        help_text=_("Choose all that you get."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    needs = forms.MultipleChoiceField(
        label=_("Is any of this true for you?"),
        help_text=_("You do not have to say. Some schemes give more to people for whom it is."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    income = forms.ChoiceField(
        label=_("How much money comes in for you in a year?"),
        help_text=_("Before tax. A rough idea is enough."),
        required=False,
        widget=forms.RadioSelect,
    )
    price = PriceField(
        label=_("What does the course cost?"),
        required=False,
        widget=forms.TextInput(attrs=_NUMBER | {"inputmode": "decimal", "class": "govuk-input--width-10"}),
    )
    category = forms.ChoiceField(
        label=_("What is it about?"), required=False, widget=forms.Select(attrs={"form": FORM_ID})
    )
    hours = forms.IntegerField(
        label=_("How many hours is it taught?"),
        required=False,
        min_value=1,
        max_value=10_000,
        widget=forms.TextInput(attrs=_NUMBER | {"inputmode": "numeric", "class": "govuk-input--width-5"}),
        error_messages={"invalid": _("Give the hours as a whole number, such as 30.")},
    )

    def __init__(self, *args: Any, asks: Questions, currencies: Iterable[str], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.incomes = {_code(band): band for band in asks.incomes}
        asked = {*(_FIELDS.get(criterion, criterion) for criterion in asks.criteria), "price"}
        asked |= ({"category"} if asks.categories else set()) | ({"hours"} if asks.by_the_hour else set())
        for name in [name for name in self.fields if name not in asked]:
            del self.fields[name]
        for name, choices in _choices(asks).items():
            if name in asked:
                choose(self, name, choices)
        names = [get_currency_name(currency, count=2, locale=_locale()) for currency in sorted(set(currencies))]
        self.fields["price"].help_text = gettext("In {currencies}, for example 250").format(
            currencies=get_text_list(names, gettext("or"))
        )

    @property
    def about_a_person(self) -> list[BoundField]:
        return [field for field in self if field.name not in _COURSE]

    @property
    def about_a_course(self) -> list[BoundField]:
        return [field for field in self if field.name in _COURSE]

    def clean_date_of_birth(self) -> dt.date | None:
        born: dt.date | None = self.cleaned_data["date_of_birth"]
        if born and born > self.today:
            raise ValidationError(gettext("Your date of birth is in the past. Look at the year again."))
        if born and born.year < self.today.year - OLDEST_YEARS:
            raise ValidationError(gettext("That is very long ago. Look at the year again."))
        return born

    def clean_benefits(self) -> list[str]:
        return self._some_or_none("benefits")

    def clean_needs(self) -> list[str]:
        return self._some_or_none("needs")

    def _some_or_none(self, name: str) -> list[str]:
        chosen: list[str] = self.cleaned_data[name]
        if NONE in chosen and len(chosen) > 1:
            raise ValidationError(gettext("Choose what is true for you, or “None of these”, but not both."))
        return chosen

    @property
    def person(self) -> Circumstances:
        """Who they say they are."""
        said = self.cleaned_data
        income = self.incomes.get(said.get("income", ""))
        return Circumstances(
            date_of_birth=said.get("date_of_birth"),
            residence=said.get("residence", ""),
            qualification_level=said.get("qualification"),
            employment=said.get("employment", ""),
            benefits=tuple(code for code in said.get("benefits", ()) if code != NONE),
            needs=tuple(code for code in said.get("needs", ()) if code != NONE),
            income_minor=income.stands_for_minor if income else None,
        )

    @property
    def unsaid(self) -> set[str]:
        """The questions that “None of these” would have answered."""
        return {name for name in (Criterion.BENEFITS, Criterion.NEEDS) if not self.cleaned_data.get(name)}

    @property
    def income_currency(self) -> str:
        income = self.incomes.get(self.cleaned_data.get("income", ""))
        return income.currency if income else ""


_FIELDS: dict[str, str] = {Criterion.AGE: "date_of_birth"}
_COURSE = ("price", "category", "hours")


def _choices(asks: Questions) -> dict[str, list[tuple[Any, Any]]]:
    """The answers to choose from, of the questions that are asked."""
    places = [code for code in asks.residences if code != Residence.ELSEWHERE]
    levels = [
        (level, format_html('{}<br><span class="wm-muted">{}</span>', name, example))
        for level, (name, example) in LEVELS.items()
    ]
    subjects = [(code, category_name(code)) for code in asks.categories]
    return {
        "residence": [
            *((code, capfirst(Residence(code).label)) for code in places),
            (Residence.ELSEWHERE, Residence.ELSEWHERE.label),
            ("", RATHER_NOT),
        ],
        "qualification": [*levels, ("", _("I do not know, or would rather not say"))],
        "benefits": [*((code, Benefit(code).label) for code in asks.benefits), (NONE, _("None of these"))],
        "needs": [*((code, Need(code).label) for code in asks.needs), (NONE, _("None of these"))],
        "income": [*((_code(band), _in_words(band)) for band in asks.incomes), ("", RATHER_NOT)],
        "category": [("", _("Something else, or I do not know yet")), *subjects],
    }


def _code(band: IncomeBand) -> str:
    return f"{band.currency}-{'more' if band.up_to_minor is None else band.up_to_minor}"


def _in_words(band: IncomeBand) -> str:
    amounts = {
        name: in_a_sentence(minor, band.currency)
        for name, minor in (("above", band.above_minor), ("up_to", band.up_to_minor))
        if minor is not None
    }
    if len(amounts) == 2:
        return gettext("More than {above}, up to {up_to}").format(**amounts)
    return (gettext("Up to {up_to}") if "up_to" in amounts else gettext("More than {above}")).format(**amounts)


def _locale() -> str:
    return to_locale(get_language() or settings.LANGUAGE_CODE)
