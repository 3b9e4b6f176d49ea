"""What is said no with about feeds that are sent, and addresses that feeds are fetched from."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal
from providers.errors.feeds import FeedRefusal


class FeedNotFound(Refusal):
    code = "feed_not_found"
    status = 404
    says = _("You have sent no such feed.")


class FeedEmpty(FeedRefusal):
    code = "feed_empty"
    status = 400
    says = _("The feed is empty.")
    do = _("Nothing was imported. Check the file, then send it again.")


class FeedSourceNotFound(Refusal):
    code = "feed_source_not_found"
    status = 404
    says = _("You have no such address of a feed.")


class FeedAddressWrong(Refusal):
    code = "feed_address_wrong"
    status = 422
    says = _("“{url}” is not an address from which we can fetch a feed.")
    do = _("It begins with https://, names a server, and has no spaces, user name or password in it.")


class FeedSourceTwice(Refusal):
    code = "feed_source_twice"
    says = _("We fetch a feed from this address already.")
    do = _("Change the one that is there, or remove it first.")


class TooManyFeedSources(Refusal):
    code = "too_many_feed_sources"
    says = _("You have {most} addresses of feeds, which is the most that we fetch for one provider.")
    do = _("Remove one that you no longer need.")


class FeedIntervalWrong(Refusal):
    code = "feed_interval_wrong"
    status = 422
    says = _("A feed cannot be fetched every {hours} hours.")
    do = _("Choose one of {known}.")


class FeedSourcePaused(Refusal):
    code = "feed_source_paused"
    says = _("This address is paused, so nothing is fetched from it.")
    do = _("Resume it: it is then checked at once.")


class FeedSourceJustChecked(Refusal):
    code = "feed_source_just_checked"
    says = _("This address was checked less than a minute ago.")
    do = _("Wait a minute, and look at what it answered.")
