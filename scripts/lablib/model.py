"""What a verdict is. Everything that shows or exports results starts from these."""

from dataclasses import dataclass, field

PASSED, FAILED, FAULT = "passed", "failed", "fault"


@dataclass
class TestResult:
    name: str
    says: dict
    status: str  # PASSED, FAILED (the student's) or FAULT (the judge's own: never scored)
    max_points: int
    message: str = ""  # a key of messages.json; of a FAULT, the reason itself
    args: dict = field(default_factory=dict)
    ms: int = 0

    @property
    def points(self):
        return self.max_points if self.status == PASSED else 0


@dataclass
class ExerciseResult:
    exercise: object
    tests: list = field(default_factory=list)
    compiled: bool = True
    compiler: str = ""  # what it said
    handed_in: bool = True

    @property
    def points(self):
        return sum(test.points for test in self.tests)

    @property
    def max_points(self):
        return self.exercise.points

    @property
    def faulty(self):
        """Something could not be judged: then there is no mark to give."""
        return any(test.status == FAULT for test in self.tests)

    @property
    def passed(self):
        return self.compiled and bool(self.tests) and all(t.status == PASSED for t in self.tests)

    @property
    def first_failure(self):
        return next((test for test in self.tests if test.status != PASSED), None)


def all_failed(exercise, message, compiler=""):
    """A submission that could not be run: each test failed, with the same message."""
    tests = [TestResult(t.name, t.says, FAILED, t.points, message) for t in exercise.tests]
    return ExerciseResult(exercise, tests, message != "compile", compiler, message != "not_handed_in")
