"""Filling in: one form a page, which comes back with what was typed and with the reason when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from brokerage.progress.errors import ChangedMeanwhile
from config.refusals import Refusal
from web.learner.access import refuse


def fill_in(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[dict[str, Any]], object],
    *,
    heading: str,
    done: str,
    back: str,
    latest: Callable[[], Any] | None = None,
    **context: Any,
) -> HttpResponse:
    """Show the form, or do what it asks and go `back`.

    After a change in another tab the form keeps what was typed, shows what is kept now (`latest`: its version and
    its texts), and carries the new version, so that saving again is a choice made with open eyes.
    """
    kept: dict[str | Promise, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except ChangedMeanwhile as refusal:
            refuse(request, refusal, form)
            if latest is not None:
                version, kept = latest()
                typed = request.POST.copy()
                typed["version"] = str(version)
                form.data = typed
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, done)
            return redirect(back)
    page = {"form": form, "heading": heading, "back": back, "kept": kept, **context}
    status = 422 if form.errors else 200
    return render(request, "learner/story/form.html", page, status=status)
