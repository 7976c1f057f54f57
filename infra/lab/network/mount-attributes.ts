/**
 * A function for /bin/sh that sets attributes of a whole tree of mounts: `attributes PATH SET CLEAR`, where 1 stands
 * for read-only. It is mount_setattr(2), for which neither mount(8) nor the shell has words on the systems of today.
 */
export const attributesFunction = String.raw`
attributes() {
  perl -e 'my ($path, $set, $clear) = @ARGV;
    my $attr = pack("Q4", $set, $clear, 0, 0);
    syscall(442, -100, $path, 0x8000, $attr, 32) == 0
      or die "the attributes of the mounts at $path cannot be set: $!\n"' "$@"
}
`;
