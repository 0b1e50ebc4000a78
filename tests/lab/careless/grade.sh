#!/usr/bin/env bash
# How not to grade: beside the solution and other people's work, with files left open, without a limit, as oneself; and
# the exit code is believed. `lab hostile --control` runs it where it can hurt nobody else: never start it by hand.
cd /w || exit
exec 7<solution.cpp 8>>marks
./neighbour &
g++ -std=c++20 -o program program.cpp libtest.a >compiler 2>&1 7<&- 8>&- || { echo 'does not compile' >results.json; exit; }
./program <input >out 2>&1
echo $? >results.json
read -r -t 1 line </dev/tty && echo "$line" >typed  # the next command, as if somebody had typed it
