"""How a scheme runs: what advisers do, the windows and milestones of a course, and how the budget is kept."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.rules import AdviserPolicy, Arm, AttendanceBand, Rules, Step, Trial
from accounts.wording.lists import all_of
from accounts.wording.sentence import Sentence, Speaker, called, days, hours, paths_of
from config import locales
from config.refusals import Sentence as Text

POLICIES: dict[str, Text] = {
    "open": _("You can talk to an adviser if you want to."),
    "guided": _("You talk to an adviser first. Then you decide yourself."),
    "structured": _("You talk to an adviser first. Then the adviser decides. You can ask another one to look again."),
}
STRATA: dict[str, Text] = {
    "residence": _("where they live"),
    "qualification": _("their highest qualification"),
    "employment": _("whether they work"),
}
# What is said of a milestone that each scheme knows, and what its title is where the scheme has none of its own.
MILESTONES: dict[str, tuple[Text, str]] = {
    "start": (_("When you start, the provider earns {percent} of the price."), "Started"),
    "completion": (_("When you finish, the provider earns {percent} of the price."), "Completed"),
}
WAITING: dict[str | None, Text] = {
    None: _("When there is no money left, there is no waiting list."),
    "first_come": _("When there is no money left, you can wait. Whoever asked first is first."),
    "most_need_first": _("When there is no money left, you can wait. Whoever needs it most is first."),
}


def adviser(rules: Rules, speaker: Speaker) -> Iterator[Sentence]:
    policy = rules.adviser

    def say(about: str, text: str, for_staff: bool = False) -> Sentence:
        paths = paths_of("adviser", policy, about)
        return Sentence(key=f"adviser.{about}", text=text, paths=paths, for_staff=for_staff)

    if policy.trial is None:
        yield say("policy", str(POLICIES[policy.policy]))
    else:
        yield from _trial(policy.trial)
        text = gettext("For whoever is not in the trial: {policy}").format(policy=POLICIES[policy.policy])
        yield say("policy", text, for_staff=True)
    text = gettext("An adviser answers you within {time}.").format(time=hours(policy.answer_within_hours))
    yield say("answer_within_hours", text)
    yield from _thresholds(policy, speaker)


def _thresholds(policy: AdviserPolicy, speaker: Speaker) -> Iterator[Sentence]:
    if (above := policy.structured_above_minor) is not None:
        text = gettext("If a course takes more than {amount} from your account, the adviser decides.")
        text = text.format(amount=speaker.money(above))
        yield Sentence(key="adviser.structured_above", text=text, paths=("adviser.structured_above_minor",))
    if (above := policy.second_approver_above_minor) is not None:
        text = gettext("If it takes more than {amount}, a second adviser has to agree.")
        text = text.format(amount=speaker.money(above))
        yield Sentence(key="adviser.second_approver", text=text, paths=("adviser.second_approver_above_minor",))


def _trial(trial: Trial) -> Iterator[Sentence]:
    """A learner is told that chance decides, and staff between what."""
    where, ways = "adviser.trial", len(trial.arms)
    text = ngettext(
        "This scheme tries out {ways} way of giving advice. Chance decides which way is yours.",
        "This scheme tries out {ways} ways of giving advice. Chance decides which way is yours.",
        ways,
    ).format(ways=locales.number(ways))
    paths = (where, f"{where}.code", f"{where}.arms")
    yield Sentence(key=where, text=text, paths=paths, name=called(trial.code))
    if trial.stratify_by:
        by = all_of([str(STRATA.get(code, code)) for code in trial.stratify_by])
        text = gettext("The ways are shared out evenly among people who are alike in this: {by}.").format(by=by)
    else:
        text = gettext("The ways are shared out evenly among all.")
    yield Sentence(key=f"{where}.stratify_by", text=text, paths=(f"{where}.stratify_by",), for_staff=True)
    learners = sum(arm.share for arm in trial.arms)
    for place, arm in enumerate(trial.arms):
        yield _arm(f"{where}.arms[{place}]", arm, learners)


def _arm(where: str, arm: Arm, learners: int) -> Sentence:
    text = gettext("Of each {learners} learners, {share} go this way. {policy}").format(
        learners=learners, share=arm.share, policy=POLICIES[arm.policy]
    )
    key, name = f"adviser.trial.arms[{arm.code}]", called(arm.code)
    return Sentence(key=key, text=text, paths=paths_of(where, arm), name=name, for_staff=True)


def delivery(rules: Rules, speaker: Speaker) -> Iterator[Sentence]:
    windows = rules.delivery

    def say(about: str, text: str) -> Sentence:
        return Sentence(key=f"delivery.{about}", text=text, paths=paths_of("delivery", windows, about))

    text = gettext("You have {time} to pay your own part. After that, the money goes back to your account.")
    yield say("lapse_hours", text.format(time=hours(windows.lapse_hours)))
    text = gettext("The course provider has {time} to say yes to you.").format(time=days(windows.accept_days))
    yield say("accept_days", text)
    text = gettext("Until the course starts, you can change your mind for {time} after you buy, and get all back.")
    if not windows.cooling_off_days:
        text = gettext("Once you have bought a course, you cannot change your mind.")
    yield say("cooling_off_days", text.format(time=days(windows.cooling_off_days)))
    for place, step in enumerate(windows.milestones):
        paths = paths_of(f"delivery.milestones[{place}]", step)
        name = "" if step.code in MILESTONES else called(step.code)
        yield Sentence(key=f"delivery.milestones[{step.code}]", text=_milestone(step), paths=paths, name=name)
    for place, band in enumerate(windows.attendance):
        paths = paths_of(f"delivery.attendance[{place}]", band)
        key = f"delivery.attendance[{band.from_percent}]"
        yield Sentence(key=key, text=_attendance(band), paths=("delivery.attendance", *paths))
    text = gettext("When the provider says that you did this, you have {time} to say whether it is true.")
    yield say("confirm_days", text.format(time=days(windows.confirm_days)))
    text = gettext("What the provider has not earned {time} after the course ends goes back to where it came from.")
    yield say("expire_days_after_end", text.format(time=days(windows.expire_days_after_end)))
    yield from _young(rules, speaker)


def _young(rules: Rules, speaker: Speaker) -> Iterator[Sentence]:
    young = rules.young

    def say(about: str, text: str) -> Sentence:
        return Sentence(key=f"young.{about}", text=text, paths=paths_of("young", young, about))

    text = gettext("If you are younger than {age}, nothing is bought before you say yes yourself.")
    yield say("under_age", text.format(age=young.under_age))
    text = gettext("Until then, somebody who acts for you, such as a parent, cannot ask for courses.")
    if young.representative_asks:
        text = gettext("Until then, somebody who acts for you, such as a parent, can ask for courses.")
    yield say("representative_asks", text)
    text = gettext("Until then, they can choose to buy courses that cost up to {amount} each.")
    if not young.representative_spends_minor:
        text = gettext("Until then, they cannot choose to buy.")
    yield say("representative_spends_minor", text.format(amount=speaker.money(young.representative_spends_minor)))


def _attendance(band: AttendanceBand) -> str:
    at_least = locales.percent(band.from_percent)
    if band.pays_percent is None:
        text = gettext(
            "If you come to at least {at_least} of the sessions, the provider earns that share of the last step."
        )
        return text.format(at_least=at_least)
    pays = locales.percent(band.pays_percent)
    if not band.from_percent:
        text = gettext("However rarely you come to the sessions, the provider earns {pays} of the last step.")
        return text.format(pays=pays)
    text = gettext("If you come to at least {at_least} of the sessions, the provider earns {pays} of the last step.")
    return text.format(at_least=at_least, pays=pays)


def _milestone(step: Step) -> str:
    says, usual = MILESTONES.get(step.code, ("", ""))
    percent = locales.percent(step.percent)
    if step.title == usual:
        return str(says).format(percent=percent)
    if says:
        return gettext("{sentence} It is called “{title}”.").format(
            sentence=str(says).format(percent=percent), title=step.title
        )
    says = gettext("When you reach “{title}”, the provider earns {percent} of the price.")
    return says.format(title=step.title, percent=percent)


def budget(rules: Rules, speaker: Speaker) -> Iterator[Sentence]:
    kept = rules.budget

    def say(about: str, text: str, for_staff: bool = False) -> Sentence:
        return Sentence(key=f"budget.{about}", text=text, paths=paths_of("budget", kept, about), for_staff=for_staff)

    if kept.ceiling_minor is None:
        text = gettext("The scheme can give what has been paid in.")
    else:
        text = gettext("The scheme gives at most {amount} in all.").format(amount=speaker.money(kept.ceiling_minor))
    yield say("ceiling_minor", text)
    if kept.warn_at_percent:
        shares = all_of([locales.percent(percent) for percent in kept.warn_at_percent])
        text = gettext("Its managers are warned when this much of the budget is gone: {shares}.").format(shares=shares)
    else:
        text = gettext("Its managers are not warned before the budget is gone.")
    yield say("warn_at_percent", text, for_staff=True)
    yield say("waiting_list", str(WAITING[kept.waiting_list]))
