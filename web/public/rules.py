"""A scheme's rules, for anybody to read: in words, in the reader's language, with where they were published."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

import ledger
from accounts.models import Scheme
from accounts.schemes import current_rules
from accounts.wording import sentences
from providers.categories import category_name


@require_safe
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """The rules of today, and from when others count. A scheme that is being set up is nobody's to read."""
    scheme = get_object_or_404(Scheme.objects.exclude(state=Scheme.State.DRAFT), slug=slug)
    today = ledger.today()
    version = current_rules([scheme.pk], today).get(scheme.pk)
    said = sentences(version.parsed, currency=scheme.currency, category_name=category_name) if version else []
    context = {
        "scheme": scheme,
        "version": version,
        # What is for those who run it, such as what a trial compares, is not for those who are in it.
        "sections": [
            (section, told)
            for section in said
            if (told := [sentence for sentence in section.sentences if not sentence.for_staff])
        ],
        "to_come": scheme.rule_versions.filter(valid_from__gt=today).order_by("valid_from").first(),
    }
    return render(request, "public/rules.html", context)
