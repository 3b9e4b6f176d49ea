"""Attendance: who was there on which day, for one learner or for a whole college's, as JSON or as CSV."""

from __future__ import annotations

from typing import Any

from api import bodies, descriptions, showing
from api.describing import described
from api.endpoint import Call, Endpoint, reads, writes
from api.lines import each_line
from api.scopes import Scope
from config.ids import read_code
from vouchers import attending
from vouchers.attendance import AttendanceRecord
from vouchers.errors import VoucherNotFound
from vouchers.models import Voucher


class Attendance(Endpoint):
    @described(descriptions.RECORD_ATTENDANCE)
    @writes(Scope.DELIVER, takes=bodies.ATTENDANCE, moves_money=False)
    def post(self, call: Call) -> dict[str, Any]:
        lines = [
            attending.Attendance(line["voucher"], line["day"], line["attended"], line.get("hours"))
            for line in call.body["lines"]
        ]
        return each_line(call, "recorded", attending.record(lines, by=call.provider, actor=call.actor), _recorded)


class OfVoucher(Endpoint):
    @described(descriptions.ATTENDANCE)
    @reads(Scope.READ)
    def get(self, call: Call, code: str) -> dict[str, Any]:
        voucher = Voucher.objects.made_out_to(call.provider).filter(code=read_code(code) or "").first()
        if voucher is None:
            raise VoucherNotFound(field="voucher")
        records = list(voucher.attendance.all())
        standing = [record for record in records if record.replaced_at is None]
        return {
            "attendance": showing.rate(attending.Rate.of(standing)),
            "records": [showing.attendance(record) for record in records],
        }


def _recorded(record: AttendanceRecord) -> dict[str, Any]:
    return {"voucher": record.voucher.code, "record": showing.attendance(record)}
