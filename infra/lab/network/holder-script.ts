import { attributesFunction } from './mount-attributes';

/**
 * The shell script that the sandbox's first process runs. Parameters: $1 the folder for the lab's files, $2 the
 * folder whose usr/ is laid over /usr, or nothing. Says `ready <pid> <overlay|plain>` and waits for the end of
 * its standard input.
 */
export const holderScript = String.raw`
set -eu
${attributesFunction}
# Read before /proc is our own: this is the pid that the verifier sees.
read -r pid rest </proc/self/stat
exec 3<&0
# A name server file that is a link into /run must still have a target when /run is ours.
resolv=$(readlink -f /etc/resolv.conf || :)
# Nothing inside can write to the machine's files, not even as root.
attributes / 1 0
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/netns /run/dev "$1/tmp"
case $resolv in /run/*) mkdir -p "$(dirname "$resolv")"; : >"$resolv" ;; esac
# A disk is written to by way of its device, however read-only its files are: no devices but those that hold nothing.
devices=
for device in null zero full random urandom; do
  [ -e "/dev/$device" ] || continue
  : >"/run/dev/$device"
  devices="$devices
/dev/$device /run/dev/$device none bind"
done
cp -P /dev/fd /dev/stdin /dev/stdout /dev/stderr /run/dev/ || :
echo "$devices" >"$1/devices"
mount -a -T "$1/devices"
mount --rbind /run/dev /dev
attributes /dev 1 0
# Where a container hides parts of /proc a new one is refused; the machine's is then made writable again, since
# the lab's sysctls are set through it and it knows network namespaces by the reader.
mount -t proc proc /proc 2>/dev/null || attributes /proc 0 1
usr=plain
if [ -n "$2" ]; then
  # Relative, since a path may hold characters that mean something in mount options.
  cd "$2/usr"
  if mount -t overlay overlay -o ro,lowerdir=.:/usr /usr 2>/dev/null; then usr=overlay; fi
  cd /
fi
ip link set lo up
echo "ready $pid $usr"
exec >/dev/null
# The shell waits, and so reaps what is orphaned inside; cat ends when the verifier does.
cat <&3 &
exec 3<&-
wait $!
`;
