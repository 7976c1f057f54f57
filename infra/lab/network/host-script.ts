import { attributesFunction } from './mount-attributes';

/**
 * What root on a host keeps of root's powers: those over files, processes and users of its own, and raw sockets for
 * probes. None over mounts, namespaces, the network's settings or other processes' memory, by which a script could
 * leave the host.
 */
const powers = [
  'chown',
  'dac_override',
  'fowner',
  'fsetid',
  'kill',
  'net_bind_service',
  'net_raw',
  'setgid',
  'setuid',
];

/** Exit code and words of a host that could not be made; a script's own end may have the one, not both. */
export const unmade = { exitCode: 125, words: 'studio-egress: the host could not be made' } as const;

/**
 * The shell script that makes a host out of a network namespace, and runs a command there. It is the first process
 * of its own pid and mount namespaces. Parameters: $1 an empty folder, $2 the files that replace the machine's in
 * /etc. The command's script comes on standard input.
 *
 * The host may write as an instance of its own could: /etc, /tmp, /root and (where the verifier runs as root) /usr are
 * its own for the length of the command, everything else of the machine is read-only. The lab's files are out of
 * sight, and the script's processes have no power to bring them back.
 */
export const hostScript = String.raw`
set -eu
trap 'echo "${unmade.words}" >&2; exit ${unmade.exitCode}' EXIT
${attributesFunction}
mount -t tmpfs -o mode=755,size=512m tmpfs "$1"
cd "$1"
mkdir usr usr-work etc etc-work root tmp
chmod 1777 tmp
cat >command
exec 3<command
over() { mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$2-work" "/$2" 2>/dev/null; }
if over "$2:/etc" etc; then
  over /usr usr || :
else
  # Without overlays only files that are there can be replaced.
  (cd "$2" && find . -type f) | while read -r file; do
    if [ -e "/etc/$file" ]; then mount --bind "$2/$file" "/etc/$file"; fi
  done
fi
# Read-only: root by name alone, without any power, may write the machine's settings there.
mount -t proc -o ro proc /proc 2>/dev/null || attributes /proc 1 0
cat >table <<END
$1/tmp /tmp none bind
$1/tmp /var/tmp none bind
$1/root /root none bind
host /run tmpfs mode=755,size=16m
END
mount -a -T table
cd /
cat <&3 >/run/command
exec 3<&-
unset TMPDIR OLDPWD
export HOME=/root
set -- setpriv --bounding-set '-all,${powers.map((power) => `+${power}`).join(',')}' --inh-caps -all --ambient-caps -all --
"$@" true
trap - EXIT
# Not exec: a first process of a pid namespace would ignore the signals that a script sends itself.
set +e
"$@" /bin/sh /run/command </dev/null
exit $?
`;
