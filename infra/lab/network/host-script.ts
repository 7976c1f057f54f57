/**
 * The shell script that makes a host out of a network namespace, and runs a command there. It is the first process
 * of its own pid and mount namespaces. Parameters: $1 an empty folder, $2 the files that replace the machine's in
 * /etc. The command's script comes on standard input.
 *
 * The host may write as an instance of its own could: /etc, /tmp, /root and (where the verifier runs as root) /usr are
 * its own for the length of the command, everything else of the machine is read-only. The lab's files are out of sight.
 */
export const hostScript = String.raw`
set -eu
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
mount --bind tmp /tmp
mount --bind tmp /var/tmp
mount --bind root /root
mount -t proc proc /proc 2>/dev/null || :
mount -t tmpfs -o mode=755,size=16m tmpfs /run
cd /
cat <&3 >/run/command
exec 3<&-
unset TMPDIR OLDPWD
export HOME=/root
# Not exec: a first process of a pid namespace would ignore the signals that a script sends itself.
set +e
/bin/sh /run/command </dev/null
exit $?
`;
