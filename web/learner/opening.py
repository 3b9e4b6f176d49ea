"""Which schemes a learner could join, what each gives them and wants to see, and opening an account in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import ledger
from accounts.eligibility import Verdict, assess
from accounts.errors import AlreadyOpen
from accounts.exploring import explore
from accounts.joining import join
from accounts.models import Evidence, Learner, LearningAccount, Scheme
from accounts.models.people import proven_by
from accounts.rules import Rules
from accounts.schemes import on_offer
from accounts.telling import tell
from config.refusals import Refusal
from web.learner.about import AboutMeForm
from web.learner.access import acting, for_learner, refuse
from web.public.saying import Card, card
from web.unsent import written

_ORDER = (Verdict.ELIGIBLE, Verdict.UNKNOWN, Verdict.NOT_YET, Verdict.NOT)


@dataclass(frozen=True, slots=True)
class Offer:
    """A scheme that the learner has not joined. `may_open`: now; `to_see`: what has to be seen first, in sentences."""

    scheme: Scheme
    card: Card
    may_open: bool
    to_see: list[str]


@require_safe
@for_learner
def schemes(request: HttpRequest, learner: Learner) -> HttpResponse:
    """The schemes on offer, those that can be joined first. A fixed number of queries."""
    offered = on_offer(ledger.today())
    joined = set(LearningAccount.objects.filter(learner=learner).values_list("scheme", flat=True))
    offers = _offers(learner, {scheme: rules for scheme, rules in offered.items() if scheme.pk not in joined})
    context = {
        "now_open": [offer for offer in offers if offer.may_open],
        "to_show": [offer for offer in offers if offer.to_see],
        "others": [offer for offer in offers if not offer.may_open and not offer.to_see],
        "joined": bool(joined),
        "asks": _asks(learner, offered),
    }
    return render(request, "learner/open.html", context)


@require_POST
@for_learner
def open_account(request: HttpRequest, learner: Learner, slug: str) -> HttpResponse:
    """One press. Pressed twice, it is open once."""
    scheme = Scheme.objects.filter(slug=slug, state=Scheme.State.OPEN).first()
    if scheme is None:
        raise Http404
    try:
        join(learner, scheme, actor=acting(learner))
    except AlreadyOpen:
        return redirect("learner:home")
    except Refusal as refusal:
        refuse(request, refusal)
        return redirect("learner:open")
    messages.success(
        request,
        _("Your learning account in {scheme} is open. We have sent you an e-mail that says so.").format(
            scheme=scheme.name
        ),
    )
    return redirect("learner:home")


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def about_me(request: HttpRequest, learner: Learner) -> HttpResponse:
    """What the schemes on offer ask about a learner, to be answered, and answered anew when it changes."""
    form = AboutMeForm(written(request), learner=learner, offered=on_offer(ledger.today()))
    if request.method == "POST" and form.is_valid():
        try:
            tell(learner, form.told, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            return redirect("learner:open")
    return render(request, "learner/about_me.html", {"form": form}, status=422 if form.errors else 200)


def _offers(learner: Learner, offered: Mapping[Scheme, Rules]) -> list[Offer]:
    today = ledger.today()
    seen = list(Evidence.objects.of([learner.pk]))
    found = []
    for scheme, rules in offered.items():
        # Each scheme by itself: a document that another one takes proves nothing here.
        proven = proven_by(seen, [rules]).get(learner.pk)
        person = learner.circumstances(proven)
        # What the learner says of their income, they say in the scheme's own currency.
        [outlook] = explore(person, {scheme: rules}, today, income_currency=scheme.currency)
        assessment = assess(person, rules, today)
        to_see = [reason.sentence for reason in assessment.reasons] if outlook.eligible else []
        found.append(Offer(scheme, card(outlook), assessment.eligible, to_see))
    return sorted(found, key=lambda offer: (_ORDER.index(offer.card.outlook.verdict), offer.scheme.name))


def _asks(learner: Learner, offered: Mapping[Scheme, Rules]) -> bool:
    """Whether the schemes on offer ask about something that the learner can answer by themselves."""
    return bool(AboutMeForm(None, learner=learner, offered=offered).fields)
