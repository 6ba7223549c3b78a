# The guardian: once its standard input ends, kills every group it was told of, then removes its directory,
# the control groups and segments that the files .cgroups and .segments in it name, and what the processes of a program that has ended have shared.
# $0 outlive-guardian, $1 pool, $2 directory. Lines on standard input:
#   + PID START   watch the group that PID leads; START is when PID started
#   - PID         forget it
#   k PID START   kill it now
#   q PID START   send SIGQUIT to this one process now: a JVM prints its threads
#   .             the program lives on when the input ends
# Uses builtins only until its input ends. Runs under dash, bash and busybox sh; does without /proc.
trap '' HUP INT QUIT TERM PIPE
cd /
set -f
watched=' '
killed=' '
lives=

# look_at PID: sets state, session and start; all are empty when there is no such process (proc_pid_stat(5)).
look_at() {
  line=
  while read -r part; do line=$part; done < "/proc/$1/stat"
  set -- ${line##*) }
  state=$1
  session=$4
  start=${20}
}

# forget PID
forget() {
  case $watched in
    *" $1:"*)
      tail=${watched#*" $1:"}
      watched=${watched%%" $1:"*}' '${tail#* }
      ;;
  esac
}

# end PID START: kills the group, unless the number belongs to another process by now. A leader that has not yet
# made its group is killed alone. A leader that is gone: its number is not reused while the group has members.
end() {
  look_at "$1"
  case $start in
    "$2") kill -9 "-$1" || kill -9 "$1" ;;
    '') kill -9 "-$1" || [ -d /proc/self ] || kill -9 "$1" ;;
    *) return ;;
  esac
  killed="$killed$1 "
}

# ask PID START: SIGQUIT to this very process. Without /proc it goes to whoever has the number.
ask() {
  look_at "$1"
  case $start in
    "$2") kill -3 "$1" ;;
    '') [ -d /proc/self ] || kill -3 "$1" ;;
  esac
}

while read -r verb pid begun; do
  [ "$verb" = . ] && lives=yes
  case $pid$begun in *[!0-9]*) continue ;; esac
  case $pid in '' | 0* | 1) continue ;; esac
  case $verb in
    +) forget "$pid" && watched="$watched$pid:$begun " ;;
    -) forget "$pid" ;;
    k) end "$pid" "$begun" ;;
    q) ask "$pid" "$begun" ;;
  esac
done

killed=' '
for group in $watched; do end "${group%:*}" "${group#*:}"; done

# Groups that a task made within a worker's session (job control) are found by their session.
if [ "$killed" != ' ' ]; then
  set +f
  for file in /proc/[0-9]*/stat; do
    pid=${file#/proc/}
    pid=${pid%/stat}
    look_at "$pid"
    case $killed in *" ${session:-none} "*) kill -9 "$pid" ;; esac
  done
fi

# remove_groups DIRECTORY: the control groups of the pool. The kernel lets go of one only a moment after whoever was in
# it has ended; and rmdir takes nothing that somebody else is in. Those of a worker's own pool are two levels deeper.
remove_groups() {
  case $1 in /*) ;; *) return ;; esac
  case ${1##*/} in outlive-*) ;; *) return ;; esac
  set +f
  tries=0
  while [ -d "$1" ] && [ "$tries" -lt 50 ]; do
    [ "$tries" = 0 ] || sleep 0.1 || sleep 1
    rmdir -- "$1"/*/*/*/ "$1"/*/*/ "$1"/*/ "$1"
    tries=$((tries + 1))
  done
}

# remove_shared DIRECTORY: what the processes of a program share, if it has ended: the shared memory that workers have left in
# files, and managers' doors and sockets, in PID-START-0 beside PID-START-N. A process that ends closes its pipes a moment
# before it is seen as a zombie. Without /proc nobody can tell: the next start sweeps.
remove_shared() {
  [ -d /proc/self ] || return
  doors=${1%-*}-0
  case $doors in */outlive-*/*-*-0) ;; *) doors= ;; esac
  name=${1##*/}
  owner=${name%%-*}
  name=${name#*-}
  begun=${name%%-*}
  case $owner$begun in '' | *[!0-9]*) return ;; esac
  set +f
  for again in 1 2 3 4 5 6 7 8 9 10; do
    set -- /dev/shm/outlive-segment-"$owner-$begun"-*
    [ -e "$1" ] || [ -d "$doors" ] || return
    look_at "$owner"
    case $state$start in
      [!ZX]"$begun") ;;
      *) rm -rf -- ${doors:+"$doors"} "$@" && return ;;
    esac
    [ "$lives" = '' ] && sleep 0.1 || return
  done
}
remove_shared "$2"

# Only a directory that carries our mark; what was killed just now may still be dropping files into it.
[ -f "$2/.outlive" ] || exit 0
cgroup=
read -r cgroup < "$2/.cgroups"
segments=
read -r segments < "$2/.segments"
case $segments in /*/outlive-segment-*-bulk-*-) set +f && rm -f -- "$segments"* ;; esac
for again in 1 2 3; do rm -rf -- "$2" && break; sleep 1; done
remove_groups "$cgroup"
