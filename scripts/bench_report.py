#!/usr/bin/env python3
"""A benchmark's tables and its plot: bench_report.py FILE.json [--svg FILE.svg]

FILE.json is Google Benchmark's. What it has to hold:
  - names are table/row or table/row/column;
  - a figure is the median over the repetitions. A counter (ratio, own …) becomes a table of its own. A
    benchmark without counters is shown as its ratio to the table's first row in the same repetition;
  - the context may say what a table is ("memory": "…") and what a counter is ("memory ratio": "…"), and
    may set a goal: "goal memory/proclab ratio": "1.15" is an upper limit for all columns of that row,
    "goal memory/proclab/4 GiB ratio" for one; "≥ 250" is a lower one.
"""
import argparse
import json
import shutil
import statistics
import subprocess
import sys
import textwrap

BUILT_IN = {
    "name", "family_index", "per_family_instance_index", "run_name", "run_type", "repetitions",
    "repetition_index", "threads", "iterations", "real_time", "cpu_time", "time_unit",
    "items_per_second", "bytes_per_second", "label", "error_occurred", "error_message",
}
MICROSECONDS = {"ns": 1e-3, "us": 1, "ms": 1e3, "s": 1e6}


class Table:
    """Row × column × counter: the figures of every repetition."""

    def __init__(self):
        self.rows, self.columns, self.counters = [], [], []
        self.figures, self.errors = {}, {}

    def add(self, row, column, run):
        for known, name in ((self.rows, row), (self.columns, column)):
            if name not in known:
                known.append(name)
        if run.get("error_occurred"):
            self.errors[row, column] = run.get("error_message", "failed")
            return
        figures = {key: value for key, value in run.items() if key not in BUILT_IN}
        for counter in figures:
            if counter not in self.counters:
                self.counters.append(counter)
        figures["us"] = run["real_time"] * MICROSECONDS[run["time_unit"]]
        for key, value in figures.items():
            self.figures.setdefault((row, column, key), []).append(value)

    def pair_with_first_row(self):
        """For a table without counters: the first row is the base."""
        self.counters = ["ratio"]
        for row in self.rows:
            for column in self.columns:
                ours = self.figures.get((row, column, "us"))
                base = self.figures.get((self.rows[0], column, "us"))
                if ours and base:
                    self.figures[row, column, "ratio"] = [a / b for a, b in zip(ours, base)]

    def median(self, row, column, counter):
        figures = self.figures.get((row, column, counter))
        return statistics.median(figures) if figures else None


def read_tables(data):
    tables = {}
    # Interleaved, they ran in a random order; a table's rows and columns stand as they were registered.
    for run in sorted(data["benchmarks"], key=lambda run: run.get("family_index", 0)):
        if run["run_type"] != "iteration":
            continue
        parts = [part for part in run["run_name"].split("/")
                 if not part.startswith(("iterations:", "repeats:", "min_time:"))
                 and part not in ("manual_time", "real_time", "process_time")]
        table, row, column = (parts + ["", ""])[:3]
        tables.setdefault(table, Table()).add(row or table, column, run)
    for table in tables.values():
        if not table.counters:
            table.pair_with_first_row()
    return tables


def number(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.{0 if value >= 100 else 2}f}"


def print_grid(table, cell):
    lines = [[""] + table.columns]
    lines += [[row] + [cell(row, column) for column in table.columns] for row in table.rows]
    lines = [line for line in lines if line[0] == "" or any(text != "–" for text in line[1:])]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for line in lines:
        rest = [text.rjust(width) for text, width in zip(line[1:], widths[1:])]
        print("    " + "   ".join([line[0].ljust(widths[0])] + rest).rstrip())


def print_table(name, table, context):
    print(f"\n{name}: {context.get(name, '')}".rstrip(": "))
    for counter in table.counters:
        default = f"to {table.rows[0]}" if counter == "ratio" else ""
        print(f"\n  {counter} {context.get(f'{name} {counter}', default)}".rstrip())
        print_grid(table, lambda row, column: number(table.median(row, column, counter)))
    print("\n  microseconds, for orientation")
    print_grid(table, lambda row, column: number(table.median(row, column, "us")))
    for (row, column), why in table.errors.items():
        print(f"  no figure for {row} {column}: {why}")


def print_goals(tables, context):
    for key, limit in context.items():
        if not key.startswith("goal "):
            continue
        where, counter = key[len("goal "):].rsplit(" ", 1)
        name, row, *only = where.split("/", 2)
        table = tables.get(name, Table())
        sign, bound = ("≥", float(limit[1:])) if limit.startswith("≥") else ("≤", float(limit))
        for column in only or table.columns:
            value = table.median(row, column, counter)
            if value is not None:
                mark = "✓" if (value >= bound if sign == "≥" else value <= bound) else "✗"
                print(f"  {mark} {name}, {row}{', ' + column if column else ''}: {counter} {number(value)}, goal {sign} {bound:g}")


def scale(column):
    """ "1 GiB" → 1073741824, "1000" → 1000, a word → None: where a column stands on a plot's axis."""
    parts = column.replace(",", "").split()
    units = {"": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "B": 1}
    try:
        return float(parts[0]) * units[parts[1] if len(parts) > 1 else ""]
    except (IndexError, KeyError, ValueError):
        return None


def plot_of(name, table, context):
    """gnuplot's lines for one table: cost against load where the columns are amounts, else bars."""
    title = textwrap.fill(context.get(name, name), 90)
    out = [f"set title {json.dumps(title, ensure_ascii=False)} noenhanced",
           'set logscale y', 'set ylabel "µs, median"', 'set key outside right noenhanced', 'set grid ytics']
    amounts = [scale(column) for column in table.columns]
    if len(amounts) > 1 and None not in amounts:
        tics = ", ".join(f'"{c}" {a}' for c, a in zip(table.columns, amounts))
        out += ["set logscale x", f"set xtics ({tics})", f"set xrange [{min(amounts) / 1.5}:{max(amounts) * 1.5}]"]
        series = []
        for index, row in enumerate(table.rows):
            points = [(a, table.median(row, c, "us")) for a, c in zip(amounts, table.columns)]
            out += [f"$row{index} << EOD"] + [f"{a} {v}" for a, v in points if v is not None] + ["EOD"]
            dashes = 1 + index // 8  # gnuplot's colours begin anew after eight
            series.append(f"$row{index} using 1:2 with linespoints lw 2 dt {dashes} title {json.dumps(row)}")
    else:
        out += ["unset logscale x", "set style data histogram", "set style fill solid 0.6",
                "set xtics rotate by -30 autofreq", "set xrange [*:*]", "$bars << EOD"]
        for row in table.rows:
            values = [table.median(row, column, "us") for column in table.columns]
            out.append(" ".join([json.dumps(row)] + ["NaN" if v is None else str(v) for v in values]))
        out.append("EOD")
        series = [f"$bars using {i + 2}:xtic(1) title {json.dumps(column)}"
                  for i, column in enumerate(table.columns)]
    return out + ["plot " + ", ".join(series)]


def write_svg(path, tables, context):
    if shutil.which("gnuplot") is None:
        print("\nno plot: gnuplot is not installed", file=sys.stderr)
        return
    # One row alone compares nothing, unless that is all there is.
    tables = {name: table for name, table in tables.items() if len(table.rows) > 1} or tables
    lines = [f'set terminal svg size 900,{420 * len(tables)} dynamic background "white" font "sans,12"',
             f"set output {json.dumps(path)}", "set encoding utf8",
             f"set multiplot layout {len(tables)},1"]
    for name, table in tables.items():
        lines += plot_of(name, table, context)
    subprocess.run(["gnuplot"], input="\n".join(lines + ["unset multiplot", ""]), text=True, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("json")
    parser.add_argument("--svg", help="also write a plot of the costs there, where gnuplot is installed")
    options = parser.parse_args()
    with open(options.json, encoding="utf-8") as file:
        data = json.load(file)
    tables, context = read_tables(data), data.get("context", {})
    for name, table in tables.items():
        print_table(name, table, context)
    print()
    print_goals(tables, context)
    if options.svg:
        write_svg(options.svg, tables, context)


if __name__ == "__main__":
    main()
