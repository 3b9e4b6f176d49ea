"""What the OpenAPI document says of the catalogue's endpoints."""

from __future__ import annotations

from api import errors
from api.catalogue import shapes
from api.describing import Description
from providers import errors as refusals

_COURSES, _FEEDS = "Courses", "Feeds"
_FIELDS = [errors.FieldMissing, errors.FieldWrong, errors.AmountNotWhole]
_LISTED = [errors.FieldUnknown, errors.FieldWrong]
_PUT_COURSE = [
    *_FIELDS,
    refusals.ProviderMayNotPublish,
    refusals.CourseWithoutIdentifier,
    refusals.CourseWithoutTitle,
    refusals.CourseLevelWrong,
    refusals.TextTooLong,
    refusals.WebAddressWrong,
]
_PUT_RUN = [
    *_FIELDS,
    errors.TooManyLines,
    refusals.ProviderMayNotPublish,
    refusals.CourseNotFound,
    refusals.RunWithoutIdentifier,
    refusals.RunDatesReversed,
    refusals.PriceWrong,
    refusals.CurrencyUnknown,
    refusals.PlacesWrong,
    refusals.HoursWrong,
    refusals.TextTooLong,
    refusals.ExtraWithoutTitle,
    refusals.ExtraTwice,
    refusals.TooManyExtras,
]
_SOURCE = [refusals.FeedSourceNotFound, refusals.ProviderMayNotPublish]
_PLACE = "A slash in an identifier is written `%2F`."

LIST_COURSES = Description(
    "courses_list",
    _COURSES,
    "List your courses",
    "Newest first, with how each stands: on sale or why not, accredited or not, and the category that it was given. "
    "Ask for the next page with `cursor` until `next_cursor` is null.",
    shapes.CourseList,
    _LISTED,
    {
        "title": "Words of the title, the identifier or the keywords.",
        "on_sale": "`true`: those that a learner can buy today; `false`: the others.",
        "withdrawn": "`true`: those that are withdrawn; `false`: the others.",
    },
)
GET_COURSE = Description(
    "courses_get",
    _COURSES,
    "Look a course of yours up",
    f"Also one that is withdrawn. {_PLACE}",
    shapes.OwnCourseInFull,
    [refusals.CourseNotFound],
)
PUT_COURSE = Description(
    "courses_put",
    _COURSES,
    "Create or replace a course",
    f"What you leave out is empty. Its runs stay as they are. One that was withdrawn comes back. {_PLACE}",
    shapes.PutCourse,
    _PUT_COURSE,
)
WITHDRAW_COURSE = Description(
    "courses_withdraw",
    _COURSES,
    "Withdraw a course",
    "With all its runs. Vouchers for it stand, and the course is there to look up. Putting it again brings it back, "
    "and each run that is put again.",
    shapes.OwnCourseInFull,
    [refusals.CourseNotFound, refusals.ProviderMayNotPublish],
)
LIST_RUNS = Description(
    "runs_list",
    _COURSES,
    "List the runs of a course",
    "Newest first, also those that are withdrawn or over.",
    shapes.RunList,
    [refusals.CourseNotFound, *_LISTED],
)
GET_RUN = Description(
    "runs_get",
    _COURSES,
    "Look a run up",
    f"Also one that is withdrawn. {_PLACE}",
    shapes.OwnRun,
    [refusals.CourseNotFound, refusals.RunNotFound],
)
PUT_RUN = Description(
    "runs_put",
    _COURSES,
    "Create or replace a run",
    f"What you leave out is empty, also `extras`. Vouchers for it stand at the price they were bought at. {_PLACE}",
    shapes.PutRun,
    _PUT_RUN,
)
WITHDRAW_RUN = Description(
    "runs_withdraw",
    _COURSES,
    "Withdraw a run",
    "Nobody can buy it any more. Vouchers for it stand.",
    shapes.OwnRun,
    [refusals.CourseNotFound, refusals.RunNotFound, refusals.ProviderMayNotPublish],
)
SEND_FEED = Description(
    "feeds_send",
    _FEEDS,
    "Send a feed",
    "All your courses at once: what is new is created, what is known is brought up to date, and what is no longer in "
    "it is withdrawn. It is read in the background; look its report up by the `id` of the answer.",
    shapes.FeedSent,
    [
        refusals.FeedEmpty,
        refusals.FeedTooLarge,
        refusals.ProviderMayNotPublish,
        errors.FieldWrong,
    ],
    {
        "name": "What you call it, to find its report again.",
        "whole": "`true`: take it whole or not at all. Unless told, what can be taken is taken.",
    },
)
LIST_FEEDS = Description(
    "feeds_list",
    _FEEDS,
    "List the feeds you sent",
    "Newest first, also those that were fetched from an address of yours.",
    shapes.FeedList,
    _LISTED,
    {"state": "`received`, `imported` or `refused`."},
)
GET_FEED = Description(
    "feeds_get",
    _FEEDS,
    "Read the report of a feed",
    "What came of it, line by line. Ask for the next lines with `cursor` until `next_cursor` is null.",
    shapes.FeedReport,
    [refusals.FeedNotFound, *_LISTED],
    {
        "outcome": "Only lines with this outcome: `created`, `changed`, `unchanged`, `withdrawn` or `refused`.",
        "kind": "Only lines of this kind: `provider`, `course` or `run`.",
    },
)
LIST_SOURCES = Description(
    "feed_sources_list",
    _FEEDS,
    "List the addresses we fetch from",
    "With what each answered last.",
    shapes.SourceList,
)
ADD_SOURCE = Description(
    "feed_sources_add",
    _FEEDS,
    "Have a feed fetched",
    "We check the address at once and then as often as you say, ask only for what has changed, and import what is new. "
    "An address that fails many times in a row is paused, and you see it here.",
    shapes.SourceAnswer,
    [
        *_FIELDS[:2],
        refusals.FeedAddressWrong,
        refusals.FeedIntervalWrong,
        refusals.FeedSourceTwice,
        refusals.TooManyFeedSources,
        refusals.ProviderMayNotPublish,
    ],
)
GET_SOURCE = Description(
    "feed_sources_get", _FEEDS, "Look an address up", "What it answered last.", shapes.SourceAnswer, _SOURCE[:1]
)
CHANGE_SOURCE = Description(
    "feed_sources_change",
    _FEEDS,
    "Change an address",
    "What you leave out is as it is when an address is added. It is checked at once unless it is paused.",
    shapes.SourceAnswer,
    [
        *_FIELDS[:2],
        *_SOURCE,
        refusals.FeedAddressWrong,
        refusals.FeedIntervalWrong,
        refusals.FeedSourceTwice,
    ],
)
REMOVE_SOURCE = Description(
    "feed_sources_remove",
    _FEEDS,
    "Fetch from an address no more",
    "What was imported from there stays as it is, with its reports.",
    shapes.SourceRemoved,
    _SOURCE,
)
CHECK_NOW = Description(
    "feed_sources_check_now",
    _FEEDS,
    "Check an address now",
    "At most once a minute. What came of it is in `answer` shortly after.",
    shapes.SourceAnswer,
    [*_SOURCE, refusals.FeedSourcePaused, refusals.FeedSourceJustChecked],
)
PAUSE_SOURCE = Description(
    "feed_sources_pause",
    _FEEDS,
    "Pause an address",
    "Nothing is fetched from it until you resume it.",
    shapes.SourceAnswer,
    _SOURCE,
)
RESUME_SOURCE = Description(
    "feed_sources_resume",
    _FEEDS,
    "Resume an address",
    "All of it is fetched at once, and its failures are forgotten.",
    shapes.SourceAnswer,
    _SOURCE,
)
