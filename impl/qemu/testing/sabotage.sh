#!/bin/sh
# sabotage.sh WHAT FLAG QEMU [ARGUMENT...]: a QEMU that is right until it has traced some of a run, and to which WHAT happens then. Where the
# file FLAG is already there, nothing happens to it any more.
what=$1 flag=$2
shift 2

# Bytes that it has written when it happens: more than while it is got to know.
case $what in
  often) much=60000 ;;
  *) much=250000 ;;
esac

sabotage() {
  while written=$(sed -n 's/^wchar: //p' "/proc/$$/io") && [ "$written" -lt $much ]; do sleep 0.01; done
  case $what in
    killed | often | gone) kill -9 $$ ;;
    stopped) kill -STOP $$ ;;
    answers) echo 'hello' >&3 ;;
    monitor) echo 'hello' >&4 ;;
    # Parts of lines: what follows one of them is no longer seen as what it is.
    trace) while printf 'hello' >&2; do sleep 0.01; done ;;
  esac
}

case " $* " in
  *' -qtest '*)
    if [ ! -e "$flag" ] || [ "$what" = often ]; then
      : >"$flag"
      sabotage &
    elif [ "$what" = gone ]; then
      echo 'somebody has removed it' >&2
      exit 1
    fi
    ;;
esac
exec "$@"
