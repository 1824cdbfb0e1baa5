"""Counts the figures of the incident log another way than the product does: python3 count.py FILE [UNTIL]."""

import csv
import datetime
import json
import sys

FORMAT = "%d-%m-%Y %H:%M"
until = datetime.datetime.fromisoformat(sys.argv[2]) if len(sys.argv) > 2 else datetime.datetime.max
latest = {}
with open(sys.argv[1], newline="", encoding="utf-8-sig") as file:
    for row in csv.DictReader(file):
        key = (datetime.datetime.strptime(row["sys_updated_at"], FORMAT), int(row["sys_mod_count"]))
        if key[0] <= until and (row["number"] not in latest or key >= latest[row["number"]][0]):
            latest[row["number"]] = (key, row)

names = {
    "day": lambda d: d.strftime("%Y-%m-%d"),
    "week": lambda d: "%04d-W%02d" % d.isocalendar()[:2],
    "month": lambda d: d.strftime("%Y-%m"),
    "quarter": lambda d: "%04d-Q%d" % (d.year, (d.month + 2) // 3),
}
figures = {}
for per, name in names.items():
    periods = {}
    for _, row in latest.values():
        sums = periods.setdefault(name(datetime.datetime.strptime(row["opened_at"], FORMAT)), [0] * 5)
        handed, reopened = int(row["reassignment_count"]), int(row["reopen_count"])
        resolved = row["incident_state"] in ("Resolved", "Closed")
        for i, counts in enumerate(
            (
                True,
                handed >= 2 or row["priority"] == "1 - Critical",
                resolved,
                resolved and handed == 0 and reopened == 0,
                row["made_sla"] == "TRUE",
            )
        ):
            sums[i] += counts
    figures[per] = [
        dict(zip(("period", "tickets", "escalated", "resolved", "firstContactResolved", "slaMet"), (period, *sums)))
        for period, sums in sorted(periods.items())
    ]
print(json.dumps(figures, indent=1))
