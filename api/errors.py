"""What the API itself says no with, before a room is asked: keys, requests and their form."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class KeyMissing(Refusal):
    code = "key_missing"
    status = 401
    says = _("This request has no key.")
    do = _("Send your key in a header: Authorization: Bearer wm_test_…")


class NotSignedIn(Refusal):
    code = "not_signed_in"
    status = 401
    says = _("This is for learners who are signed in.")
    do = _("Sign in on the pages, and send the session's cookie.")


class NoQuote(Refusal):
    code = "no_quote"
    says = _("This course has no price that the account could pay a part of.")
    do = _("Choose a course with a price in the account's currency.")


class KeyWrong(Refusal):
    code = "key_wrong"
    status = 401
    says = _("This is not a key that we know.")
    do = _(
        "Check that the whole key was sent, and that it belongs to this address: a test key works on a sandbox only."
    )


class KeyExpired(Refusal):
    code = "key_expired"
    status = 401
    says = _("This key expired on {expires_at:%Y-%m-%d}.")
    do = _("Issue another one. Two keys can be in use at once while you change over.")


class KeyRevoked(Refusal):
    code = "key_revoked"
    status = 401
    says = _("This key was revoked.")
    do = _("If you did not ask for that, talk to us before you issue another one.")


class KeyOfOtherMode(Refusal):
    """A test key where money is real, or a live key in a sandbox."""

    code = "key_of_other_mode"
    status = 422
    says = _("This is not the place for a key of the mode “{mode}”.")
    do = _("A sandbox has test keys only, and real money has live keys only.")


class KeyScopesWrong(Refusal):
    code = "key_scopes_wrong"
    status = 422
    says = _("A key needs at least one scope, and only scopes that we know.")
    do = _("The scopes are: {known}.")


class KeyNotFound(Refusal):
    code = "key_not_found"
    status = 404
    says = _("There is no such key.")


class WebhookNotFound(Refusal):
    code = "webhook_not_found"
    status = 404
    says = _("There is no such webhook.")


class DeliveryNotFound(Refusal):
    code = "delivery_not_found"
    status = 404
    says = _("There is no such delivery of this webhook.")
    do = _("Deliveries are kept for 30 days. The events themselves stay at /api/v1/events.")


class WebhookUrlWrong(Refusal):
    code = "webhook_url_wrong"
    status = 422
    says = _("This is not an address that we can send to.")
    do = _("Give an address that begins with https:// and that can be reached from the internet.")


class WebhookKindsWrong(Refusal):
    code = "webhook_kinds_wrong"
    status = 422
    says = _("There is no kind of event called “{unknown}”.")
    do = _("These are known: {known}.")


class WebhookDisabled(Refusal):
    code = "webhook_disabled"
    says = _("This webhook is switched off, so nothing is sent to it.")
    do = _("Switch it on first.")


class TooManyWebhooks(Refusal):
    code = "too_many_webhooks"
    says = _("You have {most} webhooks, which is the most that there can be.")
    do = _("Remove one that you do not need any more.")


class TooManySecrets(Refusal):
    code = "too_many_secrets"
    says = _("Within a day you have had {most} secrets for this webhook, and all of them still sign.")
    do = _("Use the newest one. Tomorrow there can be another.")


class ScopeMissing(Refusal):
    code = "scope_missing"
    status = 403
    says = _("This key may not do that: it does not have the scope {scope}.")
    do = _("Use a key that has it, or issue one.")


class TooManyRequests(Refusal):
    code = "too_many_requests"
    status = 429
    says = _("This key has made {limit} requests within a minute, which is the most that is answered.")
    do = _("Wait {seconds} seconds. Redeem many vouchers in one request to /api/v1/redemptions.")


class TooManyColleges(Refusal):
    code = "too_many_colleges"
    status = 429
    says = _("{limit} colleges were opened in this sandbox from your address within an hour, which is the most.")
    do = _("Use the key that you have, or wait {seconds} seconds.")


class TooManyFromYou(Refusal):
    """Of somebody without a key: from one address, or by one learner."""

    code = "too_many_from_you"
    status = 429
    says = _("There were more than {limit} requests from you within a minute, which is the most that is answered.")
    do = _("Wait {seconds} seconds.")


class TooManyMisses(Refusal):
    """Somebody may be guessing. A look-up is not answered, not even one that would find something."""

    code = "too_many_misses"
    status = 429
    says = _("This key has asked for too many vouchers or redemptions that are not there.")
    do = _("Wait {seconds} seconds, and check the codes before you send them: the last character proves the others.")


class TooManyWrongKeys(Refusal):
    code = "too_many_wrong_keys"
    status = 429
    says = _("Too many wrong keys have come from this address.")
    do = _("Wait {seconds} seconds. A right key is answered all the time.")


class NothingHere(Refusal):
    code = "nothing_here"
    status = 404
    says = _("There is nothing at this address.")
    do = _("The addresses are described at /api/v1/docs/.")


class NoSandboxCollege(Refusal):
    code = "no_sandbox_college"
    says = _("Sample vouchers are for colleges of the sandbox, and this provider is not one.")
    do = _("Get a college and a key of your own with POST /api/v1/sandbox/keys.")


class MethodNotAllowed(Refusal):
    code = "method_not_allowed"
    status = 405
    says = _("This address does not answer {method}.")
    do = _("It answers: {allowed}.")


class NotJson(Refusal):
    code = "not_json"
    status = 400
    says = _("The body is not JSON that can be read.")
    do = _("Send a JSON object in UTF-8, in which no name comes twice.")


class NotCsv(Refusal):
    code = "not_csv"
    status = 400
    says = _("The body is not CSV that can be read.")
    do = _("Send UTF-8 with a first row of names, each once, of these: {columns}. Close every quotation mark.")


class NotAnObject(Refusal):
    code = "not_an_object"
    status = 422
    says = _("The body is JSON, but not an object.")
    do = _("Put the fields in braces.")


class ContentTypeWrong(Refusal):
    code = "content_type_wrong"
    status = 415
    says = _("The body is not declared as something that is read at this address.")
    do = _("Send it with the header Content-Type: {wanted}.")


class LengthMissing(Refusal):
    code = "length_missing"
    status = 411
    says = _("The length of the body is not declared.")
    do = _("Send it with a Content-Length header.")


class BodyTooLarge(Refusal):
    code = "body_too_large"
    status = 413
    says = _("The body is larger than {most} bytes, the most that is read at this address.")
    do = _("Send it in several requests.")


class BodyCutShort(Refusal):
    code = "body_cut_short"
    status = 400
    says = _("Only a part of the body arrived.")
    do = _("Send it again. Nothing was read of it.")


class FieldUnknown(Refusal):
    code = "field_unknown"
    status = 422
    says = _("There is no such field or parameter here.")
    do = _("These are known: {known}.")


class FieldMissing(Refusal):
    code = "field_missing"
    status = 422
    says = _("A field is missing.")
    do = _("It has to be: {wanted}.")


class FieldWrong(Refusal):
    code = "field_wrong"
    status = 422
    says = _("A field has a value that cannot be right.")
    do = _("It has to be: {wanted}.")


class AmountNotWhole(Refusal):
    code = "amount_not_whole"
    status = 422
    says = _("An amount is a whole number of pennies, written as a JSON integer.")
    do = _("Write £12.50 as 1250: without quotes, without a decimal point, without an exponent.")


class TooManyLines(Refusal):
    code = "too_many_lines"
    status = 422
    says = _("There are more than {most} lines.")
    do = _("Send them in several requests, each with an idempotency key of its own.")


class IdempotencyKeyMissing(Refusal):
    code = "idempotency_key_missing"
    status = 400
    says = _("This request can move money, and has no idempotency key.")
    do = _("Send a header Idempotency-Key with a new random value, and the same value when you repeat the request.")


class IdempotencyKeyWrong(Refusal):
    code = "idempotency_key_wrong"
    status = 400
    says = _("The idempotency key is not one that can be used.")
    do = _("Use 1 to 255 printable ASCII characters, such as a random UUID.")


class IdempotencyKeyReused(Refusal):
    code = "idempotency_key_reused"
    status = 422
    says = _("This idempotency key came with another request before.")
    do = _("Use a new key for a new request. The first request stands as it was answered.")


class RequestInFlight(Refusal):
    code = "request_in_flight"
    says = _("A request with this idempotency key is being worked on at this moment.")
    do = _("Repeat it in a second with the same key: you will get the answer of the first.")


class ServerFault(Refusal):
    code = "server_fault"
    status = 500
    says = _("Something went wrong on our side. Nothing was changed.")
    do = _("Repeat the request with the same idempotency key. If it happens again, tell us the request_id.")


class NotNow(Refusal):
    code = "not_now"
    status = 503
    says = _("This cannot be answered at this moment.")
    do = _("Repeat the request in a few seconds with the same idempotency key.")
