#!/usr/bin/env python3
"""Runs Microsoft's Recognizers-Text over a report beside our reader and prints what each finds and how long each takes.

usage: recognizers.py REPORT READING [GOLD]

REPORT   the report's text, UTF-8
READING  our reader's JSON lines for it (`tingzhou read REPORT --format jsonl`)
GOLD     hand-annotated JSON lines; without it only counts are compared

Needs the Python packages `recognizers-text-suite` and `emoji<2`. The peer reads numbers, percentages, ordinals, numbers
with a unit and dates; it has no notion of subject, verb, bound, deadline, or of promised against done, so those rows are
ours alone. A number counts as found when the peer gives a number that lies where the gold's quantity lies and has its value
with 万 and 亿 multiplied out; as placed, when it lies there with whatever value.
"""

import json
import sys
import time
from decimal import Decimal, InvalidOperation

CULTURE = "zh-cn"


def peer():
    from recognizers_number import recognize_number, recognize_ordinal, recognize_percentage
    from recognizers_number_with_unit import recognize_age, recognize_currency, recognize_dimension, recognize_temperature
    from recognizers_date_time import recognize_datetime

    return {
        "number": recognize_number,
        "percentage": recognize_percentage,
        "ordinal": recognize_ordinal,
        "dimension": recognize_dimension,
        "currency": recognize_currency,
        "age": recognize_age,
        "temperature": recognize_temperature,
        "datetime": recognize_datetime,
    }


def decimal(text):
    try:
        return Decimal(str(text).rstrip("%").replace(",", ""))
    except InvalidOperation:
        return None


def run(models, lines):
    """All results as (kind, byte start, byte end, value, unit), and seconds by kind."""
    for model in models.values():
        model("到2027年新建12.5万平方米、增长8%", CULTURE)  # loads its patterns, which is not counted
    found, seconds = [], {}
    for kind, model in models.items():
        begin = time.perf_counter()
        for start, line in lines:
            for one in model(line, CULTURE):
                at = start + len(line[: one.start].encode())
                end = start + len(line[: one.end + 1].encode())
                resolution = one.resolution or {}
                found.append((kind, at, end, decimal(resolution.get("value")), resolution.get("unit")))
        seconds[kind] = time.perf_counter() - begin
    return found, seconds


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    raw = open(sys.argv[1], "rb").read()
    ours = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
    ours = [one for one in ours if one.get("quantity")]
    gold = [json.loads(line) for line in open(sys.argv[3], encoding="utf-8")] if len(sys.argv) == 4 else []

    lines, at = [], 0
    for line in raw.decode("utf-8").split("\n"):
        if line.strip():
            lines.append((at, line))
        at += len(line.encode()) + 1
    found, seconds = run(peer(), lines)

    print(f"{'peer finds':<14}{'count':>8}{'seconds':>10}")
    for kind, took in seconds.items():
        print(f"{kind:<14}{sum(1 for one in found if one[0] == kind):>8}{took:>10.3f}")
    print(f"{'all':<14}{len(found):>8}{sum(seconds.values()):>10.3f}")
    print()
    if not gold:
        print(f"our statements with a number: {len(ours)}")
        return

    numeric = [one for one in found if one[0] not in ("ordinal", "datetime")]
    by_quantity = {tuple(one["quantity"]): one for one in ours}
    rows = {}

    def count(row, who, yes):
        rows.setdefault(row, {"ours": 0, "peer": 0, "of": 0})
        rows[row][who] += bool(yes)

    for line in gold:
        start, end = line["quantity"]
        value = Decimal(line["value"])
        inside = [one for one in numeric if one[1] < end and one[2] > start]
        same = [one for one in inside if one[3] == value]
        mine = next((one for key, one in by_quantity.items() if key[0] < end and key[1] > start), None)
        mine_same = mine is not None and Decimal(mine["value"]) == value
        peer_unit = any(one[4] for one in same)
        for row in ("placed", "value", "value and unit", "promised/done", "role", "bound", "subject (exact)", "action", "due"):
            rows.setdefault(row, {"ours": 0, "peer": 0, "of": 0})["of"] += 1
        count("placed", "ours", mine)
        count("placed", "peer", inside)
        count("value", "ours", mine_same)
        count("value", "peer", same)
        count("value and unit", "ours", mine_same and mine["unit"] == line["unit"])
        # The peer names units in its own words (Hectometer for 公顷, and so on): any unit is taken as right.
        count("value and unit", "peer", peer_unit or (same and line["unit"] in ("%", "")))
        count("promised/done", "ours", mine and mine["set"] == line["set"])
        count("role", "ours", mine and mine["role"] == line["role"] and mine["direction"] == line["direction"])
        count("bound", "ours", mine and mine["bound"] == line["bound"])
        count("subject (exact)", "ours", mine and mine["subject"] == line["subject"])
        count("action", "ours", mine and (mine["action"] or None) == (line["action"] or None))
        count("due", "ours", mine and mine["due"] == line["due"])

    quantities = [tuple(one["quantity"]) for one in gold]
    extra_peer = sum(1 for one in numeric if one[0] == "number" and not any(one[1] < e and one[2] > s for s, e in quantities))
    extra_ours = sum(1 for key in by_quantity if not any(key[0] < e and key[1] > s for s, e in quantities))
    print(f"{'of ' + str(len(gold)) + ' lines':<22}{'ours':>8}{'peer':>8}")
    for row, n in rows.items():
        peer_text = "-" if row in ("promised/done", "role", "bound", "subject (exact)", "action", "due") else str(n["peer"])
        print(f"{row:<22}{n['ours']:>8}{peer_text:>8}")
    print(f"{'beyond the gold':<22}{extra_ours:>8}{extra_peer:>8}")


main()
