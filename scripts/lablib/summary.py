"""A class's marks as a table for a spreadsheet and a page to read. All that comes from a student is escaped: a name may
be a formula, a compiler's message a script."""

import csv
import html
import io
import statistics

from .student import write_atomically

LONGEST = 2000  # of what a compiler said


class Row:
    """What one student earned; with a fault there is no mark."""

    def __init__(self, who):
        known = who.record()
        self.name, self.seconds = who.name, known.get("seconds", 0)
        self.exercises = {e["name"]: e for e in known.get("exercises", ())}
        self.max_points, self.fault = known.get("max_points", 0), who.trouble or known.get("fault")
        if not self.fault and not known.get("finished"):
            self.fault = "not graded yet"
        self.points = None if self.fault else known["points"]

    def points_of(self, exercise):
        """None: not judged, or not by a fault of the student's."""
        return self.exercises.get(exercise.name, {}).get("points")


def cell(value):
    """No spreadsheet takes it for a formula."""
    text = "" if value is None else str(value)
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def as_csv(rows, exercises):
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["student", "points", "max_points", "fault", "seconds", *(e.name for e in exercises)])
    for row in rows:
        marks = [None if row.fault else row.points_of(e) for e in exercises]
        table.writerow(map(cell, [row.name, row.points, row.max_points, row.fault, round(row.seconds), *marks]))
    return out.getvalue()


PAGE = """<!DOCTYPE html>
<html lang="{lang}"><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<style>
:root {{ color-scheme: light dark; --line: #8884; --good: #2a83; --bad: #c443; --part: #c933 }}
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem }}
.wide {{ overflow-x: auto }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums }}
th, td {{ border: 1px solid var(--line); padding: .2rem .5rem; text-align: right; white-space: nowrap }}
th:first-child, td:first-child {{ text-align: left; position: sticky; left: 0; background: Canvas }}
thead th {{ vertical-align: bottom }}
thead span {{ writing-mode: vertical-rl; transform: rotate(180deg) }}
.good {{ background: var(--good) }} .part {{ background: var(--part) }} .bad {{ background: var(--bad) }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere }} summary {{ cursor: pointer }}
</style>
<h1>{title}</h1>
<p>{overview}</p>
<div class="wide"><table><thead><tr><th></th><th>{points}</th>{heads}</tr></thead>
<tbody>
{body}
</tbody></table></div>
<h2>{lost}</h2>
{details}
</html>
"""


def colour(points, most):
    return "" if points is None else "good" if points == most else "part" if points else "bad"


def line(row, exercises):
    """A student's row of the table."""
    name = html.escape(row.name)
    cells = [f"<td>{name}</td>", f"<td>{'–' if row.fault else f'{row.points}/{row.max_points}'}</td>"]
    for exercise in exercises:
        points = None if row.fault else row.points_of(exercise)
        cells.append(f'<td class="{colour(points, exercise.points)}">{"–" if points is None else points}</td>')
    return f"<tr>{''.join(cells)}</tr>"


def detail(row, words):
    """What a student lost, and why; "": nothing."""
    items = [f"<p>{html.escape(row.fault)}</p>"] if row.fault else []
    for name, result in row.exercises.items():
        if not result["compiled"]:
            items.append(f"<p><b>{html.escape(name)}</b>: {html.escape(words('compile_failed'))}</p>"
                         f"<pre>{html.escape(result['compiler'][:LONGEST])}</pre>")
            continue
        if not result["handed_in"]:
            items.append(f"<p><b>{html.escape(name)}</b>: {html.escape(words('not_handed_in', file=name + '.cpp'))}</p>")
            continue
        for test in result["tests"]:
            if test["status"] != "passed":
                items.append(f"<p><b>{html.escape(name)}</b> {html.escape(test['name'])}: {html.escape(test['text'])}</p>")
    return f"<details><summary>{html.escape(row.name)}</summary>{''.join(items)}</details>" if items else ""


def as_html(rows, exercises, words):
    marks = [row.points for row in rows if not row.fault]
    overview = words("class_overview", count=len(rows), graded=len(marks), faults=len(rows) - len(marks),
                     median=statistics.median(marks) if marks else "–", max=sum(e.points for e in exercises))
    heads = "".join(f"<th><span>{e.chapter} {html.escape(e.name)}</span></th>" for e in exercises)
    return PAGE.format(lang=words.lang, title=html.escape(words("class_title")), overview=html.escape(overview),
                       points=html.escape(words("class_points")), heads=heads, lost=html.escape(words("class_lost")),
                       body="\n".join(line(row, exercises) for row in rows),
                       details="\n".join(filter(None, (detail(row, words) for row in rows))))


def write(out, rows, exercises, words):
    write_atomically(out / "summary.csv", as_csv(rows, exercises))
    write_atomically(out / "summary.html", as_html(rows, exercises, words))
