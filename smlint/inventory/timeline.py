"""When the security patches of the images end: a timeline as inline SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from smlint.inventory import Row
from smlint.inventory.markup import shown
from smlint.runtime.named_tuple import NamedTuple

NEAR_DAYS = 60
"""How many days before its end of patch an image is shown as near it, as `eol-warn-days` has it by default."""

_WIDTH, _LEFT, _RIGHT, _TOP, _STEP = 1000, 270, 150, 34, 24


class Group(NamedTuple):
    """Deployments whose images are the same as far as their support goes. `key` marks them in the page."""

    key: str
    label: str
    day: date
    deployments: int


def key_of(row: Row) -> str:
    """What the deployments of one line of the timeline have in common."""
    return "|".join(row.text(name) for name in ("framework", "version", "scope", "end_of_patch"))


def state_of(row: Row) -> str:
    """`over`, `near`, `good`, or empty where no end of patch is known."""
    left = row.get("patch_days_left")
    if isinstance(left, int):
        return state(left)
    return "over" if row.get("past_patch") is True else ""


def state(days_left: int) -> str:
    """`over` from the day after the end of patch, `near` up to `NEAR_DAYS` days before it, else `good`."""
    return "over" if days_left < 0 else "near" if days_left <= NEAR_DAYS else "good"


def groups(rows: Sequence[Row]) -> list[Group]:
    """The lines of the timeline, the earliest end first. Deployments without a known day are not among them."""
    found: dict[str, Group] = {}
    for row in rows:
        day = _day(row.text("end_of_patch"))
        if day is None:
            continue
        key = key_of(row)
        held = found.get(key)
        label = " ".join(row.text(name) for name in ("framework", "version", "scope") if row.text(name)) or row.text("repository")
        found[key] = Group(key, label, day, 1) if held is None else held._replace(deployments=held.deployments + 1)
    return sorted(found.values(), key=lambda group: (group.day, group.label))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def as_svg(lines: Sequence[Group], today: date) -> str:
    """The timeline: a line for each group, from today to its end of patch. `lines` must not be empty."""
    first = min(today, lines[0].day)
    last = max(today, lines[-1].day)
    margin = max(20, (last - first).days // 20)
    first = date.fromordinal(max(first.toordinal() - margin, date.min.toordinal()))
    last = date.fromordinal(min(last.toordinal() + margin, date.max.toordinal()))
    height = _TOP + _STEP * len(lines) + 20
    days = (last - first).days

    def x(day: date) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * (day - first).days / days, 1)

    parts = [f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="End of patch by image">']
    for tick, label in _ticks(first, last):
        parts.append(f'<line class="tick" x1="{x(tick)}" x2="{x(tick)}" y1="{_TOP - 10}" y2="{height - 16}"/>')
        parts.append(f'<text class="year" x="{x(tick)}" y="{_TOP - 18}" text-anchor="middle">{label}</text>')
    for index, line in enumerate(lines):
        parts.append(_line(line, _TOP + _STEP * index + _STEP / 2, x(today), x(line.day), state((line.day - today).days)))
    now = f"<title>today, {today.isoformat()}</title>"
    parts.append(f'<line class="today" x1="{x(today)}" x2="{x(today)}" y1="{_TOP - 10}" y2="{height - 16}">{now}</line>')
    parts.append(f'<text class="now" x="{x(today)}" y="{height - 3}" text-anchor="middle">today</text>')
    return "".join(parts) + "</svg>"


def _line(group: Group, y: float, start: float, end: float, kind: str) -> str:
    many = f" \N{MULTIPLICATION SIGN} {group.deployments}" if group.deployments > 1 else ""
    label = group.label if len(group.label) <= 34 else group.label[:33] + "\N{HORIZONTAL ELLIPSIS}"
    title = f"{group.label}: {'no security patches since' if kind == 'over' else 'security patches until'} {group.day.isoformat()}"
    return (
        f'<g data-group="{shown(group.key)}"><title>{shown(title)}</title>'
        f'<text x="{_LEFT - 14}" y="{y + 4}" text-anchor="end">{shown(label)}{many}</text>'
        f'<line class="bar {kind}" x1="{start}" x2="{end}" y1="{y}" y2="{y}"/><circle class="{kind}" cx="{end}" cy="{y}" r="5"/>'
        f'<text x="{max(start, end) + 12}" y="{y + 4}">{group.day.isoformat()}</text></g>'
    )


def _ticks(first: date, last: date) -> Iterator[tuple[date, str]]:
    """The beginnings of years, or of quarters or months where that gives few enough."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next(step for step in (1, 3, 6, 12, 24, 60, 120, 1200, 6000, 24000) if months / step <= 7)
    # Months are counted from 0; the one that `first` is in has begun before it.
    for month in range(first.year * 12 + first.month, last.year * 12 + last.month):
        if month % step == 0:
            year, index = divmod(month, 12)
            yield date(year, index + 1, 1), str(year) if index == 0 or step >= 12 else f"{year}-{index + 1:02}"
