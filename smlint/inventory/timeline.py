"""A timeline of when the security patches of images end, as inline SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from smlint.inventory.collect import InventoryRow
from smlint.runtime.escaping import for_html
from smlint.runtime.named_tuple import NamedTuple

NEAR_DAYS = 60
"""Images are marked this many days before their end of patch: the default of `eol-warn-days`."""

_WIDTH, _LEFT, _RIGHT, _TOP, _STEP = 1000, 270, 150, 34, 24


class TimelineEntry(NamedTuple):
    """One line of the timeline: deployments whose images share framework, version, scope and end of patch. `key` identifies them in the page."""

    key: str
    label: str
    day: date
    deployments: int


def key_of(row: InventoryRow) -> str:
    """Return the key of the timeline entry that a deployment belongs to."""
    return "|".join(row.text(name) for name in ("framework", "version", "scope", "end_of_patch"))


def state_of(row: InventoryRow) -> str:
    """Return `over`, `near` or `good`; empty if the end of patch is not known."""
    left = row.get("patch_days_left")
    if isinstance(left, int):
        return state(left)
    return "over" if row.get("past_patch") is True else ""


def state(days_left: int) -> str:
    """Return `over` from the day after the end of patch, `near` from `NEAR_DAYS` days before it, else `good`."""
    return "over" if days_left < 0 else "near" if days_left <= NEAR_DAYS else "good"


def timeline_entries(rows: Sequence[InventoryRow]) -> list[TimelineEntry]:
    """Return the entries of the timeline, earliest end first. Deployments without a known end of patch are left out."""
    entries: dict[str, TimelineEntry] = {}
    for row in rows:
        day = _day(row.text("end_of_patch"))
        if day is None:
            continue
        key = key_of(row)
        entry = entries.get(key)
        label = " ".join(row.text(name) for name in ("framework", "version", "scope") if row.text(name)) or row.text("repository")
        entries[key] = TimelineEntry(key, label, day, 1) if entry is None else entry._replace(deployments=entry.deployments + 1)
    return sorted(entries.values(), key=lambda entry: (entry.day, entry.label))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def as_svg(entries: Sequence[TimelineEntry], today: date) -> str:
    """Draw a line per entry, from today to its end of patch. `entries` must not be empty."""
    first = min(today, entries[0].day)
    last = max(today, entries[-1].day)
    margin = max(20, (last - first).days // 20)
    first = date.fromordinal(max(first.toordinal() - margin, date.min.toordinal()))
    last = date.fromordinal(min(last.toordinal() + margin, date.max.toordinal()))
    height = _TOP + _STEP * len(entries) + 20
    days = (last - first).days

    def x(day: date) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * (day - first).days / days, 1)

    parts = [f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="End of patch by image">']
    for tick, label in _ticks(first, last):
        parts.append(f'<line class="tick" x1="{x(tick)}" x2="{x(tick)}" y1="{_TOP - 10}" y2="{height - 16}"/>')
        parts.append(f'<text class="year" x="{x(tick)}" y="{_TOP - 18}" text-anchor="middle">{label}</text>')
    for index, entry in enumerate(entries):
        parts.append(_line(entry, _TOP + _STEP * index + _STEP / 2, x(today), x(entry.day), state((entry.day - today).days)))
    now = f"<title>today, {today.isoformat()}</title>"
    parts.append(f'<line class="today" x1="{x(today)}" x2="{x(today)}" y1="{_TOP - 10}" y2="{height - 16}">{now}</line>')
    parts.append(f'<text class="now" x="{x(today)}" y="{height - 3}" text-anchor="middle">today</text>')
    return "".join(parts) + "</svg>"


def _line(entry: TimelineEntry, y: float, start: float, end: float, kind: str) -> str:
    count = f" \N{MULTIPLICATION SIGN} {entry.deployments}" if entry.deployments > 1 else ""
    label = entry.label if len(entry.label) <= 34 else entry.label[:33] + "\N{HORIZONTAL ELLIPSIS}"
    title = f"{entry.label}: {'no security patches since' if kind == 'over' else 'security patches until'} {entry.day.isoformat()}"
    return (
        f'<g data-group="{for_html(entry.key)}"><title>{for_html(title)}</title>'
        f'<text x="{_LEFT - 14}" y="{y + 4}" text-anchor="end">{for_html(label)}{count}</text>'
        f'<line class="bar {kind}" x1="{start}" x2="{end}" y1="{y}" y2="{y}"/><circle class="{kind}" cx="{end}" cy="{y}" r="5"/>'
        f'<text x="{max(start, end) + 12}" y="{y + 4}">{entry.day.isoformat()}</text></g>'
    )


def _ticks(first: date, last: date) -> Iterator[tuple[date, str]]:
    """Yield a tick at the start of each year, quarter, month or longer period, so that there are at most about seven."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next(step for step in (1, 3, 6, 12, 24, 60, 120, 1200, 6000, 24000) if months / step <= 7)
    # Months count from 0; the month of `first` started before it.
    for month in range(first.year * 12 + first.month, last.year * 12 + last.month):
        if month % step == 0:
            year, index = divmod(month, 12)
            yield date(year, index + 1, 1), str(year) if index == 0 or step >= 12 else f"{year}-{index + 1:02}"
