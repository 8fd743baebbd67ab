# Stops what `rivulet up` started if `rivulet up` itself dies without doing so.
# It reads lines from the process that started it: "+ pid signal" (a process to stop one day), "- pid" (it ended),
# "." (all is stopped). When the line breaks off without a ".", the other end is dead.
trap '' INT TERM HUP
run=$1
processes=''
while IFS=' ' read -r word pid signal; do
  case $word in
    +) processes="$pid:$signal $processes" ;;
    -)
      rest=''
      for process in $processes; do
        [ "${process%%:*}" = "$pid" ] || rest="$rest$process "
      done
      processes=$rest
      ;;
    .) exit 0 ;;
  esac
done
# A process that leads a group is stopped with its group.
for process in $processes; do
  pid=${process%%:*}
  kill -"${process##*:}" -- "-$pid" 2>/dev/null || kill -"${process##*:}" "$pid" 2>/dev/null
done
tries=0
while [ "$tries" -lt 50 ]; do
  left=''
  for process in $processes; do
    if kill -0 "${process%%:*}" 2>/dev/null; then left=yes; fi
  done
  [ -n "$left" ] || break
  sleep 0.1
  tries=$((tries + 1))
done
for process in $processes; do
  pid=${process%%:*}
  kill -KILL -- "-$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null
done
rm -f "$run"/*.json
