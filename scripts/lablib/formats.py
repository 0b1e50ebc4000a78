"""One Grade, in the words of each grader. No format decides anything: what a test is worth, and whether it
passed, stands in the Grade."""

import base64
import io
import json
import re
import xml.etree.ElementTree as xml

from .model import FAULT, PASSED
from .screen import Screen

EXERCISM_LONGEST = 500


def dump(data):
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def said(result, test, words):
    """What the student reads of one test; the compiler's words where it did not compile."""
    text = words.message(result.exercise, test)
    return f"{text}\n{result.compiler}" if not result.compiled else text


def each(grade):
    """(number, result, test) of every test, numbered as in a book: exercise.test."""
    for k, result in enumerate(grade.results, 1):
        for n, test in enumerate(result.tests, 1):
            yield f"{k}.{n}", result, test


def fault_text(grade, words):
    return words("grade_fault", names=", ".join(grade.faulty)) if grade.faulty else ""


def text(grade, words):
    out = io.StringIO()
    show(grade, Screen(words, out))
    return out.getvalue()


def show(grade, screen):
    """A line an exercise, and under it what was lost and why."""
    words = screen.words
    for result in grade.results:
        exercise = result.exercise
        mark, colour = ("!", "yellow") if result.faulty else ("✓", "green") if result.passed else ("✗", "red")
        points = f"{result.points}/{result.max_points}"
        screen.sides(f" {mark} {exercise.chapter} {exercise.name}", points, colour)
        if not result.handed_in:
            screen.say(words("not_handed_in", file=f"{exercise.chapter}/{exercise.name}.cpp"), 5)
        elif not result.compiled:
            screen.say(words("compile_failed"), 5)
            screen.compiler(result.compiler, 8)
        else:
            for test in result.tests:
                if test.status != PASSED:
                    screen.wrapped(f"{test.name}: {words.message(exercise, test)}", 5)
    screen.say()
    if grade.faulty:
        screen.wrapped(fault_text(grade, words), 1, "yellow", "bold")
    else:
        screen.say(screen.paint(words("grade_total", points=grade.points, max=grade.max_points), "bold"), 1)


def json_(grade, words):
    """Everything. `points` is null where there is no mark. Until it is `finished`, it is what was earned so far."""
    return dump({
        "version": 1, "finished": grade.finished, "submission": grade.submission, "seed": grade.seed, "seconds": round(grade.seconds, 3),
        "points": None if grade.faulty else grade.points, "max_points": grade.max_points,
        "fault": fault_text(grade, words) or None,
        "exercises": [{
            "name": r.exercise.name, "chapter": r.exercise.chapter, "points": None if r.faulty else r.points,
            "max_points": r.max_points, "handed_in": r.handed_in, "compiled": r.compiled, "compiler": r.compiler,
            "tests": [{"name": t.name, "status": t.status, "points": t.points, "max_points": t.max_points,
                       "message": t.message, "args": t.args, "text": words.message(r.exercise, t), "ms": t.ms}
                      for t in r.tests]} for r in grade.results]})


def junit(grade, words):
    suites = xml.Element("testsuites")
    for result in grade.results:
        suite = xml.SubElement(suites, "testsuite", name=f"{result.exercise.chapter}.{result.exercise.name}",
                               tests=str(len(result.tests)),
                               failures=str(sum(t.status not in (PASSED, FAULT) for t in result.tests)),
                               errors=str(sum(t.status == FAULT for t in result.tests)))
        for test in result.tests:
            case = xml.SubElement(suite, "testcase", name=test.name, classname=suite.get("name"),
                                  time=f"{test.ms / 1000:.3f}")
            if test.status != PASSED:
                kind = "error" if test.status == FAULT else "failure"
                body = clean(said(result, test, words))
                xml.SubElement(case, kind, message=body.split("\n")[0], type=test.message[:40]).text = body
    return xml.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def clean(words):
    """Without what XML cannot say."""
    return re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", words)


def gradescope(grade, words):
    """/autograder/results/results.json. With a fault there is no score at all, so that the site shows a failed
    autograder and no mark, and somebody looks."""
    tests = []
    for number, result, test in each(grade):
        entry = {"number": number, "name": f"{result.exercise.name}: {words.of(test.says)}",
                 "output": said(result, test, words), "output_format": "text", "visibility": "visible",
                 "tags": [result.exercise.chapter, result.exercise.name]}
        if test.status != FAULT:
            entry["status"] = test.status
        if not grade.faulty:
            entry |= {"score": test.points, "max_score": test.max_points}
        tests.append(entry)
    return dump({"tests": tests, "execution_time": round(grade.seconds), "visibility": "visible",
                 "stdout_visibility": "hidden", "output": fault_text(grade, words), "output_format": "text"})


def plain(words):
    """Autolab's parser puts quotes around any word before a colon, in strings, too: so there is no colon."""
    return re.sub(r"\s+", " ", words.replace(":", " "))


def autolab(grade, words):
    """Its last two lines: the semantic feedback, and the scores by problem. With a fault there are no scores."""
    build = {r.exercise.name: {"passed": r.compiled and r.handed_in} for r in grade.results}
    tests = {}
    for _, result, test in each(grade):
        entry = {"passed": test.status == PASSED}
        if test.status != PASSED:
            entry["hint"] = plain(words.message(result.exercise, test))
        tests[f"{result.exercise.name} {test.name}"] = entry
    feedback = {"_presentation": "semantic", "stages": ["Build", "Test"], "Build": build, "Test": tests}
    scores = {} if grade.faulty else {r.exercise.name: r.points for r in grade.results}
    return (text(grade, words) + json.dumps(feedback, ensure_ascii=False) + "\n"
            + json.dumps({"scores": scores, "scoreboard": [] if grade.faulty else [grade.points]}) + "\n")


def exercism(grade, words):
    """Version 3 of its test runners' output; a task is an exercise."""
    tests = []
    for k, result in enumerate(grade.results, 1):
        for test in result.tests:
            status = {"passed": "pass", "failed": "fail"}.get(test.status, "error")
            code = (result.exercise.folder / "test.cpp").read_text(encoding="utf-8")
            entry = {"name": f"{result.exercise.name}: {words.of(test.says)}", "status": status, "task_id": k,
                     "test_code": function(code, test.name)}
            if status != "pass":
                entry["message"] = said(result, test, words)[:EXERCISM_LONGEST]
            tests.append(entry)
    broken = next((r for r in grade.results if not r.compiled and r.handed_in), None)
    if broken and len(grade.results) == 1:
        return dump({"version": 3, "status": "error", "message": broken.compiler, "tests": None})
    status = "error" if grade.faulty else "pass" if all(t["status"] == "pass" for t in tests) else "fail"
    return dump({"version": 3, "status": status, "message": fault_text(grade, words) or None, "tests": tests})


def github_classroom(grade, words):
    """What its reporter reads from a step's output: JSON in base64. With a fault, an error and no score."""
    tests = [{"name": f"{result.exercise.name}: {words.of(test.says)}",
              "status": {"passed": "pass", "failed": "fail"}.get(test.status, "error"),
              "score": 0 if grade.faulty else test.points, "message": said(result, test, words), "test_code": "",
              "filename": f"{result.exercise.chapter}/{result.exercise.name}.cpp", "line_no": 0, "duration": test.ms}
             for _, result, test in each(grade)]
    status = "error" if grade.faulty else "pass" if all(t["status"] == "pass" for t in tests) else "fail"
    data = {"version": 1, "status": status, "max_score": grade.max_points, "tests": tests}
    return base64.b64encode(json.dumps(data).encode()).decode() + "\n"


def function(code, name):
    """The judge's function of that test, as it stands in test.cpp."""
    match = re.search(rf"^Verdict {name}\(.*?^}}\n", code, re.M | re.S)
    return match[0] if match else ""


FORMATS = {"text": text, "json": json_, "junit": junit, "gradescope": gradescope, "autolab": autolab,
           "exercism": exercism, "github-classroom": github_classroom}
