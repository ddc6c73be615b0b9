#!/bin/sh
# A receive-pack between an agent and the hub, slow, and one time in so many one that cuts the connection, before the push has been
# done or after (cutting-receive-pack.mjs). A shell decides, since most pushes have no fault and Node takes 70 ms to start.
# Arguments: cut one in so many (0: none), ms to wait first, Node, a log, then the repository.
every=$1 slow=$2 node=$3 log=$4 dir=$5
sleep "$((slow / 1000)).$(printf %03d $((slow % 1000)))"
lot=$(($(od -An -N4 -tu4 /dev/urandom) * 2 * every >> 32))
[ "$every" -gt 0 ] && [ "$lot" -lt 2 ] || exec git receive-pack "$dir"
case $lot in 0) fault=before ;; *) fault=after ;; esac
exec "$node" "${0%/*}/cutting-receive-pack.mjs" $fault "$log" "$dir"
