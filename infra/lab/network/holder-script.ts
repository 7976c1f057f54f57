/**
 * The shell script that the sandbox's first process runs. Parameters: $1 the folder for the lab's files, $2 the
 * folder whose usr/ is laid over /usr, or nothing. Says `ready <pid> <overlay|plain>` and waits for the end of
 * its standard input.
 */
export const holderScript = String.raw`
set -eu
# Read before /proc is our own: this is the pid that the verifier sees.
read -r pid rest </proc/self/stat
exec 3<&0
# A name server file that is a link into /run must still have a target when /run is ours.
resolv=$(readlink -f /etc/resolv.conf || :)
# mount_setattr(2) for the whole tree at once: nothing inside can write to the machine's files, not even as root.
perl -e 'my ($path, $attr) = ("/", pack("Q4", 1, 0, 0, 0));
  syscall(442, -100, $path, 0x8000, $attr, 32) == 0 or die "the file system cannot be made read-only: $!\n"'
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/netns "$1/tmp"
case $resolv in /run/*) mkdir -p "$(dirname "$resolv")"; : >"$resolv" ;; esac
# Where a container hides parts of /proc a new one is refused; the machine's is then made writable again, since
# the lab's sysctls are set through it and it knows network namespaces by the reader.
mount -t proc proc /proc 2>/dev/null ||
  perl -e 'my ($path, $attr) = ("/proc", pack("Q4", 0, 1, 0, 0));
    syscall(442, -100, $path, 0x8000, $attr, 32) == 0 or die "/proc cannot be made writable: $!\n"'
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
