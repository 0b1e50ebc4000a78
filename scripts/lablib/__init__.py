"""The course lab. Read in this order: catalog (what an exercise is), model (what a verdict is),
judging (how one is had); then student, watch, check or grade."""
