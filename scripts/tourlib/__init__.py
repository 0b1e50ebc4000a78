"""What scripts/tour.py is made of: demo heads, templates, running, judging, and the page."""
