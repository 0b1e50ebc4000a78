"""`lab bundle`: the grader as each platform wants it uploaded. It has the judges as programs (static: the platform's
libraries are others), and of an exercise only what grading needs: no solution, no wrong variant, no test's source.
"""

import io
import shutil
import stat
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

from . import catalog
from .student import write_atomically

OF_AN_EXERCISE = ("exercise.json", "messages.json")
PACKAGES = "g++ python3 bubblewrap util-linux"
GRADE = "PYTHONPATH={place}/scripts python3 -B -m lablib grade"

SETUP = f"""#!/usr/bin/env bash
# Gradescope: runs once, when the image is made.
set -e
apt-get update && apt-get install -y --no-install-recommends {PACKAGES}
"""

RUN = f"""#!/usr/bin/env bash
# Gradescope: grades one submission. The results are root's alone; a submission runs as another user.
at=${{AUTOGRADER:-/autograder}}
chmod 700 "$at/results"
[ ! -e "$at/submission_metadata.json" ] || chmod 600 "$at/submission_metadata.json"
{GRADE.format(place='"$at/source/lab"')} "$at/submission" --accept-less --format gradescope --output "$at/results/results.json"
code=$?
chmod 755 "$at/results"
[ $code -eq 3 ] || exit $code  # 3: a fault of the judge. The results say so, and have no score
"""

MAKEFILE = f"""# Autolab: unpacks the handin beside the grader. Its last line has the scores. Without bubblewrap and without root
# nothing keeps a submission from the grader's files: then it refuses. TRUST=--trust says to grade nevertheless.
TRUST = --accept-less
all:
\tmkdir -p submission
\ttar xf autograde.tar
\t! test -e handin.tar || tar xf handin.tar --no-same-owner -C submission
\t! ls *.cpp >/dev/null 2>&1 || cp *.cpp submission
\t{GRADE.format(place='lab')} submission $(TRUST) --format autolab
"""

WORKFLOW = """# GitHub Classroom: grades each push. The student's repository has the grader below .github; in the assignment, make
# .github/**/* protected paths, so that a change of them is shown.
name: Autograding Tests
on: [push, workflow_dispatch, repository_dispatch]
permissions: {checks: write, actions: read, contents: read}
jobs:
  autograding:
    runs-on: ubuntu-latest
    if: github.actor != 'github-classroom[bot]'
    steps:
      - uses: actions/checkout@v4
      - run: |
          sudo apt-get update && sudo apt-get install -y --no-install-recommends PACKAGES
          sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 || true
          mkdir lab-grader && tar xf .github/classroom/lab.tar -C lab-grader
      - id: lab
        run: |
          sudo env GRADE . --accept-less --format github-classroom --output "$RUNNER_TEMP/result" || [ $? -eq 3 ]
          echo "result=$(cat "$RUNNER_TEMP/result")" >>"$GITHUB_OUTPUT"
      - uses: classroom-resources/autograding-grading-reporter@v1
        env: {LAB_RESULTS: "${{steps.lab.outputs.result}}"}
        with: {runners: lab}
""".replace("PACKAGES", PACKAGES).replace("GRADE", GRADE.format(place="lab-grader/lab"))


def payload(place, exercises, build):
    """The grader below `place`/lab, laid out as here, so that it finds its things."""
    top = place / "lab"
    for source in [*sorted((catalog.ROOT / "scripts/lablib").glob("*.py")), catalog.ROOT / "scripts/lablib/words.json",
                   catalog.ROOT / "tests/lab/messages.json",
                   *(e.folder / name for e in exercises for name in OF_AN_EXERCISE if (e.folder / name).exists())]:
        copy(source, top / source.relative_to(catalog.ROOT))
    for source in (Path(build) / "bin/lab_begin", *(e.judge(build) for e in exercises)):
        program = top / "build/release/bin" / source.name
        copy(source, program)
        if shutil.which("strip"):
            subprocess.run(["strip", program], check=True)
        program.chmod(0o755)


def copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def packed(place):
    """All below it as a tar, compressed whatever its name says: tar looks. Its owner is root, whoever packs."""
    def plain(entry):
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        return entry

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for path in sorted(place.iterdir()):
            archive.add(path, path.name, filter=plain)
    return out.getvalue()


def gradescope(place, out, _exercises):
    for name, text in (("setup.sh", SETUP), ("run_autograder", RUN)):
        (place / name).write_text(text)
        (place / name).chmod(0o755)
    with zipfile.ZipFile(out / "autograder.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in place.rglob("*") if stat.S_ISREG(p.stat().st_mode)):
            archive.write(path, path.relative_to(place))
    return out / "autograder.zip"


def autolab(place, out, _exercises):
    (out / "autograde.tar").write_bytes(packed(place))
    write_atomically(out / "autograde-Makefile", MAKEFILE)
    return out / "autograde.tar"


def github_classroom(place, out, exercises):
    """A template repository: the starters, the workflow, the grader."""
    for exercise in exercises:
        copy(exercise.starter_source, out / exercise.chapter / f"{exercise.name}.cpp")
    for folder in ("workflows", "classroom"):
        (out / ".github" / folder).mkdir(parents=True, exist_ok=True)
    (out / ".github/classroom/lab.tar").write_bytes(packed(place))
    write_atomically(out / ".github/workflows/classroom.yml", WORKFLOW)
    return out


PLATFORMS = {"gradescope": gradescope, "autolab": autolab, "github-classroom": github_classroom}


def run(screen, exercises, args):
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        payload(Path(folder), exercises, args.build)
        path = PLATFORMS[args.platform](Path(folder), args.out, exercises)
    screen.say(screen.words("bundled", path=path, count=len(exercises)))
    return 0
